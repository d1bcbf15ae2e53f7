"""Run an import on a scratch Canvas, with a full export before it and one after it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.guards import AHEAD, GUARDS
from helpers.client.models import ImportMessage, SisImport
from helpers.client.request_plans import RequestPlan, create_sis_import
from helpers.display.text import plural
from helpers.errors import CanvasError, FileNotUsable, NoRoute, Refused
from helpers.rehearsal.changes import CONCLUDED, DELETED, KindChanges, ObjectChange, TermShare, compare
from helpers.rehearsal.starting_points import CLEANED_FILES, Progress, StartingPoint
from helpers.rehearsal.term_shares import removed_by_term
from helpers.scratch_database import OutOfRoom
from practice_canvas.scratch import scratch
from practice_canvas.service import PracticeCanvasFault
from practice_canvas.sis_csv.kinds import EXPORTED

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds
DEADLINE = 6 * 3600.0  # seconds


@dataclass(frozen=True)
class ScratchRun:
    """The result of one run: the import at its end, its messages, the changes, and notes."""

    sis_import: SisImport
    messages: tuple[ImportMessage, ...]
    kinds: tuple[KindChanges, ...]
    changes: tuple[ObjectChange, ...]
    terms: tuple[str, ...]
    notes: tuple[str, ...]


def run_on_scratch(
    start: StartingPoint, plan: RequestPlan, options: Mapping[str, Any], progress: Progress
) -> ScratchRun:
    """Send the file of a plan to a scratch Canvas and compare what it has before and after.

    Args:
        start: what the scratch Canvas starts with.
        plan: the plan of the import.
        options: its options, as the scratch Canvas needs them.
        progress: called with a text about each step.

    Raises:
        NoRoute: no scratch Canvas starts.
        Refused: the scratch Canvas rejects the import, as Canvas would.
        FileNotUsable: there is not enough memory or disk space to compare.
    """
    progress("Starting a scratch Canvas")
    try:
        with (
            scratch(start.home, start.needed.to_json()) as practice,
            TemporaryDirectory(prefix="sis-rehearsal-") as folder,
        ):
            client = CanvasClient(Connection(practice.url, practice.token))
            client.waive(*(name for name, guard in GUARDS.items() if guard.waivable))
            return _run(client, start, replace(plan, params=tuple(options.items())), Path(folder), progress)
    except PracticeCanvasFault as fault:
        raise NoRoute(str(fault), "Check whether the disk is full, then try again.") from fault
    except OutOfRoom as fault:
        raise FileNotUsable(
            f"The states before and after the import cannot be compared: {fault}.",
            "Free some disk space, then rehearse again.",
        ) from fault
    except CanvasError as error:
        if error.may_have_worked:  # that was the scratch Canvas, which is gone
            error.advise("Nothing was sent to your Canvas. Rehearse again.")
        elif isinstance(error, Refused):
            error.advise(f"{error.fix} This was the rehearsal: nothing was sent to your Canvas.")
        raise


def _run(
    client: CanvasClient, start: StartingPoint, plan: RequestPlan, folder: Path, progress: Progress
) -> ScratchRun:
    notes = [
        note for file, with_options in start.imports for note in _fill(client, file, with_options, progress)
    ]
    _wait_until_idle(client, progress)
    progress("Exporting the state before the import")
    before = client.sis_export(folder / "before")
    final = _import(client, plan, "Importing", progress)
    messages = tuple(client.list_sis_import_errors(final.id))
    progress("Comparing")
    exports = (before, client.sis_export(folder / "after"))
    kinds, changes = compare(*exports)
    terms = _terms(client, final)
    cleaned = [_with_cleanup(client, each, final, dict(plan.params), terms, exports) for each in kinds]
    names = tuple(str(term["name"]) for term in terms)
    return ScratchRun(final, messages, tuple(cleaned), tuple(changes), names, tuple(notes))


def _fill(client: CanvasClient, file: Path, options: Mapping[str, Any], progress: Progress) -> list[str]:
    """Import a file of the starting point, and return notes about rows that failed."""
    filled = _import(client, create_sis_import(file, **options), "Loading the starting point", progress)
    if filled.state.good:
        return []
    found = client.list_sis_import_errors(filled.id)
    example = f", such as “{found[-1].message}”" if found else ""
    return [f"Loading the starting point returned {plural(len(found), 'message')}{example}."]


def _import(client: CanvasClient, plan: RequestPlan, step: str, progress: Progress) -> SisImport:
    progress(step)
    return _ended(client, client.send_import(plan).id, step, progress)


def _wait_until_idle(client: CanvasClient, progress: Progress) -> None:
    """Let a copy finish the imports that were waiting or running in the original."""
    for each in client.list_sis_imports(limit=100):
        if each.workflow_state in AHEAD:
            _ended(client, each.id, "Waiting for a running import", progress)


def _ended(client: CanvasClient, import_id: int, step: str, progress: Progress) -> SisImport:
    """Wait for an import, and report each quarter of a long one."""
    polls = client.follow(import_id, first=FIRST_PAUSE, longest=LONGEST_PAUSE, deadline=DEADLINE)
    done = 0
    for last in (poll.sis_import for poll in polls if poll.sis_import):
        if done < (quarter := last.progress // 25 * 25) < 100:
            done = quarter
            progress(f"{step}: {done} percent")
    return last


def _terms(client: CanvasClient, final: SisImport) -> list[dict[str, Any]]:
    """Return the terms that batch mode cleaned up."""
    if final.raw.get("multi_term_batch_mode"):
        terms = client.get("accounts/self/terms")["enrollment_terms"]
        return [term for term in terms if term["sis_import_id"] == final.id]
    term_id = final.raw.get("batch_mode_term_id")
    return [client.get(f"accounts/self/terms/{term_id}")] if term_id else []


def _with_cleanup(
    client: CanvasClient,
    changes: KindChanges,
    final: SisImport,
    options: Mapping[str, Any],
    terms: list[dict[str, Any]],
    exports: tuple[Path, Path],
) -> KindChanges:
    """Add how many objects of a kind batch mode's cleanup removed, and how many it could remove."""
    if not terms or changes.kind not in CLEANED_FILES:
        return changes
    cleaned = final.counts.get(EXPORTED[changes.kind].cleaned_key)
    drop_status = options.get("batch_mode_enrollment_drop_status") or "deleted"
    stays = changes.kind == "enrollments" and drop_status != "deleted"
    gone = changes.deleted if cleaned is None else 0 if stays else cleaned
    left = [_left(client, changes.kind, term["id"], exports[1].parent) for term in terms]
    by_term: list[TermShare] = []
    if len(terms) > 1:
        removed = removed_by_term(*exports, changes.kind, CONCLUDED if stays else DELETED)
        for term, number in zip(terms, left, strict=True):
            lost = removed.get(term["sis_term_id"], 0)
            by_term.append(TermShare(term["name"], lost, number if stays else number + lost))
    return replace(changes, cleaned=cleaned, scope=sum(left) + gone, by_term=tuple(by_term))


def _left(client: CanvasClient, kind: str, term: int, folder: Path) -> int:
    """Return how many objects of a term a batch could still remove."""
    found = client.sis_export(folder / f"term-{term}", [kind], term=term, created_by_sis=True)
    with (found / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1
