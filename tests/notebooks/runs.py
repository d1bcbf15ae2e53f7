"""Read the lesson's notebooks, put their own solutions into their exercises, and execute them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.waiting import LONGEST_WAIT

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SENTINEL = "9999~SentinelTokenThatMustNotShowUpAnywhere0123456789"
TOKEN_PLACES = ("CANVAS_API_TOKEN", "CANVAS_TOKEN", "CANVAS_ACCESS_TOKEN", "CANVAS_API_KEY")
QUICK = "0.1"
"""Seconds that an import takes on the practice Canvas of the tests."""

NUMBERED = [path for path in NOTEBOOKS if path.stem[0].isdigit()]
"""The notebooks of the lesson; the others are there to be used, without exercises."""

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_numbered = pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)

Notebook = Any  # nbformat has no types
Cell = Any


def read(path: Path) -> Notebook:
    return nbformat.read(path, as_version=4)


def tags(cell: Cell) -> list[str]:
    return list(cell.metadata.get("tags", []))


def with_tag(notebook: Notebook, tag: str) -> list[Cell]:
    return [cell for cell in notebook.cells if tag in tags(cell)]


def solution_of(notebook: Notebook, exercise: Cell) -> str:
    """Return the Python of the first <details> after an exercise."""
    after = notebook.cells[notebook.cells.index(exercise) + 1 :]
    details = next(cell.source for cell in after if "<details>" in cell.source)
    found = re.search(r"```python\n(.*?)```", details, re.DOTALL)
    assert found, f"no Python in the solution of {exercise.id}"
    return found[1].strip()


def solve(notebook: Notebook) -> Notebook:
    """Put each exercise's solution into its cell."""
    for cell in with_tag(notebook, "exercise"):
        cell.source = solution_of(notebook, cell)
    return notebook


def execute(notebook: Notebook, home: Path, **environment: str) -> Notebook:
    """Run a notebook as JupyterLab would, in a home with a copy of data/ and a practice Canvas of its own.

    Args:
        notebook: what to run; its outputs are in it afterwards.
        home: an empty folder.
        environment: more variables for the kernel.
    """
    from practice_canvas import service

    shutil.copytree(ROOT / "data", home / "data")
    (home / "notebooks").mkdir()
    try:
        NotebookClient(
            notebook, timeout=LONGEST_WAIT, resources={"metadata": {"path": str(home / "notebooks")}}
        ).execute(env=surroundings(home) | environment)
    finally:
        service.stop(home / "practice")
    notebook.metadata.pop("widgets", None)
    return notebook


def surroundings(home: Path) -> dict[str, str]:
    """Return the kernel's environment: helpers in sight, no Canvas but the practice one, planted tokens."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("CANVAS_", "PRACTICE_"))
    }
    return {
        **ours,
        **dict.fromkeys(TOKEN_PLACES, SENTINEL),
        "IPYTHONDIR": str(home / "ipython"),
        "PRACTICE_CANVAS_HOME": str(home / "practice"),
        "PRACTICE_CANVAS_PACE": QUICK,
        "PYTHONPATH": str(ROOT),
    }


def outputs(notebook: Notebook) -> Iterator[tuple[str, Any]]:
    """Yield each output with the id of its cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell.id, output


def text_of(cell: Cell) -> str:
    """Return all that a cell printed and showed, as plain text."""
    shown = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return "\n".join(shown)
