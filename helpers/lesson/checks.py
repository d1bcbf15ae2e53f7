"""The checks below the exercises, one by the ID of each exercise: `canvas.checks.find_account(…)`."""

from helpers.lesson.exercise import Exercise
from helpers.lesson.exercises import EXERCISES


def __getattr__(name: str) -> Exercise:
    if name not in EXERCISES:
        raise AttributeError(f"there is no exercise {name!r}; the lesson has {', '.join(EXERCISES)}")
    return EXERCISES[name]


def __dir__() -> list[str]:
    return [*EXERCISES]
