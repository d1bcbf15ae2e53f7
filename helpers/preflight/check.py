"""Check files before they are sent: each by itself, row by row, and what they refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from helpers.preflight.collecting import collect, collect_files
from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import FILES, Group, Position, Rule
from helpers.preflight.gathering import gather
from helpers.preflight.loading import Loaded
from helpers.preflight.opening import open_file
from helpers.preflight.references import REFERENCE_CHECKS, churn
from helpers.preflight.references.known import Known
from helpers.preflight.result import Findings
from helpers.preflight.rows import ROW_CHECKS
from helpers.preflight.school import School
from helpers.preflight.server import Server, ServerTables
from helpers.scratch_database import OutOfRoom, ScratchDatabase, scratch_database

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
    now: str | None = None,
) -> Findings:
    """Check SIS files before you send them. Nothing is sent, and no file is changed.

    Args:
        paths: CSV files, zip archives, or folders of CSV files; all of them count as sent together.
        server: what your Canvas has, such as `server_ids(client)`, to check references against; None checks
            the files alone.
        previous: the files you sent last time, to find out whether many IDs have changed since.
        progress: called with the work done so far and the total work.
        now: when you will send them, such as "2026-08-24T06:00:00Z", the present by default: Canvas takes
            from it what a date lacks.

    Returns:
        The findings. A file that cannot be read is a finding as well, never an error.
    """
    with scratch_database() as database:
        present = now or datetime.now(UTC).isoformat()
        return _Check(database, server, progress or (lambda done, total: None), present).run(paths, previous)


class _Check:
    """One check in progress."""

    def __init__(
        self, database: ScratchDatabase, server: Server | None, progress: Progress, now: str
    ) -> None:
        self._database, self._progress, self._now = database, progress, now
        self._server = ServerTables(database, server)
        self._file_findings = FileFindings()
        self._numbers = count()
        self._done, self._total = 0.0, 1

    def run(self, paths: Paths, previous: Paths | None) -> Findings:
        """Check, and report when there is not enough memory or disk space."""
        try:
            groups = self._check(paths, previous)
        except OutOfRoom as why:
            self._file_findings.add(STOPPED, Position("(all files)"), more=str(why).rstrip("."))
            groups = collect_files(self._file_findings)
        self._progress(self._total, self._total)
        return Findings(groups, self._file_findings.files)

    def _check(self, paths: Paths, previous: Paths | None) -> list[Group]:
        school = School(self._database, self._load(paths, self._file_findings), self._now)
        known = Known(school, self._server, self._file_findings)
        earlier = self._load(previous, FileFindings()) if previous else []
        for kind in school.kinds:
            checks = (*ROW_CHECKS, *REFERENCE_CHECKS)
            weight = sum(file.size for file in school.files_of(kind)) / len(checks)
            for check in ROW_CHECKS:
                check(school, kind)
                self._advance(weight)
            known.publish(kind)
            for check_references in REFERENCE_CHECKS:
                check_references(school, kind, known, self._file_findings)
                self._advance(weight)
            known.publish(kind)
            churn.check(school, kind, self._server, earlier)
        return collect(school, self._file_findings)

    def _load(self, paths: Paths, file_findings: FileFindings) -> list[Loaded]:
        """Load the files behind the paths; only the files to check count as work."""
        files = gather(paths, self._database.folder, file_findings)
        if file_findings is self._file_findings:
            self._total = 3 * sum(_size(file.path) for file in files) or 1
        loaded: Iterable[Loaded | None] = (
            open_file(file, next(self._numbers), self._database, file_findings, self._advance)
            for file in files
        )
        return [one for one in loaded if one]

    def _advance(self, work: float) -> None:
        self._done = min(self._done + work, self._total)
        self._progress(int(self._done), self._total)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
