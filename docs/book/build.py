"""Build the book: execute the notebooks, make pages of them, and let Jupyter Book put them together."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from docs.book import pages
from docs.book.execution import execute

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HERE = Path(__file__).parent
MARK = ".canvas-sis-lesson-book"  # a folder that has it may be replaced
AT_ONCE = 3  # notebooks; most of the time they wait for an import
SETTINGS = {"PRACTICE_CANVAS_PACE": "realistic"}

Notebook = Any  # nbformat has no types
Report = Callable[[str], None]


class BookError(Exception):
    """The book was not built; the text says why, and what to do."""


def build(folder: Path, report: Report = print) -> Path:
    """Execute the notebooks and build the book from them.

    Args:
        folder: where its pages go; a book that is there is replaced.
        report: is called with a line for each step.

    Returns:
        The book's first page.

    Raises:
        BookError: the folder holds something else, a notebook does not run, or a page is not as it should be.
    """
    check_folder(folder)
    with tempfile.TemporaryDirectory(prefix="book-") as made:
        work = Path(made).resolve()
        report(f"Running {len(NOTEBOOKS)} notebooks beside a practice Canvas. This takes a few minutes.")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            run = pool.map(lambda path: _executed(path, work / path.stem, report), NOTEBOOKS)
            executed = dict(zip(NOTEBOOKS, run, strict=True))
        report("Building the pages.")
        return assemble(executed, work, folder)


def check_folder(folder: Path) -> None:
    """Make sure that the book can go there.

    Raises:
        BookError: the folder holds anything but a book.
    """
    empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not empty and not (folder / MARK).exists():
        raise BookError(f"{folder} exists and is not a book. Name a new folder: python start.py book FOLDER")


def _executed(path: Path, home: Path, report: Report) -> Notebook:
    """Execute a notebook of the lesson in a new folder."""
    home.mkdir()
    try:
        notebook = execute(nbformat.read(path, as_version=4), home, SETTINGS)
    except CellExecutionError as error:
        raise BookError(f"{path.name} does not run: {error.ename}: {error.evalue}") from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise BookError(f"{path.name} does not run: {error}") from error
    report(f"- {path.stem} is done")
    return notebook


def assemble(executed: dict[Path, Notebook], work: Path, folder: Path) -> Path:
    """Build the book from executed notebooks.

    Args:
        executed: each notebook by its path in the lesson; they are changed.
        work: the folder with their homes, each of the notebook's name; the build works there, too.
        folder: where the pages go.

    Returns:
        The book's first page.

    Raises:
        BookError: Jupyter Book found fault with a page.
    """
    sources = work / "sources"
    shutil.copytree(HERE, sources, ignore=shutil.ignore_patterns("*.py", "__pycache__", "front_page.md"))
    shutil.copy(ROOT / "notebooks/glossary.md", sources)
    shutil.copy(ROOT / "docs/status_panel.png", sources)
    titles = {}
    for path, notebook in executed.items():
        page = pages.page(notebook, path.stem, [work / path.stem, ROOT])
        titles[path.stem] = page.cells[0].source.partition("\n")[0].removeprefix("# ")
        nbformat.write(page, sources / path.name)
    (sources / "index.md").write_text(pages.front_page(titles), encoding="utf-8")
    toc = yaml.safe_dump(pages.contents(titles), sort_keys=False)
    (sources / "_toc.yml").write_text(toc, encoding="utf-8")
    _run_jupyter_book(sources, work)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(work / "_build/html", folder, ignore=shutil.ignore_patterns("_sources", ".buildinfo"))
    (folder / MARK).touch()
    return folder / "index.html"


def _run_jupyter_book(sources: Path, work: Path) -> None:
    """Let Jupyter Book build the pages; a warning is a fault."""
    program = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    options = ["--path-output", str(work), "-W", "--keep-going", "-q"]
    ended = subprocess.run(
        [*program, "build", str(sources), *options],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if ended.returncode:
        raise BookError(f"Jupyter Book found fault with the pages:\n{ended.stderr[-3000:]}")
