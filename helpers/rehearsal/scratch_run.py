"""Run an import on a scratch Canvas, with an export of everything before and one after."""

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
from helpers.client.polling import follow
from helpers.errors import NoRoute
from helpers.rehearsal.changes import Change, KindChanges, compare
from helpers.rehearsal.seeds import Seed, Tell
from practice_canvas.scratch import scratch
from practice_canvas.service import PracticeCanvasFault
from practice_canvas.sis_csv.kinds import EXPORTED

FIRST_LOOK, LONGEST_WAIT = 0.05, 2.0  # seconds
DEADLINE = 6 * 3600.0  # seconds


@dataclass(frozen=True)
class ScratchRun:
    """What one run brought: the import at its end, its messages, the changes, and what there is to say."""

    sis_import: SisImport
    messages: tuple[ImportMessage, ...]
    kinds: tuple[KindChanges, ...]
    changes: tuple[Change, ...]
    terms: tuple[str, ...]
    notes: tuple[str, ...]


def run_on_scratch(seed: Seed, upload: Path, options: Mapping[str, Any], tell: Tell) -> ScratchRun:
    """Send a file to a scratch Canvas and see what becomes of it.

    Args:
        seed: what the scratch Canvas begins with.
        upload: the file to send.
        options: of the import.
        tell: told what is being done.

    Raises:
        NoRoute: no scratch Canvas starts.
        Refused: the scratch Canvas refuses the import, as Canvas would.
    """
    tell("Starting a scratch Canvas")
    try:
        with (
            scratch(seed.home, seed.likeness.to_json()) as practice,
            TemporaryDirectory(prefix="sis-rehearsal-") as folder,
        ):
            client = CanvasClient(Connection(practice.url, practice.token))
            client.waive(*(name for name, guard in GUARDS.items() if guard.waivable))
            return _run(client, seed, upload, options, Path(folder), tell)
    except PracticeCanvasFault as fault:
        raise NoRoute(str(fault), "Look whether the disk is full, then try again.") from fault


def _run(
    client: CanvasClient, seed: Seed, upload: Path, options: Mapping[str, Any], folder: Path, tell: Tell
) -> ScratchRun:
    notes = [note for file, with_options in seed.imports for note in _fill(client, file, with_options, tell)]
    _wait_until_idle(client)
    tell("Noting what there is before")
    before = client.sis_export(folder / "before")
    tell("Importing")
    final = _import(client, upload, options)
    messages = tuple(client.list_sis_import_errors(final.id))
    tell("Comparing")
    kinds, changes = compare(before, client.sis_export(folder / "after"))
    terms = _terms(client, final)
    cleaned = [_with_cleanup(client, each, final, options, terms, folder) for each in kinds]
    names = tuple(str(term["name"]) for term in terms)
    return ScratchRun(final, messages, tuple(cleaned), tuple(changes), names, tuple(notes))


def _fill(client: CanvasClient, file: Path, options: Mapping[str, Any], tell: Tell) -> list[str]:
    """Import what the scratch Canvas begins with, and say what of it did not fit."""
    tell("Filling it")
    filled = _import(client, file, options)
    if filled.state.good:
        return []
    found = client.list_sis_import_errors(filled.id)
    first = f", such as “{found[-1].message}”" if found else ""
    return [f"{len(found)} messages came up when the scratch Canvas was filled{first}."]


def _import(client: CanvasClient, file: Path, options: Mapping[str, Any]) -> SisImport:
    sent = client.create_sis_import(file, **{k: v for k, v in options.items() if k != "import_type"})
    return _ended(client, sent.id)


def _wait_until_idle(client: CanvasClient) -> None:
    """Let a copy do first what waits or runs in the Canvas that it is of."""
    for each in client.list_sis_imports(limit=100):
        if each.workflow_state in AHEAD:
            _ended(client, each.id)


def _ended(client: CanvasClient, import_id: int) -> SisImport:
    looks = follow(
        lambda: client.get_sis_import(import_id), first=FIRST_LOOK, longest=LONGEST_WAIT, deadline=DEADLINE
    )
    *_, last = (look.sis_import for look in looks if look.sis_import)
    return last


def _terms(client: CanvasClient, final: SisImport) -> list[dict[str, Any]]:
    """Return the terms that batch mode was about."""
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
    folder: Path,
) -> KindChanges:
    """Add how much batch mode's cleanup removed of a kind, and of how many."""
    cleaned = final.counts.get(EXPORTED[changes.kind].cleaned_key)
    if cleaned is None:
        return changes
    left = 0
    for term in terms:
        found = client.sis_export(
            folder / f"term-{term['id']}", [changes.kind], term=term["id"], created_by_sis=True
        )
        left += _count(found / f"{changes.kind}.csv")
    drop_status = options.get("batch_mode_enrollment_drop_status") or "deleted"
    stays = changes.kind == "enrollments" and drop_status != "deleted"
    return replace(changes, cleaned=cleaned, scope=left if stays else left + cleaned)


def _count(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1
