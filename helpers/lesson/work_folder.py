"""A folder for the files that a notebook writes."""

from __future__ import annotations

from itertools import count
from pathlib import Path


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
