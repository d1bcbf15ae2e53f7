"""What an exercise is: its check, which never raises, its task, and the report of its verdict."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from helpers.client.request_plans import path_part
from helpers.errors import CanvasError, NoSuchThing
from helpers.lesson.catalog import Listed
from helpers.lesson.progress import report
from helpers.lesson.work_folder import temporary_folder

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.models import SisImport

State = Literal["not_tried", "not_yet", "done"]
Check = Callable[..., str]
Make = Callable[[random.Random, Path], tuple[str, Any, Any]]

LONGEST_WAIT = 60.0
"""Seconds that a check waits for an import to end."""
_WORDS = {"done": "✔ Yes:", "not_yet": "○ Not yet, because", "not_tried": "– Not tried yet:"}
_SEEDS = 1_000_000


class NotTried(Exception):
    """The exercise is as it was; the text says what to do."""


class NotYet(Exception):
    """The answer is not right; the text, which follows "because", says why."""


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found, and a sentence that says why."""

    state: State
    why: str
    hints: tuple[str, ...] = ()

    @property
    def yes(self) -> bool:
        """Whether the exercise is done."""
        return self.state == "done"

    def __repr__(self) -> str:
        return f"{_WORDS[self.state]} {self.why}"

    def _repr_html_(self) -> str:
        inner = ""
        for number, hint in reversed(list(enumerate(self.hints, 1))):  # each hint opens inside the one before
            inner = f"<details><summary>Hint {number}</summary><p>{escape(hint)}</p>{inner}</details>"
        return f"<p><b>{_WORDS[self.state]}</b> {escape(self.why)}</p>{inner}"


@dataclass(frozen=True, repr=False)
class Task:
    """A task made with a seed: what to look at, and what only the check reads.

    Args:
        text: what is shown.
        seed: makes the same task again.
        given: what the exercise works with.
        answer: what the check expects.
    """

    text: str
    seed: int
    given: Any
    answer: Any = field(default=None)

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, repr=False)
class Exercise(Listed):
    """One exercise; call it to check what was done.

    Args:
        check: returns why the answer is right, or raises NotTried or NotYet.
        make: makes a task with a random generator, in a folder; None where the task is always the same.
    """

    check: Check
    make: Make | None

    def __call__(self, *given: object, **named: object) -> Verdict:
        """Check, report the verdict to the practice Canvas, and return it."""
        verdict = self.judge(*given, **named)
        report(self, verdict.state, verdict.why)
        return verdict

    def judge(self, *given: object, **named: object) -> Verdict:
        """Return the verdict; an exercise may leave anything in its variables, so this never raises."""
        try:
            return Verdict("done", self.check(*given, **named))
        except NotTried as untouched:
            return Verdict("not_tried", str(untouched), self.hints)
        except NotYet as wrong:
            return Verdict("not_yet", str(wrong), self.hints)
        except CanvasError as error:
            return Verdict("not_yet", f"of this: {error}", self.hints)
        except Exception as error:
            why = f"the check cannot read what the exercise left ({type(error).__name__}: {error})."
            return Verdict("not_yet", why, self.hints)

    def new(self, seed: int | None = None) -> Task:
        """Make a new task; the same seed makes the same one.

        Args:
            seed: a number; None takes a different one each time.
        """
        if self.make is None:
            raise LookupError(f"{self.id} is always the same")
        seed = secrets.randbelow(_SEEDS) if seed is None else seed
        text, given, answer = self.make(random.Random(seed), temporary_folder())  # noqa: S311
        return Task(text, seed, given, answer)


def need(given: object, name: str) -> None:
    """Raise NotTried while a variable still holds the None of the exercise."""
    if given is None:
        raise NotTried(f"put your answer in place of None, so that {name} has a value.")


def ended(client: CanvasClient, sis_import: object, name: str) -> SisImport:
    """Return the import that an exercise sent, once it has ended.

    Raises:
        NotTried: nothing was sent.
        NotYet: it is not an import.
        DeadlinePassed: it does not end.
    """
    need(sis_import, name)
    found = getattr(sis_import, "sis_import", sis_import)  # a report has its import
    import_id = getattr(found, "id", found)
    if isinstance(import_id, bool) or not isinstance(import_id, int):
        raise NotYet(f"{name} must be the import that you sent: what client.create_sis_import() returned.")
    return client.wait_for(import_id, deadline=LONGEST_WAIT)


def require_good(sis_import: SisImport) -> None:
    """Raise NotYet when an import has not ended well."""
    if not sis_import.state.good:
        state = sis_import.workflow_state
        raise NotYet(f"import {sis_import.id} ended as {state}. {sis_import.state.sentence}")


def record(client: CanvasClient, kind: str, sis_id: str) -> dict[str, Any] | None:
    """Return what Canvas has by this SIS ID, such as a `course`; None if there is nothing.

    Calls: GET /api/v1/courses/sis_course_id::sis_id
    """
    try:
        found: dict[str, Any] = client.get(f"{kind}s/sis_{kind}_id:{path_part(sis_id)}")
    except NoSuchThing:
        return None
    return found


def brought(client: CanvasClient, sis_import: SisImport, kind: str, sis_id: str) -> dict[str, Any]:
    """Return what this import created or updated by its SIS ID.

    Raises:
        NotYet: Canvas has nothing by this ID, or only what an earlier import brought.
    """
    found = record(client, kind, sis_id)
    if found is None:
        raise NotYet(f"import {sis_import.id} has ended, and Canvas has no {kind} {sis_id}.")
    if found.get("sis_import_id") not in (None, sis_import.id):
        raise NotYet(
            f"the {kind} {sis_id} is in Canvas from import {found['sis_import_id']};"
            f" import {sis_import.id} did not contain it."
        )
    return found
