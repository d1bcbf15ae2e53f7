"""A lesson of its own for tests of the set-up, so that they leave this folder and its .venv alone."""

import shutil
from pathlib import Path

import pytest

from launcher import environment

PLACES = ("PROGRAMS", "PYTHON", "STAMP", "WHEELS", "ONE_AT_A_TIME")


def own_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a lesson with nothing to install, in a folder with a difficult name."""
    root = tmp_path / "Jürgen's lesson"
    (root / "helpers").mkdir(parents=True)
    (root / "helpers" / "__init__.py").touch()
    for lock in (*environment.LOCKS, environment.INSTALLER):
        (root / lock).write_text(f"# {lock}\n", encoding="utf-8")
    shutil.copy(environment.ROOT / "pyproject.toml", root)
    places = {name: root / getattr(environment, name).relative_to(environment.ROOT) for name in PLACES}
    for name, path in {"ROOT": root, "VENV": root / ".venv", **places}.items():
        monkeypatch.setattr(environment, name, path)
    return root
