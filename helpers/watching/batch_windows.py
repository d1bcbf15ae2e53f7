"""Does my batch fit its window? Past imports, how long each took, and how long it had until the next.

Source of the facts: created_at, started_at and ended_at in the list of imports, in whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from helpers.client.models import SisImport
from helpers.client.polling import duration_text

TIGHT = 0.5
"""From this share of its window on, an import is called tight: the next bigger term may overrun it."""


@dataclass(frozen=True)
class Window:
    """One past import and the time that it had.

    Args:
        id: the import.
        sent: when Canvas took it.
        waited: seconds in the queue.
        ran: seconds from its start to its end.
        had: seconds until the next import was sent, or is due; None when that cannot be told.
    """

    id: int
    sent: datetime
    waited: float
    ran: float
    had: float | None

    @property
    def took(self) -> float:
        """Seconds from sending to the end."""
        return self.waited + self.ran

    @property
    def share(self) -> float:
        """The part of the window that it took: 1 is all of it, more is too long; 0 without a window."""
        if self.had is None:
            return 0.0
        return self.took / self.had if self.had else (float("inf") if self.took else 0.0)

    @property
    def verdict(self) -> str:
        """Say how it went, in a word: fits, tight, overran."""
        return "overran" if self.share > 1 else "tight" if self.share >= TIGHT else "fits"


def windows(imports: Iterable[SisImport], every: float | None = None) -> list[Window]:
    """Measure past imports against the time until the next was sent; oldest first, only those that ended.

    Args:
        imports: as `client.list_sis_imports()` returns them, or a part of those.
        every: seconds between two imports as you plan it; default: as they really came. The last one has no
            next yet and is measured against the median.
    """
    dated = sorted((each for each in imports if each.created_at), key=_order)
    sent = [_moment(each.created_at) for each in dated]
    gaps = [(after - before).total_seconds() for before, after in pairwise(sent)]
    usual = every if every is not None else (median(gaps) if gaps else None)
    had = [usual] * len(dated) if every is not None else [*gaps, usual]
    rows = zip(dated, sent, had, strict=False)
    return [_window(each, moment, seconds) for each, moment, seconds in rows if each.ended_at]


def verdict(measured: Sequence[Window]) -> str:
    """Say in a sentence or two whether the imports fit their windows, and which is the tightest."""
    judged = [window for window in measured if window.had is not None]
    if not judged:
        return "There are no two imports yet whose times could be compared."
    tightest = max(judged, key=lambda window: window.share)
    fitting = sum(window.share <= 1 for window in judged)
    return (
        f"{fitting} of {len(judged)} imports ended before the next one was due. The tightest, {tightest.id},"
        f" took {duration(tightest.took)} of {duration(tightest.had or 0)}."
    )


def duration(seconds: float) -> str:
    """Write a duration for people: from an hour on to the nearest minute, whole hours without minutes."""
    rounded = 60 * round(seconds / 60) if seconds >= 3600 else seconds
    return duration_text(rounded).removesuffix(" 00 min")


def _window(each: SisImport, sent: datetime, had: float | None) -> Window:
    ended = _moment(each.ended_at)
    started = _moment(each.started_at) if each.started_at else ended
    waited, ran = (started - sent).total_seconds(), (ended - started).total_seconds()
    return Window(each.id, sent, max(waited, 0.0), max(ran, 0.0), had)


def _order(each: SisImport) -> tuple[str, int]:
    return each.created_at or "", each.id


def _moment(stamp: str | None) -> datetime:
    return datetime.fromisoformat(stamp or "")
