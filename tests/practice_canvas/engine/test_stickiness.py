import pytest

from practice_canvas.store import records
from practice_canvas.store.records import COURSE, SECTION, edit_by_hand
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import COURSE as HEADER
from tests.practice_canvas.engine.school import csv


def course(store: Store) -> records.Record:
    found = records.find(store.db, "courses", sis_source_id="A")
    assert found is not None
    return found


def rename(store: Store, name: str, *options: str) -> str:
    import_files(store, {"courses.csv": csv(HEADER, f"A,A,{name},active")}, **dict.fromkeys(options, True))
    return str(course(store)["name"])


OVERRIDE, ADD, CLEAR = "override_sis_stickiness", "add_sis_stickiness", "clear_sis_stickiness"


@pytest.mark.parametrize(
    ("options", "now", "later"),
    [
        ((), "By hand", "By hand"),
        ((OVERRIDE,), "Second", "Second"),
        ((OVERRIDE, ADD), "Second", "Second"),
        ((OVERRIDE, CLEAR), "Second", "Third"),
        ((OVERRIDE, ADD, CLEAR), "Second", "Third"),
        ((ADD,), "By hand", "By hand"),
        ((CLEAR,), "By hand", "By hand"),
    ],
)
def test_a_name_changed_by_hand(store: Store, options: tuple[str, ...], now: str, later: str) -> None:
    rename(store, "First")
    edit_by_hand(store.db, COURSE, course(store), {"name": "By hand"})
    assert rename(store, "Second", *options) == now
    assert rename(store, "Third") == later


@pytest.mark.parametrize(
    ("options", "later"),
    [((), "Third"), ((OVERRIDE,), "Third"), ((OVERRIDE, ADD), "Second"), ((ADD,), "Third")],
)
def test_a_name_never_changed_by_hand(store: Store, options: tuple[str, ...], later: str) -> None:
    rename(store, "First")
    assert rename(store, "Second", *options) == "Second"
    assert rename(store, "Third") == later


def test_an_edit_that_changes_nothing_does_not_stick(store: Store) -> None:
    rename(store, "First")
    edit_by_hand(store.db, COURSE, course(store), {"name": "First"})
    assert rename(store, "Second") == "Second"


def test_dates_stick_as_a_pair_and_the_name_does_not_go_with_them(store: Store) -> None:
    dated = "course_id,short_name,long_name,status,start_date,end_date"
    import_files(store, {"courses.csv": csv(dated, "A,A,First,active,2026-09-01,2026-12-01")})
    edit_by_hand(store.db, COURSE, course(store), {"start_at": "2026-10-01T00:00:00Z"})
    import_files(store, {"courses.csv": csv(dated, "A,A,Second,active,2026-09-02,2026-12-02")})
    found = course(store)
    assert (found["name"], found["conclude_at"]) == ("Second", "2026-12-01T00:00:00Z")


@pytest.mark.parametrize(
    ("options", "later"),
    [((), "B"), ((OVERRIDE,), "B"), ((OVERRIDE, ADD), "A"), ((OVERRIDE, ADD, CLEAR), "B"), ((ADD,), "B")],
)
def test_a_parent_becomes_sticky_without_a_change(store: Store, options: tuple[str, ...], later: str) -> None:
    header = "account_id,parent_account_id,name,status"
    parents = ("A,,Arts,active", "B,,Biology,active")
    import_files(store, {"accounts.csv": csv(header, *parents, "C,A,Child,active")})
    again = {"accounts.csv": csv(header, "C,A,Child,active")}
    import_files(store, again, **dict.fromkeys(options, True))
    import_files(store, {"accounts.csv": csv(header, "C,B,Child,active")})
    child, parent = (records.find(store.db, "accounts", sis_source_id=each) for each in ("C", later))
    assert child is not None and parent is not None
    assert child["parent_account_id"] == parent["id"]


def test_every_sticky_column_is_a_column_of_its_table(store: Store) -> None:
    for entity in (*records.RESTORABLE, records.TERM_OVERRIDE, records.USER, SECTION):
        columns = {row["name"] for row in store.db.execute(f"PRAGMA table_info({entity.table})")}
        assert entity.sticky <= columns, entity.table
