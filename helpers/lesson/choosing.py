"""Exercises that put cases into classes: a task draws cases by its seed, and each needs the right word."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.lesson.exercise import NotYet, Task, need


@dataclass(frozen=True)
class Choosing:
    """What a task chooses from.

    Args:
        cases: the word to answer with → the cases that need it.
        count: how many cases a task has, at least one for each of as many words.
        name: the learner's variable.
        look_at: what to look at again after a wrong answer.
        praise: why the right answers are right.
    """

    cases: Mapping[Any, Sequence[str]]
    count: int
    name: str
    look_at: str
    praise: str

    def make(self, chance: random.Random, folder: Path) -> tuple[str, list[str], list[Any]]:
        """Draw the cases; no case comes twice."""
        words = list(self.cases)
        chance.shuffle(words)
        answers = [words[index % len(words)] for index in range(self.count)]
        left = {word: chance.sample(cases, len(cases)) for word, cases in self.cases.items()}
        given = [left[answer].pop() for answer in answers]
        text = "\n".join(f"{number}. {case}" for number, case in enumerate(given, 1))
        return f"{text}\n\nFor each, one of: {', '.join(map(repr, self.cases))}", given, answers

    def check(self, task: Task, answers: Any) -> str:
        """Check one word for each case."""
        need(answers, self.name)
        if isinstance(answers, str) or len(answers) != len(task.answer):
            raise NotYet(f"{self.name} must be a list with {len(task.answer)} answers, one for each case.")
        for number, (given, right) in enumerate(zip(answers, task.answer, strict=True), 1):
            if given not in self.cases:
                raise NotYet(f"answer {number} must be one of {', '.join(map(repr, self.cases))}.")
            if given != right:
                raise NotYet(f"answer {number} is not right: {self.look_at}.")
        return self.praise
