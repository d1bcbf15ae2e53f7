"""A disk without room: a small one where mounting is allowed, else a limit on the size of every file."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEBIBYTE = 1 << 20


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[Path]:
    """Yield a folder on a disk of this size; where none can be mounted, no file may be larger than that.

    Args:
        folder: where it is mounted; made here.
        mebibytes: how much it holds.
    """
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        with largest_file(mebibytes * MEBIBYTE // 4):
            yield folder
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let every process that is started in the block write no file beyond a size, as on a full disk."""
    import resource  # Windows has none

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
