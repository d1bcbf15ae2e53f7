"""Root causes found from the texts of the messages alone, without the files that were sent."""

import re
from dataclasses import replace

import pytest

from helpers.client.models import ImportMessage
from helpers.messages import Report, view
from helpers.messages.causes import Cause, Missing, find_causes
from helpers.messages.evidence import Proof
from helpers.messages.explained_messages import explain_messages
from helpers.messages.sent import SentFiles
from tests.messages.material import warning


def causes_of(*messages: ImportMessage) -> tuple[Cause, ...]:
    return find_causes(explain_messages(messages, SentFiles()), SentFiles())


@pytest.mark.parametrize(("row", "rejects"), [(7, True), (None, False)])
def test_a_message_nobody_knows_is_about_a_row_if_it_names_one(row: int | None, rejects: bool) -> None:
    [explained] = explain_messages([warning("Something unheard of happened.", row)], SentFiles())
    assert explained.rejects_row is rejects


SECTION = warning("Section S1 of course C1 has no name.", 4, "sections.csv")
# As different servers may word that an enrollment's section is not there.
WORDINGS = [
    "The section S1 does not exist (user U1).",
    "Neither the course (none) nor the section S1 of user U1 exists.",
    "Course and section of an enrollment were not found (Course ID: C1, Section ID: S1, User ID: U1)",
    "No such section S1, user U1.",
]


@pytest.mark.parametrize("text", WORDINGS)
def test_a_rejected_section_explains_its_enrollments(text: str) -> None:
    [cause] = causes_of(SECTION, *(warning(text, row, "enrollments.csv") for row in (2, 3)))
    assert (cause.explanation.kind, len(cause.messages), len(cause.consequences)) == ("section-blank", 1, 2)


@pytest.mark.parametrize("text", WORDINGS)
def test_the_json_alone_shows_it_too_although_it_has_no_row_numbers(text: str) -> None:
    messages = (SECTION._replace(row=None), *(warning(text, None, "enrollments.csv") for _ in (2, 3)))
    [cause] = causes_of(*messages)
    assert (cause.explanation.kind, len(cause.messages), len(cause.consequences)) == ("section-blank", 1, 2)


def test_each_message_has_the_ids_of_its_own_text() -> None:
    ids = ["S1", "S2", "S10", "S39", "S7x", "٣1", "1", *(f"S{n}" for n in range(100, 1200))]
    texts = [f"Enrollment 9: the section {sis_id} does not exist (row 7)." for sis_id in ids]
    explained = explain_messages([warning(text, 2, "enrollments.csv") for text in texts], SentFiles())
    assert [each.misses for each in explained] == [(("section", sis_id),) for sis_id in ids]


@pytest.mark.parametrize(
    "text",
    [
        "Neither the course (none) nor the section S8 of user U1 exists.",
        "Neither course nor section existed for user U1 (Course ID: , Section ID: S8)",
        "Neither course '' nor section S8 of user U1 exists.",
    ],
)
def test_a_word_for_no_id_is_not_taken_for_an_id(text: str) -> None:
    [cause] = causes_of(warning(text, None, "enrollments.csv"))
    assert [each.name for each in cause.missing] == ["section S8"]


def test_messages_that_differ_only_in_numbers_have_each_their_own_ids() -> None:
    texts = [f"Neither the course C{n} nor section S{n} exists: no course or section" for n in (8, 10, 9)]
    messages = [warning(text, row, "enrollments.csv") for row, text in enumerate(texts, 2)]
    found = [dict(each.misses) for each in explain_messages(messages, SentFiles())]
    assert found == [{"course": f"C{n}", "section": f"S{n}"} for n in (8, 10, 9)]


def test_a_child_whose_parent_is_missing_is_not_taken_for_the_parent() -> None:
    text = "The parent of account PHYSICS does not exist: put it in an earlier row."
    [cause] = causes_of(warning(text, None, "accounts.csv"))
    assert not cause.missing and cause.title == cause.explanation.title


def test_a_user_that_was_saved_without_its_email_is_there_for_its_enrollments() -> None:
    email = warning("The email x of user U9 is not valid.", 2, "users.csv")
    causes = causes_of(email, warning("The user U9 does not exist (course C1).", 2, "enrollments.csv"))
    assert [len(each.consequences) for each in causes] == [0, 0]


def test_a_section_that_was_not_rejected_explains_nothing() -> None:
    one, other = causes_of(SECTION, warning("The section S2 does not exist (user U1).", 2, "enrollments.csv"))
    assert not one.consequences and not other.consequences


def test_the_chain_goes_on_to_the_course() -> None:
    [cause] = causes_of(
        warning("Course C1 has no long_name.", 2, "courses.csv"),
        warning("The course C1 of section S1 does not exist.", 2, "sections.csv"),
        warning("The section S1 does not exist (user U1).", 2, "enrollments.csv"),
    )
    assert cause.explanation.kind == "course-blank" and cause.explains == 3


def test_a_file_that_was_refused_explains_what_refers_to_it() -> None:
    refused = ImportMessage(412, "users.csv", "users.csv is not UTF-8.", None, "error")
    [cause] = causes_of(refused, warning("The user U9 does not exist (course C1).", 2, "enrollments.csv"))
    assert cause.severe and len(cause.consequences) == 1


def test_different_kinds_of_rows_that_miss_the_same_person_have_one_cause() -> None:
    [cause] = causes_of(
        warning("The user U9 does not exist (course C1).", 2, "enrollments.csv"),
        warning("The user U9 does not exist.", 3, "group_memberships.csv"),
    )
    assert cause.title == "The user U9 is not in Canvas" and cause.missing[0].messages == 2


def test_circles_come_to_an_end() -> None:
    causes = causes_of(
        warning("The parent account of account A1 does not exist: account A2.", 2, "accounts.csv"),
        warning("The parent account of account A2 does not exist: account A1.", 3, "accounts.csv"),
    )
    assert sum(cause.explains for cause in causes) == 2


def test_unknown_messages_are_shown_as_they_are_and_kept_apart() -> None:
    causes = causes_of(
        *(
            warning(text, row, "users.csv")
            for row, text in enumerate(("Zorglub 42.", "Zorglub 43.", "Blip."), 2)
        )
    )
    assert [cause.title for cause in causes] == [
        "Unknown message: Zorglub 42.",
        "Unknown message: Blip.",
    ]


def test_the_most_serious_comes_first_then_the_most_common() -> None:
    rows = [warning(f"User U{n} has no login_id.", n, "users.csv") for n in range(2, 9)]
    severe = ImportMessage(412, "courses.csv", "courses.csv is not UTF-8.", None, "error")
    kinds = [c.explanation.kind for c in causes_of(*rows, warning("Zorglub.", 2, "terms.csv"), severe)]
    assert kinds == ["file-encoding", "user-blank", "unknown"]


@pytest.mark.parametrize(("messages", "more"), [(3, ""), (4, "1"), (1_003, "1,000")])
def test_a_report_says_how_many_messages_it_leaves_out(messages: int, more: str) -> None:
    [cause] = causes_of(
        *(warning(f"Course C{row} has no short_name.", row) for row in range(2, messages + 2))
    )
    found = [line for line in view.cause_lines(1, cause, 3, "elsewhere") if "more; elsewhere" in line]
    assert found == ([f"   … and {more} more; elsewhere"] if more else [])
    assert sum("courses.csv, row" in line for line in view.cause_lines(1, cause, 3)) == 3


def test_a_report_of_everything_has_the_consequences_too() -> None:
    enrollment = warning("The section S1 does not exist (user U1).", 7, "enrollments.csv")
    [cause] = causes_of(SECTION, enrollment)
    everything = [line for line in view.cause_lines(1, cause, None) if enrollment.message in line]
    assert everything == [f"   enrollments.csv, row 7: {enrollment.message}"]
    assert not any(enrollment.message in line for line in view.cause_lines(1, cause))


@pytest.mark.parametrize(("missing", "more"), [(10, ""), (11, " and 1 more"), (25, " and 15 more")])
def test_a_report_says_how_many_missing_objects_it_leaves_out(missing: int, more: str) -> None:
    texts = [f"The section S{n} does not exist (user U1)." for n in range(missing)]
    [cause] = causes_of(*(warning(text, None, "enrollments.csv") for text in texts))
    [line] = [line for line in view.cause_lines(1, cause) if "section S0 " in line and "×" in line]
    assert line.count("×") == 10 and (f"{more}:" in line) and ("more" in line) is bool(more)


@pytest.mark.parametrize(("places", "more"), [(10, []), (11, ["and 1 more"]), (25, ["and 15 more"])])
def test_a_report_says_in_how_many_more_places_objects_are_missing(places: int, more: list[str]) -> None:
    missing = tuple(Missing("term", f"T{n}", 1, f"place {n}") for n in range(places))
    [cause] = causes_of(SECTION)
    lines = [line.strip() for line in view.cause_lines(1, replace(cause, missing=missing))]
    assert [line for line in lines if line.startswith("and ")] == more
    assert sum("term T" in line for line in lines) == 10


@pytest.mark.parametrize(("messages", "more"), [(100, []), (101, ["1"]), (1_100, ["1,000"])])
def test_the_page_of_a_report_says_how_many_messages_it_leaves_out(messages: int, more: list[str]) -> None:
    causes = causes_of(*(warning("Course C1 has no short_name.", row) for row in range(2, messages + 2)))
    page = view.html(Report(None, None, (), Proof(messages, messages, "the errors list"), causes))
    assert re.findall(r"and (\S+) more; report", page) == more
    assert page.count("Course C1 has no short_name.") == 100
