"""What a learner may predict before a surprising run: the choices, what happens, and why."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers.errors import BadInput

TABLE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Prediction:
    """The choices of one question, the one that comes true, and why."""

    choices: tuple[str, ...]
    answer: str
    why: str

    def verdict(self, chosen: str) -> tuple[str, str]:
        """Return what to say about a choice: a headline and the reason."""
        return ("As you predicted." if chosen == self.answer else f"Surprise: {self.answer}.", self.why)


@cache
def predictions() -> dict[str, Prediction]:
    """Return every prediction by its name."""
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {
        name: Prediction(tuple(each["choices"]), each["choices"][each["answer"] - 1], each["why"])
        for name, each in read.items()
    }


def prediction(name: str) -> Prediction:
    """Return the prediction of that name. Raises BadInput for an unknown one."""
    if name not in predictions():
        raise BadInput(f"There is no prediction {name!r}.", f"Its name is one of {', '.join(predictions())}.")
    return predictions()[name]
