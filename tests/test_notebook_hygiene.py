"""Notebooks are committed clean: no outputs, no counters, no widget state, no token."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PUBLIC = re.compile(r"practice-[a-z-]+-token")  # the practice Canvas's own tokens are readable and public
TOKENS = {
    "a Canvas access token": re.compile(r"\b\d{1,6}~[A-Za-z0-9]{20,}"),
    "an Authorization header with a value": re.compile(r"Bearer\s+(?![<$%{\"'])[A-Za-z0-9~._-]{12,}"),
    "a token assigned in code": re.compile(r"token\s*=\s*[\"'][A-Za-z0-9~._-]{20,}[\"']", re.IGNORECASE),
}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def load(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def code_cells(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in load(path)["cells"] if cell["cell_type"] == "code"]


def found_tokens(text: str) -> list[str]:
    text = PUBLIC.sub("", text)
    return [name for name, pattern in TOKENS.items() if pattern.search(text)]


def test_there_are_notebooks_to_look_at() -> None:
    assert NOTEBOOKS


@each_notebook
def test_no_outputs_and_no_counters(path: Path) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells(path))


@each_notebook
def test_no_widget_state(path: Path) -> None:
    assert "widgets" not in load(path)["metadata"]


@each_notebook
def test_the_kernel_is_plain_python(path: Path) -> None:
    assert load(path)["metadata"]["kernelspec"]["name"] == "python3"


@each_notebook
def test_every_cell_has_an_id_of_its_own(path: Path) -> None:
    ids = [cell["id"] for cell in load(path)["cells"]]
    assert len(ids) == len(set(ids))


@each_notebook
def test_no_token_stands_in_it(path: Path) -> None:
    assert found_tokens("\n".join("".join(cell["source"]) for cell in load(path)["cells"])) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1234~" + "aB3" * 20, 1),
        ("Authorization: Bearer " + "abcd1234" * 4, 1),
        ("token = '" + "abcd1234" * 4 + "'", 1),
        ("Authorization: Bearer $CANVAS_API_TOKEN", 0),
        ("Authorization: Bearer <api_token>", 0),
        ("token='practice-no-permission-token'", 0),
    ],
)
def test_the_search_finds_tokens_and_only_tokens(text: str, count: int) -> None:
    assert len(found_tokens(text)) == count
