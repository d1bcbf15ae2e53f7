"""The status panel: look at a SIS import once, or watch it to its end while the kernel stays free."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
from IPython.display import DisplayHandle, display

from helpers.client.polling import Snapshot, follow
from helpers.display.chart import data_uri_img
from helpers.errors import CanvasError
from helpers.watching.history import History
from helpers.watching.progress_chart import progress_svg
from helpers.widgets import style
from helpers.widgets.job import Job
from helpers.widgets.json_view import JsonView
from helpers.widgets.messages_view import counts_html, messages_html
from helpers.widgets.panel import LABEL, Panel, button, import_id_in, row
from helpers.widgets.target import Target, target_of

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.models import ImportMessage, SisImport
    from helpers.widgets.connect_panel import ConnectPanel

Looks = Callable[["CanvasClient", int, Event], Iterator[Snapshot]]

NOTES = {"workflow_state": "where it is now", "progress": "percent of the chunks that are done"}
CHART = {"width": 680, "height": 270}
TONES_OF_ENDS = {"imported_with_messages": "care", "aborted": "care"}


class StatusPanel(Panel):
    """One SIS import: its state, its progress over time, its counts and messages.

    `watch()` and `stop()` do what the buttons do. `await panel` waits until the watching has ended (and
    begins it, if need be), lets the kernel go on meanwhile, and returns the History.
    """

    title = "Status of a SIS import"

    def __init__(self, target: Target, import_id: int | None = None) -> None:
        super().__init__(target)
        self.history = History()
        self.messages: list[ImportMessage] = []
        self._job: Job | None = None
        self._seen: tuple[CanvasClient, int] | None = None
        self._drawing = Lock()
        self._handle: DisplayHandle | None = None
        self._make_widgets()
        self._arrange(
            row(self._id, self._once, self._watch, self._stop),
            self._line,
            self._chart,
            self._result,
            self._json.box,
        )
        target.observe(lambda _: self._fill_in(target.import_id), "import_id")
        self._fill_in(import_id or target.import_id)
        self._tell("quiet", "Ready.", "Check once looks at the import; Watch looks again until it has ended.")

    def _make_widgets(self) -> None:
        self._id = widgets.Text(
            description="SIS import id", placeholder="such as 412", style=LABEL, layout={"width": "240px"}
        )
        self._once = button("Check once", self.check)
        self._watch = button("Watch", self.watch, primary=True)
        self._stop = button("Stop", self.stop)
        self._chart, self._result, self._json = widgets.HTML(), widgets.HTML(), JsonView()
        self._show_busy(False)

    @property
    def import_id(self) -> int:
        """The id in the field. Raises BadInput when there is no number in it."""
        return import_id_in(self._id.value)

    def check(self) -> None:
        """Look at the import once; returns at once, the answer appears in the panel."""
        self._begin(_one_look, None)

    def watch(self) -> None:
        """Look at the import again and again until it has ended; returns at once.

        Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/accounts/self/sis_imports/:id/errors
        """
        self._begin(_looks_to_the_end, History())

    def stop(self) -> None:
        """Stop watching; the import itself goes on in Canvas."""
        with self._drawing:
            if self._job:
                self._job.stop()
            self._tell(
                "care", "Stopped watching.", "The import itself goes on in Canvas; press Watch to look again."
            )
            self._show_busy(False)

    def _begin(self, looks: Looks, history: History | None) -> None:
        """Start looking on a thread; `history` is where the looks are kept and drawn from, if anywhere."""
        try:
            client, import_id = self.target.ready(), self.import_id
        except CanvasError as error:
            self._forget(None)
            self._tell_fault(error)
            return
        if self._job:
            self._job.stop()
        self._forget((client, import_id))
        if history is not None:
            self.history = history
        self._result.value = ""
        self._tell("busy", "Looking …", f"SIS import {import_id}")
        self._show_busy(True)
        self._job = Job(lambda stop: self._look(stop, client, looks(client, import_id, stop), history))

    def _forget(self, seen: tuple[CanvasClient, int] | None) -> None:
        """Take what was seen of another import, or of another Canvas's import, off the page."""
        if seen and seen == self._seen:
            return
        with self._drawing:
            self._seen = seen
            self.history, self.messages = History(), []
            self._chart.value = self._result.value = ""
            self._json.clear()

    def _look(
        self, stop: Event, client: CanvasClient, snapshots: Iterator[Snapshot], history: History | None
    ) -> None:
        """Draw each look, and at the end of the import its outcome. Runs on the job's thread."""
        try:
            for snapshot in snapshots:
                self._draw(stop, self._show, snapshot, history)
                latest = snapshot.sis_import
                if latest and latest.state.terminal:
                    messages = client.list_sis_import_errors(latest.id)
                    self._draw(stop, self._show_result, latest, messages)
        except Exception as error:
            self._draw(stop, self._tell_fault, error)
        self._draw(stop, self._show_busy, False)

    def _draw(self, stop: Event, draw: Callable[..., None], *what: Any) -> None:
        """Change the panel, unless it was stopped: what a late answer brings is dropped."""
        with self._drawing:
            if not stop.is_set():
                draw(*what)

    def _show(self, snapshot: Snapshot, history: History | None) -> None:
        """Draw one look: the line, the chart, the JSON."""
        if history is not None:
            history.append(snapshot)
            self._chart.value = style.chart(progress_svg(history, **CHART))
        if snapshot.sis_import is None:
            self._tell("care", "No answer.", snapshot.note or "")
            return
        self._json.show(snapshot.sis_import, NOTES)
        self._tell(*_told(snapshot.sis_import, snapshot.note))

    def _show_result(self, sis_import: SisImport, messages: list[ImportMessage]) -> None:
        self.messages = messages
        self._result.value = counts_html(sis_import) + messages_html(messages)

    def _show_busy(self, busy: bool) -> None:
        self._once.disabled = self._watch.disabled = busy
        self._stop.disabled = not busy

    def _fill_in(self, import_id: int | None) -> None:
        self._id.value = "" if import_id is None else str(import_id)

    def __await__(self) -> Generator[Any, None, History]:
        return self._until_ended().__await__()

    async def _until_ended(self) -> History:
        """Wait until the watching has ended, and leave a still picture of the outcome where the panel is."""
        if (self._job is None or self._job.done) and not self._seen_to_the_end():
            self.watch()
        if self._job and not self._job.done:
            await self._job
            if self._job.stopped:
                self.stop()
        if self._handle:
            self._handle.update(self._bundle(), raw=True)  # type: ignore[no-untyped-call]
        return self.history

    def _seen_to_the_end(self) -> bool:
        final = self.history.final
        return final is not None and str(final.id) == self._id.value

    def _ipython_display_(self) -> None:
        self._handle = display(self._bundle(), raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def _still(self) -> str:
        if not self.history.snapshots:
            return super()._still()
        picture = data_uri_img(progress_svg(self.history, **CHART), self.history.summary())
        return f"{super()._still()}{picture}{self._result.value}"


def _told(sis_import: SisImport, note: str | None) -> tuple[str, str, str]:
    """Return tone, headline and sentence for what one look saw."""
    state = sis_import.state
    tone = "busy" if not state.terminal else "good" if state.good else TONES_OF_ENDS.get(state.name, "bad")
    told = f"SIS import {sis_import.id}: {state.name}, {sis_import.progress} percent."
    return tone, told, f"{state.sentence} {note or ''}"


def _one_look(client: CanvasClient, import_id: int, _: Event) -> Iterator[Snapshot]:
    yield Snapshot(datetime.now(UTC), 0.0, client.get_sis_import(import_id))


def _looks_to_the_end(client: CanvasClient, import_id: int, stop: Event) -> Iterator[Snapshot]:
    return follow(lambda: client.get_sis_import(import_id), wait=stop.wait)


def status_panel(source: ConnectPanel | CanvasClient, import_id: int | None = None) -> StatusPanel:
    """Show the status panel for a connect panel or a client.

    `import_id` is the SIS import to look at (default: the last one that was sent).
    Returns the panel: `.watch()`, `.stop()`, `.history`; `await panel` waits for the end and returns it.
    """
    return StatusPanel(target_of(source), import_id)
