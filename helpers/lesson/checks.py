"""The checks below the exercises: look at Canvas and say yes, or not yet and why. They never raise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from html import escape
from pathlib import Path
from reprlib import repr as short
from typing import TYPE_CHECKING, ParamSpec

from helpers.client.request_plans import path_part
from helpers.errors import CanvasError, NoSuchThing
from helpers.messages import explain_import
from practice_canvas import controls

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.models import SisImport
    from practice_canvas.service import Practice

LONGEST_WAIT = 60.0
"""Seconds that a check waits for an import to end."""

Given = ParamSpec("Given")


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found: yes or not yet, and a sentence that says why."""

    yes: bool
    why: str

    @property
    def word(self) -> str:
        """The verdict, as a shape and a word."""
        return "✔ Yes:" if self.yes else "○ Not yet,"

    @property
    def sentence(self) -> str:
        """The reason, as it goes on after the word."""
        return self.why if self.yes else f"because {self.why}"

    def __repr__(self) -> str:
        return f"{self.word} {self.sentence}"

    def _repr_html_(self) -> str:
        return f"<p><b>{self.word}</b> {escape(self.sentence)}</p>"


def _check(look: Callable[Given, Verdict]) -> Callable[Given, Verdict]:
    """Turn every fault of a look into a verdict: an exercise may leave anything at all in its variables."""

    @wraps(look)
    def checked(*given: Given.args, **named: Given.kwargs) -> Verdict:
        try:
            return look(*given, **named)
        except CanvasError as error:
            return _not_yet(f"of this: {error}")
        except Exception as error:
            return _not_yet(f"the check cannot read what the exercise left ({type(error).__name__}: {error})")

    return checked


@_check
def account_id_is(client: CanvasClient, given: object) -> Verdict:
    """Tell whether `given` is the id of the root account. Calls: GET /api/v1/accounts/self."""
    account = client.get_account()
    if given is None:
        return _not_yet("my_account_id is still None.")
    if str(given).strip() != str(account["id"]):
        return _not_yet(f"{short(given)} is not the id of the account {account['name']}.")
    return Verdict(True, f"{account['id']} is the id of the account {account['name']}.")


@_check
def answer_names_me(client: CanvasClient, answer: Iterable[str]) -> Verdict:
    """Tell whether the lines that curl printed name the owner of the client's token.

    Calls: GET /api/v1/users/self
    """
    _, brace, rest = "\n".join(answer).partition("{")
    if not brace:
        return _not_yet("cURL printed no JSON.")
    try:
        found, _ = json.JSONDecoder().raw_decode(brace + rest)
    except ValueError:
        return _not_yet("what cURL printed is not whole JSON.")
    me = client.get_self()
    if found.get("id") != me["id"]:
        return _not_yet(f"the answer does not name {me['name']}; did the token travel along?")
    return Verdict(True, f"Canvas knows you as {me['name']}.")


@_check
def courses_arrived(client: CanvasClient, sis_import: SisImport | int, *course_ids: str) -> Verdict:
    """Tell whether an import ended as it should and these courses (SIS IDs) are in Canvas.

    Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/courses/sis_course_id::sis_id
    """
    ended = _ended(client, sis_import if isinstance(sis_import, int) else sis_import.id)
    name = f"import {ended.id}"
    if not ended.state.good:
        return _not_yet(f"{name} ended as {ended.workflow_state}. {ended.state.sentence}")
    missing = [course_id for course_id in course_ids if not _has_course(client, course_id)]
    if missing:
        return _not_yet(f"{name} has ended and Canvas has no course {' and no course '.join(missing)}.")
    return Verdict(
        True, f"{name} ended as {ended.workflow_state}, and Canvas has {' and '.join(course_ids)}."
    )


@_check
def only_noise_is_left(client: CanvasClient, sis_import: SisImport | int, noise: str | Path) -> Verdict:
    """Tell whether an import ended with messages, all of which the noise list names.

    Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/accounts/self/sis_imports/:id/errors
    """
    ended = _ended(client, sis_import if isinstance(sis_import, int) else sis_import.id)
    report = explain_import(ended, noise=noise, client=client)
    if not report.messages:
        return _not_yet(f"import {ended.id} ended as {ended.workflow_state}, without any message to expect.")
    unexpected = [each.message.message for each in report.messages if not each.noise]
    if unexpected:
        return _not_yet(f"the list does not name this message of import {ended.id}: {unexpected[0]}")
    return Verdict(True, f"all messages of import {ended.id} are expected: {report.noise[0].noise}")


@_check
def batch_removed_only(client: CanvasClient, sis_import: SisImport | int, course_id: str) -> Verdict:
    """Tell whether an import was a full batch that removed this course (SIS ID) and no other.

    Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/courses/sis_course_id::sis_id
    """
    ended = _ended(client, sis_import if isinstance(sis_import, int) else sis_import.id)
    name, removed = f"import {ended.id}", ended.counts.get("batch_courses_deleted", 0)
    if not ended.raw.get("batch_mode"):
        return _not_yet(f"{name} was no full batch: it removed nothing that its files leave out.")
    if not ended.state.good:
        return _not_yet(f"{name} ended as {ended.workflow_state}. {ended.state.sentence}")
    if removed != 1 or _has_course(client, course_id):
        return _not_yet(f"{name} removed {removed} courses; the one to go is {course_id}.")
    return Verdict(True, f"{name} was a full batch, and it removed {course_id} alone.")


@_check
def scenario_is(practice: Practice, diagnosis: object) -> Verdict:
    """Tell whether the scenario that the practice Canvas is in is named. Calls: GET /practice/scenarios."""
    under_way = controls.active_scenarios(practice)
    if diagnosis is None:
        return _not_yet("diagnosis is still None.")
    if [diagnosis] != under_way:
        return _not_yet(f"{short(diagnosis)} is not what the practice Canvas is in.")
    return Verdict(True, f"it is {diagnosis}. {controls.scenarios(practice)[str(diagnosis)]}")


def _not_yet(why: str) -> Verdict:
    return Verdict(False, why)


def _ended(client: CanvasClient, import_id: int) -> SisImport:
    """Wait for the end of an import. Raises DeadlinePassed."""
    return client.wait_for(import_id, deadline=LONGEST_WAIT)


def _has_course(client: CanvasClient, course_id: str) -> bool:
    try:
        client.get(f"courses/sis_course_id:{path_part(course_id)}")
    except NoSuchThing:
        return False
    return True
