"""The checks that look at an import of the exercise, and at the Canvas that it was sent to."""

from pathlib import Path
from shutil import make_archive
from types import SimpleNamespace

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.exercises import EXERCISES
from practice_canvas import controls
from practice_canvas.service import Practice
from tests.fake_server import FakeCanvas, Reply
from tests.lesson.judging import COURSES, judged, send
from tests.practice_server import Server

FIRST = "TC-001,TC 001,Test Course for SIS Imports,active\n"
SECOND = "TC-002,TC 002,Second,active\n"
NOISE = '[[noise]]\n{}\nreason = "OLD-1 leaves the feed in June."\n'
KIND, PATTERN = 'kind = "section-course-unknown"', 'pattern = "OLD-1"'


@pytest.mark.parametrize("seed", range(6))
def test_the_case_is_proved_by_the_school_itself(client: CanvasClient, tmp_path: Path, seed: int) -> None:
    task = EXERCISES["case_find"].new(seed)
    first = client.wait_for(client.create_sis_import(make_archive(str(tmp_path / "1"), "zip", task.given)))
    assert not first.state.good and not EXERCISES["case_prove"].judge(client, task, first).yes
    assert judged("case_prove", client, task, None).startswith("– Not tried")
    right = {";": ",", "userid": "user_id", "_spring": "-spring", "pupil": "student"}
    right |= dict.fromkeys(("running", "open", "actve", "enrolled"), "active")
    for file in task.given.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        for wrong, replaced in right.items():
            text = text.replace(wrong, replaced)
        file.write_text(text, encoding="utf-8")
    package = make_archive(str(tmp_path / "2"), "zip", task.given)
    assert judged("case_prove", client, task, client.create_sis_import(package)).startswith("✔ Yes")


def test_the_second_course_must_come_with_this_import(client: CanvasClient, tmp_path: Path) -> None:
    file = tmp_path / "test_course.csv"
    earlier = send(client, file, COURSES + FIRST + SECOND)
    assert judged("send_second_course", client, None).startswith("– Not tried yet")
    assert judged("send_second_course", client, earlier).startswith("✔ Yes")
    today = send(client, file, COURSES + FIRST)
    assert "TC-002 is in Canvas from import" in judged("send_second_course", client, today)
    bad = send(client, file, COURSES + FIRST + SECOND.replace("active", "open"))
    assert "ended as imported_with_messages" in judged("send_second_course", client, bad)
    assert "must be the import that you sent" in judged("send_second_course", client, "sent")


def test_another_name(client: CanvasClient, tmp_path: Path) -> None:
    file = tmp_path / "test_course.csv"
    same = send(client, file, COURSES + FIRST)
    assert judged("rename_course", client, None).startswith("– Not tried yet")
    assert "has its old name" in judged("rename_course", client, same)
    other = send(client, file, COURSES + SECOND)
    assert (
        "import" in judged("rename_course", client, other)
        and not EXERCISES["rename_course"].judge(client, other).yes
    )
    renamed = send(client, file, COURSES + FIRST.replace("Test Course for SIS Imports", "Mine"))
    assert judged("rename_course", client, renamed).endswith("which is now called Mine.")


def test_the_fixed_row_and_the_flawed_import(client: CanvasClient, tmp_path: Path) -> None:
    file, rows = tmp_path / "two.csv", "TC-003,T3,Good,active\nTC-004,T4,Bad,{}\n"
    assert "no import has ended with messages yet" in judged("find_flawed_import", client, 5)
    flawed = client.wait_for(send(client, file, COURSES + rows.format("running")))
    assert judged("fix_row", client, None).startswith("– Not tried yet")
    assert "ended as imported_with_messages" in judged("fix_row", client, flawed)
    fixed = send(client, file, COURSES + rows.format("active"))
    assert judged("fix_row", client, fixed).startswith("✔ Yes")
    assert judged("find_flawed_import", client, None).startswith("– Not tried yet")
    assert judged("find_flawed_import", client, fixed.id).startswith("○ Not yet")
    assert judged("find_flawed_import", client, flawed.id).startswith("✔ Yes")


@pytest.mark.parametrize("seed", range(8))
def test_the_bad_row(client: CanvasClient, seed: int) -> None:
    task = EXERCISES["find_row"].new(seed)
    messages = client.list_sis_import_errors(client.wait_for(client.create_sis_import(task.given)).id)
    assert [each.row for each in messages] == [task.answer]
    for given, words in {
        None: "– Not tried",
        task.answer: "✔ Yes",
        task.answer - 1: "the header is row 1",
        99: "that row is fine",
        "x": "must be a number",
    }.items():
        assert words in judged("find_row", client, task, given)


@pytest.mark.parametrize("seed", range(6))
def test_a_file_that_canvas_rejects_is_repaired(client: CanvasClient, seed: int) -> None:
    from helpers.repair import repair_file

    task = EXERCISES["repair_unknown_fault"].new(seed)
    rejected = client.wait_for(client.create_sis_import(task.given))
    assert rejected.workflow_state == "failed_with_messages"
    assert judged("repair_unknown_fault", client, task, None).startswith("– Not tried")
    assert "ended as failed_with_messages" in judged("repair_unknown_fault", client, task, rejected)
    repaired = client.create_sis_import(repair_file(task.given).path)
    assert judged("repair_unknown_fault", client, task, repaired).startswith("✔ Yes")


def test_a_repair_that_spoils_a_name_is_not_one(client: CanvasClient, tmp_path: Path) -> None:
    task = EXERCISES["repair_unknown_fault"].new(0)
    rows = [f"{user_id},{user_id.lower()},?,active" for user_id in task.answer]
    spoiled = send(
        client, tmp_path / "users.csv", "user_id,login_id,full_name,status\n" + "\n".join(rows) + "\n"
    )
    assert "is called ? in Canvas" in judged("repair_unknown_fault", client, task, spoiled)
    other = send(client, tmp_path / "users.csv", "user_id,login_id,full_name,status\nZ,z,Z,active\n")
    assert "is called ? in Canvas" in judged("repair_unknown_fault", client, task, other)


def test_the_incident(canvas: Server) -> None:
    practice = Practice(canvas.url, canvas.token, {}, 0, canvas.home)
    assert "no scenario is active" in judged("diagnose_incident", practice, "throttled")
    controls.begin_scenario(practice, "slow_answers")
    try:
        assert judged("diagnose_incident", practice, None).startswith("– Not tried")
        assert judged("diagnose_incident", practice, "slow_answers").startswith("✔ Yes: it is slow_answers.")
        assert "in throttled you would see something else" in judged(
            "diagnose_incident", practice, "throttled"
        )
        assert "must be the name of a scenario" in judged("diagnose_incident", practice, "slow")
    finally:
        controls.end_scenarios(practice)


def test_one_of_three_is_aborted(fake_canvas: FakeCanvas, fake: CanvasClient) -> None:
    task = EXERCISES["abort_one"].new(1)
    ids = [1, 2, 3]
    queued = [SimpleNamespace(id=number) for number in ids]
    wanted = ids[task.answer]
    for aborted, words in (
        ([], "– Not tried yet: all three imports are still waiting"),
        ([wanted], "✔ Yes"),
        ([ids[task.answer - 1]], "the wrong one is aborted"),
        (ids, "the right one is aborted, and so is import"),
    ):
        fake_canvas.script(
            *(
                Reply(
                    {"id": each, "workflow_state": "aborted" if each in aborted else "created", "progress": 0}
                )
                for each in ids
            )
        )
        assert words in judged("abort_one", fake, task, queued)
    assert "deleted" in task.given[task.answer].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("batch_mode", "state", "removed", "there", "sentence"),
    [
        (True, "imported", 1, False, "✔ Yes: import 5 was a full batch, and it removed ART-110-28 alone."),
        (None, "imported", 0, False, "○ Not yet, because import 5 was not a full batch"),
        (True, "aborted", 0, False, "○ Not yet, because import 5 ended as aborted"),
        (True, "imported", 3, False, "○ Not yet, because import 5 removed 3 courses"),
        (True, "imported", 1, True, "○ Not yet, because import 5 removed 1 course;"),
    ],
)
def test_a_full_batch_is_right_when_it_removed_that_course_alone(
    fake_canvas: FakeCanvas,
    fake: CanvasClient,
    batch_mode: bool | None,
    state: str,
    removed: int,
    there: bool,
    sentence: str,
) -> None:
    ended = {"id": 5, "workflow_state": state, "progress": 100, "batch_mode": batch_mode}
    counts = {"data": {"counts": {"batch_courses_deleted": removed}}}
    fake_canvas.script(Reply({**ended, **counts}), Reply({"id": 7}) if there else Reply({}, 404))
    assert judged("remove_one_course", fake, 5).startswith(sentence)


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        ("", "– Not tried yet: the noise list is empty"),
        (f"{KIND}\n{PATTERN}", "✔ Yes: all messages of import"),
        (f'{KIND}\npattern = "TC-009"', "○ Not yet, because the list does not name this message"),
        (KIND, "○ Not yet, because the list is too wide: it would also hide a message about a course OLD-2"),
        (f'{KIND}\npattern = "OLD"', "○ Not yet, because the list is too wide: it would also hide"),
        (PATTERN, "○ Not yet, because the list is too wide: without a kind"),
        ('kind = "nonsense"', "○ Not yet, because of this: The noise list noise.toml cannot be used"),
    ],
)
def test_the_noise_list_must_be_as_narrow_as_asked(
    client: CanvasClient, tmp_path: Path, entry: str, verdict: str
) -> None:
    feed = "section_id,course_id,name,status\nOLD-1-01,OLD-1,One,active\n"
    sent = send(client, tmp_path / "sections.csv", feed)
    noise = tmp_path / "noise.toml"
    noise.write_text(NOISE.format(entry) if entry else "", encoding="utf-8")
    assert judged("name_the_noise", client, sent, noise).startswith(verdict)


def test_deleted_rows_are_ignored(client: CanvasClient, tmp_path: Path) -> None:
    text = COURSES + "KEEP-1,K,Gone,deleted\nKEEP-2,K,Good,active\n"
    assert judged("ignore_deletes", client, None).startswith("– Not tried")
    plain = send(client, tmp_path / "tonight.csv", text)
    assert "was sent without skip_deletes" in judged("ignore_deletes", client, plain)
    careful = send(client, tmp_path / "tonight.csv", text, skip_deletes=True)
    assert judged("ignore_deletes", client, careful).startswith("✔ Yes")
