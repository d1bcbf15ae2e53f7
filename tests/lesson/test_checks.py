"""Each check tells untried from not right, gives each mistake its own sentence, and never raises."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.lesson import checks, exercise
from helpers.lesson.exercise import Verdict
from helpers.lesson.exercises import EXERCISES
from practice_canvas import controls
from practice_canvas.service import Practice
from tests.fake_server import FakeCanvas, Reply
from tests.practice_server import Server

COURSES = "course_id,short_name,long_name,status\n"
FIRST = "TC-001,TC 001,Test Course for SIS Imports,active\n"
SECOND = "TC-002,TC 002,Second,active\n"
ME = {"id": 7, "name": "Ada Admin"}
SEEDED = [each for each in EXERCISES.values() if each.make]


@pytest.fixture
def client(canvas: Server) -> CanvasClient:
    return CanvasClient(Connection(canvas.url, canvas.token))


@pytest.fixture
def fake(fake_canvas: FakeCanvas) -> CanvasClient:
    return CanvasClient(Connection(fake_canvas.url, "practice-admin-token"), retries=0)


def send(client: CanvasClient, file: Path, text: str, **options: Any) -> Any:
    file.write_text(text, encoding="utf-8")
    return client.create_sis_import(file, **options)


def judged(name: str, *given: object) -> str:
    return repr(EXERCISES[name].judge(*given))


def test_a_check_is_found_by_its_id_and_a_misspelled_one_is_named() -> None:
    assert checks.find_account is EXERCISES["find_account"]
    with pytest.raises(AttributeError, match="no exercise 'find_acount'; the lesson has find_account"):
        _ = checks.find_acount


# 00 and 01


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (None, "– Not tried yet: put your answer in place of None"),
        (1, "✔ Yes: 1 is the id of the account"),
        (" 1 ", "✔ Yes: 1 is the id of the account"),
        (2, "○ Not yet, because that is not the id of the account"),
        ("self", "○ Not yet, because self is a word that requests use"),
        ({"id": 1}, "○ Not yet, because an account's id is a number"),
        (object(), "○ Not yet, because an account's id is a number"),
    ],
)
def test_the_account(client: CanvasClient, given: object, verdict: str) -> None:
    assert judged("find_account", client, given).startswith(verdict)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (None, "– Not tried yet"),
        (['{"id": 7, "name": "Ada Admin"}'], "✔ Yes: Canvas knows you as Ada Admin."),
        (["HTTP/1.1 200 OK", "", '{"id": 7}'], "✔ Yes"),
        ([], "○ Not yet, because cURL printed nothing"),
        (["curl: (7) failed to connect"], "○ Not yet, because cURL printed no JSON"),
        (['{"id": 7'], "○ Not yet, because what cURL printed is not complete JSON"),
        (['{"errors": [{"message": "user authorization required"}]}'], "○ Not yet, because no token reached"),
        (
            ['{"errors": [{"message": "Invalid access token."}]}'],
            "○ Not yet, because Canvas does not know that",
        ),
        (
            ['{"errors": [{"message": "Expired access token."}]}'],
            "○ Not yet, because that token is past its end",
        ),
        (
            ['{"errors": [{"message": "The specified resource does not exist."}]}'],
            "○ Not yet, because the address",
        ),
        (['{"id": 8, "name": "Nora"}'], "○ Not yet, because that token belongs to Nora, not to Ada Admin"),
        (['{"name": "somebody"}'], "○ Not yet, because Canvas answered, but not with a person"),
        (3, "○ Not yet, because the check cannot read what the exercise left"),
    ],
)
def test_each_mistake_with_the_token_has_its_own_sentence(
    fake_canvas: FakeCanvas, fake: CanvasClient, answer: object, verdict: str
) -> None:
    fake_canvas.script(Reply(ME))
    assert judged("identify_yourself", fake, answer).startswith(verdict)


@pytest.mark.parametrize("token", ["practice-expired-token", "wrong", None])
def test_what_the_practice_canvas_refuses_is_one_of_those_mistakes(
    canvas: Server, client: CanvasClient, token: str | None
) -> None:
    answer = canvas.get("/api/v1/users/self", token=token).body.decode().splitlines()
    verdict = judged("identify_yourself", client, answer)
    assert verdict.startswith("○ Not yet") and "not with a person" not in verdict


# seeded tasks


@pytest.mark.parametrize("each", SEEDED, ids=lambda each: each.id)
def test_a_seed_makes_the_same_task_again_and_others_another(each: exercise.Exercise) -> None:
    assert repr(each.new(seed=5)) == repr(each.new(seed=5))
    assert len({str((repr(task := each.new(seed)), task.answer)) for seed in range(12)}) > 2


def test_an_exercise_without_a_seed_says_so() -> None:
    with pytest.raises(LookupError, match="find_account is always the same"):
        EXERCISES["find_account"].new()


@pytest.mark.parametrize("name", ["go_on_or_stop", "what_next", "which_exit_status"])
@pytest.mark.parametrize("seed", range(4))
def test_choosing(name: str, seed: int) -> None:
    task = EXERCISES[name].new(seed)
    wrong = [*task.answer]
    wrong[1] = next(word for word in task.answer if word != wrong[1])
    assert judged(name, task, None).startswith("– Not tried yet")
    assert judged(name, task, task.answer).startswith("✔ Yes")
    assert judged(name, task, wrong).startswith("○ Not yet, because answer 2 is not right")
    assert judged(name, task, task.answer[:1]).startswith("○ Not yet, because")
    assert "answer 1 must be one of" in judged(name, task, ["perhaps", *task.answer[1:]])
    assert len(set(task.given)) == len(task.given)


@pytest.mark.parametrize("seed", range(5))
def test_the_fault_of_a_command(seed: int) -> None:
    task = EXERCISES["find_command_fault"].new(seed)
    other = "colon" if task.answer != "colon" else "address"
    assert judged("find_command_fault", task, None).startswith("– Not tried")
    assert judged("find_command_fault", task, task.answer).startswith("✔ Yes")
    assert "that part of the command is right" in judged("find_command_fault", task, other)
    assert "must be one of these words" in judged("find_command_fault", task, "?")


def test_the_root_cause() -> None:
    task = EXERCISES["name_root_cause"].new(1)
    number = task.answer.partition("-")[0]
    healthy = f"{number}-{'A' if task.answer.endswith('B') else 'B'}"
    given = {None: "– Not tried", task.answer: "✔ Yes", healthy: "not the section whose own row"}
    given |= {number: "the course is fine", f"U{number[1:]}-0": "that user is fine"}
    for answer, words in given.items():
        assert words in judged("name_root_cause", task, answer)


def test_what_a_batch_would_delete() -> None:
    task = EXERCISES["name_what_would_go"].new(3)
    stays = "ART-110-28" if task.answer != "ART-110-28" else "BIO-101-28"
    given = {None: "– Not tried", task.answer: "✔ Yes", stays: "so it would stay", "X": "must be the SIS ID"}
    given |= {f"{task.answer}-A": "that is the course's section"}
    for answer, words in given.items():
        assert words in judged("name_what_would_go", task, answer)


def test_the_three_files_of_the_case() -> None:
    task = EXERCISES["case_find"].new(3)
    right = task.answer["faulty"]
    assert judged("case_find", task, None).startswith("– Not tried")
    assert judged("case_find", task, right).startswith("✔ Yes")
    assert "one more file has a fault" in judged("case_find", task, right[:2])
    assert "2 more files have a fault" in judged("case_find", task, right[0])
    assert "terms.csv is not the name of a file with a fault" in judged(
        "case_find", task, [*right, "terms.csv"]
    )


# imports: the check looks at this one


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


def test_the_bad_row(client: CanvasClient) -> None:
    task = EXERCISES["find_row"].new(2)
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


# queues


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
    queued = [SimpleNamespace(id=number) for number in range(3)]
    for aborted, words in (
        ([], "– Not tried yet: all three imports are still waiting"),
        ([task.answer], "✔ Yes"),
        ([(task.answer + 1) % 3], "the wrong one is aborted"),
        ([0, 1, 2], "the right one is aborted, and so is import"),
    ):
        fake_canvas.script(
            *(
                Reply(
                    {"id": each, "workflow_state": "aborted" if each in aborted else "created", "progress": 0}
                )
                for each in range(3)
            )
        )
        assert words in judged("abort_one", fake, task, queued)
    assert "deleted" in task.given[task.answer].read_text(encoding="utf-8")


# batches


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


# the nightly script


NOISE = '[[noise]]\n{}\nreason = "OLD-1 leaves the feed in June."\n'
KIND, PATTERN = 'kind = "section-course-unknown"', 'pattern = "OLD-1"'


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


# verdicts


@pytest.mark.parametrize("each", EXERCISES.values(), ids=lambda each: each.id)
def test_whatever_the_exercise_left_nothing_raises(fake: CanvasClient, each: exercise.Exercise) -> None:
    left: object
    for left in (None, "five", -1, {}, 404):
        assert not each.judge(left, left, left).yes
        assert not each.judge(fake, left).yes


def test_a_check_waits_for_the_end_and_not_for_ever(
    fake_canvas: FakeCanvas, fake: CanvasClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exercise, "LONGEST_WAIT", 0.0)
    fake_canvas.script(Reply({"id": 5, "workflow_state": "importing", "progress": 100}))
    assert "still importing" in judged("fix_row", fake, 5)


def test_a_verdict_escapes_everything_and_opens_its_hints_in_steps() -> None:
    shown = Verdict("not_yet", "<i>x</i>.", ("one", "<two>"))._repr_html_()
    assert shown.startswith("<p><b>○ Not yet, because</b> &lt;i&gt;x&lt;/i&gt;.</p>")
    first, second = shown.index("Hint 1"), shown.index("Hint 2")
    assert first < second < shown.index("</details>")  # the second opens inside the first
    assert "&lt;two&gt;" in shown
    assert "details" not in Verdict("done", "well.")._repr_html_()


@pytest.mark.parametrize("each", EXERCISES.values(), ids=lambda each: each.id)
def test_each_exercise_has_hints_in_steps(each: exercise.Exercise) -> None:
    assert len(each.hints) >= 2
    assert repr(each.hint(1)) == f"Hint 1 of {len(each.hints)}: {each.hints[0]}"
    assert "the solution is in the text below" in repr(each.hint(len(each.hints) + 1))


def test_a_wrong_answer_is_never_repeated_in_a_verdict(fake_canvas: FakeCanvas, fake: CanvasClient) -> None:
    secret = "7~SentinelTokenSentinelTokenSentinelToken"
    fake_canvas.script(Reply({"id": 1, "name": "A"}), Reply(ME))
    kept = [
        judged("find_account", fake, secret),
        judged("identify_yourself", fake, [json.dumps({"id": secret})]),
    ]
    assert all(secret not in text for text in kept)
