"""Abort an import, or undo it; and before that, see what undoing restores and what it does not.

Source of the facts: Canvas's restore_states. For 30 days Canvas keeps, for each import, the state of every
object before and after. Restoring brings back the state before, and only the state.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from helpers.client.models import Json, SisImport, json_object, whole_number
from helpers.display.html import table
from helpers.errors import BadInput, CanvasError, DeadlinePassed
from practice_canvas.sis_csv.kinds import CLEANED, KINDS

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient

KEPT_DAYS = 30
POLL_SECONDS = 0.5
OBJECTS = {
    **{kind.object_type: kind.plural for kind in KINDS if kind.object_type},
    "CommunicationChannel": "email addresses",  # they come with users and logins
}
# What an import did to an object (a name in data.statistics) → what restoring does to it.
UNDONE = {
    "deleted": "restored",
    "concluded": "reopened",
    "deactivated": "reactivated",
    "created": "deleted",
    "restored": "deleted or concluded again",
}
ONLY_CLEANED = (
    "These are upper limits: only what the cleanup removed is restored, with the enrollments of the courses"
    " and sections it deleted. What rows in the files deleted stays deleted."
)
WILL_NOT = (
    "Names, dates, roles, and all other fields stay as this import wrote them: only states are restored.",
    "Objects changed since then, by hand or by a later import, also get the state they had before it.",
    "Users are not counted; their logins and enrollments are.",
    "Each object is restored at most once, and nothing is restored after 30 days.",
)


@dataclass(frozen=True)
class RestorePreview:
    """What restoring an import would do.

    Args:
        import_id: the import.
        will: (kind of object, what happens to them, how many).
        will_not: the limits, as sentences.
    """

    import_id: int
    will: tuple[tuple[str, str, int], ...]
    will_not: tuple[str, ...]

    def __str__(self) -> str:
        will = [f"{what} {becomes}: {number:,}" for what, becomes, number in self.will]
        return "\n".join(
            (f"Restoring import {self.import_id}:", *(will or ["nothing to restore"]), *self.will_not)
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = [[what, becomes, f"{number:,}"] for what, becomes, number in self.will]
        drawn = table(["objects", "what restoring does", "how many"], rows or [["none", "", "0"]])
        limits = "".join(f"<li>{escape(each)}</li>" for each in self.will_not)
        title = f"<p>Restoring import {self.import_id}</p>"
        return f"{title}{drawn}<p>Limits:</p><ul>{limits}</ul>"


def restore_preview(
    sis_import: SisImport,
    *,
    batch_mode: bool = False,
    undelete_only: bool = False,
    unconclude_only: bool = False,
    now: datetime | None = None,
) -> RestorePreview:
    """Preview what restoring an import will and will not restore, from the import's own statistics.

    Args:
        sis_import: an import that has ended.
        batch_mode: only what the cleanup of batch mode removed.
        undelete_only: only what the import deleted.
        unconclude_only: only what it concluded.
        now: the end of the 30 days; the current time by default.

    Raises:
        BadInput: the import has not ended, or both undelete_only and unconclude_only are set.
    """
    _check_which(undelete_only=undelete_only, unconclude_only=unconclude_only)
    if not sis_import.ended_at:
        raise BadInput(f"Import {sis_import.id} has not ended.", "Abort it first: abort(client, id).")
    changes = ["deleted"] * undelete_only + ["concluded"] * unconclude_only or list(UNDONE)
    if batch_mode:
        changes = [change for change in changes if change not in ("created", "restored")]
    found = _from_statistics(
        sis_import.statistics, [kind.object_type for kind in CLEANED] if batch_mode else OBJECTS, changes
    )
    limits = (*_age(sis_import, now or datetime.now(UTC)), *[ONLY_CLEANED] * batch_mode, *WILL_NOT)
    return RestorePreview(sis_import.id, tuple(each for each in found if each[2]), limits)


def _check_which(*, undelete_only: bool, unconclude_only: bool) -> None:
    if undelete_only and unconclude_only:
        raise BadInput("undelete_only and unconclude_only cannot be combined.", "Choose one, or neither.")


def _from_statistics(
    statistics: dict[str, Any], names: Iterable[str], changes: list[str]
) -> Iterator[tuple[str, str, int]]:
    for name in names:
        for change in changes:
            counted = statistics.get(name)
            number = counted.get(change, 0) if isinstance(counted, dict) else 0
            yield OBJECTS[name], UNDONE[change], number


def _age(sis_import: SisImport, now: datetime) -> Iterator[str]:
    if sis_import.workflow_state in ("restored", "partially_restored"):
        yield f"This import is already {sis_import.workflow_state}; objects restored then also count here."
    if now - datetime.fromisoformat(sis_import.ended_at or "") > timedelta(days=KEPT_DAYS):
        yield f"It ended more than {KEPT_DAYS} days ago: Canvas no longer has the earlier states."


def restore(
    client: CanvasClient,
    import_id: int,
    *,
    batch_mode: bool = False,
    undelete_only: bool = False,
    unconclude_only: bool = False,
    sleep: Callable[[float], object] = time.sleep,
    deadline: float = 3600.0,
) -> SisImport:
    """Undo the state changes of an import, wait until Canvas has finished, and return the import.

    Calls: PUT /api/v1/accounts/self/sis_imports/:id/restore_states · GET /api/v1/progress/:id ·
    GET /api/v1/accounts/self/sis_imports/:id

    Raises:
        BadInput: both undelete_only and unconclude_only are set.
        DeadlinePassed: it had not finished after this many seconds.
    """
    _check_which(undelete_only=undelete_only, unconclude_only=unconclude_only)
    which = {"batch_mode": batch_mode, "undelete_only": undelete_only, "unconclude_only": unconclude_only}
    progress = client.restore_states(import_id, **{name: True for name, asked in which.items() if asked})
    try:
        _wait_for_end(client, import_id, progress, sleep, deadline)
        return client.get_sis_import(import_id)
    except CanvasError as error:
        error.may_have_worked = True
        error.advise(
            f"Canvas continues on its own: do not restore it again. Check SIS import {import_id} later."
        )
        raise


def _wait_for_end(
    client: CanvasClient, import_id: int, progress: Json, sleep: Callable[[float], object], deadline: float
) -> None:
    waited = 0.0
    while progress.get("workflow_state") in ("queued", "running"):
        number = whole_number(progress.get("id"))
        if waited >= deadline or number is None:
            raise DeadlinePassed(
                f"Restoring import {import_id} had not finished after {waited:.0f} seconds.",
                "Canvas continues: check the import again later.",
            )
        sleep(POLL_SECONDS)
        waited += POLL_SECONDS
        progress = json_object(client.get(f"progress/{number}"))


@dataclass(frozen=True)
class Aborted:
    """An aborted import, and what stays behind."""

    sis_import: SisImport
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(
            (f"SIS import {self.sis_import.id}: {self.sis_import.workflow_state}.", *self.remarks)
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines())


def abort(client: CanvasClient, import_id: int) -> Aborted:
    """Abort an import that waits or runs, and report what stays behind.

    Calls: PUT /api/v1/accounts/self/sis_imports/:id/abort

    Raises:
        NoSuchThing: there is no such import, or it has already ended.
    """
    sis_import = client.abort_sis_import(import_id)
    if sis_import.started_at is None:
        return Aborted(sis_import, ("It had not started, so nothing changed.",))
    remarks = (
        "It stops after the current chunk of rows. Rows applied before that stay applied.",
        "Waiting imports start about 10 minutes later.",
        "To undo it, use restore_preview and then restore, or send the whole file again.",
    )
    return Aborted(sis_import, remarks)
