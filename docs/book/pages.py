"""The pages of the book: an executed notebook with its outputs as they can be read without a kernel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbformat.v4 import new_markdown_cell

ROOT = Path(__file__).parents[2]
FRONT_PAGE = Path(__file__).with_name("front_page.md")
LIVE = "application/vnd.jupyter.widget-view+json"
READERS_FOLDER = "/home/you/lesson"
"""What the outputs show in place of the folders in which the notebooks ran."""

NOTICE = """```{note}
The outputs on this page are from one run. Panels are pictures, and the exercises are not done: they are
yours. To press the buttons, [run the lesson yourself](index.md#run-it-yourself).
```"""
PICTURE_NOTE = re.compile(r'<p class="sis-note">.*?</p>', re.DOTALL)
LOCAL_LINK = re.compile(r"<a [^>]*href=['\"]http://127\.0\.0\.1[^>]*>(.*?)</a>", re.DOTALL)
CHART = re.compile(r'<img [^>]*src="data:image/svg[^>]*>')
SCROLLING = r'<div class="book-chart" tabindex="0">\g<0></div>'
LESSON_ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| .+? \| (\d+) \|$", re.MULTILINE)

Notebook = Any  # nbformat has no types


def page(notebook: Notebook, name: str, folders: Iterable[Path]) -> Notebook:
    """Make an executed notebook a page of the book.

    Args:
        notebook: it is changed in place.
        name: its name, whose number becomes part of the title.
        folders: the folders of this machine that its outputs may name.

    Returns:
        The notebook: each panel is its picture, and no output names a folder of this machine.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if LIVE not in output.get("data", {})]
            for output in cell.outputs:
                _make_readable(output, list(folders))
        else:
            cell.source = cell.source.replace("```python", "```ipython3")  # some solutions use !curl
    title = notebook.cells[0]
    number = name.partition("_")[0]
    if number.isdigit():
        title.source = title.source.replace("# ", f"# {number} ", 1)
    notebook.cells.insert(1, new_markdown_cell(NOTICE))
    return notebook


def _make_readable(output: Any, folders: list[Path]) -> None:
    """Make an output fit for a page: what it shows and links to must be there for every reader."""
    for texts in (output, output.get("data", {})):
        for name, text in texts.items():
            if isinstance(text, str):
                text = LOCAL_LINK.sub(r"\1", PICTURE_NOTE.sub("", text))
                texts[name] = CHART.sub(SCROLLING, _without(folders, text))


def _without(folders: list[Path], text: str) -> str:
    for folder in folders:
        for spelling in (str(folder), repr(str(folder))[1:-1], folder.as_posix()):
            text = text.replace(spelling, READERS_FOLDER)
    return text


def front_page(titles: dict[str, str]) -> str:
    """Return the first page, with the table of the README that lists the notebooks.

    Args:
        titles: the title of each page by its name.
    """
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [
        f"| [{titles[name]}]({name}.ipynb) | {learned} | {minutes} |"
        for name, learned, minutes in LESSON_ROW.findall(readme)
    ]
    table = "\n".join(["| Notebook | You learn to | Minutes |", "|:--|:--|--:|", *rows])
    return FRONT_PAGE.read_text(encoding="utf-8").replace("LESSON_TABLE", table)


def contents(names: Iterable[str]) -> dict[str, Any]:
    """Return Jupyter Book's table of contents: the numbered notebooks, then what is there to be used."""
    numbered = [name for name in names if name[0].isdigit()]
    others = [name for name in names if name not in numbered]
    parts = {"The lesson": numbered, "To keep at hand": [*others, "glossary"]}
    return {
        "format": "jb-book",
        "root": "index",
        "parts": [
            {"caption": caption, "chapters": [{"file": name} for name in files]}
            for caption, files in parts.items()
        ],
    }
