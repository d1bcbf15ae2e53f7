"""Guards run before an import is sent. Each holds the import back for one reason, and most can be waived.

One of them is the lesson's rule for standard imports: fix the import that failed before you send the next.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from helpers.client.connection import Connection
from helpers.client.import_options import is_on, may_remove
from helpers.client.models import SisImport
from helpers.client.request_plans import STEPS, RequestPlan
from helpers.errors import HeldBack, UnknownOption
from helpers.near_misses import nearest
from practice_canvas.states import WORKFLOW_STATES

AHEAD = ("created", "importing", "cleanup_batch")
ENDS = [name for name, state in WORKFLOW_STATES.items() if state.terminal]
BAD_ENDS = ("failed", "failed_with_messages", "aborted")
"""End states after which data may be missing. imported_with_messages only leads to a note: at many sites
Canvas always skips some rows."""


class Rehearsed(Protocol):
    """What a guard needs of a rehearsal (helpers.rehearsal makes them)."""

    def objection(self, plan: RequestPlan, domain: str) -> str | None:
        """Return why the rehearsal does not cover this file with these options there; None if it does."""
        ...


class QueueState(NamedTuple):
    """The imports that wait or run (newest first), and the last one that ended.

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
        ask_queue: asks Canvas for its queue; called once, and only when a guard or a note needs it.
        confirm: what was typed to confirm.
        rehearsed: the rehearsal that was passed along.
        hold_back: whether the practice Canvas holds imports back as strictly as a real Canvas.
    """

    connection: Connection
    plan: RequestPlan
    ask_queue: Callable[[], QueueState]
    confirm: str = ""
    rehearsed: Rehearsed | None = None
    hold_back: bool = False

    @cached_property
    def queue(self) -> QueueState:
        """The queue as it was when Canvas was first asked."""
        return self.ask_queue()

    @property
    def removes(self) -> str:
        """What may be removed, and where; "" when nothing may."""
        given = dict(self.plan.params)
        if not may_remove(self.plan.params):
            return ""
        if is_on("multi_term_batch_mode", given):
            return "what earlier imports created in the terms of its terms file and its files leave out"
        if is_on("batch_mode", given):
            term = f"the term {self.queue.term}" if self.queue.term else "a term that is not named"
            return f"what earlier imports created in {term} and its files leave out"
        return f"what the series {given['diffing_data_set_identifier']} contained and its files leave out"


@dataclass(frozen=True)
class Guard:
    """One reason to hold an import back.

    Args:
        sentence: the rule it enforces.
        objection: returns what is wrong and how to fix it, or None.
        waivable: whether `waive` lets an import pass it.
        practice_note: whether it only adds a note on the practice Canvas, where nothing can be lost.
    """

    sentence: str
    objection: Callable[[Sending], tuple[str, str] | None]
    waivable: bool = True
    practice_note: bool = False

    def holds_back(self, sending: Sending) -> bool:
        """Return whether it holds imports back there, rather than adding a note."""
        on_practice = sending.connection.environment == "practice"
        return sending.hold_back or not (self.practice_note and on_practice)


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
        "Pass what rehearse() returned as rehearsed=…, or waive the guard: waive='rehearsal'."
        " In the terminal: --rehearse, or --waive rehearsal.",
    )


def _after_bad_end(sending: Sending) -> tuple[str, str] | None:
    last = sending.queue.last
    if last is None or last.workflow_state not in BAD_ENDS:
        return None
    return (
        f"The last import, {last.id}, ended {last.workflow_state}: data may be missing. Nothing was sent.",
        "Find out why and fix it. If this is the fixed import, waive the guard: waive='last_import'."
        " In the terminal: --waive last_import.",
    )


GUARDS: dict[str, Guard] = {
    "confirmation": Guard(
        "On production, you type the domain to confirm.", objection=_unconfirmed, waivable=False
    ),
    "rehearsal": Guard("An import that may remove things is rehearsed first.", objection=_unrehearsed),
    "last_import": Guard(
        "No import is sent after one that failed or was aborted.",
        objection=_after_bad_end,
        practice_note=True,
    ),
}


def waived(names: str | Iterable[str]) -> frozenset[str]:
    """Return the names of guards as a set.

    Raises:
        UnknownOption: there is no such guard, or it cannot be waived.
    """
    wanted = frozenset([names] if isinstance(names, str) else names)
    waivable = [name for name, guard in GUARDS.items() if guard.waivable]
    for name in wanted - {*waivable, ""}:
        close = nearest(name, waivable)
        raise UnknownOption(
            f"There is no guard {name!r} that can be waived.",
            f"Did you mean {close}?" if close else f"The guards are {' and '.join(waivable)}.",
        )
    return wanted - {""}


def check(sending: Sending, waived: Collection[str]) -> None:
    """Run all guards except those that are waived.

    Raises:
        HeldBack: a guard holds the import back.
    """
    for name, guard in GUARDS.items():
        if name in waived or not guard.holds_back(sending):
            continue
        if objection := guard.objection(sending):
            raise HeldBack(*objection, guard=name)


def queue_state(imports: Iterable[SisImport], term: str = "") -> QueueState:
    """Sort a list of imports, newest first, up to the last one that ended.

    One in `initializing` is neither waiting nor ended: Canvas leaves an upload that it refused in that
    state, and it never runs.
    """
    ahead: list[SisImport] = []
    for each in imports:
        if each.workflow_state in AHEAD:
            ahead.append(each)
        elif each.workflow_state in ENDS:
            return QueueState(ahead, each, term)
    return QueueState(ahead, None, term)


def notes(sending: Sending, waived: Collection[str]) -> Iterator[str]:
    """Yield what you should know about an import that the guards let through."""
    ahead, last, _ = sending.queue
    if ahead:
        listed = ", ".join(f"{each.id} ({each.workflow_state})" for each in ahead)
        number = f"{len(ahead)} import{'s are' if len(ahead) > 1 else ' is'}"
        yield f"{number} ahead of you: {listed}. Canvas runs one at a time, oldest first."
    if sending.plan.announced:
        yield f"The file went in {STEPS}"
    if last and last.workflow_state == "imported_with_messages":
        yield f"The last import, {last.id}, left messages: read list_sis_import_errors({last.id})."
    if last and last.workflow_state in BAD_ENDS and "last_import" not in waived:
        yield (
            f"The last import, {last.id}, ended {last.workflow_state}. With a real Canvas, this one would"
            " have been held back: find out why an import failed before you send the next."
        )
    if sending.removes:
        threshold = dict(sending.plan.params)["change_threshold"]
        filled_in = ", filled in for you" if "change_threshold" in sending.plan.filled_in else ""
        yield f"It may remove {sending.removes}, up to a change_threshold of {threshold} percent{filled_in}."
