"""docs/practice-canvas.md tells what is there: it is made from the code and the cases, and never by hand."""

import pytest

from docs import practice_canvas
from practice_canvas.app import RESOURCES
from practice_canvas.sis_csv.kinds import KINDS

AGAIN = (
    "docs/practice-canvas.md is out of date: run  python -m docs.practice_canvas  and commit what it writes"
)


def test_the_page_about_the_practice_canvas_is_up_to_date() -> None:
    assert practice_canvas.DOCUMENT.read_text(encoding="utf-8") == practice_canvas.document(), AGAIN


def test_it_tells_of_every_call_and_every_kind() -> None:
    text = practice_canvas.document()
    calls = [f"`{route.method} /api/v1/{route.path}`" for module in RESOURCES for route in module.ROUTES]
    assert not [told for told in [*calls, *(f"`{kind.name}`" for kind in KINDS)] if told not in text]


def test_its_prose_names_only_files_that_are_there() -> None:
    with pytest.raises(FileNotFoundError, match="tests/nothing"):
        practice_canvas.check_paths("[gone](../tests/nothing)")


def test_a_disputed_case_is_reported_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = {"user-004": "Canvas keeps the order."}
    monkeypatch.setattr(practice_canvas, "read_disputed", lambda: reason)
    text = practice_canvas.document()
    assert "- `user-004`: Canvas keeps the order." in text
    assert "1 more are disputed" in text
    assert "(status before names, short\\_name last) (disputed)" in text
