"""Histories and past imports for tests of the charts."""

from datetime import UTC, datetime, timedelta
from itertools import count

from helpers.client.models import SisImport
from helpers.client.polling import Snapshot
from helpers.watching.history import History

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
Poll = tuple[float, str | None, int]


def snapshot(seconds: float, state: str | None, progress: int = 0, note: str | None = None) -> Snapshot:
    sis_import = None if state is None else SisImport(7, state, progress)
    return Snapshot(START + timedelta(seconds=seconds), seconds, sis_import, note)


def history(*polls: Poll, name: str = "", note: str | None = None) -> History:
    return History(name, [snapshot(*poll, note) for poll in polls])


BATCH = history(
    (0, "created", 0),
    (4, "importing", 0),
    (6, "importing", 90),
    (9, "cleanup_batch", 5),
    (11, "cleanup_batch", 60),
    (12, "imported", 100),
)
FIRST = History("first", BATCH.snapshots)
SECOND = history((0, "created", 0), (3, "importing", 40), (6, "failed", 40), name="second")


# ---- past imports

FIRST_NIGHT = datetime(2026, 11, 14, 2, tzinfo=UTC)


def stamp(seconds: float) -> str:
    return (FIRST_NIGHT + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def nightly(*rows: tuple[float, float, float], ended: bool = True) -> list[SisImport]:
    """Imports, newest first as Canvas lists them, from (sent, waited, ran) in seconds."""
    numbered = zip(count(400), rows, strict=False)
    return [
        SisImport(
            number,
            "imported" if ended else "importing",
            100,
            created_at=stamp(sent),
            started_at=stamp(sent + waited),
            ended_at=stamp(sent + waited + ran) if ended else None,
        )
        for number, (sent, waited, ran) in numbered
    ][::-1]


DAY = 86_400.0
THREE_NIGHTS = nightly((0, 60, 3_540), (DAY, 0, DAY / 2), (2 * DAY, 0, 1_800))
HOUR = 3_600
LATE = nightly((0, 60, 3_540), (2 * HOUR, 0, 2.5 * HOUR), (4 * HOUR, 0, HOUR), (12 * HOUR, 0, HOUR))
