"""What all panels share: the title with its badge, the status line, background work, uploads, the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets
from IPython.display import DisplayHandle, display

from helpers.errors import BadInput
from helpers.widgets import style
from helpers.widgets.job import Job
from helpers.widgets.target import Target
from helpers.widgets.uploads import Uploads

LABEL = {"description_width": "110px"}
FIELD = {"style": LABEL, "layout": {"width": "min(520px, 98%)"}}
CSV_OR_ZIP = {
    "description": "Upload a file",
    "accept": ".csv,.zip",
    "tooltip": "A CSV or a zip from this computer.",
}


def row(*children: Any) -> Any:
    """Return widgets side by side, wrapping where the page is narrow."""
    box = widgets.HBox(children, layout={"flex_flow": "row wrap"})
    box.add_class("sis-row")
    return box


def text_field(description: str, placeholder: str) -> Any:
    """Return a field for a line of text."""
    return widgets.Text(description=description, placeholder=placeholder, continuous_update=False, **FIELD)


def status_field() -> Any:
    """Return a place for a status line, which screen readers read when it changes."""
    line = widgets.HTML()
    line.add_class("sis-status")
    return line


def button(description: str, handler: Callable[[], None], *, primary: bool = False) -> Any:
    """Return a button that calls `handler()`; the handler shows its own errors.

    A click that was on its way when the button was disabled does nothing.
    """
    made = widgets.Button(
        description=description,
        button_style="primary" if primary else "",
        layout={"width": "auto", "min_width": "112px"},
    )
    made.on_click(lambda _: None if made.disabled else handler())
    return made


def radio(description: str, options: Sequence[tuple[str, str]], on_change: Callable[[], None]) -> Any:
    """Return radio buttons side by side that call `on_change()`."""
    buttons = widgets.RadioButtons(
        description=description,
        options=options,
        orientation="horizontal",
        style=LABEL,
        layout={"width": "auto"},
    )
    buttons.observe(lambda _: on_change(), "value")
    return buttons


def import_id_field(target: Target, import_id: int | None) -> Any:
    """Return a field with this import id (default: the last import sent), which follows new imports."""
    field = widgets.Text(
        description="SIS import id",
        placeholder="such as 412",
        continuous_update=False,
        style=LABEL,
        layout={"width": "240px"},
    )

    def fill_in(number: int | None) -> None:
        field.value = "" if number is None else str(number)

    target.observe(lambda _: fill_in(target.import_id), "import_id")
    fill_in(import_id or target.import_id)
    return field


def import_id_in(text: str) -> int:
    """Return the import id in the text. Raises BadInput if it is not a number."""
    text = text.strip().lstrip("#")
    if not text.isdecimal():
        raise BadInput(
            f"{text!r} is not the id of a SIS import.", "Type the number in the id field of Canvas's answer."
        )
    return int(text)


def hide(widget: Any, hidden: bool) -> None:
    """Hide a widget or show it again."""
    widget.layout.display = "none" if hidden else None


def take_input_in_order(part: Any) -> None:
    """Let the page choose which shell of the kernel handles the input of a widget and of those inside it.

    ipykernel 7.4 hands it to the shell that wrote to that widget last. So a click overtook the text typed
    before it, and waited for a running cell where its widget had been made by one.
    """
    if hasattr(part.comm, "_reply_subshell_for"):
        part.comm._reply_subshell_for = None
    for child in getattr(part, "children", ()):
        take_input_in_order(child)


class Script(anywidget.AnyWidget):
    """What ipywidgets cannot do for a panel."""

    _esm = Path(__file__).with_name("panel.js")
    busy = traitlets.Bool(False).tag(sync=True)
    """Whether work is in progress: screen readers do not read each of its steps aloud."""
    listens = traitlets.Bool(False).tag(sync=True)
    """Whether screen readers read the trainer's announcement at this panel: at one of them is enough."""


class Panel:
    """A framed box of widgets with a title and a status line.

    A panel adds its widgets, among them `_button`, which does what the panel is for.
    """

    title = ""
    ready = ""
    """The detail of the status line before anything was pressed."""

    _button: Any

    def __init__(self, target: Target) -> None:
        self.target = target
        self._job: Job | None = None
        self._at_work, self._allowed = False, True
        self._switching = RLock()  # the thread of the work ends it while another one chooses a file
        self._heading = widgets.HTML()
        self._status = status_field()
        self._announcement = widgets.HTML()
        self._announcement.add_class("sis-announcement")
        self._script = Script(layout={"display": "none"})
        self._picture: DisplayHandle | None = None
        self._pictured = ""
        self.view = widgets.VBox()
        self.view.add_class("sis-panel")

    def _arrange(self, *children: Any) -> None:
        """Put the widgets on the page, as they are before anything was pressed."""
        styles = widgets.HTML(style.STYLESHEET, layout={"display": "none"})
        self.view.children = (styles, self._heading, self._announcement, *children, self._script)
        take_input_in_order(self.view)
        self._show_ready()
        self._show_target()
        self.target.observe(lambda _: self._show_target(), "client")
        self._show_classroom()
        self.target.observe(lambda _: self._show_classroom(), ["classroom", "listener"])
        for part in (self._heading, *children):
            if isinstance(part, widgets.HTML):
                part.observe(lambda _: self._redraw_picture(), "value")

    def _show_target(self) -> None:
        """Redraw what depends on the Canvas that is connected, such as the title line."""
        self._heading.value = style.head(self.title, self.target.badge, self.target.domain)

    def _show_classroom(self) -> None:
        """Show what the trainer of the room says."""
        self._script.listens = self.target.listener is self
        classroom = self.target.classroom
        self._announcement.value = style.announcement(classroom.announcement if classroom else "")

    # the status line

    def _report(self, tone: str, headline: str, detail: str = "", below: str = "", at: Any = None) -> None:
        """Show a status line, at the usual place or another one.

        Screen readers read aloud that work has begun, and how it ended; not what happens between.
        """
        if tone != "busy":
            self._script.busy = False
        (at or self._status).value = style.status_line(tone, headline, detail, below)
        self._script.busy = tone == "busy"

    def _show_error(self, error: Exception, hide: str = "", at: Any = None) -> None:
        what, fix = style.error_text(error, hide)
        self._report("bad", what, fix, at=at)

    def _show_ready(self) -> None:
        self._report("quiet", "Ready.", self.ready)

    # background work

    def _start(self, work: Callable[[], object]) -> None:
        """Run `work`, which shows its own errors, in the background; a double-click starts it once."""
        if not self._is_working:
            self._job = Job(lambda stop: self._run(work))

    def _run(self, work: Callable[[], object]) -> None:
        with suppress(Exception):  # the panel shows it
            work()

    def finish(self, seconds: float | None = None) -> bool:
        """Wait for the work that a button has started, at most `seconds`; return whether it has ended."""
        return self._job is None or self._job.join(seconds)

    @property
    def _is_working(self) -> bool:
        return self._job is not None and not self._job.done

    def _allow(self, allowed: bool) -> None:
        """Let the button be pressed or not, as soon as no work is in progress."""
        with self._switching:
            self._allowed = allowed
            self._button.disabled = self._at_work or not allowed

    def _set_at_work(self, at_work: bool) -> bool:
        """Disable the button while there is work; return whether there was some before."""
        with self._switching:
            before, self._at_work = self._at_work, at_work
            self._button.disabled = at_work or not self._allowed
            return before

    @contextmanager
    def _working(self, headline: str, detail: str = "", *, hide: str = "", at: Any = None) -> Iterator[None]:
        """Disable the button, show the status, and show (and raise) an error, without the text to `hide`."""
        was_at_work = self._set_at_work(True)
        self._report("busy", headline, detail, at=at)
        try:
            yield
        except Exception as error:
            self._show_error(error, hide, at)
            raise
        finally:
            if self._job and not was_at_work:
                self._job.stop()  # it only has to end, and a click on the button counts from now on
            self._set_at_work(was_at_work)
            self.target.ask_trainer(self)

    # the still picture, which a saved notebook shows when no kernel runs

    def _still(self) -> str:
        """Return what the picture shows below the status line, as HTML; nothing of a file's content."""
        return ""

    def _picture_html(self) -> str:
        inside = f"{self._heading.value}{self._status.value}{self._still()}"
        note = '<p class="sis-note">This is a picture of the panel. Run the cells above to use it again.</p>'
        return f'{style.STYLESHEET}<div class="sis-panel sis-still">{inside}{note}</div>'

    def _redraw_picture(self) -> None:
        """Draw the latest state."""
        if self._picture and (picture := self._picture_html()) != self._pictured:
            self._pictured = picture
            self._picture.update({"text/html": picture, "text/plain": repr(self)}, raw=True)

    def _ipython_display_(self) -> None:
        """Show the picture and the live panel; the style sheet hides the one that is not needed."""
        self._picture = self._picture or DisplayHandle()
        self._pictured = self._picture_html()
        self._picture.display({"text/html": self._pictured, "text/plain": repr(self)}, raw=True)
        display({**self.view._repr_mimebundle_(), "text/plain": repr(self)}, raw=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on {self.target.domain or 'no Canvas'}>"


class UploadPanel(Panel):
    """A panel with an upload button; `_use_upload` puts the uploaded files into its fields."""

    def __init__(self, target: Target, workaround: Callable[[Sequence[str]], str], **options: Any) -> None:
        super().__init__(target)
        self.uploads = Uploads(self._show_upload, workaround, **options)

    def _show_upload(self) -> None:
        self._show_ready()
        self._use_upload()

    def _use_upload(self) -> None:
        """Use the uploaded files; announced ones already replace the files before."""
        raise NotImplementedError

    def _show_ready(self) -> None:
        """Show what became of an upload, or what to do."""
        if self.uploads.waiting:
            self._report(
                "busy", f"Receiving {self.uploads.waiting} …", "You can continue when it has arrived."
            )
        elif self.uploads.error:
            self._show_error(self.uploads.error)
        else:
            super()._show_ready()
