"""Folders for the files that a notebook writes, and for those that its tasks are made of."""

from __future__ import annotations

from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp


def new_folder(name: str) -> Path:
    """Make an empty folder in `tmp`, beside the notebook, and return its path.

    Nothing is ever overwritten: when the notebook runs again, the new folder gets a number.
    """
    for number in count(1):
        folder = Path.cwd() / "tmp" / (name if number == 1 else f"{name}_{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise AssertionError  # count() has no end


def temporary_folder() -> Path:
    """Make an empty folder that is removed when Python ends, and return its path."""
    return Path(mkdtemp(dir=_removed_at_the_end().name))


@cache
def _removed_at_the_end() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="lesson-", ignore_cleanup_errors=True)
