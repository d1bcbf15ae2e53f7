"""What the terminal shows: one small function for each thing, in color where that works and plain elsewhere.

The only importer of rich. Text that came from a server or a file is never read as markup.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from helpers.client.models import SisImport
from helpers.client.packing import left_out
from helpers.client.polling import Snapshot
from helpers.errors import CanvasError
from helpers.terminal.wording import fix_in_terminal

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


_json_alone = ContextVar("json_alone", default=False)


@contextmanager
def json_alone(alone: bool) -> Iterator[None]:
    """Keep standard output for JSON if asked, so that it can be saved: text goes to standard error."""
    before = _json_alone.set(alone)
    try:
        yield
    finally:
        _json_alone.reset(before)


def _console() -> Console:
    return errors if _json_alone.get() else console


def heading(text: str) -> None:
    """Print a heading."""
    _console().print(f"\n[bold]{escape(text)}[/bold]")


def line(text: str) -> None:
    """Print one line as it is, never wrapped, so that it can be copied."""
    _console().print(printable(text), markup=False, soft_wrap=True)


def fault(error: CanvasError, domain: str | None = None) -> None:
    """Print what went wrong and what to do next, on stderr; commands in it go to the domain."""
    errors.print(f"[bold red]{escape(printable(error.what))}[/bold red]", soft_wrap=True)
    errors.print(printable(fix_in_terminal(error, domain)), markup=False, soft_wrap=True)


def taken_from(folder: Path, files: Iterable[Path]) -> None:
    """Print which files of a folder an import takes, and what it leaves out."""
    line(f"Taken from {folder}: {', '.join(file.name for file in files)}")
    if rest := left_out(folder):
        line(f"Left out, since only the CSV files are sent, without subfolders: {', '.join(rest)}")


GUIDE_FIELDS = ("id", "created_at", "started_at", "ended_at", "progress", "workflow_state")
"""What Instructure's guide reads in the JSON of an import."""


def answer(sis_import: SisImport, *, whole: bool, final: bool = True) -> None:
    """Print what Canvas answered about an import: the fields that the guide reads, or the whole JSON.

    Only the final answer goes where JSON is alone: two of them make no JSON file.
    """
    raw = sis_import.raw
    shown = raw if whole else {name: raw[name] for name in GUIDE_FIELDS if raw.get(name) is not None}
    json(shown, console if final else _console())


def json(raw: Any, to: Console | None = None) -> None:
    """Print JSON as it came, on standard output unless another console is named."""
    to = to or console
    to.print_json(data=raw, ensure_ascii=not to.encoding.lower().startswith("utf"))


def printable(text: str) -> str:
    """Replace control characters, with which a text could rewrite the screen."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


class ProgressLine:
    """One line that moves while a file is sent and an import runs; a line per change elsewhere."""

    def __init__(self, progress: Progress, doing: str) -> None:
        self._progress = progress
        self._task = progress.add_task(doing, total=100, note="")
        self._printed = ""
        self.begun = False

    def sent(self, done: int, total: int) -> None:
        """Show how many of the file's bytes are sent."""
        self.begun = True
        self._progress.update(self._task, completed=100 * done / max(total, 1))

    def show(self, snapshot: Snapshot) -> None:
        """Show one poll of the import."""
        note = escape(printable(snapshot.note or ""))
        self._progress.update(self._task, note=note)
        if seen := snapshot.sis_import:
            self._progress.update(self._task, description=seen.workflow_state, completed=seen.progress)
        if not _console().is_terminal:
            state = f"{seen.workflow_state} {seen.progress} %" if seen else ""
            self._print_if_new(f"{state} {note}".strip(), snapshot.seconds)

    def _print_if_new(self, text: str, seconds: float) -> None:
        if text != self._printed:
            line(f"{seconds:7.1f} s  {text}")
        self._printed = text


@contextmanager
def progress_line(doing: str) -> Iterator[ProgressLine]:
    """Show a progress line that begins with the word until the block ends."""
    first, last = TextColumn("{task.description}"), TextColumn("{task.fields[note]}")
    columns = [first, BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), last]
    with Progress(*columns, console=_console(), disable=not _console().is_terminal) as progress:
        yield ProgressLine(progress, doing)


def counts(sis_import: SisImport) -> None:
    """Print what Canvas counted: the rows of each kind that it accepted, and the messages."""
    table = Table("data.counts", "number", box=None, padding=(0, 2))
    for name, number in sis_import.counts.items():
        if number:
            table.add_row(escape(name), f"{number:,}")
    _console().print(table if table.row_count else "data.counts is empty: no row was accepted.")


def imports(found: Iterable[SisImport]) -> None:
    """Print a line for each import, the newest first."""
    table = Table("id", "workflow_state", "progress", "created_at", box=None, padding=(0, 2))
    for each in found:
        table.add_row(
            str(each.id), escape(printable(each.workflow_state)), f"{each.progress} %", each.created_at or ""
        )
    _console().print(table if table.row_count else "There are no imports yet.")
