"""Values as long as a limit allows are stored, and one character more is too much."""

import pytest

from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import courses, csv

TEXTS = ("integration_id", "full_name", "first_name", "last_name", "sortable_name", "short_name")
LIMITS = {"login_id": (1, 100), **dict.fromkeys(TEXTS, (1, 255)), "password": (8, 255)}


@pytest.mark.parametrize("column", LIMITS)
def test_a_value_of_a_user_is_refused_beyond_its_limits(store: Store, column: str) -> None:
    least, most = LIMITS[column]
    lengths = {"U1": least, "U2": most, "U3": most + 1} | ({"U4": least - 1} if least > 1 else {})
    columns = dict.fromkeys(["user_id", "login_id", "status", column])
    rows = [
        ",".join(
            {"user_id": user, "login_id": user, "status": "active", column: user[1] * length}[name]
            for name in columns
        )
        for user, length in lengths.items()
    ]
    done = import_files(store, {"users.csv": csv(",".join(columns), *rows)})
    assert [row for _, _, row, _ in done.messages] == [4, 5][: len(lengths) - 2]
    assert all(column in text and str(most) in text for text in done.texts)
    assert done.counts["users"] == 2


def test_the_id_of_a_user_is_refused_beyond_its_limit(store: Store) -> None:
    rows = [f"{'U' * length},u{length},active" for length in (255, 256)]
    done = import_files(store, {"users.csv": csv("user_id,login_id,status", *rows)})
    assert [row for _, _, row, _ in done.messages] == [3]


@pytest.mark.parametrize(("rows", "small"), [(49, True), (50, False)])
def test_an_import_of_fewer_than_50_rows_is_small(store: Store, rows: int, small: bool) -> None:
    done = import_files(store, {"courses.csv": courses(*(f"C{one}" for one in range(rows)))})
    assert done.data["running_immediately"] is small


@pytest.mark.parametrize(("length", "shown"), [(200, "h" * 200), (201, "h" * 200 + "…")])
def test_a_long_header_is_cut_in_its_message(store: Store, length: int, shown: str) -> None:
    (text,) = import_files(store, {"users.csv": f"{'h' * length}\n"}).texts
    assert text.endswith(f": {shown}.")


def test_a_file_without_its_repeated_rows_says_so_in_its_name(store: Store) -> None:
    row = "X,,,active"
    done = import_files(store, {"courses.csv": courses("A", *["B"] * 101) + row + "\n"})
    assert [(file, line) for _, file, line, _ in done.messages] == [("courses_deduplicated.csv", 4)]
    assert done.counts["courses"] == 2


def test_what_an_archive_holds_beside_csv_files_gives_a_warning_each(store: Store) -> None:
    done = import_files(store, {"courses.csv": courses("A"), "notes.txt": "N", "x/b.pdf": "P"})
    assert [message[:3] for message in done.messages] == [(0, "notes.txt", None), (0, "x/b.pdf", None)]
    assert done.state == "imported_with_messages"


NAMED = {
    "accounts.csv": "account_id,parent_account_id,status,name",
    "terms.csv": "term_id,status,name",
    "abstract_courses.csv": "abstract_course_id,short_name,status,long_name",
    "courses.csv": "course_id,short_name,status,long_name",
    "sections.csv": "section_id,course_id,status,name",
    "group_categories.csv": "group_category_id,status,category_name",
    "groups.csv": "group_id,group_category_id,status,name",
}
OTHERS = {"course_id": "N255", "group_category_id": "N255"}


def test_a_name_of_any_kind_has_at_most_255_characters(store: Store) -> None:
    def row(columns: list[str], length: int) -> str:
        status = "available" if columns[0] == "group_id" else "active"
        values = {"short_name": "S", "status": status, **OTHERS, columns[0]: f"N{length}"}
        return ",".join(values.get(name, "") for name in columns[:-1]) + "," + "n" * length

    files = {
        name: csv(header, *(row(header.split(","), length) for length in (255, 256)))
        for name, header in NAMED.items()
    }
    done = import_files(store, dict(files))
    assert {(file, line) for _, file, line, _ in done.messages} == {(name, 3) for name in NAMED}
    assert len(done.messages) == len(NAMED)
    assert {count for count in done.counts.values() if count} == {1, len(NAMED)}


def test_an_id_that_no_database_can_hold_does_not_exist(store: Store) -> None:
    rows = [f"{number},published" for number in (2**63 - 1, 2**63, 10**30)]
    done = import_files(store, {"grades.csv": csv("enrollment_id,grade_publishing_status", *rows)})
    assert [(line, "does not exist" in text) for _, _, line, text in done.messages] == [
        (2, True),
        (3, True),
        (4, True),
    ]
