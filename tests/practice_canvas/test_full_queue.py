"""The queue on a full disk: the reserve is given up, and what could not end says so and can be sent again."""

import errno
from collections.abc import Iterator

import pytest

from practice_canvas.engine.progress import Progress
from practice_canvas.queue import import_run, queue, reports
from practice_canvas.store.store import RESERVE, Store, now
from practice_canvas.store.writes import account_reports, progresses
from tests.practice_canvas.queue_world import World, steps

FULL = OSError(errno.ENOSPC, "no space left")
COUNTED = Progress(40, data={"counts": {"users": 3}}, steps_left=1)


def has_reserve(world: World) -> bool:
    return (world.store.home / RESERVE).exists()


def full(*_: object, **__: object) -> Iterator[Progress]:
    yield Progress(10)
    raise FULL


def test_an_import_that_fills_the_disk_gives_up_the_reserve_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queue, "run_import", steps(COUNTED, FULL))
    import_id = world.send()
    world.import_queue.run_due()
    assert world.messages(import_id) == [[None, queue.DISK_FULL]]
    assert world.shown(import_id)["data"]["counts"]["users"] == 3
    assert not has_reserve(world) and not caplog.text  # nothing that anybody has to look into


def test_the_list_of_messages_as_a_file_has_to_wait_while_the_disk_is_full(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise FULL

    monkeypatch.setattr(queue, "run_import", steps(COUNTED, FULL))
    monkeypatch.setattr(import_run, "write_errors_attachment", no_room)
    import_id = world.send()
    world.import_queue.run_due()
    assert world.shown(import_id)["workflow_state"] == "failed_with_messages"
    assert world.messages(import_id) == [[None, queue.DISK_FULL]]


def test_another_fault_of_that_file_is_not_taken_for_a_full_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise OSError(errno.EACCES, "forbidden")

    monkeypatch.setattr(queue, "run_import", steps(COUNTED, FULL))
    monkeypatch.setattr(import_run, "write_errors_attachment", forbidden)
    world.send()
    with pytest.raises(OSError, match="forbidden"):
        world.import_queue.run_due()


def test_a_restore_on_a_full_disk_gives_up_the_reserve_and_can_be_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = world.send()
    world.import_queue.run_due()
    with world.store.write() as db:
        progresses.create(db, import_id, {}, now())
    assert has_reserve(world)
    monkeypatch.setattr(queue, "restore_states", full)
    world.import_queue.run_due()
    assert world.shown(import_id)["workflow_state"] == "partially_restored" and not has_reserve(world)


def test_a_report_on_a_full_disk_gives_up_the_reserve_and_can_be_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(store: Store, report: object) -> None:
        raise FULL

    world.send()
    world.import_queue.run_due()
    with world.store.write() as db:
        report_id = account_reports.create(
            db, account_id=1, user_id=1, report="sis_export_csv", parameters={"users": True}, now=now()
        )
    assert has_reserve(world)
    monkeypatch.setattr(reports, "run", no_room)
    world.import_queue.run_due()
    query = "SELECT workflow_state, message FROM account_reports WHERE id = ?"
    assert tuple(world.store.db.execute(query, (report_id,)).fetchone()) == ("error", queue.REPORT_FAILED)
    assert not has_reserve(world)


def test_a_fault_after_a_reset_is_nobodys_error(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def run(store: Store, import_id: int, moment: str) -> Iterator[Progress]:
        yield COUNTED
        raise RuntimeError("its records are gone")

    monkeypatch.setattr(queue, "run_import", run)
    world.set(pace=20)
    world.send()
    world.on_wait = [lambda: None, world.store.reset]
    world.import_queue.run_due()
    assert not caplog.text
    assert not world.store.db.execute("SELECT count(*) FROM sis_batches").fetchone()[0]
