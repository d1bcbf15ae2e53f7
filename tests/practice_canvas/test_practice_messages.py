"""Whatever the practice Canvas says about a row can be explained; for Canvas's wording see test_explain."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.client.models import ImportMessage
from helpers.messages.explain import explain
from practice_canvas.sis_csv.kinds import KINDS

IMPORTERS = Path(__file__).parents[2] / "practice_canvas" / "engine" / "importers"
FILES = {kind.name: f"{kind.count_key}.csv" for kind in KINDS}


def rejections(path: Path) -> Iterator[str]:
    """The text of each Rejected("…") or Rejected(f"…") in a module, with X1 for what is filled in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Rejected") and node.args:
            parts = node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else [node.args[0]]
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X1" for part in parts)


SAID = [
    (FILES[path.stem], text)
    for path in sorted(IMPORTERS.glob("*.py"))
    if path.stem in FILES
    for text in rejections(path)
    if not text.startswith("X1")
]


def test_the_practice_canvas_rejects_rows_with_words() -> None:
    assert len(SAID) > 20


@pytest.mark.parametrize(("file", "text"), SAID)
def test_a_rejected_row_is_explained(file: str, text: str) -> None:
    told = explain(ImportMessage(1, file, text, 2, "warning"))
    assert told.known, "add a [[kind]] to helpers/messages/explanations"
