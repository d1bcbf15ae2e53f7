"""What the panels offer from data/, and the paths that people type."""

from __future__ import annotations

from pathlib import Path

from helpers.place import DATA

BROKEN = DATA / "broken"


def data_files() -> list[Path]:
    """Return the CSV and zip files in data/: top level first, broken/ last, no checkpoints."""
    found = [path for path in DATA.rglob("*") if path.suffix.lower() in (".csv", ".zip")]
    shown = [path for path in found if "/." not in f"/{name_in_data(path)}"]
    return sorted(shown, key=lambda path: (is_broken(path), len(path.parts), path))


def files_and_folders() -> list[str]:
    """Return the paths that can be checked together: the folders in data/ and the files at its top level."""
    files = data_files()
    folders = {path.parent for path in files if path.suffix.lower() == ".csv"} - {DATA}
    offered = (*folders, *(path for path in files if path.parent == DATA))
    return [str(path) for path in sorted(offered, key=lambda path: (is_broken(path), path))]


def is_broken(path: Path) -> bool:
    """Return whether a file or folder has a fault on purpose."""
    return path.is_relative_to(BROKEN)


def name_in_data(path: Path) -> str:
    """Return a path as the panels show it: relative to data/, or else with its folder."""
    return (
        path.relative_to(DATA).as_posix() if path.is_relative_to(DATA) else f"{path.parent.name}/{path.name}"
    )


def paths_in(text: str) -> list[Path]:
    """Return the paths in a text that separates them with commas."""
    return [Path(each.strip()) for each in text.split(",") if each.strip()]
