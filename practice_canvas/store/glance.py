"""A quick look at a school from outside, for whoever watches many of them; it writes nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from practice_canvas.store import messages
from practice_canvas.store.reads import browse
from practice_canvas.store.reads.sis_imports import imports
from practice_canvas.store.school import settings
from practice_canvas.store.store import BUSY_SECONDS, DATABASE


def latest_imports(home: Path, most: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the latest SIS imports, newest first, and the scenarios that are active.

    Args:
        home: the folder of the school; one without a database has neither.
        most: how many imports to return.
    """
    if not (home / DATABASE).exists():
        return [], []
    with _opened(home) as db:
        return [dict(row) for row in imports().rows(db, most)], list(settings.read(db)["scenarios"])


def messages_of(home: Path, import_id: int, most: int) -> list[dict[str, Any]]:
    """Return the first messages of a SIS import, errors first."""
    with _opened(home) as db:
        return [dict(row) for row in messages.by_severity(import_id).rows(db, most)]


def holds(home: Path) -> dict[str, int]:
    """Return how many records of each kind a school has; {} where there is no database."""
    if not (home / DATABASE).exists():
        return {}
    with _opened(home) as db:
        return browse.totals(db) | {"SIS imports": imports().count(db)}


def snapshots(home: Path) -> list[str]:
    """Return the names of the snapshots that were saved."""
    return sorted({path.name.partition(".")[0] for path in (home / "snapshots").glob("*")})


@contextmanager
def _opened(home: Path) -> Iterator[sqlite3.Connection]:
    address = f"{(home / DATABASE).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as db:
        db.row_factory = sqlite3.Row
        yield db
