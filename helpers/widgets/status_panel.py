"""The status panel: poll a SIS import once, or watch it to the end while the kernel stays free."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from helpers.client.polling import Snapshot, follow
from helpers.display.chart import data_uri_img
from helpers.errors import CanvasError
from helpers.watching.history import History
from helpers.watching.progress_chart import progress_svg
from helpers.widgets import style
from helpers.widgets.job import Job
from helpers.widgets.json_view import JsonView
from helpers.widgets.messages_view import counts_html, message_titles_html, messages_html
from helpers.widgets.panel import Panel, button, import_id_field, import_id_in, row
from helpers.widgets.target import Source, Target, target_of

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.models import ImportMessage, SisImport

Polls = Callable[["CanvasClient", int, Event], Iterator[Snapshot]]

NOTES = {"workflow_state": "where it is now", "progress": "percent of the work that is done"}
SECONDS_BETWEEN_ANNOUNCEMENTS = 10.0
CHART = {"width": 680, "height": 270}
TONES_OF_ENDS = {"imported_with_messages": "care", "aborted": "care"}


class StatusPanel(Panel):
    """One SIS import: its state, its progress over time, its counts and messages.

    `watch()` and `stop()` do the same as the buttons. `await panel` watches the import to the end without
    blocking the kernel, and returns the History.
    """

    title = "Status of a SIS import"
    ready = "Check once polls the import one time. Watch polls it until it has ended."

    def __init__(self, target: Target, import_id: int | None = None) -> None:
        super().__init__(target)
        self.history = History()
        self.messages: list[ImportMessage] = []
        self._current: tuple[CanvasClient, int] | None = None
        self._drawing = Lock()
        self._make_widgets(import_id)
        self._arrange(
            row(self._id, self._once, self._watch, self._stop),
            self._status,
            self._chart,
            self._result,
            self._json.box,
        )

    def _make_widgets(self, import_id: int | None) -> None:
        self._id = import_id_field(self.target, import_id)
        self._once = button("Check once", self.check)
        self._watch = button("Watch", self.watch, primary=True)
        self._stop = button("Stop", self.stop)
        self._chart, self._result, self._json = widgets.HTML(), widgets.HTML(), JsonView()
        self._show_busy(False)

    @property
    def import_id(self) -> int:
        """The id in the field. Raises BadInput if it is not a number."""
        return import_id_in(self._id.value)

    def check(self) -> None:
        """Poll the import once in the background; the panel shows the answer."""
        self._begin(_poll_once)

    def watch(self) -> None:
        """Poll the import in the background until it has ended; after a stop, continue the same history.

        Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/accounts/self/sis_imports/:id/errors
        """
        self._begin(_poll_to_the_end, to_history=True)

    def stop(self) -> None:
        """Stop watching. Canvas continues to process the import."""
        with self._drawing:
            if self._job:
                self._job.stop()
            watched = f" import {self._current[1]}" if self._current else ""
            self._report("care", f"Stopped watching{watched}.", "Canvas is still processing it.")
            self._show_busy(False)

    def _begin(self, polls: Polls, *, to_history: bool = False) -> None:
        """Start polling on a thread; each poll is drawn, and added to the history if that is wanted."""
        try:
            client, import_id = self.target.ready(), self.import_id
        except CanvasError as error:
            self._forget(None)
            self._show_error(error)
            return
        if self._job:
            self._job.stop()
        self._forget((client, import_id))
        if to_history and self.history.final:
            self.history = History()
        history = self.history if to_history else None
        self._result.value = ""
        self._report("busy", "Checking …", f"SIS import {import_id}")
        self._show_busy(True)
        self._job = Job(lambda stop: self._poll(stop, client, polls(client, import_id, stop), history))

    def _forget(self, current: tuple[CanvasClient, int] | None) -> None:
        """Clear what belongs to another import."""
        if current and current == self._current:
            return
        with self._drawing:
            self._current = current
            self.history, self.messages = History(), []
            self._chart.value = self._result.value = ""
            self._json.clear()

    def _poll(
        self, stop: Event, client: CanvasClient, snapshots: Iterator[Snapshot], history: History | None
    ) -> None:
        """Draw each poll, and at the end the outcome. Runs on the job's thread."""
        try:
            for snapshot in snapshots:
                self._draw(stop, self._show, snapshot, history)
                self.target.ask_trainer(self, again_after=SECONDS_BETWEEN_ANNOUNCEMENTS)
                latest = snapshot.sis_import
                if latest and latest.state.terminal:
                    messages = client.list_sis_import_errors(latest.id)
                    self._draw(stop, self._show_result, latest, messages)
        except Exception as error:
            self._draw(stop, self._show_error, error)
        self._draw(stop, self._show_busy, False)

    def _draw(self, stop: Event, draw: Callable[..., None], *what: Any) -> None:
        """Change the panel, unless it was stopped: a late answer is dropped."""
        with self._drawing:
            if not stop.is_set():
                draw(*what)

    def _show(self, snapshot: Snapshot, history: History | None) -> None:
        """Draw one poll: the status line, the chart, the JSON."""
        if history is not None:
            history.continue_with(snapshot)
            self._chart.value = style.chart(progress_svg(history, **CHART))
        if snapshot.sis_import is None:
            self._report("care", "No answer.", snapshot.note or "")
            return
        self._json.show(snapshot.sis_import, NOTES)
        self._report(*_summary(snapshot.sis_import, snapshot.note))

    def _show_result(self, sis_import: SisImport, messages: list[ImportMessage]) -> None:
        self.messages = messages
        self._result.value = counts_html(sis_import) + messages_html(messages)

    def _show_busy(self, busy: bool) -> None:
        self._once.disabled = self._watch.disabled = busy
        self._stop.disabled = not busy

    def __await__(self) -> Generator[Any, None, History]:
        return self._until_ended().__await__()

    async def _until_ended(self) -> History:
        """Wait until watching has ended; the kernel stays free."""
        if not self._is_working and not self._has_final():
            self.watch()
        if self._job and self._is_working:
            await self._job
            if self._job.stopped:
                self.stop()
        return self.history

    def _has_final(self) -> bool:
        final = self.history.final
        return final is not None and str(final.id) == self._id.value

    def _still(self) -> str:
        if not self.history.snapshots:
            return ""
        picture = data_uri_img(progress_svg(self.history, **CHART), self.history.summary())
        counts = counts_html(self.history.final) if self.history.final else ""
        return f"{picture}{counts}{message_titles_html(self.messages)}"


def _summary(sis_import: SisImport, note: str | None) -> tuple[str, str, str]:
    """Return tone, headline, and detail of the status line for one poll."""
    state = sis_import.state
    tone = "busy" if not state.terminal else "good" if state.good else TONES_OF_ENDS.get(state.name, "bad")
    headline = f"SIS import {sis_import.id}: {state.name}, {sis_import.progress} percent."
    return tone, headline, f"{state.sentence} {note or ''}"


def _poll_once(client: CanvasClient, import_id: int, _: Event) -> Iterator[Snapshot]:
    yield Snapshot(datetime.now(UTC), 0.0, client.get_sis_import(import_id))


def _poll_to_the_end(client: CanvasClient, import_id: int, stop: Event) -> Iterator[Snapshot]:
    return follow(lambda: client.get_sis_import(import_id), wait=stop.wait)


def status_panel(source: Source, import_id: int | None = None) -> StatusPanel:
    """Show the status panel for a connect panel or a client.

    `import_id` is the SIS import to check (default: the last one sent).
    Returns the panel: `.watch()`, `.stop()`, `.history`. `await panel` waits for the end of the import.
    """
    return StatusPanel(target_of(source), import_id)
