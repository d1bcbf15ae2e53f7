"""The lesson on one page says what the tables of facts say, and fits on one page."""

from pathlib import Path

import pytest

from helpers.errors import FileNotUsable
from helpers.lesson.card import NEVER, card, required_columns, what_to_do
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.states import WORKFLOW_STATES

KIND = {kind.name: kind for kind in KINDS}


def test_it_has_every_state_with_what_to_do_next() -> None:
    page = card().page
    assert [name for name in WORKFLOW_STATES if f"<td>{name}</td>" not in page] == []
    assert what_to_do(WORKFLOW_STATES["importing"]) == "wait, check again"
    assert what_to_do(WORKFLOW_STATES["imported"]) == "go on"
    assert what_to_do(WORKFLOW_STATES["imported_with_messages"]) == "stop, troubleshoot"


def test_it_has_every_kind_that_needs_no_feature() -> None:
    page = card().page
    assert [kind.name for kind in KINDS if (f"<td>{kind.name}</td>" in page) == bool(kind.feature)] == []


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("user", "user_id, login_id, status"),
        ("account", "account_id, name+, status+"),
        ("xlist", "xlist_course_id, section_id, status"),
        (
            "enrollment",
            "course_id or section_id, user_id or user_integration_id, role or role_id, status",
        ),
    ],
)
def test_required_columns_come_from_the_table_of_kinds(kind: str, columns: str) -> None:
    assert required_columns(KIND[kind]) == columns


def test_it_has_the_three_commands_and_no_token() -> None:
    page = card().page
    assert "curl --version" in page and "attachment=@" in page and "/sis_imports/6670997" in page
    assert "replaced-by-its-variable" not in page
    assert all(sentence in page for sentence in NEVER)


def test_it_is_saved_as_a_page(tmp_path: Path) -> None:
    saved = card().save(tmp_path / "card.html")
    assert saved.read_text(encoding="utf-8") == card().page
    assert card().save(saved) == saved


def test_it_replaces_nothing_but_a_page(tmp_path: Path) -> None:
    data = tmp_path / "courses.csv"
    data.write_text("course_id", encoding="utf-8")
    with pytest.raises(FileNotUsable, match=r"courses\.csv is there already"):
        card().save(data)
    assert data.read_text(encoding="utf-8") == "course_id"
