"""Abort, the queue and the pace, seen over HTTP; a slow pace holds imports where a test wants them."""

import json
import time
from typing import Any

import pytest

from tests.practice_server import IMPORTS, Server

LARGE = "course_id,short_name,long_name,status\n" + "".join(f"C{n},C,Course,active\n" for n in range(1000))
SMALL = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"


def send(canvas: Server, text: str = SMALL) -> int:
    return int(canvas.post_csv(text).json["id"])


def state(canvas: Server, import_id: int) -> str:
    return str(canvas.get(f"{IMPORTS}/{import_id}").json["workflow_state"])


def run_until_it_imports(canvas: Server, seconds: float = 5) -> int:
    """Start a large import at such a pace that it is in the middle for a while."""
    canvas.settings(pace=seconds)
    import_id = send(canvas, LARGE)
    canvas.wait(import_id, lambda shown: 0 < shown["progress"] < 100)
    return import_id


def test_imports_run_one_at_a_time_oldest_first(canvas: Server) -> None:
    canvas.settings(pace=0.3)
    ids = [send(canvas) for _ in range(3)]
    seen = set()
    while canvas.get(f"{IMPORTS}/{ids[-1]}").json["workflow_state"] != "imported":
        seen.add(tuple(state(canvas, i) for i in ids))
    assert not [states for states in seen if states.count("importing") > 1]
    ended = [canvas.get(f"{IMPORTS}/{i}").json for i in ids]
    assert [shown["ended_at"] for shown in ended] == sorted(shown["ended_at"] for shown in ended)


def test_an_import_goes_from_created_over_importing_to_imported(canvas: Server) -> None:
    canvas.settings(pace=0.5)
    import_id = send(canvas, LARGE)
    seen: list[dict[str, Any]] = []
    while not seen or seen[-1]["workflow_state"] != "imported":
        seen.append(canvas.get(f"{IMPORTS}/{import_id}").json)
    states = list(dict.fromkeys(shown["workflow_state"] for shown in seen))
    assert states == ["created", "importing", "imported"]
    progress = [shown["progress"] for shown in seen]
    assert progress == sorted(progress)
    assert len(set(progress)) > 5
    assert max(shown["progress"] for shown in seen if shown["workflow_state"] == "importing") < 100


def test_what_runs_right_now_is_listed_under_importing(canvas: Server) -> None:
    import_id = run_until_it_imports(canvas)
    shown = canvas.get(f"{IMPORTS}/importing").json["sis_imports"]
    assert [(one["id"], one["workflow_state"]) for one in shown] == [(import_id, "importing")]
    assert shown[0]["started_at"]


def test_a_faster_pace_takes_effect_at_once(canvas: Server) -> None:
    import_id = run_until_it_imports(canvas, seconds=20)
    canvas.settings(pace="immediate")
    assert canvas.wait(import_id)["data"]["counts"]["courses"] == 1000


def test_a_running_import_stops_and_what_is_done_stays(canvas: Server) -> None:
    import_id = run_until_it_imports(canvas)
    shown = canvas.put(f"{IMPORTS}/{import_id}/abort").json
    assert shown["workflow_state"] == "aborted"
    ended = canvas.wait(import_id, lambda now: now["ended_at"] is not None)
    assert (ended["workflow_state"], ended["progress"]) == ("aborted", 100)
    courses = canvas.get("/api/v1/accounts/self/courses?per_page=1").headers["link"]
    assert 0 < ended["data"]["counts"]["courses"] < 1000
    assert f'page={ended["data"]["counts"]["courses"]}&per_page=1>; rel="last"' in courses


def test_after_that_waiting_imports_pause(canvas: Server) -> None:
    canvas.settings(seconds_to_wait_after_abort=1)
    running = run_until_it_imports(canvas)
    waiting = send(canvas)
    canvas.put(f"{IMPORTS}/{running}/abort"), canvas.settings(pace="immediate")
    begun = time.monotonic()
    canvas.wait(waiting)
    assert 0.5 < time.monotonic() - begun < 5


def test_a_new_import_ends_the_pause(canvas: Server) -> None:
    running = run_until_it_imports(canvas)
    waiting = send(canvas)
    canvas.put(f"{IMPORTS}/{running}/abort"), canvas.settings(pace="immediate")
    canvas.wait(running, lambda shown: shown["ended_at"] is not None)
    time.sleep(0.1)
    assert state(canvas, waiting) == "created"
    canvas.wait(send(canvas))
    assert state(canvas, waiting) == "imported"


def test_an_import_aborted_while_waiting_never_runs(canvas: Server) -> None:
    running = run_until_it_imports(canvas)
    waiting = send(canvas)
    answer = canvas.put(f"{IMPORTS}/{waiting}/abort").json
    assert (answer["workflow_state"], answer["progress"]) == ("aborted", 0)
    canvas.settings(pace="immediate"), canvas.wait(running)
    passed = canvas.wait(waiting, lambda shown: shown["progress"] == 100)
    assert (passed["workflow_state"], passed["started_at"]) == ("aborted", None)
    assert canvas.get("/api/v1/users/sis_user_id:U1").status == 404


def test_abort_all_pending_leaves_the_running_one_alone(canvas: Server) -> None:
    running = run_until_it_imports(canvas)
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
    run_until_it_imports(canvas)
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
    canvas.settings(pace=5)
    assert canvas.put(f"{IMPORTS}/{send(canvas)}/restore_states").status == 400


def test_a_progress_that_is_not_there_is_not_found(canvas: Server) -> None:
    assert {canvas.get(f"/api/v1/progress/{number}").status for number in ("9", "x")} == {404}


@pytest.mark.parametrize("pace", ["fast", "-1", "nan", "1e9", ""])
def test_a_pace_that_is_none_is_refused(canvas: Server, pace: str) -> None:
    answer = canvas.settings(pace=pace)
    assert (answer.status, list(answer.json["errors"])) == (400, ["pace"])


def test_settings_are_shown_and_unknown_ones_refused(canvas: Server) -> None:
    assert canvas.settings(pace=2.5).json["pace"] == 2.5
    assert canvas.get("/practice/settings", token=None).json["pace"] == 2.5
    assert json.dumps(canvas.settings(speed=1).json).count("speed") > 0
