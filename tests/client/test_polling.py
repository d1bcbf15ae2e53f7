from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from helpers.client.models import SisImport
from helpers.client.polling import SECONDS_WITHOUT_AN_ANSWER, WHY_NO_NEWS, Snapshot, follow
from helpers.errors import (
    CanvasError,
    DeadlinePassed,
    NoRoute,
    NoSuchThing,
    RateLimited,
    ServerFault,
    TimedOut,
    UnexpectedState,
)
from practice_canvas.states import WORKFLOW_STATES

Answer = tuple[str, int] | CanvasError
ENDS = [name for name, state in WORKFLOW_STATES.items() if state.terminal]
RUNNING = [name for name, state in WORKFLOW_STATES.items() if not state.terminal]


class Canvas:
    """Gives the scripted answers one by one, the last one for ever, on a clock that only waiting moves."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.now = 0.0
        self.waits: list[float] = []

    def look(self) -> SisImport:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, CanvasError):
            raise answer
        return SisImport(7, *answer)

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now += seconds
        return False

    def follow(
        self, wait: Callable[[float], bool] | None = None, deadline: float = 3600
    ) -> Iterator[Snapshot]:
        return follow(self.look, clock=lambda: self.now, wait=wait or self.wait, deadline=deadline)


def states(snapshots: Iterator[Snapshot]) -> list[str | None]:
    return [s.sis_import.workflow_state if s.sis_import else None for s in snapshots]


def no_answer() -> TimedOut:
    return TimedOut("Canvas did not answer in time.", "Try again.")


def test_watching_yields_each_look_until_the_import_ends() -> None:
    canvas = Canvas(("created", 0), ("importing", 40), ("imported", 100))
    assert states(canvas.follow()) == ["created", "importing", "imported"]


@pytest.mark.parametrize("end", ENDS)
def test_every_terminal_state_ends_the_watch(end: str) -> None:
    assert states(Canvas(("importing", 3), (end, 3)).follow()) == ["importing", end]


@pytest.mark.parametrize("running", RUNNING)
def test_no_other_state_ends_it_not_even_at_progress_100(running: str) -> None:
    assert states(Canvas((running, 100), (running, 100), ("imported", 100)).follow())[1] == running


def test_a_failed_import_ends_it_below_100() -> None:
    last = list(Canvas(("importing", 12), ("failed", 12)).follow())[-1]
    assert last.sis_import is not None and last.sis_import.progress == 12


def test_an_unknown_state_stops_loudly_and_is_named() -> None:
    with pytest.raises(UnexpectedState, match="'paused'"):
        list(Canvas(("importing", 3), ("paused", 3)).follow())


def test_seconds_count_from_the_first_look() -> None:
    canvas = Canvas(("created", 0), ("importing", 1), ("imported", 100))
    canvas.now = 5000.0
    assert [s.seconds for s in canvas.follow()] == [0.0, 1.0, 2.0]


def test_times_are_in_utc() -> None:
    offset = next(Canvas(("imported", 100)).follow()).at.utcoffset()
    assert offset is not None and offset.total_seconds() == 0


def test_waits_grow_to_15_seconds_while_nothing_changes() -> None:
    canvas = Canvas(*[("created", 0)] * 15, ("imported", 100))
    list(canvas.follow())
    assert canvas.waits[0] == 1.0
    assert all(a < b or a == b == 15.0 for a, b in pairwise(canvas.waits))
    assert canvas.waits[-1] == 15.0


def test_waits_drop_back_when_something_changed() -> None:
    canvas = Canvas(*[("created", 0)] * 6, ("importing", 0), ("importing", 1), ("imported", 100))
    list(canvas.follow())
    assert canvas.waits[-2:] == [1.0, 1.0]


def test_the_deadline_stops_the_watch_and_says_where_it_was() -> None:
    seen: list[Snapshot] = []
    with pytest.raises(DeadlinePassed, match="SIS import 7 was still importing at 40 percent after 60 s"):
        seen.extend(Canvas(("importing", 40)).follow(deadline=60))
    canvas = Canvas(("importing", 40))
    with pytest.raises(DeadlinePassed):
        list(canvas.follow(deadline=60))
    assert canvas.now == 60


def test_an_import_that_ends_at_the_deadline_is_still_seen() -> None:
    canvas = Canvas(("importing", 40), ("imported", 100))
    assert states(canvas.follow(deadline=0.5)) == ["importing", "imported"]


def test_wait_can_stop_the_watch_at_once() -> None:
    canvas = Canvas(("importing", 40))
    assert states(canvas.follow(wait=lambda seconds: True)) == ["importing"]


@pytest.mark.parametrize(
    "fault",
    [
        no_answer(),
        NoRoute("Nothing listens.", "Start it."),
        ServerFault("It broke.", "Wait.", status=503),
        RateLimited("Too much.", "Wait.", status=429),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_passing_fault_becomes_a_note(fault: CanvasError) -> None:
    snapshots = list(Canvas(("importing", 40), fault, ("imported", 100)).follow())
    assert snapshots[1].sis_import is None
    assert snapshots[1].note == f"No answer: {fault.what}"


def test_a_minute_without_an_answer_raises_the_fault() -> None:
    canvas = Canvas(("importing", 40), *[no_answer()] * 30)
    with pytest.raises(TimedOut):
        list(canvas.follow())
    lost = canvas.waits[1:]
    assert sum(lost[:-1]) < SECONDS_WITHOUT_AN_ANSWER <= sum(lost)


def test_the_minute_begins_again_with_each_answer() -> None:
    almost = [no_answer()] * 10
    canvas = Canvas(*almost, ("importing", 1), *almost, ("imported", 100))
    assert states(canvas.follow())[-1] == "imported"
    assert sum(canvas.waits) > SECONDS_WITHOUT_AN_ANSWER


def test_a_fault_that_waiting_does_not_fix_is_raised_at_once() -> None:
    with pytest.raises(NoSuchThing):
        list(Canvas(NoSuchThing("There is no import 7.", "Check the id.", status=404)).follow())


def test_waits_grow_while_there_is_no_answer() -> None:
    canvas = Canvas(("importing", 1), no_answer(), no_answer(), ("imported", 100))
    list(canvas.follow())
    assert canvas.waits == sorted(set(canvas.waits))


@pytest.mark.parametrize("running", RUNNING)
def test_a_stall_is_noted_with_the_reason_why_it_can_be_normal(running: str) -> None:
    *_, stalled, _ = Canvas(*[(running, 40)] * 12, ("imported", 100)).follow()
    assert stalled.note is not None
    assert stalled.note.startswith("No news for ")
    assert stalled.note.endswith(WHY_NO_NEWS[running])


def test_no_stall_is_noted_while_progress_moves_although_it_pauses() -> None:
    """Each percent takes 20 seconds: less than a stall, and all together far more."""
    canvas = Canvas(*[("importing", percent) for percent in range(9) for _ in range(3)], ("imported", 100))
    snapshots = [*canvas.follow(wait=lambda _: canvas.wait(10.0))]
    assert snapshots[-1].seconds == 270
    assert {snapshot.note for snapshot in snapshots} == {None}


def test_silence_is_counted_from_the_last_news_and_is_a_stall_at_half_a_minute() -> None:
    moving: list[Answer] = [("importing", percent) for percent in range(20)]
    canvas = Canvas(*moving, *[("importing", 19)] * 4, ("imported", 100))
    notes = [snapshot.note for snapshot in canvas.follow(wait=lambda _: canvas.wait(10.0))]
    assert notes[:22] == [None] * 22  # 20 seconds of silence after 190 seconds of progress
    assert [(note or "").partition(".")[0] for note in notes[22:24]] == [
        "No news for 30 s",
        "No news for 40 s",
    ]
    assert notes[24] is None


def test_a_minute_without_an_answer_is_over_at_60_seconds() -> None:
    canvas = Canvas(("importing", 40), *[no_answer()] * 7, ("imported", 100))
    seen: list[Snapshot] = []
    with pytest.raises(TimedOut):
        seen.extend(canvas.follow(wait=lambda _: canvas.wait(10.0)))
    assert canvas.now == 70  # the first lost answer was at 10 seconds


def slow_down(seconds: float | None) -> RateLimited:
    fault = RateLimited("Too much.", "Wait.", status=429)
    fault.retry_after = seconds
    return fault


@pytest.mark.parametrize(("asked", "waited"), [(45.0, 45.0), (None, 1.25), (0.0, 1.25)])
def test_the_next_look_waits_as_long_as_canvas_asks(asked: float | None, waited: float) -> None:
    canvas = Canvas(("importing", 1), slow_down(asked), ("imported", 100))
    list(canvas.follow())
    assert canvas.waits == [1.0, waited]


def test_a_pause_of_a_minute_or_more_is_said_at_once() -> None:
    with pytest.raises(RateLimited):
        list(Canvas(("importing", 1), slow_down(60.0), ("imported", 100)).follow())
    assert len([*Canvas(("importing", 1), slow_down(59.9), ("imported", 100)).follow()]) == 3


def test_without_a_wait_of_its_own_it_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("helpers.client.polling.time.sleep", slept.append)
    list(follow(Canvas(("created", 0), ("imported", 100)).look))
    assert slept == [1.0]
