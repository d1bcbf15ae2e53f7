"""The history of one SIS import: snapshots, stages, durations, and a CSV to save.

It uses neither HTTP nor a clock. The chart is loaded on first use, so that importing this module stays
quick.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from helpers.client.models import SisImport
from helpers.client.polling import Snapshot, duration_text
from helpers.display.frames import NUMBER, TEXT, TIME, WHOLE, frame
from helpers.errors import FileNotUsable
from practice_canvas.states import workflow_state

if TYPE_CHECKING:
    from helpers.display.frames import DataFrame

CSV_COLUMNS = (
    "sis_import_id",
    "time",
    "seconds",
    "workflow_state",
    "progress",
    "started_at",
    "ended_at",
    "note",
)


HISTORY_COLUMNS = {
    "time": TIME,
    "seconds": NUMBER,
    "workflow_state": TEXT,
    "progress": WHOLE,
    "note": TEXT,
}


class StageSpan(NamedTuple):
    """The time that an import spent in one stage, in seconds since the first poll."""

    stage: str
    start: float
    end: float


class History:
    """The snapshots of one import, oldest first. Shows itself as a chart."""

    def __init__(self, name: str = "", snapshots: Iterable[Snapshot] = ()) -> None:
        self.name = name
        self._snapshots = list(snapshots)

    def append(self, snapshot: Snapshot) -> None:
        """Add one snapshot."""
        self._snapshots.append(snapshot)

    def continue_with(self, snapshot: Snapshot) -> None:
        """Add a snapshot of a later watch: its seconds count from the first poll of this history."""
        if self._snapshots:
            first = self._snapshots[0]
            since = (snapshot.at - first.at).total_seconds() + first.seconds
            snapshot = replace(snapshot, seconds=max(since, self._snapshots[-1].seconds))
        self.append(snapshot)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """All snapshots so far, as a copy."""
        return tuple(self._snapshots)

    @property
    def latest(self) -> SisImport | None:
        """The import in the last answer, None before the first answer."""
        return next((s.sis_import for s in reversed(self.snapshots) if s.sis_import), None)

    @property
    def final(self) -> SisImport | None:
        """The import at its end, None while it is not in a terminal state."""
        latest = self.latest
        return latest if latest and latest.state.terminal else None

    @property
    def seconds(self) -> float:
        """The seconds from the first poll to the import's end, or to the latest poll while it is running."""
        spans = self.stages()
        if self.final and spans:
            return spans[-1].end
        return self._snapshots[-1].seconds if self._snapshots else 0.0

    @property
    def label(self) -> str:
        """The name, or else the import's ID."""
        latest = self.latest
        return self.name or (f"SIS import {latest.id}" if latest else "SIS import")

    def stages(self) -> list[StageSpan]:
        """Return the time spans of the stages, in order.

        A stage changes between two polls. Canvas's own started_at and ended_at say when.
        """
        spans: list[StageSpan] = []
        for before, after in pairwise(s for s in self.snapshots if s.sis_import):
            for span in _spans_between(before, after):
                start = spans.pop().start if spans and spans[-1].stage == span.stage else span.start
                spans.append(StageSpan(span.stage, start, span.end))
        return [span for span in spans if span.end > span.start]

    def durations(self) -> dict[str, float]:
        """Return the seconds spent in each stage: queue, importing, cleanup, restoring."""
        totals: dict[str, float] = {}
        for span in self.stages():
            totals[span.stage] = totals.get(span.stage, 0.0) + span.end - span.start
        return totals

    def summary(self) -> str:
        """Return one line: the state of the import, its progress, and the time spent in each stage."""
        latest = self.latest
        if latest is None:
            return f"{self.label}: waiting for the first answer"
        spent = ", ".join(f"{stage} {duration_text(s)}" for stage, s in self.durations().items())
        after = duration_text(self.seconds)
        end = f"{self.label}: {latest.workflow_state} after {after}, progress {latest.progress} percent"
        return f"{end} ({spent})" if spent else end

    def to_frame(self) -> DataFrame:
        """Return one row per poll: time, seconds, workflow_state, progress, note."""
        return frame(
            self.snapshots,
            HISTORY_COLUMNS,
            time=attrgetter("at"),
            workflow_state=lambda poll: poll.sis_import and poll.sis_import.workflow_state,
            progress=lambda poll: poll.sis_import and poll.sis_import.progress,
        )

    def to_csv(self, path: str | Path) -> Path:
        """Save the snapshots as CSV (UTF-8) and return the path."""
        path = Path(path)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(CSV_COLUMNS)
            writer.writerows(_to_row(snapshot) for snapshot in self.snapshots)
        return path

    @classmethod
    def from_csv(cls, path: str | Path, name: str = "") -> History:
        """Read a file that `to_csv` saved.

        Args:
            path: the CSV file.
            name: the name of the history; default: the name of the file.

        Raises:
            FileNotUsable: the file is missing or damaged, or is not a saved history.
        """
        path = Path(path)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                if tuple(reader.fieldnames or ()) != CSV_COLUMNS:
                    raise ValueError(f"its first line is not {','.join(CSV_COLUMNS)}")
                snapshots = [_from_row(row, line) for line, row in enumerate(reader, start=2)]
        except (OSError, ValueError, csv.Error) as fault:
            raise FileNotUsable(
                f"{path.name} cannot be read as a saved history: {_reason(fault)}",
                "Give a CSV file that History.to_csv() wrote, unchanged.",
            ) from None
        return cls(name or path.stem, snapshots)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from helpers.watching.progress_chart import progress_chart

        return {**progress_chart(self)._repr_mimebundle_(), "text/plain": self.summary()}

    def __len__(self) -> int:
        return len(self._snapshots)

    def __repr__(self) -> str:
        return f"<History {self.summary()}; {len(self)} polls>"


def _spans_between(before: Snapshot, after: Snapshot) -> Iterator[StageSpan]:
    """Yield the stages between two answered polls, including those that no poll caught."""
    earlier, later = _answer(before), _answer(after)
    stage, begin, end = earlier.state.stage, before.seconds, after.seconds
    if stage == "queue" and later.state.stage != "queue" and _has_run(later):
        unknown = end if later.state.stage == "importing" else begin
        started = _moment(later.started_at, before, after, unknown)
        yield StageSpan(stage, begin, started)
        stage, begin = "importing", started
    if later.state.stage == "ended" and stage in ("queue", "importing", "cleanup"):
        end = max(begin, _moment(later.ended_at, before, after, end))
    if stage != "ended":
        yield StageSpan(stage, begin, end)


def _has_run(sis_import: SisImport) -> bool:
    """Return whether an import started to run: all do, except those aborted in the queue."""
    return sis_import.workflow_state != "aborted" or sis_import.started_at is not None


def _moment(stamp: str | None, before: Snapshot, after: Snapshot, unknown: float) -> float:
    """Convert a time by Canvas's clock to seconds since the first poll, if it is between the two polls.

    Otherwise the clocks differ, and the time counts as unknown. Canvas truncates its times to whole seconds,
    so half a second is added.
    """
    try:
        passed = (after.at - datetime.fromisoformat(stamp or "")).total_seconds()
    except (ValueError, TypeError):
        return unknown
    moment = after.seconds - passed + 0.5
    within = before.seconds - 1 < moment < after.seconds + 1
    return min(max(moment, before.seconds), after.seconds) if within else unknown


def _answer(snapshot: Snapshot) -> SisImport:
    if snapshot.sis_import is None:
        raise ValueError("this poll had no answer")
    return snapshot.sis_import


def _to_row(snapshot: Snapshot) -> tuple[object, ...]:
    found = snapshot.sis_import
    answer = (
        (found.workflow_state, found.progress, found.started_at, found.ended_at) if found else (None,) * 4
    )
    time = snapshot.at.isoformat(timespec="milliseconds")
    return (found and found.id, time, round(snapshot.seconds, 3), *answer, snapshot.note)


def _from_row(row: Mapping[str | Any, str | Any], line: int) -> Snapshot:
    try:
        at, seconds = datetime.fromisoformat(row["time"]), float(row["seconds"])
        if at.tzinfo is None or not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError("the time or the seconds are invalid")
        return Snapshot(at, seconds, _import_in(row), row["note"] or None)
    except (TypeError, ValueError, LookupError) as fault:
        raise ValueError(f"line {line}: {fault}") from None


def _import_in(row: Mapping[str | Any, str | Any]) -> SisImport | None:
    if not row["workflow_state"]:
        return None
    progress = int(row["progress"])
    if not 0 <= progress <= 100:
        raise ValueError(f"progress {progress} is not between 0 and 100")
    stamps = {name: row[name] or None for name in ("started_at", "ended_at")}
    known = {"workflow_state": row["workflow_state"], "progress": progress, **stamps}
    workflow_state(row["workflow_state"])  # raises for an unknown state, while the line number is known
    return SisImport.from_json({"id": int(row["sis_import_id"]), **known})


def _reason(fault: Exception) -> str:
    if isinstance(fault, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
