"""What the panels offer from data/, and the paths that people type."""

from __future__ import annotations

from pathlib import Path

from helpers.place import DATA


def data_files() -> list[Path]:
    """Return the CSV and zip files in data/, top level first, without hidden folders (checkpoints)."""
    found = [path for path in DATA.rglob("*") if path.suffix.lower() in (".csv", ".zip")]
    shown = [path for path in found if "/." not in f"/{name_in_data(path)}"]
    return sorted(shown, key=lambda path: (len(path.parts), path))


def files_and_folders() -> list[str]:
    """Return the paths that can be checked together: the folders in data/ and the files at its top level."""
    files = data_files()
    folders = {path.parent for path in files if path.suffix.lower() == ".csv"} - {DATA}
    return sorted(str(path) for path in (*folders, *(path for path in files if path.parent == DATA)))


def name_in_data(path: Path) -> str:
    """Return a path as the panels show it: relative to data/, or else the file's name."""
    return path.relative_to(DATA).as_posix() if path.is_relative_to(DATA) else path.name


def paths_in(text: str) -> list[Path]:
    """Return the paths in a text that separates them with commas."""
    return [Path(each.strip()) for each in text.split(",") if each.strip()]
