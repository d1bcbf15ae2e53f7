"""Read the lesson's notebooks, put their own solutions into their exercises, and execute them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from docs.book import execution
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SENTINEL = "9999~SentinelTokenThatMustNotShowUpAnywhere0123456789"
TOKEN_PLACES = ("CANVAS_API_TOKEN", "CANVAS_TOKEN", "CANVAS_ACCESS_TOKEN", "CANVAS_API_KEY")
QUICK = "0.1"
"""Seconds that an import takes on the practice Canvas of the tests."""

PACES = {"03_check_import_status": "2"}
"""Notebooks in which a poll has to find an import waiting behind another one, also on a busy computer."""

SURROUNDINGS = {**dict.fromkeys(TOKEN_PLACES, SENTINEL), "PRACTICE_CANVAS_PACE": QUICK}

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
    """Run a notebook as JupyterLab would, quickly and with planted tokens; see docs/book/execution.py."""
    return execution.execute(notebook, home, SURROUNDINGS | environment)


def as_it_stands(path: Path, folder: Path) -> Notebook:
    """Execute a notebook in `folder` as it stands, once for all tests and workers that share the folder."""
    home, executed, failed = (folder / f"{path.stem}{ending}" for ending in ("", ".ipynb", ".failed"))
    try:
        home.mkdir(parents=True)
    except FileExistsError:
        wait_for(lambda: executed.exists() or failed.exists())
        assert executed.exists(), f"{path.stem} did not run; another test says why"
        return read(executed)
    try:
        notebook = execute(read(path), home, PRACTICE_CANVAS_PACE=PACES.get(path.stem, QUICK))
    except BaseException:
        failed.touch()
        raise
    nbformat.write(notebook, executed.with_suffix(".part"))
    executed.with_suffix(".part").replace(executed)
    return read(executed)


def outputs(notebook: Notebook) -> Iterator[tuple[str, Any]]:
    """Yield each output with the id of its cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell.id, output


def text_of(cell: Cell) -> str:
    """Return all that a cell printed and showed, as plain text."""
    shown = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return "\n".join(shown)
