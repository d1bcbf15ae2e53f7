"""Writes that look up what they need: which record they take, make, or leave alone."""

from pathlib import Path
from typing import Any

import pytest

from practice_canvas.store import records
from practice_canvas.store.store import Store, begin, now
from practice_canvas.store.writes import groups, sections, terms, users
from practice_canvas.store.writes.roll_back_data import Undoable

NORA = 2


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_a_home_is_opened_while_somebody_writes(tmp_path: Path, store: Store) -> None:
    with store.write() as db:
        begin(db)
        Store(tmp_path).close()


def add(store: Store, table: str, **values: Any) -> Any:
    made = records.insert(store.db, table, {"created_at": now(), **values})
    return records.one(store.db, table, made)


def course(store: Store) -> Any:
    given = {"name": "Course", "course_code": "C", "workflow_state": "claimed", "uuid": "u"}
    return add(store, "courses", **given, account_id=1, enrollment_term_id=1)


def test_of_several_memberships_of_a_user_in_a_group_the_living_one_counts(store: Store) -> None:
    group, other = (add(store, "groups", name=name, account_id=1)["id"] for name in "ab")
    for group_id, user_id, state in (
        (group, 1, "accepted"),
        (other, NORA, "accepted"),
        (group, NORA, "deleted"),
        (group, NORA, "accepted"),
    ):
        add(store, "group_memberships", group_id=group_id, user_id=user_id, workflow_state=state)
    found = groups.membership(store.db, group, NORA)
    assert found and (found["group_id"], found["user_id"], found["workflow_state"]) == (
        group,
        NORA,
        "accepted",
    )
    assert groups.membership(store.db, group, 3) is None


@pytest.mark.parametrize("role", [None, *groups.OPEN_ROLES])
def test_a_user_is_in_one_group_of_a_set_unless_it_is_open(store: Store, role: str | None) -> None:
    sets = [add(store, "group_categories", name=name, account_id=1, role=role)["id"] for name in "st"]
    made = [
        add(store, "groups", name="G", account_id=1, group_category_id=one)
        for one in (sets[0], sets[0], sets[0], sets[1])
    ]
    states = ("accepted", "accepted", "deleted", "accepted")
    for group, state in zip(made, states, strict=True):
        add(store, "group_memberships", group_id=group["id"], user_id=NORA, workflow_state=state)
    add(store, "group_memberships", group_id=made[1]["id"], user_id=1, workflow_state="accepted")
    found = groups.memberships_elsewhere_in_set(store.db, made[0], NORA)
    assert [(one["group_id"], one["user_id"]) for one in found] == ([] if role else [(made[1]["id"], NORA)])


def test_a_course_gets_one_set_for_groups_that_name_none(store: Store) -> None:
    ids = [course(store)["id"] for _ in range(2)]
    made = [groups.student_groups(store.db, each, now()) for each in (*ids, *ids)]
    assert made[:2] == made[2:] and made[0] != made[1]
    found = records.one(store.db, "group_categories", made[0])
    assert (found["name"], found["role"], found["course_id"]) == (
        "Student Groups",
        "student_organized",
        ids[0],
    )
    records.update(store.db, "group_categories", made[0], {"workflow_state": "deleted"})
    assert groups.student_groups(store.db, ids[0], now()) not in made


def test_a_course_has_one_default_section(store: Store) -> None:
    here, there = course(store), course(store)
    add(store, "course_sections", name="Own", course_id=here["id"])
    made = sections.default_section(store.db, here, now())
    assert (made["name"], made["course_id"], made["default_section"]) == ("Course", here["id"], 1)
    assert sections.default_section(store.db, here, now())["id"] == made["id"]
    values = {"course_id": there["id"], "nonxlist_course_id": here["id"]}
    records.update(store.db, "course_sections", made["id"], values)
    assert sections.default_section(store.db, here, now())["id"] == made["id"], "it is cross-listed away"
    assert sections.default_section(store.db, there, now())["id"] != made["id"]
    records.update(store.db, "course_sections", made["id"], {"workflow_state": "deleted"})
    assert sections.default_section(store.db, here, now())["id"] != made["id"]


def test_a_section_that_is_moved_by_hand_sticks_beside_what_stuck_before(store: Store) -> None:
    here, there = course(store)["id"], course(store)["id"]
    section = add(store, "course_sections", name="S", course_id=here, stuck="name")
    sections.move_by_hand(store.db, section, {"course_id": there})
    found = records.one(store.db, "course_sections", section["id"])
    assert (found["course_id"], set(found["stuck"].split())) == (there, {"name", "course_id"})


def test_the_dates_of_a_term_for_a_type_are_made_once_and_stick(store: Store) -> None:
    for start in ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"):
        terms.set_override(store.db, 1, "TaEnrollment", {"start_at": start})
    (found,) = records.find_all(store.db, "enrollment_dates_overrides", enrollment_term_id=1)
    assert (found["enrollment_type"], found["start_at"]) == ("TaEnrollment", "2026-02-01T00:00:00Z")
    assert found["stuck"] == "start_at"


def test_the_default_term_is_made_when_it_is_missing(store: Store) -> None:
    known = terms.default_id(store.db, now())
    assert terms.default_id(store.db, now()) == known
    records.update(store.db, "enrollment_terms", known, {"workflow_state": "deleted"})
    made = records.one(store.db, "enrollment_terms", terms.default_id(store.db, now()))
    assert made["id"] != known and made["name"] == terms.DEFAULT_TERM_NAME


def test_an_address_becomes_the_first_of_a_user_and_is_not_doubled(store: Store) -> None:
    def addresses() -> list[str]:
        found = records.find_all(store.db, "communication_channels", user_id=NORA)
        return [one["path"] for one in sorted(found, key=lambda one: one["position"])]

    ada = {"user_id": 1, "path": "ada@x.test", "path_key": "ada@x.test", "position": 1}
    records.insert(store.db, "communication_channels", ada)
    before = addresses()
    for address in ("a@x.test", "b@x.test", "A@X.test"):
        users.set_email(store.db, NORA, address)
    assert addresses() == ["A@X.test", "b@x.test", *before]
    made = records.one(store.db, "communication_channels", users.add_email(store.db, NORA, 5, "Last@x.test"))
    assert addresses()[-1] == "Last@x.test"
    assert (made["pseudonym_id"], made["path_key"]) == (5, "last@x.test")
    (other,) = records.find_all(store.db, "communication_channels", user_id=1, path="ada@x.test")
    assert other["position"] == 1, "the addresses of others keep their places"


@pytest.mark.parametrize(("first", "last", "size"), [(5, 5, 1), (5, 9, 5)])
def test_a_change_tells_of_the_records_from_the_first_to_the_last(first: int, last: int, size: int) -> None:
    assert Undoable(1, first, last, "active").size == size
