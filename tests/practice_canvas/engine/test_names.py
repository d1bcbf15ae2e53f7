import pytest

from practice_canvas.engine.importer import Row
from practice_canvas.engine.rules.names import changed_names, new_user_names
from practice_canvas.store.writes.names import sortable_name


@pytest.mark.parametrize(
    ("full_name", "sortable"),
    [
        ("Joan Del Rio", "Rio, Joan Del"),
        ("Zendaya", "Zendaya"),
        ("Walt Harper Jr.", "Harper, Walt Jr."),
        ("Harper, Walt Jr.", "Harper, Walt Jr."),
        ("Walt Harper, Jr.", "Harper, Walt Jr."),
        ("Walt Harper III", "Harper, Walt III"),
        ("Walt Jr.", "Walt Jr."),
        ("Rowe, Quinn", "Rowe, Quinn"),
        ("Ho, Chi, Min", "Ho, Chi Min"),
        ("  Ann   Lee ", "Lee, Ann"),
    ],
)
def test_the_surname_comes_first_in_a_sortable_name(full_name: str, sortable: str) -> None:
    assert sortable_name(full_name) == sortable


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"full_name": "A B", "first_name": "C", "sortable_name": "D, E"}, "A B"),
        ({"first_name": "C", "last_name": "D"}, "C D"),
        ({"last_name": "D"}, "D"),
        ({"sortable_name": "D, E", "short_name": "F"}, "D, E"),
        ({"short_name": "F"}, "F"),
        ({}, "login"),
    ],
)
def test_a_new_user_gets_the_best_name_that_the_row_has(given: dict[str, str], name: str) -> None:
    row = Row({"login_id": "login", **given})
    assert new_user_names(row)["name"] == name


def test_a_row_without_names_changes_none() -> None:
    assert changed_names(Row({"login_id": "login", "full_name": None})) == {}
