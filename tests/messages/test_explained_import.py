"""explain_import on imports of a real practice Canvas."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from helpers.client.canvas_client import CanvasClient
from helpers.client.models import ImportMessage
from helpers.messages import Report, evidence, explain_import
from helpers.messages.view import cause_headline
from tests.messages.material import (
    COURSES,
    TERM,
    client_of,
    ended,
    import_json,
    packed,
    saved_json,
    written,
)
from tests.practice_server import Server

DATA = Path(__file__).parents[2] / "data"
BROKEN = {**TERM, "sections.csv": "section_id,course,title\nS1,C1,A\n"}


@pytest.fixture
def client(canvas: Server) -> CanvasClient:
    return client_of(canvas)


def explained(client: CanvasClient, folder: Path, files: dict[str, str | bytes], **options: object) -> Report:
    return explain_import(ended(client, packed(folder, files), **options), client=client)


def titles(report: Report) -> dict[str, int]:
    return {cause.explanation.kind: cause.explains for cause in report.causes}


def test_every_message_is_listed_under_its_root_cause(client: CanvasClient, tmp_path: Path) -> None:
    report = explained(client, tmp_path, {**TERM})
    assert titles(report) == {
        "course-blank": 3,  # the course, its section, the enrollment in that
        "section-course-unknown": 2,  # C9 was never sent: its section, the enrollment in that
        "user-blank": 2,  # the user, their enrollment
        "enrollment-user-unknown": 1,
        "enrollment-role": 1,
    }
    assert report.proof.complete and sum(titles(report).values()) == len(report.messages) == 9


def test_the_rows_come_from_canvas_when_no_file_is_named(client: CanvasClient, tmp_path: Path) -> None:
    report = explained(client, tmp_path, {**TERM})
    rows = {each.message.row: each.as_sent for each in report.messages if each.message.file == "users.csv"}
    assert rows == {3: "user_id: U2 · full_name: Two · status: active"}


def test_a_row_is_shown_up_to_a_thousand_characters(client: CanvasClient, tmp_path: Path) -> None:
    rows = "".join(f"C{length},,{'x' * length},active\n" for length in (900, 2000))
    report = explained(client, tmp_path, {"courses.csv": f"course_id,short_name,long_name,status\n{rows}"})
    assert sorted(len(each.as_sent) for each in report.messages) == [946, 1000]


def test_passwords_are_shown_nowhere(client: CanvasClient, tmp_path: Path) -> None:
    zipped = packed(tmp_path, {**TERM})
    report = explain_import(ended(client, zipped).id, zipped, client=client)
    kept = report.save(tmp_path)
    shown = [repr(report), report._repr_html_(), report.to_frame().to_string()]
    shown += [file.read_text("utf-8") for file in kept.iterdir()]
    shown += [repr(report.messages), repr(report.causes)]
    assert any("secret-word-2" in each.values for each in report.messages)
    assert not [text for text in shown if "secret-word" in text]


def test_what_is_missing_is_named_with_the_place_of_its_row(client: CanvasClient, tmp_path: Path) -> None:
    report = explained(client, tmp_path, {**TERM, "users.csv": "user_id,login_id,status\nU1,u1,active\n"})
    missing = {each.name: each for cause in report.causes for each in cause.missing}
    assert missing["course C9"].place == missing["user U2"].place == "not in the files that were sent"
    assert "course C9 (1×): not in the files that were sent" in str(report)


def test_the_rows_of_every_kind_add_up(client: CanvasClient, tmp_path: Path) -> None:
    report = explained(client, tmp_path, {**TERM})
    found = {each.kind: (each.sent, each.applied, each.skipped, each.adds_up) for each in report.balance}
    assert found == {
        "courses": (2, 1, 1, True),
        "sections": (3, 1, 2, True),
        "users": (2, 1, 1, True),
        "enrollments": (6, 1, 5, True),
    }


def test_a_row_that_was_applied_in_part_is_not_called_skipped(client: CanvasClient, tmp_path: Path) -> None:
    users = "user_id,login_id,full_name,email,status\nU1,u1,One,nowhere,active\nU2,,Two,,active\n"
    report = explained(client, tmp_path, {"users.csv": users})
    [rows] = report.balance
    assert (rows.sent, rows.applied, rows.skipped, rows.adds_up) == (2, 1, 1, True)
    assert "Canvas applied 1 row in part" in str(report)


def test_a_byte_that_is_not_utf_8_has_one_place(client: CanvasClient, tmp_path: Path) -> None:
    users = b"user_id,login_id,full_name,status\nU1,u1,One,active\n" + b"U2,u2,J\xfcrgen,active\n"
    message = explained(client, tmp_path, {"users.csv": users}).messages[0].message.message
    assert "line 3, character 8" in message and "row" not in message


def test_a_file_that_was_refused_explains_what_follows(client: CanvasClient, tmp_path: Path) -> None:
    report = explained(client, tmp_path, {**BROKEN})
    first = report.causes[0]
    assert first.severe and first.explanation.kind == "file-headers"
    assert {each.explanation.kind for each in first.consequences} == {"enrollment-context-unknown"}
    assert "header: section_id, course, title" in first.messages[0].as_sent


def test_the_place_of_a_fault_inside_a_file_is_found(client: CanvasClient, tmp_path: Path) -> None:
    report = explained(
        client, tmp_path, {"courses.csv": 'course_id,short_name,long_name,status\nC1,5" pipe,x,active\n'}
    )
    assert "line 2, character 5" in report.causes[0].messages[0].as_sent


def test_all_messages_are_read_however_many(client: CanvasClient, tmp_path: Path) -> None:
    file = written(tmp_path, COURSES + "".join(f"X{n},,Course,active\n" for n in range(130)), "courses.csv")
    report = explain_import(ended(client, file), client=client)
    assert len(report.messages) == 131 and report.proof.where == "the errors list" and report.proof.complete


def test_very_many_messages_come_from_the_attachment(
    client: CanvasClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MANY", 2)
    report = explained(client, tmp_path, {**BROKEN})
    listed = client.list_sis_import_errors(report.import_id)
    assert report.proof.where == "the errors_attachment" and report.proof.complete
    assert key(listed) == key([each.message for each in report.messages])


def key(messages: list[ImportMessage]) -> set[tuple[object, ...]]:
    return {(each.file, each.message, each.row, each.severity) for each in messages}


def test_a_clean_import_is_clean(client: CanvasClient, tmp_path: Path) -> None:
    report = explain_import(
        ended(client, written(tmp_path, TERM["users.csv"][:70], "users.csv")), client=client
    )
    assert report.clean and report.messages == () and "adds_up" in report.balance_frame()


def test_only_new_sorts_of_messages_are_new(client: CanvasClient, tmp_path: Path) -> None:
    users = written(tmp_path, "user_id,login_id,status\nU1,,active\n", "users.csv")
    ended(client, users)
    ended(client, written(tmp_path, COURSES, "courses.csv"))
    users.write_text("user_id,login_id,status\nU2,,active\nU3,u3,odd\n", "utf-8")
    report = explain_import(ended(client, users), client=client, before="previous")
    assert (report.new, report.before_id) == (("user-status",), 1)
    assert [cause.explanation.kind for cause in report.causes if cause.is_new] == ["user-status"]
    assert "New since import 1: user-status." in str(report)
    marked = [cause.explanation.kind for cause in report.causes if "NEW " in cause_headline(cause)]
    assert marked == ["user-status"]


def test_the_first_import_has_nothing_before_it(client: CanvasClient, tmp_path: Path) -> None:
    file = written(tmp_path, COURSES, "courses.csv")
    report = explain_import(ended(client, file), client=client, before="previous")
    assert report.new is None


def test_a_saved_report_serves_as_the_one_before(client: CanvasClient, tmp_path: Path) -> None:
    file = written(tmp_path, COURSES, "courses.csv")
    first = explain_import(ended(client, file), client=client)
    later = explain_import(ended(client, file), client=client, before=first.save(tmp_path))
    assert later.new == () and later.before_id == first.import_id
    assert f"No new kinds of messages since import {first.import_id}." in str(later)
    again = explain_import(ended(client, file), client=client, before=first)
    assert again.new == () and again.before_id == first.import_id


def test_after_diffing_the_rows_are_those_of_the_difference(client: CanvasClient, tmp_path: Path) -> None:
    good = "".join(f"C{n},c,Course,active\n" for n in range(5))
    file = written(tmp_path, "course_id,short_name,long_name,status\n" + good, "courses.csv")
    ended(client, file, diffing_data_set_identifier="night")
    file.write_text(file.read_text("utf-8") + "C9,c,,active\n", "utf-8")
    sis_import = ended(client, file, diffing_data_set_identifier="night", change_threshold=100)
    report = explain_import(sis_import, file, client=client)
    [message] = report.messages
    assert (message.message.row, message.values[0]) == (2, "C9")
    assert [(each.sent, each.skipped, each.adds_up) for each in report.balance] == [(1, 1, True)]


def test_the_rows_of_a_diffed_import_are_not_looked_for_in_your_files(tmp_path: Path) -> None:
    raw = import_json([["courses.csv", "Course C2 has no long_name."]])
    raw["data"]["diffed_against_sis_batch_id"] = 7
    report = explain_import(saved_json(tmp_path, raw), written(tmp_path, COURSES, "courses.csv"))
    assert "row numbers refer to the difference" in str(report) and report.balance[0].sent is None


def test_copies_of_rows_shift_the_numbers_as_in_canvas(client: CanvasClient, tmp_path: Path) -> None:
    copies = "C1,c,Course,active\n" * 120
    text = f"course_id,short_name,long_name,status\n{copies}C2,,Course,active\n"
    file = written(tmp_path, text, "courses.csv")
    report = explain_import(ended(client, file), file, client=client)
    [message] = report.messages
    assert (message.message.row, message.values[0]) == (3, "C2") and report.balance[0].adds_up
    assert file.read_text("utf-8") == text and [each.name for each in tmp_path.iterdir()] == ["courses.csv"]


def test_an_internal_fault_without_messages_says_what_to_do(
    client: CanvasClient, canvas: Server, tmp_path: Path
) -> None:
    canvas.send("POST", "/practice/scenarios/internal_fault", b"")
    report = explain_import(ended(client, written(tmp_path, COURSES, "courses.csv")), client=client)
    canvas.send("DELETE", "/practice/scenarios", b"")
    assert "stored no message" in str(report) and not report.clean


def test_tables_have_a_row_for_each_message_cause_and_kind(client: CanvasClient, tmp_path: Path) -> None:
    report = explained(client, tmp_path, {**TERM})
    frame = report.to_frame()
    assert len(frame) == 9 and {"kind", "cause", "fix", "taught_in", "as_sent", "row"} <= set(frame.columns)
    assert list(report.causes_frame()["explains"]) == [cause.explains for cause in report.causes]
    assert report.balance_frame()["sent"].sum() == 13


def test_the_page_is_escaped_and_its_tables_have_headers(client: CanvasClient, tmp_path: Path) -> None:
    file = written(tmp_path, "user_id,login_id,status\n<img src=x>,,active\n", "users.csv")
    page = explain_import(ended(client, file), client=client)._repr_html_()
    assert "<img" not in page and "&lt;img src=x&gt;" in page
    assert page.count("<table") == page.count("<thead") and '<th scope="col">' in page
    cells = [cell.get_text() for cell in BeautifulSoup(page, "html.parser").find_all("td")]
    assert cells[cells.index("users.csv") + 1] == "2"


# folder of data/broken → kind, how many messages it explains, what its row or file shows
GALLERY = {
    "not_utf8": ("file-encoding", 1, "line 3, character 17"),
    "semicolons": ("file-headers", 1, "its header: course_id;short_name"),
    "quote_in_value": ("file-malformed", 1, "line 3, character 33"),
    "line_ends_mixed": ("file-malformed", 1, "mixed line endings"),
    "one_cause_many_messages": ("section-status", 7, "status: open"),
    "no_break_space": ("enrollment-user-unknown", 1, "user_id: 0000101‹U+00A0›"),
    "parent_below_child": ("account-parent-unknown", 1, "parent_account_id: SCIENCE"),
    "zeros_lost": ("enrollment-user-unknown", 2, "user_id: 101"),
    "login_twice": ("user-login-taken", 1, "login_id: Nora"),
    "date_impossible": ("row-date", 1, "start_date: 2027-13-01"),
}


@pytest.mark.parametrize("name", GALLERY)
def test_a_broken_file_of_the_gallery_is_explained(client: CanvasClient, tmp_path: Path, name: str) -> None:
    kind, explains, shown = GALLERY[name]
    files = {path.name: path.read_bytes() for path in (DATA / "broken" / name).iterdir()}
    [cause] = explained(client, tmp_path, {**files}).causes
    assert (cause.explanation.kind, cause.explains) == (kind, explains)
    assert shown in cause.messages[0].as_sent


def test_the_balance_names_files_that_were_rejected(client: CanvasClient, tmp_path: Path) -> None:
    found = {each.kind: each for each in explained(client, tmp_path, {**BROKEN}).balance}
    assert (found["sections"].sent, found["sections"].applied, found["sections"].adds_up) == (1, 0, False)
    assert found["sections"].remark == "Canvas rejected all of sections.csv."


@pytest.mark.parametrize(
    ("sent", "named", "differs"),
    [
        ("0000060", "60", "leading zeros"),
        ("P-60", "P–60", "U+2013 EN DASH"),
        ("P-60", "sis_user_id:P-60", "an API prefix"),
        ("12345", "12345.0", "a decimal zero"),
    ],
)
def test_an_id_that_was_sent_spelled_differently_is_named(
    client: CanvasClient, tmp_path: Path, sent: str, named: str, differs: str
) -> None:
    files: dict[str, str | bytes] = {
        "courses.csv": "course_id,short_name,long_name,status\nC1,C1,One,active\n",
        "users.csv": f"user_id,login_id,full_name,status\n{sent},nora,Nora,active\n",
        "enrollments.csv": f"course_id,user_id,role,status\nC1,{named},student,active\n",
    }
    report = explained(client, tmp_path, files)
    (cause,) = report.causes
    (missing,) = cause.missing
    assert (missing.sis_id, missing.near) == (named, sent)
    assert f"but {sent} is in users.csv, row 2" in missing.place and differs in missing.place
    assert "write this ID in two ways" in cause.why and missing.place in str(report)


@pytest.mark.parametrize(
    ("users", "title", "ids"),
    [
        (["U8"], "The user U8 is not in Canvas", "this ID"),
        (["U8", "U9"], "2 users are not in Canvas", "these IDs"),
        (["1", "2"], "2 users are not in Canvas", "these IDs in two ways"),
    ],
)
def test_the_sentences_below_a_title_fit_one_object_and_several(
    client: CanvasClient, tmp_path: Path, users: list[str], title: str, ids: str
) -> None:
    enrollments = "".join(f"C1,{user},student,active\n" for user in users)
    files: dict[str, str | bytes] = {
        "courses.csv": "course_id,short_name,long_name,status\nC1,C1,One,active\n",
        "users.csv": "user_id,login_id,full_name,status\n001,a,A,active\n002,b,B,active\n",
        "enrollments.csv": f"course_id,user_id,role,status\n{enrollments}",
    }
    (cause,) = explained(client, tmp_path, files).causes
    assert cause.title == title and ids in cause.why
    assert not re.search(r"\b(it|its)\b|Send the\b", f"{cause.why} {cause.fix}", re.IGNORECASE)


COURSE = "course_id,short_name,long_name,status"


def test_an_object_that_was_deleted_is_not_called_unknown(
    client: CanvasClient, canvas: Server, tmp_path: Path
) -> None:
    account, course = (
        "account_id,parent_account_id,name,status\nA1,,Arts,",
        f"{COURSE},account_id\nC1,C1,One,",
    )
    for rows in (f"{account}active", f"{course}active,A1", f"{course}deleted,A1", f"{account}deleted"):
        canvas.run_csv(f"{rows}\n")
    files: dict[str, str | bytes] = {"courses.csv": f"{course}active,A1\n"}
    (cause,) = explained(client, tmp_path, files).causes
    assert "deleted account A1" in cause.messages[0].message.message
    assert cause.why.endswith("Canvas does not have this ID, or only as deleted.")
