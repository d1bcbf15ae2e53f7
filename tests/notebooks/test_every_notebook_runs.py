"""Every notebook runs from top to bottom without a click: as it stands, and with its exercises solved."""

import json
import re
from pathlib import Path

import pytest

from tests.notebooks.predicted import untrue
from tests.notebooks.runs import (
    SENTINEL,
    Notebook,
    as_it_stands,
    each_notebook,
    each_numbered,
    execute,
    outputs,
    read,
    solve,
    text_of,
    with_tag,
)

RAW = re.compile(r"\b[A-Z]\w*\(\w+=|[\[(]\((?:None|'[^'\n]*'), ")
"""An object as Python writes it, such as `Proof(counted=7)`, or a list of pairs, where words belong."""

NOT_TRIED, YES = "– Not tried yet:", "✔ Yes:"


@each_notebook
def test_it_runs_as_it_stands(path: Path, standing: Path) -> None:
    notebook = as_it_stands(path, standing)
    assert complaints(notebook) == []
    assert other_verdicts(notebook, NOT_TRIED) == {}
    assert untrue(notebook) == {}
    assert raw_objects(notebook) == {}
    assert_no_token(notebook, standing / path.stem)


@each_numbered
def test_it_runs_with_its_exercises_solved(path: Path, tmp_path: Path) -> None:
    notebook = execute(solve(read(path)), tmp_path)
    assert complaints(notebook) == []
    assert other_verdicts(notebook, YES) == {}
    assert raw_objects(notebook) == {}
    assert_no_token(notebook, tmp_path)


def complaints(notebook: Notebook) -> list[tuple[str, str]]:
    """Return every error, every traceback, and everything on stderr, with the cell it came from."""
    return [
        (cell_id, str(output))
        for cell_id, output in outputs(notebook)
        if output.output_type == "error"
        or output.get("name") == "stderr"
        or "Traceback (most recent call last)" in output.get("text", "")
    ]


def raw_objects(notebook: Notebook) -> dict[str, str]:
    """Return what cells show as Python writes it, although a reader should see words."""
    texts = {cell.id: text_of(cell) for cell in notebook.cells if cell.get("outputs")}
    return {name: found[0] for name, text in texts.items() if (found := RAW.search(text))}


def other_verdicts(notebook: Notebook, expected: str) -> dict[str, str]:
    """Return what those check cells said that did not say what they should."""
    said = {cell.id: text_of(cell) for cell in with_tag(notebook, "check")}
    return {name: text for name, text in said.items() if not text.startswith(expected)}


def assert_no_token(notebook: Notebook, home: Path) -> None:
    """Look for the planted token in the outputs, and in every file that the run left behind."""
    assert SENTINEL not in json.dumps(notebook)
    files = [file for file in home.rglob("*") if file.is_file()]
    assert [file for file in files if SENTINEL.encode() in file.read_bytes()] == []


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("('Invalid section status', Proof(counted=7, found=7))", True),
        ("[('users.csv', 'It is not UTF-8.')]", True),
        ("aborted [(None, 'Nothing was deleted.')]", True),
        ("(1, 'created')", False),
        ("['test_course.csv']", False),
        ("Pass a client: connect(domain='…')", False),
    ],
)
def test_a_raw_object_is_found(text: str, raw: bool) -> None:
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    cell = new_code_cell(id="one", outputs=[new_output("stream", name="stdout", text=text)])
    assert list(raw_objects(new_notebook(cells=[cell]))) == ["one"] * raw


@pytest.mark.parametrize("output_type", ["error", "stream"])
def test_a_complaint_is_found(output_type: str) -> None:
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    output = new_output(output_type, **({"name": "stderr", "text": "oh"} if output_type == "stream" else {}))
    assert complaints(new_notebook(cells=[new_code_cell(outputs=[output])]))


def test_a_printed_traceback_is_found() -> None:
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    output = new_output("stream", name="stdout", text="Traceback (most recent call last):\n  File …")
    assert complaints(new_notebook(cells=[new_code_cell(outputs=[output])]))
