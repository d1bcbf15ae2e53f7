"""Whole rehearsals: against a copy, against an export, against another Canvas, against nothing."""

from pathlib import Path
from typing import Any

import pytest

from helpers.client import packing, request_plans
from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.errors import (
    BadInput,
    ConnectionLost,
    ExportFailed,
    FileNotUsable,
    NoSuchThing,
    NotAllowed,
    UnknownOption,
)
from helpers.rehearsal import ObjectChange, rehearse
from helpers.rehearsal.starting_points import FIRST_OF_SERIES
from helpers.terminal import cli, prompts
from tests.conftest import Write
from tests.practice_server import IMPORTS, Server
from tests.rehearsal.conftest import BATCH, HEADER, NIGHTLY, SCHOOL


def sorts(changes: tuple[ObjectChange, ...], kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in changes:
        if each.kind == kind:
            found.setdefault(each.sort, []).append(each.sis_id)
    return found


def imports_of(canvas: Server) -> int:
    return len(canvas.get(f"{IMPORTS}?per_page=100").json["sis_imports"])


def test_against_nothing_everything_is_created(tmp_path: Path) -> None:
    for name, text in SCHOOL.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = rehearse(tmp_path, against=None)
    assert (found.kind("courses").created, found.kind("enrollments").created) == (5, 12)
    assert found.sis_import.workflow_state == "imported" and not found.messages
    assert found.kind("groups").before == 0


def test_a_full_batch_that_would_remove_too_much_is_stopped_and_still_named(
    client: CanvasClient, school: Server, half: Path
) -> None:
    before = imports_of(school)
    found = rehearse(half, against=client, **BATCH)
    assert found.stopped and found.sis_import.workflow_state == "aborted"
    assert sorts(found.changes, "courses") == {"created": ["NEW"]}
    assert [each.sis_id for each in found.deleted if each.kind == "courses"] == ["BIO3", "BIO4"]
    assert found.beyond
    courses = found.beyond.kind("courses")
    assert (courses.cleaned, courses.scope, courses.percent_cleaned) == (2, 5, 40.0)
    assert found.beyond.kind("enrollments").deleted == 6 and found.terms == ("Fall 2026",)
    assert imports_of(school) == before
    assert "10 percent was filled in for you" in found.summary() and not found.gaps
    given = rehearse(half, against=client, **BATCH, change_threshold=10)
    assert "filled in" not in given.summary()


@pytest.mark.usefixtures("school")
def test_copy_export_and_other_canvas_predict_the_same_and_it_happens(
    client: CanvasClient, school: Server, export: Path, half: Path, request: pytest.FixtureRequest
) -> None:
    options: dict[str, Any] = {**BATCH, "change_threshold": 40}
    copied = rehearse(half, against=client, **options)
    exported = rehearse(half, against=export, **options)
    request.getfixturevalue("elsewhere")
    asked = rehearse(half, against=client, **options)
    assert copied.kinds == exported.kinds == asked.kinds
    assert copied.changes == exported.changes == asked.changes
    assert (copied.against, asked.against.split()[1]) == (
        f"a copy of the practice Canvas at {client.connection.domain}",
        "export",
    )
    sent = client.create_sis_import(half, rehearsed=copied, **options)
    assert school.wait(sent.id)["data"]["counts"]["batch_courses_deleted"] == 2
    left = {course["sis_course_id"] for course in client.get("accounts/self/courses")}
    assert left == {"BIO1", "BIO2", "NEW", "ART1"} and not copied.stopped


def test_dropped_enrollments_that_are_concluded_count_as_such(client: CanvasClient, write: Write) -> None:
    kept = SCHOOL["enrollments.csv"].splitlines()[:11]
    file = write("enrollments.csv", *kept)
    found = rehearse(
        file, against=client, **BATCH, batch_mode_enrollment_drop_status="completed", change_threshold=50
    )
    people = found.kind("enrollments")
    assert (people.concluded, people.deleted, people.cleaned, people.scope) == (2, 0, 2, 12)
    assert found.to_frame("enrollments", "concluded")["name"].tolist() == ["Person 2", "Person 3"]


def test_what_no_import_changed_stays_in_batch_mode(
    elsewhere: CanvasClient, school: Server, write: Write
) -> None:
    school.form("PUT", "/api/v1/accounts/self/terms/1", {"enrollment_term[sis_term_id]": "HAND"})
    by_hand = {
        "course[name]": "By hand",
        "course[sis_course_id]": "HAND",
        "course[term_id]": "sis_term_id:F26",
    }
    assert school.form("POST", "/api/v1/accounts/self/courses", by_hand).json["sis_course_id"] == "HAND"
    found = rehearse(write("courses.csv", HEADER), against=elsewhere, **BATCH, change_threshold=100)
    assert found.kind("courses").deleted == 4 and found.kind("terms").deleted == 0
    assert "no import ever changed" in " ".join(found.notes)


def test_a_term_is_found_by_the_number_it_has_in_its_own_canvas(
    elsewhere: CanvasClient, school: Server, write: Write, export: Path
) -> None:
    number = elsewhere.get("accounts/self/terms/sis_term_id:S27")["id"]
    options: dict[str, Any] = {"batch_mode": True, "batch_mode_term_id": number, "change_threshold": 100}
    found = rehearse(write("courses.csv", HEADER), against=elsewhere, **options)
    assert [each.sis_id for each in found.deleted] == ["ART1"] and found.terms == ("Spring 2027",)
    with pytest.raises(BadInput, match=f"ID {number}"):
        rehearse(write("courses.csv", HEADER), against=export, **options)
    with pytest.raises(NoSuchThing):
        rehearse(write("courses.csv", HEADER), against=elsewhere, **{**options, "batch_mode_term_id": 999})


def test_the_default_term_needs_no_sis_id_and_another_does(
    elsewhere: CanvasClient, school: Server, write: Write
) -> None:
    file = write("courses.csv", HEADER)
    options: dict[str, Any] = {"batch_mode": True, "change_threshold": 100}
    assert rehearse(file, against=elsewhere, batch_mode_term_id=1, **options).terms == ("Default Term",)
    number = elsewhere.get("accounts/self/terms/sis_term_id:S27")["id"]
    school.form("PUT", f"/api/v1/accounts/self/terms/{number}", {"enrollment_term[sis_term_id]": ""})
    with pytest.raises(BadInput, match="Spring 2027 has no SIS ID"):
        rehearse(file, against=elsewhere, batch_mode_term_id=number, **options)


def test_all_terms_of_a_terms_file_are_cleaned_in_multi_term_batch_mode(
    client: CanvasClient, write: Write
) -> None:
    files = [write("terms.csv", *SCHOOL["terms.csv"].splitlines()), write("courses.csv", HEADER)]
    found = rehearse(files, against=client, multi_term_batch_mode=True, change_threshold=100)
    assert found.kind("courses").cleaned == found.kind("courses").scope == 5
    assert set(found.terms) == {"Fall 2026", "Spring 2027"}


def test_several_terms_have_a_share_each_that_follows_the_course_of_every_object(
    client: CanvasClient, school: Server, write: Write
) -> None:
    moved = "xlist_course_id,section_id,status\nART1,BIO4-1,active\n"
    assert school.run_csv(moved, "xlist.csv")["workflow_state"] == "imported"
    kept = SCHOOL["courses.csv"].splitlines()[:3]
    files = [
        write("terms.csv", *SCHOOL["terms.csv"].splitlines()),
        write("courses.csv", *kept, "BIO3,BIO 3,Biology 3,F26,deleted", "ART1,ART 1,Art 1,S27,active"),
        write("enrollments.csv", "section_id,user_id,role,status", "BIO4-1,u1,student,active"),
    ]
    options: dict[str, Any] = {"multi_term_batch_mode": True, "change_threshold": 100}
    found = rehearse(files, against=client, **options)
    shares = {
        kind: {share.term: (share.removed, share.scope) for share in found.kind(kind).by_term}
        for kind in ("courses", "enrollments")
    }
    assert shares["courses"] == {"Fall 2026": (2, 4), "Spring 2027": (0, 1)}
    assert shares["enrollments"] == {"Fall 2026": (9, 9), "Spring 2027": (2, 3)}
    assert "Enrollments in Spring 2027: 2 of 3 removed (67 %)." in found.summary()
    concluded = rehearse(files, against=client, **options, batch_mode_enrollment_drop_status="completed")
    assert [(each.removed, each.scope) for each in concluded.kind("enrollments").by_term] == [(6, 6), (2, 3)]


# ---- diffing


@pytest.fixture
def first_night(client: CanvasClient, school: Server, write: Write) -> Path:
    """A series with one import in it."""
    file = write("courses.csv", *SCHOOL["courses.csv"].splitlines())
    sent = client.create_sis_import(file, waive="rehearsal", **NIGHTLY)
    assert school.wait(sent.id)["workflow_state"] == "imported"
    return file


@pytest.fixture
def second_night(first_night: Path, write: Write) -> Path:
    """The file of the next night: one course is gone, one has another name."""
    lines = first_night.read_text(encoding="utf-8").replace("Biology 2", "Botany").splitlines()
    return write("second/courses.csv", *[line for line in lines if not line.startswith("BIO4")])


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()


def test_diffing_predicts_what_is_removed_wherever_the_base_comes_from(
    client: CanvasClient, export: Path, first_night: Path, second_night: Path, request: pytest.FixtureRequest
) -> None:
    options: dict[str, Any] = {**NIGHTLY, "change_threshold": 50}
    copied = rehearse(second_night, against=client, **options)
    exported = rehearse(second_night, against=export, base=first_night, **options)
    asked = rehearse(second_night, against=request.getfixturevalue("elsewhere"), **options)
    for found in (copied, exported, asked):
        assert sorts(found.changes, "courses") == {"deleted": ["BIO4"], "updated": ["BIO2"]}
        assert FIRST_OF_SERIES not in found.notes and not found.stopped and not found.gaps


def test_a_threshold_that_keeps_diffing_from_comparing_is_rehearsed_without_it(
    client: CanvasClient, second_night: Path
) -> None:
    found = rehearse(second_night, against=client, **NIGHTLY)
    assert found.stopped and found.kind("courses").deleted == 0 and found.beyond
    assert [each.sis_id for each in found.deleted if each.kind == "courses"] == ["BIO4"]
    assert "threshold" in found.messages[0].message


def test_a_series_without_a_base_is_noted(elsewhere: CanvasClient, half: Path) -> None:
    found = rehearse(half, against=elsewhere, **NIGHTLY)
    assert FIRST_OF_SERIES in found.notes and found.kind("courses").deleted == 0
    assert found.gaps == (FIRST_OF_SERIES,)


# ---- other ends


@pytest.mark.usefixtures("school")
def test_messages_are_reported(client: CanvasClient, write: Write) -> None:
    file = write("courses.csv", HEADER, "BIO9,BIO 9,Biology 9,F26,running")
    found = rehearse(file, against=client)
    assert found.sis_import.workflow_state == "imported_with_messages"
    [message] = found.messages
    assert message.row == 2 and "running" in message.message
    assert "imported_with_messages" in found.verdict and "1 message" in found.summary()


def test_waiting_imports_run_first(client: CanvasClient, school: Server, write: Write) -> None:
    school.send("POST", "/practice/scenarios/stuck_in_created", b"")
    try:
        school.post_csv(f"{HEADER}\nWAITS,W,Waiting,F26,active\n")
        found = rehearse(write("courses.csv", HEADER, "WAITS,W,Came True,F26,active"), against=client)
    finally:
        school.send("DELETE", "/practice/scenarios", None)
    [change] = found.changes
    assert (change.sort, change.details) == ("updated", "long_name: Waiting → Came True")


def test_an_export_may_be_a_single_csv_file(write: Write, half: Path) -> None:
    exported = write("exported.csv", *SCHOOL["courses.csv"].splitlines())
    found = rehearse(half, against=exported)
    assert (found.kind("courses").before, found.kind("courses").created) == (5, 1)


def test_rows_of_an_export_that_do_not_fit_are_noted(write: Write, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    write("broken/enrollments.csv", "section_id,user_id,role,status", "S1,u1,student,active")
    found = rehearse(write("courses.csv", HEADER), against=tmp_path / "broken")
    assert "returned 1 message," in found.notes[-1] and "S1" in found.notes[-1]
    assert found.gaps == found.notes[-1:]


def test_custom_roles_and_login_providers_of_an_export_are_kept(write: Write, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    write("export/courses.csv", *SCHOOL["courses.csv"].splitlines())
    write("export/users.csv", "user_id,login_id,full_name,authentication_provider_id,status",
          "u1,one,One,117,active", "u2,two,Two,saml,active")  # fmt: skip
    write("export/enrollments.csv", "course_id,user_id,role,role_id,status", "BIO1,u1,Grader,3,active")
    file = write(
        "enrollments.csv", "course_id,user_id,role,status", "BIO1,u1,Grader,inactive", "BIO1,u2,Grader,active"
    )
    found = rehearse(file, against=tmp_path / "export")
    assert not found.messages and len(found.notes) == 1
    assert sorts(found.changes, "enrollments") == {
        "concluded": ["BIO1 / u1 / Grader"],
        "created": ["BIO1 / u2 / Grader"],
    }


def test_an_option_that_does_not_exist_is_reported_before_anything_starts(write: Write) -> None:
    steps: list[str] = []
    with pytest.raises(UnknownOption):
        rehearse(write("a.csv", HEADER), against=None, progress=steps.append, batch_mod=True)
    assert steps == []


def test_a_panel_is_not_a_client_and_the_error_says_where_it_is(write: Write) -> None:
    with pytest.raises(BadInput, match=r"panel\.client"):
        rehearse(write("a.csv", HEADER), against=object())  # type: ignore[arg-type]


def test_what_canvas_refuses_the_rehearsal_refuses(write: Write) -> None:
    with pytest.raises(NoSuchThing) as caught:
        rehearse(write("a.csv", HEADER), against=None, **BATCH)
    assert caught.value.fix.endswith("This was the rehearsal: nothing was sent to your Canvas.")


def test_a_failed_export_is_an_error(school: Server, elsewhere: CanvasClient, write: Write) -> None:
    visitor = CanvasClient(Connection(school.url, "practice-no-permission-token"))
    with pytest.raises(NotAllowed):
        rehearse(write("a.csv", HEADER), against=visitor)
    with pytest.raises(ExportFailed, match="ended the SIS export"):
        elsewhere.sis_export("somewhere", [])


def test_an_answer_that_the_scratch_canvas_loses_leaves_no_doubt_about_yours(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(client: CanvasClient, *_: Any, **__: Any) -> Any:
        fault = ConnectionLost("The connection broke.", "Look for it at 127.0.0.1.")
        fault.may_have_worked = True
        raise fault

    monkeypatch.setattr(CanvasClient, "send_import", lost)
    with pytest.raises(ConnectionLost) as caught:
        rehearse(write("courses.csv", HEADER, "C1,C1,Course,,active"), against=None)
    assert caught.value.fix == "Nothing was sent to your Canvas. Rehearse again."


# ---- linked observers


def test_a_full_batch_that_names_only_the_student_keeps_the_observer_in_every_rehearsal(
    client: CanvasClient, school: Server, write: Write, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    header = "section_id,user_id,role,status,associated_user_id"
    school.run_csv("observer_id,student_id,status\nu3,u1,active\n", "user_observers.csv")
    school.run_csv(f"{header}\nBIO1-1,u3,observer,active,u1\n", "enrollments.csv")
    export = client.sis_export(tmp_path / "with-observers")
    file = write("enrollments.csv", *SCHOOL["enrollments.csv"].splitlines())
    copied = rehearse(file, against=client, **BATCH)
    exported = rehearse(file, against=export, **BATCH)
    asked = rehearse(file, against=request.getfixturevalue("elsewhere"), **BATCH)
    for found in (copied, exported, asked):
        assert sorts(found.changes, "enrollments") == {}
        assert found.kind("enrollments").cleaned == 0


def test_a_file_is_checked_once_for_its_rehearsal_and_its_import(
    school: Server, half: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Path] = []
    for module in (request_plans, packing):
        monkeypatch.setattr(module, "check_file", checked.append)
    monkeypatch.setattr(prompts, "ask", lambda question, about="": "yes")
    before = imports_of(school)
    assert cli.main(["import", str(half), "--rehearse"]) == 0
    assert (checked, imports_of(school)) == ([half], before + 1)


def test_a_comparison_without_enough_room_ends_with_what_to_do(
    export: Path, half: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.rehearsal.changes.MEMORY", "1MB")
    with pytest.raises(FileNotUsable, match=r"cannot be compared: Out of Memory.*Free some disk space"):
        rehearse(half, against=export)
