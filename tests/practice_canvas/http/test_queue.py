"""Abort, the queue and the pace, seen over HTTP; a pace of a day holds imports where a test wants them."""

import json
from datetime import datetime

import pytest

from tests.practice_server import HELD, IMPORTS, Server
from tests.waiting import wait_for

ROWS = 3000
LARGE = "course_id,short_name,long_name,status\n" + "".join(f"C{n},C,Course,active\n" for n in range(ROWS))
SMALL = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"


def send(canvas: Server, text: str = SMALL) -> int:
    return int(canvas.post_csv(text).json["id"])


def state(canvas: Server, import_id: int) -> str:
    return str(canvas.get(f"{IMPORTS}/{import_id}").json["workflow_state"])


def test_imports_run_one_at_a_time_oldest_first(canvas: Server) -> None:
    canvas.settings(pace=1)
    ids = [send(canvas) for _ in range(3)]
    seen: list[list[str]] = []

    def states() -> list[str]:
        seen.append([shown["workflow_state"] for shown in canvas.get(IMPORTS).json["sis_imports"]])
        return seen[-1]

    wait_for(states, lambda now: set(now) == {"imported"})
    assert max(states.count("importing") for states in seen) <= 1
    ended = [canvas.get(f"{IMPORTS}/{i}").json for i in ids]
    times = [shown[key] for shown in ended for key in ("started_at", "ended_at")]
    assert times == sorted(times)


def test_an_import_goes_from_created_over_importing_to_imported(canvas: Server) -> None:
    canvas.settings(pace=HELD)
    import_id = send(canvas, LARGE)
    assert state(canvas, import_id) == "created"
    begun = canvas.wait(import_id, lambda shown: shown["workflow_state"] != "created")
    assert (begun["workflow_state"], begun["progress"], begun["ended_at"]) == ("importing", 0, None)
    canvas.settings(pace="immediate")
    ended = canvas.wait(import_id)
    assert (ended["workflow_state"], ended["progress"]) == ("imported", 100)


def test_what_runs_right_now_is_listed_under_importing(canvas: Server) -> None:
    import_id = canvas.run_midway(LARGE)
    shown = canvas.get(f"{IMPORTS}/importing").json["sis_imports"]
    assert [(one["id"], one["workflow_state"]) for one in shown] == [(import_id, "importing")]
    assert shown[0]["started_at"]


def test_a_faster_pace_takes_effect_at_once(canvas: Server) -> None:
    import_id = canvas.run_midway(LARGE)
    canvas.settings(pace="immediate")
    assert canvas.wait(import_id)["data"]["counts"]["courses"] == ROWS


def test_a_running_import_stops_and_what_is_done_stays(canvas: Server) -> None:
    import_id = canvas.run_midway(LARGE)
    shown = canvas.put(f"{IMPORTS}/{import_id}/abort").json
    assert shown["workflow_state"] == "aborted"
    ended = canvas.wait(import_id, lambda now: now["ended_at"] is not None)
    assert (ended["workflow_state"], ended["progress"]) == ("aborted", 100)
    courses = canvas.get("/api/v1/accounts/self/courses?per_page=1").headers["link"]
    assert 0 < ended["data"]["counts"]["courses"] < ROWS
    assert f'page={ended["data"]["counts"]["courses"]}&per_page=1>; rel="last"' in courses


def test_after_that_waiting_imports_pause(canvas: Server) -> None:
    canvas.settings(seconds_to_wait_after_abort=3)
    running = canvas.run_midway(LARGE)
    waiting = send(canvas)
    aborted = canvas.put(f"{IMPORTS}/{running}/abort").json
    canvas.settings(pace="immediate")
    begun = canvas.wait(waiting)["started_at"]
    pause = datetime.fromisoformat(begun) - datetime.fromisoformat(aborted["updated_at"])
    assert pause.total_seconds() >= 2  # the times are in whole seconds


def test_a_new_import_ends_the_pause(canvas: Server) -> None:
    running = canvas.run_midway(LARGE)
    waiting = send(canvas)
    canvas.put(f"{IMPORTS}/{running}/abort"), canvas.settings(pace="immediate")
    canvas.wait(running, lambda shown: shown["ended_at"] is not None)
    assert state(canvas, waiting) == "created"
    canvas.wait(send(canvas))
    assert state(canvas, waiting) == "imported"


def test_an_import_aborted_while_waiting_never_runs(canvas: Server) -> None:
    running = canvas.run_midway(LARGE)
    waiting = send(canvas)
    answer = canvas.put(f"{IMPORTS}/{waiting}/abort").json
    assert (answer["workflow_state"], answer["progress"]) == ("aborted", 0)
    canvas.settings(pace="immediate"), canvas.wait(running)
    passed = canvas.wait(waiting, lambda shown: shown["progress"] == 100)
    assert (passed["workflow_state"], passed["started_at"]) == ("aborted", None)
    assert canvas.get("/api/v1/users/sis_user_id:U1").status == 404


def test_abort_all_pending_leaves_the_running_one_alone(canvas: Server) -> None:
    running = canvas.run_midway(LARGE)
    waiting = [send(canvas), send(canvas)]
    assert canvas.put(f"{IMPORTS}/abort_all_pending").json == {"aborted": True}
    assert [state(canvas, import_id) for import_id in (running, *waiting)] == [
        "importing",
        "aborted",
        "aborted",
    ]
    assert canvas.get(f"{IMPORTS}/{waiting[0]}").json["progress"] == 100


def test_an_import_that_never_starts_can_be_aborted(canvas: Server) -> None:
    canvas.post_csv(SMALL, diffing_drop_status="no")
    shown = canvas.put(f"{IMPORTS}/1/abort").json
    assert (shown["workflow_state"], shown["progress"]) == ("aborted", 0)
    assert canvas.put(f"{IMPORTS}/1/abort").status == 404


def test_a_reset_in_mid_import_leaves_an_empty_school(canvas: Server) -> None:
    canvas.run_midway(LARGE)
    canvas.send("POST", "/practice/reset", b"")
    assert canvas.get(IMPORTS).json == {"sis_imports": []}
    canvas.settings(pace="immediate")
    assert canvas.run_csv(SMALL)["id"] == 1
    assert canvas.get("/api/v1/accounts/self/courses").json == []


def test_restoring_takes_a_progress(canvas: Server) -> None:
    shown = canvas.run_csv(SMALL.replace("user_id,login_id,full_name", "course_id,short_name,long_name"))
    progress = canvas.put(f"{IMPORTS}/{shown['id']}/restore_states").json
    assert (progress["tag"], progress["context_id"]) == ("sis_batch_state_restore", shown["id"])
    assert (progress["context_type"], progress["workflow_state"]) == ("SisBatch", "queued")
    canvas.wait(shown["id"], lambda now: now["workflow_state"] == "restored")
    ended = canvas.get(progress["url"]).json
    assert (ended["workflow_state"], ended["completion"]) == ("completed", 100)


def test_an_unfinished_import_cannot_be_restored(canvas: Server) -> None:
    canvas.settings(pace=HELD)
    assert canvas.put(f"{IMPORTS}/{send(canvas)}/restore_states").status == 400


def test_a_progress_that_is_not_there_is_not_found(canvas: Server) -> None:
    assert {canvas.get(f"/api/v1/progress/{number}").status for number in ("9", "x")} == {404}


@pytest.mark.parametrize("pace", ["fast", "-1", "nan", "1e9", ""])
def test_a_pace_that_is_not_one_is_refused(canvas: Server, pace: str) -> None:
    answer = canvas.settings(pace=pace)
    assert (answer.status, list(answer.json["errors"])) == (400, ["pace"])


def test_settings_are_shown_and_unknown_ones_refused(canvas: Server) -> None:
    assert canvas.settings(pace=2.5).json["pace"] == 2.5
    assert canvas.get("/practice/settings", token=None).json["pace"] == 2.5
    assert json.dumps(canvas.settings(speed=1).json).count("speed") > 0
