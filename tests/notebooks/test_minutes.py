"""The minutes in titles and tables are those that the words, cells, and exercises make."""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.notebooks.minutes import README, START, Minutes, measure
from tests.notebooks.runs import NUMBERED, each_notebook, read

AGAIN = "run  python -m tests.notebooks.minutes  and commit what it writes"


@each_notebook
def test_a_notebook_says_how_long_it_takes(path: Path) -> None:
    notebook = read(path)
    minutes = measure(notebook)
    assert notebook.metadata.lesson.minutes == minutes.whole, AGAIN
    assert minutes.takes in notebook.cells[0].source, AGAIN


@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_both_tables_say_it_too(path: Path) -> None:
    minutes = measure(read(path))
    first = "\n".join(cell.source for cell in read(START).cells)
    assert re.search(rf"^\| \[?\*\*{path.stem[:2]} .*\| {minutes.parts} \|$", first, re.MULTILINE), AGAIN
    table = README.read_text(encoding="utf-8")
    assert re.search(rf"^\| \[?`{path.stem}`.*\| {minutes.whole} \|$", table, re.MULTILINE), AGAIN


def test_words_cells_and_exercises_count() -> None:
    exercise = new_code_cell("answer = None", metadata={"tags": ["exercise"]})
    text = [new_markdown_cell("word " * 1200), new_code_cell("1"), exercise]
    more = [new_markdown_cell("## More (stretch)\n" + "word " * 600)]
    assert measure(new_notebook(cells=text)) == Minutes(15, 0)
    assert measure(new_notebook(cells=[*text, *more])) == Minutes(20, 5)
