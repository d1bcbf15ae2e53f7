"""Find the packages in an environment that an interruption left in pieces: files are missing or cut short."""

import csv
from collections.abc import Iterator
from pathlib import Path


def site_packages(venv: Path) -> Path:
    """Return the folder of an environment into which packages are installed.

    Raises:
        ValueError: there is none, or more than one.
    """
    (site,) = [*venv.glob("lib/python3*/site-packages")] or [*venv.glob("Lib/site-packages")]
    return site


def installed(venv: Path) -> list[str]:
    """Return the names and versions of the packages, as their folders with metadata are called."""
    return sorted(folder.name for folder in site_packages(venv).glob("*.dist-info"))


def in_pieces(venv: Path) -> Iterator[Path]:
    """Return the folders with metadata of the packages that lack a file, or a part of one."""
    site = site_packages(venv)
    return (folder for folder in site.glob("*.dist-info") if not is_whole(site, folder / "RECORD"))


def is_whole(site: Path, record: Path) -> bool:
    """Return whether every file that a package's record lists is there in full, and the record is, too."""
    try:
        with record.open(encoding="utf-8", newline="") as lines:
            sizes = {row[0]: row[2] for row in csv.reader(lines)}
    except (OSError, ValueError, IndexError, csv.Error):
        return False
    itself = record.relative_to(site).as_posix()  # in a wheel the last line: a record cut short lacks it
    return itself in sizes and all(is_there(site / name, size) for name, size in sizes.items())


def is_there(file: Path, size: str) -> bool:
    """Return whether a file has its size; compiled modules come and go, and some files have no size noted."""
    return file.suffix == ".pyc" or (file.exists() and size in ("", str(file.stat().st_size)))
