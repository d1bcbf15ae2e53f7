import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from helpers import errors
from helpers.client.answers import Answer, fault_of
from helpers.client.models import ImportMessage
from helpers.messages.explain import AREAS, FOLDER, UNKNOWN, explain, message_kinds
from practice_canvas.sis_csv.kinds import KINDS as CSV_KINDS

ROWS = [row for area in AREAS for row in tomllib.loads((FOLDER / f"{area}.toml").read_text("utf-8"))["kind"]]
ERRORS = [
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and value.__module__ == errors.__name__
]
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# How different servers may word it → the kind. One line each: file | row | message | kind
ROW_MESSAGES = """
enrollments.csv | The row names neither course_id nor section_id. | enrollment-no-context
enrollments.csv | Neither the course C9 nor the section S9 of user U1 exists. | enrollment-context-unknown
enrollments.csv | Enrollment of U1: course C9 and section S9 were both not found. | enrollment-context-unknown
enrollments.csv | Section S1 does not belong to course C2 (user U1). | enrollment-unrelated
enrollments.csv | There is no user U9 (course C1, section S1). | enrollment-user-unknown
nightly.csv | The enrollment's user U9 was not found, Course ID C1. | enrollment-user-unknown
enrollments.csv | The row has no user_id and no user_integration_id. | enrollment-no-user
enrollments.csv | Section S9 is not known. | enrollment-section-unknown
enrollments.csv | Course C9 is not known. | enrollment-course-unknown
enrollments.csv | The section S9 does not exist (user U1). | enrollment-section-unknown
enrollments.csv | The course C9 does not exist (user U1). | enrollment-course-unknown
enrollments.csv | The user U9 does not exist (course C1, section (none)). | enrollment-user-unknown
enrollments.csv | There is no user with the SIS ID U9 (associated_user_id). | enrollment-associated-user
enrollments.csv | The role Tutor is unknown in this account. | enrollment-role
enrollments.csv | The status “enrolled” is no status of an enrollment. | enrollment-status
enrollments.csv | A blueprint course takes no student: U1 in C1. | enrollment-blueprint
enrollments.csv | The user U1 is deleted; course C1. | enrollment-deleted-user
enrollments.csv | The associated user P9 was not found. | enrollment-associated-user
enrollments.csv | The temporary enrollment's source T9 was not found. | enrollment-temporary-source
enrollments.csv | The enrollment of U1 in C1 is not valid: the section is deleted. | enrollment-invalid
enrollments.csv | A date of user U1 in course C1 cannot be read. | row-date
users.csv | The row has no user_id. | user-blank
users.csv | User U1 has no login_id. | user-blank
users.csv | User U1 has a status that Canvas does not know. | user-status
users.csv | The login_id ada of user U1 is in use by user U2. | user-login-taken
export.csv | User U2 has already claimed the login of user U1. | user-login-taken
users.csv | The integration_id I1 of user U1 belongs to user U2. | user-integration-taken
users.csv | The email ada@ of user U1 is not an address. | user-email
users.csv | There is no authentication provider saml9 (user U1). | user-provider
users.csv | User U1 cannot delete themselves. | user-self
users.csv | The login_id of user U1 is longer than 100 characters. | user-invalid
users.csv | The row holds a NUL character. | row-nul
logins.csv | The existing user for the login U1 was not found. | login-user-unknown
logins.csv | The existing_… values of login U1 belong to different users. | login-user-mismatch
logins.csv | A login with user_id U1 exists already. | login-taken
logins.csv | The row of login U1 has no existing user. | login-blank
courses.csv | A row has no course_id. | course-blank
courses.csv | Course C1 has no long_name. | course-blank
courses.csv | The status open of course C1 is not allowed. | course-status
courses.csv | The account A9 of course C1 was not found. | course-account
courses.csv | The course_format hybrid of course C1 is not allowed. | course-format
courses.csv | The grade_passback_setting x of course C1 is not allowed. | course-grade-passback
courses.csv | There is no abstract course AC9. | abstract-unknown
courses.csv | The blueprint B9 of course C1 was not found. | course-blueprint
courses.csv | Course C1: the end is before the start. | row-dates-order
courses.csv | Course C1 is not valid: the integration_id is in use. | course-invalid
sections.csv | The course C9 of section S1 was not found. | section-course-unknown
sections.csv | Section S1 of course C1 cannot have the integration_id I9: it is in use. | section-invalid
sections.csv | Section S1 has no name. | section-blank
sections.csv | The status x of section S1 is not allowed. | section-status
xlists.csv | The section S9 was not found. | xlist-section
xlists.csv | A row has no xlist_course_id. | xlist-blank
xlists.csv | The status x of a cross-listing is not allowed. | xlist-status
terms.csv | Term T1 has no name. | term-blank
terms.csv | Term T1 still has courses and cannot be deleted. | term-has-courses
terms.csv | The override's enrollment type x is unknown. | term-override
accounts.csv | The parent account of A1 was not found. | account-parent-unknown
accounts.csv | The parent P1 of account A1 is deleted. | account-parent-deleted
accounts.csv | The account A1 has the status closed; it can be active, deleted. | account-status
accounts.csv | Account A1 has courses and cannot be deleted. | account-not-empty
accounts.csv | Account A1 cannot be below itself (P1). | account-loop
admins.csv | The admin role of user U1 has the status x. | admin-status
admins.csv | The role x is not offered. | admin-role
admins.csv | The user U9 was not found. | admin-user
change_sis_id.csv | The old_id O9 of a user was not found. | change-old-unknown
change_sis_id.csv | The new_id N1 is in use already (old_id O1, user). | change-new-taken
change_sis_id.csv | The type person is unknown. | change-type-unsupported
change_sis_id.csv | old_id O1 and old_integration_id I2 belong to two objects of type user. | change-old-mixed
change_sis_id.csv | A group_category has no integration id. | change-category-integration
user_observers.csv | The observer P9 was not found. | observer-user-unknown
user_observers.csv | Nobody can observe themselves: U1. | observer-self
group_categories.csv | The group set GS2 cannot have the name A: another set there has it. | group-set-name
groups.csv | The course C9 of group G1 was not found. | group-course-unknown
groups.csv | Group G1 names both account_id and course_id. | group-two-owners
groups.csv | The group set GS9 of group G1 was not found. | group-set-unknown
groups_membership.csv | The user U9 was not found. | membership-user-unknown
groups_membership.csv | The group G9 was not found. | membership-group-unknown
groups_membership.csv | User U1 is not enrolled in the course of group G1. | membership-not-enrolled
grade_publishing_results.csv | The enrollment 99 was not found. | grade-enrollment
"""
WHOLE_MESSAGES = """
The header of people.csv does not match any kind of SIS file: name, mail. | file-headers
Canvas could not find any import headers that it knows. | file-headers
users.csv is malformed at row 7: a quote is opened and never closed. | file-malformed
users.csv is not UTF-8. | file-encoding
notes.txt is not a CSV file and was skipped. | file-foreign-member
upload.zip was not imported: it is no archive. | file-archive
13 more are not shown here: the errors list has all 37. | import-more-messages
An internal fault, error report 1234. | import-internal-fault
The practice Canvas stopped while this import was running. Send it again. | import-interrupted
30 enrollments would be deleted, more than the threshold of 10 %. | batch-threshold
Multi-term batch mode needs a terms file: no terms in the upload. | batch-no-terms
The last 5 imports of the series s were over their change_threshold: send a remaster. | diff-blocked
The data changed by 45 percent, more than the change_threshold of 5: nothing was compared. | diff-threshold
The file was not diffed: it exceeds the change threshold. | diff-threshold
users.csv was not diffed: its columns are not those of the last one. | diff-not-possible
"""
REQUEST_MESSAGES = """
HTTP 401: the access token is invalid | http-token-unknown
The token expired at 2026-01-01 (HTTP 401) | http-token-expired
HTTP 401: authentication is required | http-no-credentials
HTTP 403: you are not authorized | http-not-allowed
HTTP 403: rate limit reached | http-rate-limit
HTTP 429 | http-rate-limit
HTTP 403: the request has no User-Agent header | http-user-agent
HTTP 404: there is nothing here | http-not-found
HTTP 400: batch_mode_term_id is needed | refused-batch-term
"""


def lines(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" | ")] for line in table.strip().splitlines()]


@pytest.mark.parametrize(("file", "text", "kind"), lines(ROW_MESSAGES))
def test_a_message_about_a_row_is_explained(file: str, text: str, kind: str) -> None:
    assert explain(ImportMessage(1, file, text, 2, "warning")).kind == kind


@pytest.mark.parametrize(("text", "kind"), lines(WHOLE_MESSAGES))
def test_a_message_about_a_file_or_the_import_is_explained(text: str, kind: str) -> None:
    assert explain(ImportMessage(1, None, text, None, "error")).kind == kind
    assert explain(text).kind == kind


@pytest.mark.parametrize(("text", "kind"), lines(REQUEST_MESSAGES))
def test_a_refused_request_is_explained(text: str, kind: str) -> None:
    assert explain(text).kind == kind


FAULTS = [
    (errors.NoRoute("x", "y"), "fault-no-route"),
    (errors.FileNotUsable("x", "y"), "fault-file"),
    (errors.TlsFault("x", "y"), "fault-tls"),
    (errors.NotAccepted("The import has no id.", "y"), "fault-not-accepted"),
    (errors.DeadlinePassed("The import was still created.", "y"), "fault-deadline"),
]
ANSWERS = [
    (401, '{"errors":[{"message":"This token is bad."}]}', "http-token-unknown"),
    (401, '{"status":"unauthenticated","errors":[{"message":"A token is needed."}]}', "http-no-credentials"),
    (401, '{"errors":[{"message":"Too old.","expired_at":"2026-01-01"}]}', "http-token-expired"),
    (401, '{"status":"unauthorized","errors":[{"message":"You may not."}]}', "http-not-allowed"),
    (403, '{"status":"unauthorized","errors":[{"message":"You may not."}]}', "http-not-allowed"),
    (403, "Name your User-Agent, please.", "http-user-agent"),
    (403, "Over the rate limit.", "http-rate-limit"),
    (429, "", "http-rate-limit"),
    (404, '{"errors":[{"message":"Nothing here."}]}', "http-not-found"),
    (400, '{"message":"batch_mode_term_id is blank"}', "refused-batch-term"),
    (400, '{"message":"Zorglub."}', "fault-request-refused"),
    (503, "<html>Back soon</html>", "http-server-fault"),
    (200, "<html>Log in</html>", "fault-wrong-domain"),
]


@pytest.mark.parametrize(("error", "kind"), FAULTS, ids=lambda value: str(value)[:20])
def test_an_error_of_the_helpers_is_explained_by_its_class(error: errors.CanvasError, kind: str) -> None:
    assert explain(error).kind == kind


@pytest.mark.parametrize(("status", "body", "kind"), ANSWERS)
def test_an_answer_that_is_a_fault_is_explained(status: int, body: str, kind: str) -> None:
    fault = fault_of(Answer(status, {}, body, "school.instructure.com", "GET /api/v1/users/self"))
    assert fault and explain(fault).kind == kind


@pytest.mark.parametrize("name", [name for name in ERRORS if not getattr(errors, name).__subclasses__()])
def test_no_error_is_left_without_an_explanation(name: str) -> None:
    families = {each.__name__ for each in getattr(errors, name).__mro__}
    assert any(kind.where & families for kind in message_kinds())


@pytest.mark.parametrize("row", [row for row in ROWS if row.get("misses")], ids=lambda row: str(row["slug"]))
def test_what_a_row_misses_is_a_column_that_refers_to_something(row: dict[str, list[str]]) -> None:
    kinds = [kind for kind in CSV_KINDS if {kind.count_key, kind.name} & set(row["where"])]
    for name in row["misses"]:
        assert any((column := kind.column(name)) and column.refers_to for kind in kinds) or name == "old_id"


@pytest.mark.parametrize("row", [row for row in ROWS if row.get("misses")], ids=lambda row: str(row["slug"]))
def test_what_a_row_misses_is_explained_for_one_object_and_for_many(row: dict[str, str]) -> None:
    """The title above it may be “The user U1 is not in Canvas” or “3 users are not in Canvas”."""
    one_or_many = r"^(it|its|they|their)\b|\bthat (user|student|group|course|section)\b|\bsend (it|both)\b"
    assert not re.search(one_or_many, row["cause"], re.IGNORECASE)
    assert not re.search(one_or_many, row["fix"], re.IGNORECASE)
    assert not re.search(r"\bsend the (?!file)", row["fix"], re.IGNORECASE)


def test_every_kind_of_message_in_the_table_is_met_by_name() -> None:
    met = {row[-1] for table in (ROW_MESSAGES, WHOLE_MESSAGES, REQUEST_MESSAGES) for row in lines(table)}
    assert met <= {kind.explanation.kind for kind in message_kinds()}


def test_an_unknown_message_is_reported_as_unknown() -> None:
    found = explain(ImportMessage(1, "users.csv", "Zorglub 42.", 3, "warning"))
    assert found == UNKNOWN
    assert not found.known


def test_a_known_message_has_cause_fix_and_lesson() -> None:
    found = explain("users.csv is not UTF-8.")
    assert found.known and found.cause and found.fix and found.taught_in.startswith("04_bad_files_and_rows")
    assert str(found) == f"{found.title}. {found.cause} → {found.fix}"


def test_a_row_message_is_never_taken_for_one_about_a_whole_file() -> None:
    about_a_row = ImportMessage(1, "users.csv", "The header is unknown.", 4, "warning")
    assert not explain(about_a_row).kind.startswith("file-")


def test_an_error_is_never_taken_for_a_message_about_a_row() -> None:
    found = explain(
        ImportMessage(1, "courses.csv", "The header course_id,status fits no kind.", None, "error")
    )
    assert found.kind == "file-headers"


def test_each_kind_is_complete_and_has_a_unique_name() -> None:
    assert max(Counter(row["slug"] for row in ROWS).values()) == 1
    for row in ROWS:
        assert set(row) - {"unless", "misses", "applied", "counted"} == {
            "slug",
            "where",
            "title",
            "needs",
            "cause",
            "fix",
            "taught_in",
        }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["slug"]))
def test_each_kind_reads_as_sentences(row: dict[str, str]) -> None:
    assert not row["title"].endswith(".")
    assert row["cause"].endswith(".") and row["fix"].endswith(".")


@pytest.mark.parametrize("place", sorted({row["taught_in"] for row in ROWS}))
def test_each_place_in_the_lesson_exists(place: str) -> None:
    notebook, _, heading = place.partition(": ")
    assert heading in (NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8")


def test_words_in_capitals_all_have_a_pattern() -> None:
    words = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))["words"]
    used = {w for row in ROWS for need in row["needs"] for w in re.findall(r"\b[A-Z]{4,}\b", need)}
    assert used <= set(words)


def test_every_kind_of_file_is_recognizable() -> None:
    files = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))["files"]
    about = {where for row in ROWS for where in row["where"]}
    assert about <= set(files) | {*ERRORS} | {"HTTP", "file", "import", "batch mode", "diffing", "any row"}
