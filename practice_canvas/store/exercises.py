"""The lesson's exercises and the verdicts on them, in a database of their own beside the school.

A reset, a restored snapshot and a new version of the school's schema leave it alone.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

from practice_canvas.store.store import BUSY_SECONDS, now

DATABASE = "exercises.sqlite3"
FIELDS = ("id", "notebook", "title", "can")
"""What describes an exercise; `can` says what a person who has solved it can do."""
STATES = ("not_tried", "not_yet", "done")
_TABLES = """
CREATE TABLE IF NOT EXISTS exercises (
    id TEXT NOT NULL UNIQUE, notebook TEXT NOT NULL, title TEXT NOT NULL, can TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS verdicts (
    exercise TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL);
"""
_INSERT = "INSERT {} INTO exercises (id, notebook, title, can) VALUES (:id, :notebook, :title, :can)"


def define(home: Path, exercises: Iterable[dict[str, str]]) -> None:
    """Replace the list of exercises, which is in the lesson's order; the verdicts stay."""
    with _opened(home) as db:
        db.execute("DELETE FROM exercises")
        db.executemany(_INSERT.format("OR REPLACE"), exercises)


def judge(home: Path, exercise: str, notebook: str, state: str, why: str) -> None:
    """Add a verdict with the present time."""
    with _opened(home) as db:
        unlisted = {"id": exercise, "notebook": notebook, "title": exercise, "can": ""}
        db.execute(_INSERT.format("OR IGNORE"), unlisted)
        db.execute("INSERT INTO verdicts VALUES (?, ?, ?, ?)", (exercise, state, why, now()))


def progress(home: Path) -> list[dict[str, Any]]:
    """Return every exercise with its state and all its verdicts, in the lesson's order."""
    with _opened(home) as db:
        exercises = [dict(row) for row in db.execute("SELECT * FROM exercises ORDER BY rowid")]
        verdicts: dict[str, list[dict[str, str]]] = {}
        for row in db.execute("SELECT * FROM verdicts ORDER BY rowid"):
            verdict = dict(row)
            verdicts.setdefault(verdict.pop("exercise"), []).append(verdict)
    return [exercise | _standing(verdicts.get(exercise["id"], [])) for exercise in exercises]


def forget(home: Path) -> int:
    """Delete every verdict and return how many exercises were done; the list of exercises stays."""
    done = len([exercise for exercise in progress(home) if exercise["state"] == "done"])
    with _opened(home) as db:
        db.execute("DELETE FROM verdicts")
    return done


def _standing(verdicts: list[dict[str, str]]) -> dict[str, Any]:
    """Sum verdicts up: what is done stays done, since Run All on another day tries nothing."""
    tried = [verdict for verdict in verdicts if verdict["state"] != "not_tried"]
    done = [verdict for verdict in tried if verdict["state"] == "done"]
    counts = (done or tried or verdicts)[-1:]
    return {
        "state": counts[0]["state"] if counts else "not_tried",
        "why": counts[0]["why"] if counts else "",
        "done_at": done[0]["at"] if done else None,
        "not_yet_in_a_row": len(list(takewhile(lambda each: each["state"] == "not_yet", reversed(tried)))),
        "verdicts": verdicts,
    }


@contextmanager
def _opened(home: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(home / DATABASE, timeout=BUSY_SECONDS)) as db:
        db.row_factory = sqlite3.Row
        db.executescript(_TABLES)
        with db:
            yield db
