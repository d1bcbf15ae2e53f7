"""Check files before they are sent: each by itself, row by row, and what they refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from pathlib import Path

from helpers.preflight.collecting import collect, collect_files
from helpers.preflight.findings import FILES, Findings, Group, Position, Rule
from helpers.preflight.gathering import gather
from helpers.preflight.loading import Loaded
from helpers.preflight.opening import open_file
from helpers.preflight.references import REFERENCE_CHECKS, churn
from helpers.preflight.references.known import Known
from helpers.preflight.report import Report
from helpers.preflight.rows import ROW_CHECKS
from helpers.preflight.school import School
from helpers.preflight.server import Server, ServerTables
from helpers.scratch_database import Desk, OutOfRoom, desk

Paths = str | Path | Sequence[str | Path]
Progress = Callable[[int, int], None]

STOPPED = Rule(
    slug="check-stopped",
    severity="ask",
    title="The check could not finish",
    template="The check stopped early: {more}.",
    fix="Free up disk space for temporary files, or check fewer files at once.",
    taught_in=FILES,
)


def check_files(
    paths: Paths,
    *,
    server: Server | None = None,
    previous: Paths | None = None,
    progress: Progress | None = None,
) -> Findings:
    """Check SIS files before you send them. Nothing is sent, and no file is changed.

    Args:
        paths: CSV files, zips, or folders of CSV files; what is named together counts as sent together.
        server: what your Canvas has, to check references against; None checks the files by themselves.
        previous: the files of last time, to ask when many ids have changed since.
        progress: called with the work done so far and the work in all.

    Returns:
        What was found. A file that cannot be read is a finding, too, and never an error.
    """
    with desk() as lent:
        return _Check(lent, server, progress or (lambda done, total: None)).run(paths, previous)


class _Check:
    """One check under way."""

    def __init__(self, desk: Desk, server: Server | None, progress: Progress) -> None:
        self._desk, self._progress = desk, progress
        self._server = ServerTables(desk, server)
        self._report = Report()
        self._numbers = count()
        self._done, self._total = 0.0, 1

    def run(self, paths: Paths, previous: Paths | None) -> Findings:
        """Check, and say so if the disk or the memory does not suffice."""
        try:
            groups = self._check(paths, previous)
        except OutOfRoom as why:
            self._report.add(STOPPED, Position("(all files)"), more=str(why).rstrip("."))
            groups = collect_files(self._report)
        self._progress(self._total, self._total)
        return Findings(groups, self._report.files)

    def _check(self, paths: Paths, previous: Paths | None) -> list[Group]:
        school = School(self._desk, self._load(paths, self._report))
        known = Known(school, self._server, self._report)
        earlier = self._load(previous, Report()) if previous else []
        for kind in school.kinds:
            checks = (*ROW_CHECKS, *REFERENCE_CHECKS)
            weight = sum(file.size for file in school.files_of(kind)) / len(checks)
            for check in ROW_CHECKS:
                check(school, kind)
                self._tell(weight)
            known.publish(kind)
            for check_references in REFERENCE_CHECKS:
                check_references(school, kind, known, self._report)
                self._tell(weight)
            known.publish(kind)
            churn.check(school, kind, self._server, earlier)
        return collect(school, self._report)

    def _load(self, paths: Paths, report: Report) -> list[Loaded]:
        """Load the files behind the paths; only the first ones, those to check, count as work."""
        files = gather(paths, self._desk.folder, report)
        if report is self._report:
            self._total = 3 * sum(_size(file.path) for file in files) or 1
        loaded: Iterable[Loaded | None] = (
            open_file(file, next(self._numbers), self._desk, report, self._tell) for file in files
        )
        return [one for one in loaded if one]

    def _tell(self, work: float) -> None:
        self._done = min(self._done + work, self._total)
        self._progress(int(self._done), self._total)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
