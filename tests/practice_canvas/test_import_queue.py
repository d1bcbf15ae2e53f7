"""The queue without a server: a clock of the test's own, and an engine that the test writes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from practice_canvas.engine.progress import Progress
from practice_canvas.queue import pace, queue
from practice_canvas.queue.import_run import PaceTimer
from practice_canvas.queue.queue import ImportQueue, recover
from practice_canvas.store import files, messages
from practice_canvas.store.reads import sis_imports
from practice_canvas.store.school import settings
from practice_canvas.store.store import Store, now
from practice_canvas.store.writes import import_queue, progresses

OPTIONS = {"diffing_data_set_identifier": None, "diffing_remaster": None}
SMALL = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"


class World:
    """A store, its queue and a clock that only moves when the queue waits."""

    def __init__(self, home: Path) -> None:
        self.store = Store(home)
        self.time = 0.0
        self.waits: list[float] = []
        self.on_wait: list[Any] = []
        self.import_queue = ImportQueue(self.store, PaceTimer(self.store, self.wait, lambda: self.time))
        self.set(pace="immediate")

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds
        if self.on_wait:
            self.on_wait.pop(0)()

    def set(self, **values: Any) -> None:
        with self.store.write() as db:
            settings.write(db, values)

    def send(self, text: str = SMALL, **options: Any) -> int:
        path = self.store.new_file()
        path.write_text(text, encoding="utf-8")
        with self.store.write() as db:
            upload = files.add(self.store, None, "upload", "x.csv", path, now())
            return import_queue.create(
                db,
                account_id=1,
                user_id=1,
                options=OPTIONS | options,
                attachment_id=upload,
                has_file=True,
                now=now(),
            )

    def shown(self, import_id: int) -> dict[str, Any]:
        record = sis_imports.find(self.store.db, import_id)
        assert record
        return {**dict(record), "data": json.loads(record["data"])}

    def abort(self, import_id: int, others_wait_until: str = "2001-01-01T00:00:00+00:00") -> None:
        with self.store.write() as db:
            import_queue.abort(db, import_id, now=now(), others_wait_until=others_wait_until)

    def messages(self, import_id: int) -> list[list[str | None]]:
        return messages.first(self.store.db, import_id, failure=True, limit=9)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def steps(*found: Progress | Exception) -> Any:
    """Return an engine that yields, or raises, what is listed."""

    def run(store: Store, import_id: int, moment: str) -> Iterator[Progress]:
        for one in found:
            if isinstance(one, Exception):
                raise one
            yield one

    return run


CHUNKS = [Progress(25 * done, steps_left=4 - done) for done in range(4)]
END = Progress(100, "imported", {"counts": {"users": 4}})


def test_waiting_imports_run_oldest_first(world: World) -> None:
    ids = [world.send(), world.send()]
    assert world.import_queue.run_due() is None
    assert [world.shown(one)["workflow_state"] for one in ids] == ["imported", "imported"]
    assert world.waits == []


@pytest.mark.parametrize(("setting", "least", "most"), [(20.0, 20, 20), ("realistic", 7, 7.01)])
def test_an_import_takes_as_long_as_the_pace_wants(
    world: World, monkeypatch: pytest.MonkeyPatch, setting: pace.Pace, least: float, most: float
) -> None:
    monkeypatch.setattr(queue, "run_import", steps(*CHUNKS, END))
    world.set(pace=setting)
    world.send()
    world.import_queue.run_due()
    assert least <= round(world.time, 6) <= most
    assert len(world.waits) == 5


def test_the_cleanup_of_batch_mode_takes_its_time_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaning = [Progress(percent, "cleanup_batch", steps_left=0) for percent in (0, 50, 99)]
    monkeypatch.setattr(queue, "run_import", steps(*cleaning, END))
    world.set(pace=20)
    world.send()
    world.import_queue.run_due()
    assert world.waits == pytest.approx([2, 2.5, 2.45])


@pytest.mark.parametrize(
    ("setting", "seconds"), [("realistic", 7 / 4), ("immediate", 0), ("brisk", 7 / 4), (20.0, 20)]
)
def test_an_import_that_is_to_run_briskly_does_so_where_the_pace_is_realistic(
    world: World, monkeypatch: pytest.MonkeyPatch, setting: pace.Pace, seconds: float
) -> None:
    monkeypatch.setattr(queue, "run_import", steps(*CHUNKS, END))
    world.set(pace=setting)
    import_id = world.send()
    with world.store.write() as db:
        assert import_queue.set_own_pace(db, import_id, pace.BRISK)
        assert not import_queue.set_own_pace(db, import_id + 1, pace.BRISK)
    world.import_queue.run_due()
    assert world.time == pytest.approx(seconds, abs=0.01)


def test_only_the_import_that_asked_runs_briskly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "run_import", steps(*CHUNKS, END))
    world.set(pace="realistic")
    world.send()
    world.send(pace="brisk")
    world.import_queue.run_due()
    assert world.time == pytest.approx(7 + 7 / 4, abs=0.01)


def test_what_needs_to_be_at_once_ignores_the_pace(world: World) -> None:
    world.set(pace=1000)
    world.send(pace="immediate")
    world.import_queue.run_due()
    assert world.waits == []


def test_what_is_stuck_in_created_waits_until_the_scenario_ends(world: World) -> None:
    world.set(scenarios=["stuck_in_created"])
    import_id = world.send()
    assert world.import_queue.run_due() is None
    assert world.shown(import_id)["workflow_state"] == "created"
    world.set(scenarios=[])
    world.import_queue.run_due()
    assert world.shown(import_id)["workflow_state"] == "imported"


def test_a_faster_pace_ends_a_wait(world: World) -> None:
    world.set(pace=1000)
    world.on_wait = [lambda: world.set(pace="immediate")]
    import_id = world.send()
    world.import_queue.run_due()
    assert (world.shown(import_id)["workflow_state"], len(world.waits)) == ("imported", 1)


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
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = world.send()
    world.import_queue.run_due()
    with world.store.write() as db:
        progresses.create(db, import_id, {"batch_mode": False}, now())

    def broken(*_: object, **__: object) -> Iterator[Progress]:
        yield Progress(10)
        raise RuntimeError

    monkeypatch.setattr(queue, "restore_states", broken)
    world.import_queue.run_due()
    assert world.shown(import_id)["workflow_state"] == "partially_restored"
    found = world.store.db.execute("SELECT workflow_state, message FROM progresses").fetchone()
    assert found["workflow_state"] == "failed"
    assert "again" in found["message"]


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


@pytest.mark.parametrize("given", ["immediate", "realistic", "0", "2.5", 7, 86400])
def test_paces(given: object) -> None:
    assert pace.parse(given) in ("immediate", "realistic", 0.0, 2.5, 7.0, 86400.0)


@pytest.mark.parametrize("given", ["", "quick", "-1", "nan", "inf", 86401, None, True, [1]])
def test_the_error_for_an_invalid_pace_names_the_valid_ones(given: object) -> None:
    with pytest.raises(
        pace.BadPace, match=r"immediate, brisk, realistic, or the number of seconds.* \(0 to 86400\)"
    ):
        pace.parse(given)


@pytest.mark.parametrize(
    ("setting", "waiting", "working", "cleaning"),
    [
        ("immediate", 0, [0, 0, 0, 0], 0),
        ("brisk", 0.5, [1.0625, 1.25, 5.9375, 6], 1.25),
        ("realistic", 2, [4.25, 5, 23.75, 24], 5),
        (0.0, 0, [0, 0, 0, 0], 0),
        (5.0, 1, [4] * 4, 1.25),
        (10.0, 2, [8] * 4, 2.5),
        (60.0, 2, [58] * 4, 15),
    ],
)
def test_how_long_each_stage_takes_at_a_pace(
    setting: pace.Pace, waiting: float, working: list[float], cleaning: float
) -> None:
    assert pace.queue_seconds(setting) == pytest.approx(waiting)
    assert [pace.work_seconds(setting, chunks) for chunks in (1, 4, 79, 81)] == pytest.approx(working)
    assert pace.cleanup_seconds(setting) == pytest.approx(cleaning)


def test_the_time_of_an_import_is_spread_evenly_over_its_steps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "run_import", steps(*CHUNKS, END))
    world.set(pace=20)
    world.send()
    world.import_queue.run_due()
    assert world.waits == pytest.approx([2, 4.5, 4.5, 4.5, 4.5])


def test_time_that_the_work_takes_counts_toward_the_pace(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(store: Store, import_id: int, moment: str) -> Iterator[Progress]:
        for step in (*CHUNKS, END):
            world.time += 3
            yield step

    monkeypatch.setattr(queue, "run_import", slow)
    world.set(pace=20)
    world.send()
    world.import_queue.run_due()
    assert world.waits == pytest.approx([2, 1.5, 1.5, 1.5, 1.5])


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
