"""Say why a folder cannot be used, and what to do about it."""

import errno
import os
from pathlib import Path

FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_NO_ACCESS = (errno.EACCES, errno.EPERM, errno.EROFS)
_NOT_A_FOLDER = (errno.EEXIST, errno.ENOTDIR)
LONGEST_PATH = 200 if os.name == "nt" else 450  # of a home: Windows takes 260 characters, SQLite 512


def why_unusable(home: Path, code: int | None) -> str:
    """Return why nothing can serve a data folder and what to do, as two sentences.

    Args:
        home: the folder.
        code: the error number (errno) that using it ended with; None if it is unknown.
    """
    if code in FULL:
        return f"The disk that holds {home} is full. Free some space on it, or choose another --home."
    if code == errno.ENAMETOOLONG or len(str(home)) > LONGEST_PATH:  # which may show as another error
        return (
            f"The path of the data folder is too long ({len(str(home))} characters). Choose a shorter --home."
        )
    if code in _NO_ACCESS:
        return (
            f"The practice Canvas may not write in {home}."
            " Choose another --home, or give your account write access to that folder."
        )
    if code == errno.EBUSY:
        return f"Another program has a file in {home} open. Close that program, then try again."
    if code in _NOT_A_FOLDER:
        return f"{_in_the_way(home)} is a file, but must be a folder. Move it away, or choose another --home."
    if code == errno.EPIPE:
        return "The program that was to read this output has ended. Start both again."
    return f"The folder {home} cannot be used (error {code}). Choose another --home."


def _in_the_way(home: Path) -> Path:
    """Return the part of a path that is a file."""
    return next((path for path in (home, *home.parents) if path.is_file()), home)
