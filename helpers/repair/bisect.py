"""Find the rows that make a file fail if the message does not say which: send halves, then halves of those.

Every half is a real import: use the practice Canvas or a Canvas that you can spare.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from helpers.client.import_options import option_params
from helpers.client.models import SisImport
from helpers.client.polling import follow
from helpers.display.text import plural
from helpers.errors import BadInput, FileNotUsable
from practice_canvas.sis_csv.reading import MalformedCsv, records
from practice_canvas.sis_csv.recognition import recognize_file

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient

Fails = Callable[[SisImport], bool]
Span = tuple[int, int]
"""The first data row, and the row after the last one, counted from 0."""

FIRST_ROW = 2  # in Canvas, the header is row 1
BAD_OPTIONS = ("batch_mode", "multi_term_batch_mode", "diffing_data_set_identifier")


@dataclass(frozen=True)
class Bisection:
    """The rows that make a file fail.

    Args:
        rows: their numbers as Canvas counts them; rows that fail only together are all listed.
        found: the result as a sentence.
        imports: how many imports were sent.
        sure: whether the search was finished.
    """

    rows: tuple[int, ...]
    found: str
    imports: int = 0
    sure: bool = True

    def __str__(self) -> str:
        took = f" It took {plural(self.imports, 'import')}." if self.imports else " No import was needed."
        return self.found + took

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"


def ended_as_failed(sis_import: SisImport) -> bool:
    """Return whether an import failed as a whole."""
    return sis_import.workflow_state in ("failed", "failed_with_messages")


def bisect_file(
    client: CanvasClient,
    file: str | Path,
    *,
    fails: Fails = ended_as_failed,
    most_imports: int = 60,
    progress: Callable[[str], object] | None = None,
    **options: Any,
) -> Bisection:
    """Find the rows of a CSV file that make its import fail.

    Faults that can be found without sending (encoding, quotes, header) are. Otherwise each half is imported
    on its own, and if it fails, its halves. The rows of the good halves are then in that Canvas.

    Calls: POST /api/v1/accounts/self/sis_imports.json · GET /api/v1/accounts/self/sis_imports/:id

    Args:
        client: a Canvas that you can spare; never a production one.
        file: one CSV file.
        fails: returns whether an import failed; for rows that Canvas only skips, check the counts.
        most_imports: stop after this many imports.
        progress: called with a sentence before each import, such as `print`.
        options: options of the imports; none that delete what a file leaves out.

    Raises:
        BadInput: the Canvas is a production Canvas, or an option would delete things.
        FileNotUsable: the file is not a CSV, or cannot be read.
    """
    path = Path(file)
    _check(client, path, options)
    try:
        kind, summary = recognize_file(path)
    except MalformedCsv as fault:
        rows = (fault.row,) if fault.row else ()  # only the line of a bad byte is known
        return Bisection(rows, f"Canvas rejects {path.name} as a whole: {fault}.")
    except OSError as fault:
        raise FileNotUsable(
            f"{path.name} cannot be read: {fault.strerror}.", "Check its name and folder."
        ) from None
    if kind is None:
        return Bisection((1,), f"The header of {path.name} does not match any kind of SIS file.")
    with TemporaryDirectory(prefix="sis-import-") as folder:
        search = _Search(
            client, path, Path(folder), fails, options, most_imports, progress or (lambda _: None)
        )
        return search.run(summary.rows)


def _check(client: CanvasClient, path: Path, options: dict[str, Any]) -> None:
    if client.connection.environment == "production":
        raise BadInput(
            f"{client.connection.domain} is a production Canvas, and a search sends rows many times.",
            "Search on the practice Canvas: connect().",
        )
    if path.suffix.lower() != ".csv":
        raise FileNotUsable(f"{path.name} is not a CSV file.", "Unpack the archive, and search file by file.")
    given = dict(option_params(options))
    removing = [name for name in BAD_OPTIONS if given.get(name, "false") != "false"]
    if removing:
        raise BadInput(
            f"With {removing[0]} each half would delete the rows of the other.",
            "Search without this option.",
        )


@dataclass
class _Search:
    """One search: what it sends, and what it has found so far."""

    client: CanvasClient
    path: Path
    folder: Path
    fails: Fails
    options: dict[str, Any]
    most: int
    progress: Callable[[str], object]
    sent: int = 0
    guilty: list[Span] = field(default_factory=list)

    def run(self, rows: int) -> Bisection:
        """Search all rows."""
        name = self.path.name
        if rows == 0 or not self._fails((0, rows)):
            return Bisection((), f"{name} did not fail here: its rows alone are not the cause.", self.sent)
        waiting = [(0, rows)]
        while waiting and self.sent + 2 <= self.most:
            waiting = self._split(waiting.pop(0)) + waiting
        return self._result(waiting)

    def _split(self, span: Span) -> list[Span]:
        """Try both halves of a span that fails; return those that fail and can be halved again."""
        start, end = span
        if end - start == 1:
            self.guilty.append(span)
            return []
        middle = (start + end) // 2
        failing = [half for half in ((start, middle), (middle, end)) if self._fails(half)]
        if not failing:
            self.guilty.append(span)  # only together
        return failing

    def _fails(self, span: Span) -> bool:
        start, end = span
        self.sent += 1
        self.progress(f"Import {self.sent}: {_place(span)} of {self.path.name}")
        part = self.folder / self.path.name
        with part.open("w", encoding="utf-8", newline="") as file:
            lines = records(self.path)
            writer = csv.writer(file)
            writer.writerow(next(lines))
            writer.writerows(islice(lines, start, end))
        sent = self.client.create_sis_import(part, waive="last_import", **self.options)
        *_, last = follow(lambda: self.client.get_sis_import(sent.id), first=0.1, longest=5.0)
        return last.sis_import is not None and self.fails(last.sis_import)

    def _result(self, waiting: list[Span]) -> Bisection:
        spans = sorted([*self.guilty, *waiting])
        rows = tuple(row + FIRST_ROW for start, end in spans for row in range(start, end))
        places = ", ".join(_place(span) for span in spans)
        if waiting:
            found = f"The search stopped early. The cause is in {places} of {self.path.name}."
        elif any(end - start > 1 for start, end in self.guilty):
            found = f"{self.path.name} fails because of {places}; the rows in a range fail only together."
        else:
            found = f"{self.path.name} fails because of {places}."
        return Bisection(rows, found, self.sent, sure=not waiting)


def _place(span: Span) -> str:
    first, last = span[0] + FIRST_ROW, span[1] + FIRST_ROW - 1
    return f"row {first}" if first == last else f"rows {first} to {last}"
