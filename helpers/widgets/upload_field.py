"""An upload button that announces the selected files before their content, and detects a failed upload.

Jupyter drops a message above its size limit, and the connection with it: the kernel never learns of the
selected file, and the button cannot send another one. So two links in the browser send what fits into any
message: the names and sizes, ahead of the content, and the fact that a file could not be read. The browser
answers a ping only after the content, so an answer without content means that the upload failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import ipywidgets as widgets
import traitlets

from helpers.widgets import style


@dataclass(frozen=True)
class Selection:
    """The files selected in the browser: name, size, and time of last change of each."""

    files: tuple[tuple[str, int, datetime], ...]

    @classmethod
    def of(cls, files: Iterable[Mapping[str, Any]]) -> Self:
        """Read the selection from an announcement or from the content, which have the same fields."""
        return cls(tuple((file["name"], file["size"], _moment(file["last_modified"])) for file in files))

    @property
    def names(self) -> list[str]:
        """The names of the files."""
        return [name for name, _, _ in self.files]

    def __str__(self) -> str:
        return f"{' and '.join(self.names)} ({style.file_size(sum(size for _, size, _ in self.files))})"


class UploadField:
    """One upload button. Each callback gets this field as its first argument.

    Args:
        announced: files were selected; called with the Selection, usually before `arrived`.
        arrived: the content has arrived; called with a mapping of `name` and `content` for each file.
        unreadable: the browser cannot read the selected files.
        options: options of FileUpload.
    """

    def __init__(
        self,
        announced: Callable[[UploadField, Selection], None],
        arrived: Callable[[UploadField, Selection, list[Mapping[str, Any]]], None],
        unreadable: Callable[[UploadField], None],
        **options: Any,
    ) -> None:
        self.button = widgets.FileUpload(icon="", layout={"width": "auto"}, **options)
        self._announcement, self._unreadable = _Announcement(), _Unreadable(lambda: unreadable(self))
        self._links = (
            widgets.jsdlink((self.button, "value"), (self._announcement, "files")),
            widgets.jsdlink((self.button, "error"), (self._unreadable, "value")),
        )
        self._pings: list[widgets.Widget] = []
        self._last: Selection | None = None
        self._on_announced, self._on_arrived = announced, arrived
        self._announcement.observe(self._take_announcement, "files")
        self.button.observe(self._take_content, "value")

    def ping(self, answered: Callable[[], None]) -> None:
        """Ping the browser, which answers after everything that it has sent before."""
        ping = _Ping(answered)
        self._pings += [ping, widgets.jsdlink((ping, "sent"), (ping, "answered"))]

    def close(self) -> None:
        """Remove the button and ignore what it still sends."""
        for part in (*self._links, *self._pings, self._announcement, self._unreadable, self.button):
            part.close()

    def _take_announcement(self, change: Mapping[str, Any]) -> None:
        selection = Selection.of(change["new"])
        if selection.files and selection != self._last:  # the content may arrive first, on another thread
            self._on_announced(self, selection)

    def _take_content(self, change: Mapping[str, Any]) -> None:
        if change["new"]:
            self._last = Selection.of(change["new"])
            self.button.value = ()  # no content in the notebook's file
            self._on_arrived(self, self._last, list(change["new"]))


class _Announcement(widgets.Widget):  # type: ignore[misc]  # ipywidgets has no types
    """Receives the selection: a link writes the button's value into it as JSON, without file content."""

    files = traitlets.Any([]).tag(sync=True, echo_update=False)


class _Unreadable(widgets.Widget):  # type: ignore[misc]
    """Receives the news that the browser could not read a file.

    The button's error is `undefined` then. Only FileUploadModel forwards that, as a message without state.
    """

    _model_name = traitlets.Unicode("FileUploadModel").tag(sync=True)
    _model_module = widgets.FileUpload._model_module
    _model_module_version = widgets.FileUpload._model_module_version
    value = traitlets.Any("").tag(sync=True, echo_update=False)

    def __init__(self, on_unreadable: Callable[[], None]) -> None:
        self._on_unreadable = on_unreadable
        super().__init__()

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Handle a message from the browser."""
        if not sync_data:
            self._on_unreadable()
        super().set_state(sync_data)


class _Ping(widgets.Widget):  # type: ignore[misc]
    """Answered by a link to itself as soon as the browser creates that.

    Each ping is a new widget: one whose answer is lost with the connection cannot send another.
    """

    sent = traitlets.Bool(True).tag(sync=True)
    answered = traitlets.Bool(False).tag(sync=True)

    def __init__(self, answered: Callable[[], None]) -> None:
        super().__init__()
        self.observe(lambda _: answered(), "answered")


def _moment(last_modified: float | datetime) -> datetime:
    """Return the time of last change, which an announcement gives in milliseconds."""
    if isinstance(last_modified, datetime):
        return last_modified
    return datetime.fromtimestamp(last_modified / 1000, UTC)
