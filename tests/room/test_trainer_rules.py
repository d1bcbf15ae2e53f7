"""Who needs help, and what is written down: the rules with their times, without a server."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from practice_canvas import classroom
from practice_canvas.api.hosts import Hosts
from practice_canvas.classroom import CLASSROOM_FILE, Classroom
from practice_canvas.room.seat_app import SeatApp
from practice_canvas.room.seats import Place, Seat
from practice_canvas.room.trainer import watch
from practice_canvas.room.trainer.pages import overview, render
from practice_canvas.room.trainer.reading import Reading
from practice_canvas.room.trainer.record import RECORD_FILE, Event, Record
from practice_canvas.room.trainer.standing import Facts, Limits, standing
from practice_canvas.room.trainer.watch import Watch
from practice_canvas.store import exercises
from practice_canvas.store.store import Store
from tests.queued import queue_import

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LISTED = [{"id": each, "notebook": "02", "title": each.upper(), "can": ""} for each in ("first", "second")]


def exercise(title: str, states: str, minute: int = 0) -> dict[str, Any]:
    """Return an exercise whose checks said, minute by minute: d(one), n(ot yet), - (not tried)."""
    names = {"d": "done", "n": "not_yet", "-": "not_tried"}
    verdicts = [
        {"state": names[each], "why": "", "at": f"2026-03-02T09:{minute + number:02}:00Z"}
        for number, each in enumerate(states)
    ]
    tried = states.replace("-", "")
    row = len(tried) - len(tried.rstrip("n"))
    state = "done" if "d" in states else "not_yet" if tried else "not_tried"
    return {
        "notebook": "02",
        "title": title,
        "state": state,
        "why": "",
        "not_yet_in_a_row": row,
        "verdicts": verdicts,
    }


def word(*tried: dict[str, Any], quiet: float = 1, fault: str = "", **more: Any) -> str:
    facts = Facts(Reading(list(tried), **more), fault, NOW, timedelta(minutes=quiet))
    return standing(facts, Limits(not_yet=3, silent=timedelta(minutes=10))).word


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        ([exercise("a", "nn")], "At work"),
        ([exercise("a", "nnn")], "Stuck"),
        ([exercise("a", "nn--")], "At work"),
        ([exercise("a", "nn-n")], "Stuck"),
        ([exercise("a", "nnnn"), exercise("b", "n", 30)], "At work"),
        ([exercise("a", "nnnn"), exercise("b", "--", 30)], "Stuck"),
        ([exercise("a", "d", 30), exercise("b", "nnn")], "At work"),
        ([exercise("a", "d"), exercise("b", "d")], "Finished"),
        ([exercise("a", "d"), exercise("b", "")], "At work"),
    ],
)
def test_stuck_is_who_fails_again_and_again_at_what_is_being_tried(
    tried: list[dict[str, Any]], said: str
) -> None:
    assert word(*tried) == said


def test_silence_counts_once_begun_and_not_after_the_end() -> None:
    begun, finished = exercise("a", "n"), exercise("a", "d")
    assert word(begun, quiet=9.9) == "At work" and word(begun, quiet=10) == "Silent"
    assert word(finished, quiet=60) == "Finished"
    never = Facts(Reading(), "", None, timedelta(hours=1))
    assert standing(never, Limits()).word == "Not started"


def test_the_most_urgent_is_said() -> None:
    stuck = exercise("a", "nnnn")
    assert word(stuck, quiet=60) == "Stuck"
    assert word(stuck, classroom=Classroom(hand_raised_at="2026-03-02T09:59:00Z")) == "Hand up"
    assert word(stuck, fault="Seat 1 cannot be used.") == "Out of service"
    assert word(stuck, problem="The disk is full.") == "Out of service"


@pytest.fixture
def app(tmp_path: Path) -> SeatApp:
    home = tmp_path / "seats/0001"
    home.mkdir(parents=True)
    seat = Seat(1, home, {"admin": "seat-1~xxxxxxxx"}, "", Place("Ana"))
    return SeatApp(seat, Hosts("127.0.0.1", "127.0.0.1", 1), "immediate", lambda: None)


def test_what_happens_is_recorded_once_also_after_a_restart(app: SeatApp, tmp_path: Path) -> None:
    home = app.seat.home
    exercises.define(home, LISTED)
    for state in ("not_tried", "not_yet", "not_yet", "done"):  # two may fall into the same second
        exercises.judge(home, "first", "02", state, "why")
    record = Record(tmp_path / RECORD_FILE)
    asyncio.run(Watch([app], record).look())
    results = [event.result for event in record.events]
    assert results == ["not yet", "not yet", "done"]
    again = Record(tmp_path / RECORD_FILE)
    asyncio.run(Watch([app], again).look())
    assert again.events == record.events
    assert len((tmp_path / RECORD_FILE).read_text(encoding="utf-8").splitlines()) == 3


def test_a_seat_is_read_again_only_after_a_change(app: SeatApp, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def noted(home: Path) -> Reading:
        read.append(home)
        return Reading()

    monkeypatch.setattr(watch, "read", noted)
    watching = Watch([app], Record(app.seat.home / RECORD_FILE))
    for _ in range(3):
        asyncio.run(watching.look())
    assert len(read) == 1
    app.changes += 1
    asyncio.run(watching.look())
    assert len(read) == 2


HARM = {
    "a setting that is not JSON": "INSERT INTO settings VALUES ('scenarios', '{')",
    "settings that are no list": "INSERT INTO settings VALUES ('scenarios', '5')",
    "an unknown state": "UPDATE sis_batches SET workflow_state = 'gone'",
    "a time that is none": "UPDATE sis_batches SET created_at = 'noon'",
    "an end that is none": "UPDATE sis_batches SET ended_at = x'ff'",
}


@pytest.mark.parametrize("what", HARM)
def test_a_damaged_seat_is_said_and_the_others_are_watched(app: SeatApp, tmp_path: Path, what: str) -> None:
    other = SeatApp(
        replace(app.seat, number=2, home=tmp_path / "seats/0002"),
        Hosts("127.0.0.1", "127.0.0.1", 1),
        "immediate",
        lambda: None,
    )
    for each in (app, other):
        store = Store(each.seat.home)
        with store.write() as db:
            queue_import(db, has_file=False)
            db.execute("UPDATE sis_batches SET workflow_state = 'imported', ended_at = updated_at")
            if each is app:
                db.execute(HARM[what])
        store.close()
    watching = Watch([app, other], Record(tmp_path / RECORD_FILE))
    asyncio.run(watching.look())
    words = {each.seat.number: each.standing.word for each in watching.seats()}
    assert words == {1: "Out of service", 2: "At work"}
    page = render(
        "room.html", target="all", page="room", root="./", runs=[], problem="", **overview(watching.seats())
    )
    assert 'id="seat-1"' in page and 'id="seat-2"' in page


@pytest.mark.parametrize("kept", ['{"hand_raised_at": 5}', '{"hand_raised_at": "noon"}', "[" * 99_999])
def test_a_damaged_note_of_a_raised_hand_is_none(tmp_path: Path, kept: str) -> None:
    (tmp_path / CLASSROOM_FILE).write_text(kept, encoding="utf-8")
    assert classroom.read(tmp_path) == Classroom()


def test_nobody_was_silent_while_the_computer_slept(
    app: SeatApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercises.define(app.seat.home, LISTED)
    exercises.judge(app.seat.home, "first", "02", "not_yet", "why")
    watching = Watch([app], Record(tmp_path / RECORD_FILE))
    asyncio.run(watching.look())
    (before,) = watching.seats(datetime.now(UTC) + timedelta(hours=1))
    assert before.standing.word == "Silent"
    monkeypatch.setattr(watching, "_looked_at", 0.0)
    asyncio.run(watching.look())
    (after,) = watching.seats(datetime.now(UTC) + timedelta(minutes=1))
    assert after.standing.word == "At work"


def test_who_waits_longest_comes_first_among_equals(tmp_path: Path) -> None:
    apps = []
    for number, raised_at in enumerate(["", "2026-03-02T09:59:00Z", "2026-03-02T09:50:00Z"], start=1):
        home = tmp_path / f"{number}"
        home.mkdir()
        seat = Seat(number, home, {"admin": f"seat-{number}~xxxxxxxx"}, "", Place())
        apps.append(SeatApp(seat, Hosts("127.0.0.1", "127.0.0.1", 1), "immediate", lambda: None))
        if raised_at:
            text = f'{{"hand_raised_at": "{raised_at}"}}'
            (home / "classroom.json").write_text(text, encoding="utf-8")
    watching = Watch(apps, Record(tmp_path / RECORD_FILE))
    asyncio.run(watching.look())
    assert [each.seat.number for each in watching.seats(NOW)] == [3, 2, 1]


def test_a_record_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / RECORD_FILE
    event = Event("2026-03-02T09:00:00Z", 1, "hand", "Hand", "up")
    Record(path).add(event)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-03')
    record = Record(path)
    assert record.events == [event]
    record.add(replace(event, result="down"))
    assert len(Record(path).events) == 2, "what comes next has a line of its own"


def test_a_record_that_cannot_be_written_says_so_and_is_written_later(tmp_path: Path) -> None:
    path = tmp_path / RECORD_FILE
    path.mkdir()
    record = Record(path)
    event = Event("2026-03-02T09:00:00Z", 1, "hand", "Hand", "up")
    record.add(event)
    assert str(path) in record.problem and record.events == [event]
    path.rmdir()
    record.add(replace(event, result="down"))
    assert record.problem == "" and len(Record(path).events) == 2
