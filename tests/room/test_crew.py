"""The worker of a room: many homes take turns, and what goes wrong in one of them stays there."""

import threading
from pathlib import Path

import pytest

from practice_canvas.queue import crew as crews
from practice_canvas.queue.crew import Crew
from practice_canvas.queue.queue import ImportQueue
from practice_canvas.queue.turns import Turns
from practice_canvas.store.store import DATABASE, now
from practice_canvas.store.writes import import_queue
from tests.practice_canvas.queue_world import World
from tests.waiting import wait_for, wait_on


def test_who_gives_a_turn_back_waits_behind_those_in_line() -> None:
    turns, order = Turns(1), list[str]()
    waiting = threading.Event()

    def other() -> None:
        waiting.set()
        with turns.turn():
            order.append("other")

    with turns.turn():
        thread = threading.Thread(target=other)
        thread.start()
        wait_on(waiting)
        while "other" not in order:
            with turns.off():
                pass
        order.append("first")
    thread.join()
    assert order == ["other", "first"]


def test_as_many_as_allowed_have_a_turn_at_once() -> None:
    turns, both = Turns(2), threading.Barrier(2)

    def meet() -> None:
        with turns.turn():
            both.wait(60)

    threads = [threading.Thread(target=meet) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not both.broken


def test_a_home_that_cannot_be_used_leaves_the_others_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(crews, "FIRST_PAUSE", 0.01)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / DATABASE).write_bytes(b"no database " * 1000)
    idle = threading.Event()
    crew = Crew(Turns(1), idle.set)
    crew.wake(tmp_path / "broken")
    world = World(tmp_path / "sound")
    number = world.send()
    crew.wake(tmp_path / "sound")
    wait_for(lambda: world.shown(number)["workflow_state"] == "imported")
    assert not idle.is_set(), "the broken one is tried again"
    (tmp_path / "broken" / DATABASE).unlink()
    wait_on(idle)
    pauses = [record.args[1] for record in caplog.records if isinstance(record.args, tuple)]
    assert pauses[:2] == [0.01, 0.02], "less and less often"
    assert "the queue of broken failed" in caplog.text and "DatabaseError" in caplog.text


def test_a_crew_without_work_says_so_and_is_woken_again(tmp_path: Path) -> None:
    idle = threading.Event()
    crew, world = Crew(Turns(1), idle.set), World(tmp_path)
    for _ in range(2):
        number = world.send()
        crew.wake(tmp_path)
        wait_on(idle)
        assert world.shown(number)["workflow_state"] == "imported"
        idle.clear()


def test_an_import_that_was_running_when_the_crew_before_ended_has_failed(tmp_path: Path) -> None:
    idle, world = threading.Event(), World(tmp_path)
    number = world.send()
    with world.store.write() as db:
        import_queue.claim(db, number, now())
    Crew(Turns(1), idle.set).wake(tmp_path)
    wait_on(idle)
    assert world.shown(number)["workflow_state"] == "failed_with_messages"


def test_a_home_whose_work_is_due_later_is_left_alone_until_it_is_woken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, looked, idle = iter([3600.0]), threading.Event(), threading.Event()

    def run_due(_: object) -> float | None:
        looked.set()
        return next(due, None)

    monkeypatch.setattr(ImportQueue, "run_due", run_due)
    crew, _ = Crew(Turns(1), idle.set), World(tmp_path)
    crew.wake(tmp_path)
    wait_on(looked)
    assert not idle.wait(0.2), "it looked again though nothing was due"
    crew.wake(tmp_path)
    wait_on(idle)
