"""What a rehearsal reports: in words, in tables, and to the guard."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.client import guards
from helpers.client.connection import Connection
from helpers.client.guards import QueueState, Sending
from helpers.client.request_plans import create_sis_import
from helpers.errors import HeldBack
from helpers.rehearsal import KindChanges, ObjectChange
from helpers.rehearsal.bundle import fingerprint
from helpers.rehearsal.summary import count_text, name_lines, share_line, title
from tests.conftest import Write
from tests.rehearsal.made import made, stopped

DOMAIN = "school.test.instructure.com"
BATCH: dict[str, Any] = {"batch_mode": True, "batch_mode_term_id": "1"}


@pytest.fixture
def file(write: Write) -> Path:
    return write("courses.csv", "course_id")


@pytest.mark.parametrize(
    ("more", "domain", "objection"),
    [
        ({}, DOMAIN, None),
        ({"domain": ""}, DOMAIN, None),
        ({"domain": None}, DOMAIN, "on an empty Canvas"),
        ({}, "school.instructure.com", "for school.test.instructure.com, not for school.instructure.com"),
        ({"params": (("batch_mode", "true"),)}, DOMAIN, "with different options"),
        ({"digests": frozenset({"other"})}, DOMAIN, "A different file was rehearsed"),
        (
            {"sis_import": made("failed_with_messages").sis_import},
            DOMAIN,
            "would end as failed_with_messages",
        ),
        ({"beyond": made()}, DOMAIN, "a threshold stops it from removing anything"),
    ],
)
def test_it_is_valid_only_for_what_was_rehearsed(
    file: Path, more: dict[str, Any], domain: str, objection: str | None
) -> None:
    plan = create_sis_import(file, **BATCH)
    found = replace(made(), **{"params": plan.params, "digests": fingerprint([file]), **more})
    actual = found.objection(plan, domain)
    assert actual is None if objection is None else objection in (actual or "")


@pytest.mark.parametrize(
    ("domain", "gaps", "begins"),
    [
        (DOMAIN, (), "None"),
        (DOMAIN, ("One.", "Two."), "The rehearsal may have missed something. One. Two."),
        (
            "school.instructure.com",
            ("One.",),
            f"The import was rehearsed for {DOMAIN}, not for school.instructure.com.",
        ),
    ],
)
def test_what_it_may_have_missed_is_a_doubt(
    file: Path, domain: str, gaps: tuple[str, ...], begins: str
) -> None:
    plan = create_sis_import(file, **BATCH)
    found = replace(made(), params=plan.params, digests=fingerprint([file]), gaps=gaps)
    assert str(found.doubt(plan, domain)).startswith(begins)


def test_the_guard_asks_it(file: Path) -> None:
    plan = create_sis_import(file, **BATCH)
    found = made(params=plan.params, digests=fingerprint([file]))
    sending = Sending(
        Connection(DOMAIN, "7~abcdefgh"), plan, lambda: QueueState([], None, "Fall"), rehearsed=found
    )
    guards.check(sending, set())
    file.write_text("changed", encoding="utf-8")
    with pytest.raises(HeldBack, match="this one has changed since"):
        guards.check(sending, set())


def test_the_summary_has_numbers_names_and_the_threshold() -> None:
    lines = made().summary().splitlines()
    assert lines[0].startswith("Rehearsal of courses.csv for the term Fall <2026>, with an export of school")
    assert lines[0].endswith("Nothing was sent.") and lines[1] == "The import would end as imported."
    assert "  courses: 91 → 66, 1 created, 3 updated, 26 deleted (58 %)" in lines
    assert "  unchanged in Canvas: 60 group memberships" in lines
    share = "batch mode removes 26 of 45 in the term: 57.8 %, more than the change_threshold of 10 %"
    assert f"Courses: {share}." in lines
    assert not any("None" in line for line in made(params=()).summary().splitlines())
    assert "Deleted courses: BIO-0, BIO-1, BIO-2, BIO-3, BIO-4 and 21 more" in lines
    assert lines[-2:] == ["1 message", "Note: An export does not include deleted objects."]


@pytest.mark.parametrize(("deleted", "more"), [(5, ""), (6, " and 1 more"), (1_005, " and 1,000 more")])
def test_the_summary_says_how_many_names_it_leaves_out(deleted: int, more: str) -> None:
    gone = tuple(ObjectChange("courses", "deleted", f"C{n}", "") for n in range(deleted))
    found = made("imported", KindChanges("courses", 2_000, 2_000 - deleted, deleted=deleted), changes=gone)
    assert [*name_lines(found)] == [f"Deleted courses: C0, C1, C2, C3, C4{more}"]


@pytest.mark.parametrize(("files", "shown"), [("abc", "a, b, c"), ("abcd", "a, b, c …")])
def test_the_title_names_three_files(files: str, shown: str) -> None:
    assert title(made(files=tuple(files), terms=())) == f"Rehearsal of {shown}"


@pytest.mark.parametrize(
    ("removed", "share"),
    [(20, "10.0 %, within"), (21, "10.5 %, more than"), (19, "9.5 %, within")],
)
def test_a_threshold_that_is_just_reached_is_kept(removed: int, share: str) -> None:
    courses = KindChanges("courses", 300, 300 - removed, deleted=removed, cleaned=removed, scope=200)
    assert f"{share} the change_threshold of 10 %" in share_line(courses, made())


@pytest.mark.parametrize(("deleted", "share"), [(1, "under 1 %"), (2, "1 %"), (3, "2 %")])
def test_a_small_share_is_never_zero(deleted: int, share: str) -> None:
    assert f"({share})" in count_text(KindChanges("courses", 200, 200, deleted=deleted), "deleted")


def test_what_a_threshold_stops_is_reported_anyway() -> None:
    found = stopped()
    assert found.stopped and len(found.deleted) == 26
    assert "stops it from removing anything" in found.verdict
    assert "Without the threshold:" in found.summary() and "26 of 45 in the term" in found.summary()


def test_tables_have_a_row_per_kind_and_per_change() -> None:
    found = made()
    courses = found.counts().set_index("kind").loc["courses"]
    assert courses["unchanged"] == 62 and round(courses["percent_cleaned"]) == 58
    assert len(found.to_frame()) == len(found.to_frame("courses", "deleted")) == 26
    assert found.to_frame("users", "deleted").empty and found.to_frame("courses", "created").empty
    assert list(found.to_frame("users").columns) == ["kind", "sort", "sis_id", "name", "details"]


def test_its_text_is_short_and_its_threshold_a_number() -> None:
    assert repr(made()) == "<Rehearsal of courses.csv: The import would end as imported.>"
    assert made().threshold == 10 and made(params=()).threshold is None
