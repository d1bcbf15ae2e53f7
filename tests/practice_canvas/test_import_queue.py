"""The queue without a server: imports and restores run, end, are aborted, and outlive a fault."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from practice_canvas.engine.progress import Progress
from practice_canvas.queue import queue
from practice_canvas.queue.queue import recover
from practice_canvas.store.store import RESERVE, Store, now
from practice_canvas.store.writes import import_queue, progresses
from tests.practice_canvas.queue_world import CHUNKS, END, World, steps


def test_waiting_imports_run_oldest_first(world: World) -> None:
    ids = [world.send(), world.send()]
    assert world.import_queue.run_due() is None
    assert [world.shown(one)["workflow_state"] for one in ids] == ["imported", "imported"]
    assert world.waits == []


def test_what_is_stuck_in_created_waits_until_the_scenario_ends(world: World) -> None:
    world.set(scenarios=["stuck_in_created"])
    import_id = world.send()
    assert world.import_queue.run_due() is None
    assert world.shown(import_id)["workflow_state"] == "created"
    world.set(scenarios=[])
    world.import_queue.run_due()
    assert world.shown(import_id)["workflow_state"] == "imported"


def test_an_abort_between_two_steps_keeps_what_was_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "run_import", steps(*CHUNKS, END))
    world.set(pace=20)
    import_id = world.send()
    world.on_wait = [lambda: None, lambda: None, lambda: world.abort(import_id)]
    world.import_queue.run_due()
    shown = world.shown(import_id)
    assert (shown["workflow_state"], shown["progress"], shown["run_token"]) == ("aborted", 100, None)
    assert shown["data"]["counts"] == {"error_count": 0, "warning_count": 0}


def test_after_an_abort_no_further_rows_are_applied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    applied: list[int] = []

    def run(store: Store, import_id: int, moment: str) -> Iterator[Progress]:
        for done in range(4):
            applied.append(done)
            yield Progress(25 * done, steps_left=4 - done)

    monkeypatch.setattr(queue, "run_import", run)
    world.set(pace=20)
    import_id = world.send()
    world.on_wait = [lambda: None, lambda: world.abort(import_id)]
    world.import_queue.run_due()
    assert applied == [0, 1], "the one that was under way when it was aborted is the last"


@pytest.mark.parametrize(
    ("state", "aborted", "others_wait"),
    [
        ("initializing", True, False),
        ("created", True, False),
        ("importing", True, True),
        ("cleanup_batch", True, True),
        ("imported", False, False),
        ("aborted", False, False),
    ],
)
def test_only_what_has_not_ended_is_aborted_and_others_wait_for_what_ran(
    world: World, state: str, aborted: bool, others_wait: bool
) -> None:
    import_id, other = world.send(), world.send()
    later = "2999-01-01T00:00:00+00:00"
    with world.store.write() as db:
        db.execute("UPDATE sis_batches SET workflow_state = ? WHERE id = ?", (state, import_id))
        assert import_queue.abort(db, import_id, now=now(), others_wait_until=later) is aborted
        assert not import_queue.abort(db, 99, now=now(), others_wait_until=later)
    assert world.shown(import_id)["workflow_state"] == ("aborted" if aborted else state)
    assert world.shown(other)["run_after"] == (later if others_wait else None)
    newest = world.send()
    assert [world.shown(each)["run_after"] for each in (other, newest)] == [None, None]


def test_an_abort_in_the_queue_means_it_never_starts(world: World) -> None:
    world.set(pace=20)
    import_id = world.send()
    world.on_wait = [lambda: world.abort(import_id)]
    world.import_queue.run_due()
    shown = world.shown(import_id)
    assert (shown["workflow_state"], shown["progress"], shown["started_at"]) == ("aborted", 100, None)
    assert shown["ended_at"]


def test_an_abort_in_the_queue_ends_the_wait(world: World) -> None:
    def abort_at_once() -> None:
        world.time = 0.0  # as if the abort had woken the queue
        world.abort(import_id)

    world.set(pace=20)
    import_id = world.send()
    world.on_wait = [abort_at_once]
    world.import_queue.run_due()
    assert len(world.waits) == 1


def test_after_an_abort_the_seconds_until_the_queue_goes_on_are_reported(world: World) -> None:
    world.set(pace=20)
    running, waiting = world.send(), world.send()
    world.on_wait = [lambda: None, lambda: world.abort(running, "2999-01-01T00:00:00+00:00")]
    seconds = world.import_queue.run_due()
    assert seconds and seconds > 1e9
    assert world.shown(waiting)["workflow_state"] == "created"


def test_a_reset_in_mid_run_rolls_the_chunk_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(store: Store, import_id: int, moment: str) -> Iterator[Progress]:
        yield Progress(1, steps_left=1)
        store.db.execute("UPDATE accounts SET name = 'of the old school'")
        yield END

    monkeypatch.setattr(queue, "run_import", run)
    world.set(pace=20)
    world.send()
    world.on_wait = [lambda: None, world.store.reset]
    world.import_queue.run_due()
    assert world.store.db.execute("SELECT name FROM accounts").fetchone()[0] == "Practice School"


def test_a_fault_of_the_engine_becomes_a_message_and_the_queue_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    counted = Progress(40, data={"counts": {"users": 3}}, steps_left=1)
    monkeypatch.setattr(queue, "run_import", steps(counted, RuntimeError("secret detail")))
    broken, next_one = world.send(), world.send()
    world.import_queue.run_due()
    shown = world.shown(broken)
    assert (shown["workflow_state"], shown["progress"]) == ("failed_with_messages", 40)
    assert shown["data"]["counts"] == {"users": 3, "error_count": 1, "warning_count": 0}
    ((file, text),) = world.messages(broken)
    assert file is None
    assert text and "error report number" in text and "secret" not in text
    assert "secret detail" in caplog.text
    assert world.shown(next_one)["ended_at"]


def test_a_fault_while_restoring_ends_it_and_can_be_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import_id = world.send()
    world.import_queue.run_due()
    with world.store.write() as db:
        progresses.create(db, import_id, {"batch_mode": False}, now())

    def broken(*_: object, **__: object) -> Iterator[Progress]:
        yield Progress(10)
        world.store.db.execute("UPDATE accounts SET name = 'half a change'")
        raise RuntimeError("secret detail")

    monkeypatch.setattr(queue, "restore_states", broken)
    world.import_queue.run_due()
    assert world.shown(import_id)["workflow_state"] == "partially_restored"
    found = world.store.db.execute("SELECT workflow_state, message FROM progresses").fetchone()
    assert found["workflow_state"] == "failed"
    assert "again" in found["message"] and "secret" not in found["message"]
    assert f"restoring import {import_id} failed" in caplog.text and "secret detail" in caplog.text
    assert world.store.db.execute("SELECT name FROM accounts").fetchone()[0] == "Practice School"


@pytest.mark.parametrize("state", ["importing", "cleanup_batch"])
def test_an_import_whose_worker_died_ends_with_a_message(world: World, state: str) -> None:
    import_id = world.send()
    with world.store.write() as db:
        import_queue.claim(db, import_id, now())
        db.execute("UPDATE sis_batches SET workflow_state = ?", (state,))
    recover(world.store)
    recover(world.store)
    assert world.shown(import_id)["workflow_state"] == "failed_with_messages"
    assert len(world.messages(import_id)) == 1


def test_an_import_that_was_aborted_when_its_worker_died_stays_aborted(world: World) -> None:
    import_id = world.send()
    with world.store.write() as db:
        import_queue.claim(db, import_id, now())
    world.abort(import_id)
    recover(world.store)
    shown = world.shown(import_id)
    assert (shown["workflow_state"], shown["progress"], world.messages(import_id)) == ("aborted", 100, [])


def test_an_import_that_ended_has_no_run_and_all_times(world: World) -> None:
    import_id = world.send()
    world.import_queue.run_due()
    shown = world.shown(import_id)
    assert (shown["progress"], shown["run_token"]) == (100, None)
    assert shown["created_at"] <= shown["started_at"] <= shown["ended_at"] <= shown["updated_at"]


def test_an_import_that_was_interrupted_keeps_its_data(world: World) -> None:
    import_id = world.send()
    with world.store.write() as db:
        token = import_queue.claim(db, import_id, now())
        assert token
        data = json.dumps({"supplied_batches": ["user"], "counts": {"users": 3}})
        import_queue.advance(db, import_id, token, {"progress": 40, "data": data})
    recover(world.store)
    shown = world.shown(import_id)
    assert (shown["progress"], shown["run_token"], bool(shown["ended_at"])) == (40, None, True)
    assert shown["data"] == {
        "supplied_batches": ["user"],
        "counts": {"users": 3, "error_count": 1, "warning_count": 0},
    }
    assert world.messages(import_id) == [[None, queue.INTERRUPTED]]


def test_the_scenario_of_an_internal_fault_ends_an_import_without_messages(world: World) -> None:
    world.set(scenarios=["internal_fault"])
    import_id = world.send()
    world.import_queue.run_due()
    shown = world.shown(import_id)
    assert (shown["workflow_state"], shown["run_token"]) == ("failed", None)
    assert shown["data"].items() >= queue.INTERNAL_FAULT_DATA.items()
    assert world.messages(import_id) == []


@pytest.mark.parametrize(
    ("options", "state"),
    [
        ({}, "restored"),
        ({"batch_mode": False, "undelete_only": False}, "restored"),
        ({"batch_mode": True}, "partially_restored"),
        ({"undelete_only": True}, "partially_restored"),
        ({"unconclude_only": True}, "partially_restored"),
    ],
)
def test_a_restore_of_a_part_says_so(world: World, options: dict[str, bool], state: str) -> None:
    import_id = world.send()
    world.import_queue.run_due()
    with world.store.write() as db:
        progress_id = progresses.create(db, import_id, options, now())
    assert world.shown(import_id)["workflow_state"] == "restoring"
    world.import_queue.run_due()
    found = world.store.db.execute("SELECT * FROM progresses").fetchone()
    assert (found["id"], found["workflow_state"], found["completion"]) == (progress_id, "completed", 100)
    assert world.shown(import_id)["workflow_state"] == state


def test_while_it_restores_an_import_shows_how_far_it_is_and_keeps_its_data(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = world.send()
    world.import_queue.run_due()
    before = world.shown(import_id)["data"]
    seen: list[tuple[Any, ...]] = []

    def restore(*_: object, **__: object) -> Iterator[Progress]:
        for percent in (30, 60):
            yield Progress(percent, data={"statistics": percent})
            found = world.store.db.execute("SELECT workflow_state, completion FROM progresses").fetchone()
            seen.append((*found, world.shown(import_id)["data"]["statistics"]))

    monkeypatch.setattr(queue, "restore_states", restore)
    with world.store.write() as db:
        progresses.create(db, import_id, {}, now())
    world.import_queue.run_due()
    assert seen == [("running", 30, 30), ("running", 60, 60)]
    assert world.shown(import_id)["data"] == {**before, "statistics": 60}


def test_a_reset_ends_a_restore(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = world.send()
    world.import_queue.run_due()

    def restore(*_: object, **__: object) -> Iterator[Progress]:
        yield Progress(30)
        world.store.reset()
        yield Progress(60)
        went_on.append(True)

    went_on: list[bool] = []
    monkeypatch.setattr(queue, "restore_states", restore)
    with world.store.write() as db:
        progresses.create(db, import_id, {}, now())
    assert world.import_queue.run_due() is None
    assert not went_on
    assert world.store.db.execute("SELECT count(*) FROM progresses").fetchone()[0] == 0


def test_before_an_import_room_is_set_aside_for_a_full_disk(world: World) -> None:
    reserve = world.store.home / RESERVE
    reserve.unlink(missing_ok=True)
    world.send()
    world.import_queue.run_due()
    assert reserve.stat().st_size == world.store.budget.reserve_bytes
