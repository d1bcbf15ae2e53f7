"""Files uploaded from the browser: stored in a private folder, removed from the widget, checked for loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Event, RLock
from typing import Any

import ipywidgets as widgets

from helpers.errors import FileNotUsable
from helpers.widgets.job import Job
from helpers.widgets.upload_field import Selection, UploadField

PING_AFTER = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds before each ping to the browser; one sent while the connection is broken gets no answer."""


class Uploads:
    """An upload button, and a private folder for the files, which is deleted with this object.

    Only the last selection counts: `files` is empty as soon as the browser announces new ones.
    `error` is set while selected files have not arrived.

    Args:
        changed: called when files are announced, when they arrive, and when they fail to arrive.
        workaround: returns how to use files of these names without uploading them.
        options: options of ipywidgets.FileUpload.
    """

    def __init__(
        self, changed: Callable[[], None], workaround: Callable[[Sequence[str]], str], **options: Any
    ) -> None:
        self.view = widgets.Box()
        self.files: list[Path] = []
        self._changed, self._workaround, self._options = changed, workaround, options
        self._folder = TemporaryDirectory(prefix="sis-import-")
        self._lock = RLock()  # two kernel threads may receive messages from the browser
        self._expected: Selection | None = None
        self.error: FileNotUsable | None = None
        self._pinging: Job | None = None
        self._previous: UploadField | None = None
        self._field = self._new_field()

    @property
    def waiting(self) -> str:
        """The files that are still arriving; empty if none are."""
        return str(self._expected) if self._pinging else ""

    def check(self) -> None:
        """Raise the error, if there is one."""
        if self.error:
            raise self.error

    def forget(self) -> bool:
        """Drop the upload, because another file was chosen; return whether files were missing."""
        with self._lock:
            missing = self.error is not None
            if self._pinging:
                self._replace_field()
            self._reset()
            return missing

    def holds(self, path: Path) -> bool:
        """Return whether a file was uploaded."""
        return path.is_relative_to(self._folder.name)

    # messages from the browser

    def _announce(self, field: UploadField, selection: Selection) -> None:
        with self._lock:
            self._reset()
            self._expected = selection
            self._pinging = Job(lambda stop: self._ping(field, selection, stop))
            self._fail(
                f"{selection} has not arrived yet.",
                "Wait until the panel shows it. If it does not arrive: " + self._workaround(selection.names),
            )

    def _take(self, field: UploadField, selection: Selection, content: list[Mapping[str, Any]]) -> None:
        with self._lock:
            if selection != self._expected if self._expected else field is not self._field:
                return  # other files were selected since
            self._reset()
            try:
                self.files = self._save(content)
            except OSError as error:
                self.error = FileNotUsable(
                    f"{selection} cannot be stored: {error.strerror}.", self._workaround(selection.names)
                )
            self._changed()

    def _report_missing(self, selection: Selection) -> None:
        with self._lock:
            if selection is not self._expected or not self._pinging:
                return
            self._stop_pinging()
            self._replace_field()
            self._fail(
                f"{selection} did not arrive.",
                "The file is larger than Jupyter allows, or the connection was lost. "
                + self._workaround(selection.names),
            )

    def _report_unreadable(self, _: UploadField) -> None:
        with self._lock:
            self._reset()
            self._replace_field()
            self._fail(
                "The browser cannot read the file that you selected.",
                "It is larger than 2 GB, open in another program, or not downloaded to this computer yet. "
                + self._workaround(["FILE"]),
            )

    def _ping(self, field: UploadField, selection: Selection, stop: Event) -> None:
        """Ping the browser until it answers."""
        for pause in PING_AFTER:
            if stop.wait(pause):
                return
            field.ping(lambda: self._report_missing(selection))

    def _fail(self, what: str, fix: str) -> None:
        self.error = FileNotUsable(what, fix)
        self._changed()

    def _reset(self) -> None:
        """Forget the selection before."""
        self._stop_pinging()
        self.files, self._expected, self.error = [], None, None
        if self._previous:
            self._previous.close()
            self._previous = None

    def _stop_pinging(self) -> None:
        if self._pinging:
            self._pinging.stop()
            self._pinging = None

    def _replace_field(self) -> None:
        """Replace a button that may be unable to send; files that still arrive from it are accepted."""
        self._previous, self._field = self._field, self._new_field()

    def _new_field(self) -> UploadField:
        field = UploadField(self._announce, self._take, self._report_unreadable, **self._options)
        self.view.children = (field.button,)
        return field

    def _save(self, content: list[Mapping[str, Any]]) -> list[Path]:
        folder = Path(mkdtemp(dir=self._folder.name))  # never overwrite a file that is being sent
        return [_write(folder, file["name"], file["content"]) for file in content]


def _write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / Path(name.replace("\\", "/")).name
    path.write_bytes(content)
    return path
