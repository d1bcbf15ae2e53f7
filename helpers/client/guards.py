"""What is looked at before an import is sent: each guard holds it back for one reason, and can be waived.

The lesson's rule for standard imports is one of them: mend the import that failed before you send the next.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import NamedTuple, Protocol

from helpers.client.connection import Connection
from helpers.client.import_options import is_on, may_remove
from helpers.client.models import SisImport
from helpers.client.request_plans import RequestPlan
from helpers.errors import HeldBack, UnknownOption
from practice_canvas.states import WORKFLOW_STATES

AHEAD = ("created", "importing", "cleanup_batch")
ENDS = [name for name, state in WORKFLOW_STATES.items() if state.terminal]
BAD_ENDS = ("failed", "failed_with_messages", "aborted")
"""Ends after which data may be missing. After imported_with_messages you are told, and not held back:
many a site always has some rows that Canvas skips."""


class Rehearsed(Protocol):
    """A rehearsal, as far as guards care (helpers.rehearsal makes them)."""

    def objection(self, plan: RequestPlan, domain: str) -> str | None:
        """Say why it does not speak for sending this file with these options there; None when it does."""
        ...


class Seen(NamedTuple):
    """What Canvas is busy with: the imports that wait or run (newest first), and the last that ended.

    `term` is the name of the term that batch mode cleans up, "" when it names none.
    """

    ahead: list[SisImport]
    last: SisImport | None
    term: str = ""


@dataclass
class Sending:
    """An import about to be sent.

    Args:
        connection: where to.
        plan: the request.
        look: asks Canvas what it is busy with; called once, and only when a guard or a note needs it.
        confirm: what was typed to confirm.
        rehearsed: the rehearsal that was handed over.
        chose_threshold: whether the change_threshold was named rather than filled in.
    """

    connection: Connection
    plan: RequestPlan
    look: Callable[[], Seen]
    confirm: str = ""
    rehearsed: Rehearsed | None = None
    chose_threshold: bool = False

    @cached_property
    def seen(self) -> Seen:
        """What Canvas was busy with when it was first asked."""
        return self.look()

    @property
    def removes(self) -> str:
        """What may be removed, and where; "" when nothing may."""
        given = dict(self.plan.params)
        if not may_remove(self.plan.params):
            return ""
        if is_on("multi_term_batch_mode", given):
            return "what earlier imports made in all terms of its terms file and the file leaves out"
        if is_on("batch_mode", given):
            return f"what earlier imports made in the term {self.seen.term} and the file leaves out"
        return f"what the series {given['diffing_data_set_identifier']} had and the file leaves out"


@dataclass(frozen=True)
class Guard:
    """One reason to hold an import back.

    Args:
        sentence: what it wants.
        objection: finds what happened and what to do, or None.
        waivable: whether `waive` lets an import pass it.
    """

    sentence: str
    objection: Callable[[Sending], tuple[str, str] | None]
    waivable: bool = True


def _unconfirmed(sending: Sending) -> tuple[str, str] | None:
    domain = sending.connection.domain
    if sending.connection.environment != "production" or sending.confirm.strip().lower() == domain.lower():
        return None
    return (
        f"{domain} is a production Canvas and you did not confirm. Nothing was sent.",
        f"Try it on a test Canvas, or confirm by typing the domain: confirm={domain!r}.",
    )


def _unrehearsed(sending: Sending) -> tuple[str, str] | None:
    if not sending.removes:
        return None
    why = "It was not rehearsed."
    if sending.rehearsed:
        domain = sending.connection.domain
        objection = sending.rehearsed.objection(sending.plan, domain)
        if objection is None:
            return None
        why = objection
    return (
        f"This import may remove {sending.removes}. {why} Nothing was sent.",
        "Hand over what rehearse() returned as rehearsed=…, or say that you know: waive='rehearsal'."
        " In the terminal: --rehearse, or --waive rehearsal.",
    )


def _after_bad_end(sending: Sending) -> tuple[str, str] | None:
    last = sending.seen.last
    if last is None or last.workflow_state not in BAD_ENDS:
        return None
    return (
        f"The last import, {last.id}, ended {last.workflow_state}: data may be missing. Nothing was sent.",
        "Find out why and mend it. If this is the mended import, or you know better: waive='last_import'."
        " In the terminal: --waive last_import.",
    )


GUARDS: dict[str, Guard] = {
    "confirmation": Guard("On production the domain is typed once more.", _unconfirmed, waivable=False),
    "rehearsal": Guard("What may remove things is rehearsed first.", _unrehearsed),
    "last_import": Guard("No import is sent after one that failed or was aborted.", _after_bad_end),
}


def waived(names: str | Iterable[str]) -> set[str]:
    """Return the names of guards as a set.

    Raises:
        UnknownOption: there is no such guard, or it cannot be waived.
    """
    wanted = {names} if isinstance(names, str) else set(names)
    waivable = [name for name, guard in GUARDS.items() if guard.waivable]
    for name in wanted - {*waivable, ""}:
        close = get_close_matches(name, waivable, n=1)
        raise UnknownOption(
            f"There is no guard {name!r} that can be waived.",
            f"Did you mean {close[0]}?" if close else f"The guards are {' and '.join(waivable)}.",
        )
    return wanted - {""}


def check(sending: Sending, waived: set[str]) -> None:
    """Go through the guards, save those that are waived.

    Raises:
        HeldBack: a guard holds the import back.
    """
    for name, guard in GUARDS.items():
        found = None if name in waived else guard.objection(sending)
        if found:
            raise HeldBack(*found, guard=name)


def what_is_seen(imports: Iterable[SisImport], term: str = "") -> Seen:
    """Sort a list of imports, newest first, as far as the last that ended.

    One in `initializing` is neither: an upload that Canvas refused is left there and never runs.
    """
    ahead: list[SisImport] = []
    for each in imports:
        if each.workflow_state in AHEAD:
            ahead.append(each)
        elif each.workflow_state in ENDS:
            return Seen(ahead, each, term)
    return Seen(ahead, None, term)


def notes(sending: Sending) -> Iterator[str]:
    """Yield what you should know about an import that the guards let go."""
    ahead, last, _ = sending.seen
    if ahead:
        told = ", ".join(f"{each.id} ({each.workflow_state})" for each in ahead)
        number = f"{len(ahead)} import{'s are' if len(ahead) > 1 else ' is'}"
        yield f"{number} ahead of you: {told}. Canvas takes one at a time, oldest first."
    if last and last.workflow_state == "imported_with_messages":
        yield f"The last import, {last.id}, left messages: read list_sis_import_errors({last.id})."
    if sending.removes:
        threshold = dict(sending.plan.params)["change_threshold"]
        filled_in = "" if sending.chose_threshold else ", filled in for you"
        yield f"It may remove {sending.removes}, up to a change_threshold of {threshold} percent{filled_in}."
