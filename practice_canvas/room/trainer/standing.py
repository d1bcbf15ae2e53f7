"""Who needs help, who is at work, who has not begun: one table of rules, and the first that applies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from practice_canvas.room.trainer.reading import Reading


@dataclass(frozen=True)
class Limits:
    """When the trainer should look at a seat.

    Args:
        not_yet: how many *not yet* in a row on the exercise that is being tried.
        silent: how long after the last request.
    """

    not_yet: int = 3
    silent: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class Facts:
    """What the rules judge a seat by.

    Args:
        reading: what was read of it.
        fault: why it cannot serve; "" while it can.
        active_at: when its learner last did something; None for never.
        quiet: for how long that has not been so.
    """

    reading: Reading
    fault: str
    active_at: datetime | None
    quiet: timedelta


class Standing(NamedTuple):
    """How a seat stands.

    Args:
        word: for people.
        shape: one character, so that color is never needed alone.
        tone: good, calm, care, bad or quiet.
        needs_help: whether the trainer should go there.
        reason: why; "" where the word says it all.
        rank: its place in the order, the most urgent first.
    """

    word: str
    shape: str
    tone: str
    needs_help: bool
    reason: str
    rank: int


class _Rule(NamedTuple):
    word: str
    shape: str
    tone: str
    needs_help: bool
    reason: Callable[[Facts, Limits], str | None]  # None: the rule does not apply


def _out_of_service(facts: Facts, limits: Limits) -> str | None:
    return facts.fault or facts.reading.problem or None


def _hand_up(facts: Facts, limits: Limits) -> str | None:
    return "" if facts.reading.classroom.hand_raised_at else None


def _stuck(facts: Facts, limits: Limits) -> str | None:
    trying = being_tried(facts.reading.exercises)
    if trying is None or trying["not_yet_in_a_row"] < limits.not_yet:
        return None
    return f"{trying['not_yet_in_a_row']} × not yet: {trying['title']}"


def _finished(facts: Facts, limits: Limits) -> str | None:
    exercises = facts.reading.exercises
    return "" if exercises and all(each["state"] == "done" for each in exercises) else None


def _silent(facts: Facts, limits: Limits) -> str | None:
    return "" if facts.active_at and facts.quiet >= limits.silent else None


def _at_work(facts: Facts, limits: Limits) -> str | None:
    return "" if facts.active_at else None


RULES = (
    _Rule("Out of service", "✖", "bad", True, _out_of_service),
    _Rule("Hand up", "⚑", "care", True, _hand_up),
    _Rule("Stuck", "▲", "bad", True, _stuck),
    _Rule("Finished", "✔", "good", False, _finished),
    _Rule("Silent", "◐", "care", True, _silent),
    _Rule("At work", "▶", "calm", False, _at_work),
    _Rule("Not started", "○", "quiet", False, lambda facts, limits: ""),
)


def standing(facts: Facts, limits: Limits) -> Standing:
    """Return how a seat stands: by the first rule that applies."""
    for rank, rule in enumerate(RULES):
        reason = rule.reason(facts, limits)
        if reason is not None:
            return Standing(rule.word, rule.shape, rule.tone, rule.needs_help, reason, rank)
    raise AssertionError("the last rule always applies")


def being_tried(exercises: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the exercise that was tried last; a notebook that was only run through tries none."""
    # Times are whole seconds: of two exercises in one second, the later one in the lesson counts.
    tried = [(_tried_at(each), place) for place, each in enumerate(exercises)]
    at, place = max(tried, default=("", 0))
    return exercises[place] if at else None


def _tried_at(exercise: dict[str, Any]) -> str:
    return max((each["at"] for each in exercise["verdicts"] if each["state"] != "not_tried"), default="")
