"""Files that come from the browser: kept in a private folder, taken out of the widget, missed when lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Event, RLock
from typing import Any

import ipywidgets as widgets

from helpers.errors import FileNotUsable
from helpers.widgets.job import Job
from helpers.widgets.upload_field import Choice, UploadField

QUESTIONS_AFTER = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds before each question to the browser; one that falls into a broken connection is not answered."""


class Uploads:
    """An upload button, and a private folder for what comes from it, which goes when this object does.

    Only the last choice counts: as soon as the browser announces files, those before are gone from `files`.
    `fault` tells that files were chosen which are not here.

    Args:
        changed: called when files are announced, when they are here, and when they will not come.
        instead: says what to do with files of these names when they do not come.
        options: those of ipywidgets.FileUpload.
    """

    def __init__(
        self, changed: Callable[[], None], instead: Callable[[Sequence[str]], str], **options: Any
    ) -> None:
        self.view = widgets.Box()
        self.files: list[Path] = []
        self._changed, self._instead, self._options = changed, instead, options
        self._folder = TemporaryDirectory(prefix="sis-import-")
        self._lock = RLock()  # the kernel may hear the browser on two threads
        self._expected: Choice | None = None
        self.fault: FileNotUsable | None = None
        self._asking: Job | None = None
        self._former: UploadField | None = None
        self._field = self._new_field()

    @property
    def waiting(self) -> str:
        """The files that are on their way; empty when there are none."""
        return str(self._expected) if self._asking else ""

    def check(self) -> None:
        """Raise the fault, if there is one."""
        if self.fault:
            raise self.fault

    def forget(self) -> bool:
        """Expect nothing more from the browser: something else was chosen elsewhere.

        Returns whether files were missing.
        """
        with self._lock:
            missing = self.fault is not None
            if self._asking:
                self._renew()
            self._settle()
            return missing

    def holds(self, path: Path) -> bool:
        """Say whether a file came from the browser."""
        return path.is_relative_to(self._folder.name)

    # what the browser says

    def _expect(self, field: UploadField, choice: Choice) -> None:
        with self._lock:
            self._settle()
            self._expected = choice
            self._asking = Job(lambda stop: self._ask(field, choice, stop))
            self._refuse(
                f"{choice} has not arrived yet.",
                "Wait until the panel shows it. If it does not come: " + self._instead(choice.names),
            )

    def _take(self, field: UploadField, choice: Choice, content: list[Mapping[str, Any]]) -> None:
        with self._lock:
            if choice != self._expected if self._expected else field is not self._field:
                return  # other files were chosen since
            self._settle()
            try:
                self.files = self._keep(content)
            except OSError as error:
                self.fault = FileNotUsable(
                    f"{choice} cannot be kept: {error.strerror}.", self._instead(choice.names)
                )
            self._changed()

    def _miss(self, choice: Choice) -> None:
        with self._lock:
            if choice is not self._expected or not self._asking:
                return
            self._stop_asking()
            self._renew()
            self._refuse(
                f"{choice} did not arrive.",
                "It is larger than this Jupyter lets a browser send, or the connection broke. "
                + self._instead(choice.names),
            )

    def _miss_unreadable(self, _: UploadField) -> None:
        with self._lock:
            self._settle()
            self._renew()
            self._refuse(
                "The browser cannot read the file that you chose.",
                "It is larger than 2 GB, or another program has it open, or it is not on this computer yet. "
                + self._instead(["FILE"]),
            )

    def _ask(self, field: UploadField, choice: Choice, stop: Event) -> None:
        """Ask the browser again and again whether it has sent all it had to send."""
        for pause in QUESTIONS_AFTER:
            if stop.wait(pause):
                return
            field.ask(lambda: self._miss(choice))

    # how things stand

    def _refuse(self, what: str, fix: str) -> None:
        self.fault = FileNotUsable(what, fix)
        self._changed()

    def _settle(self) -> None:
        """Forget what was chosen before."""
        self._stop_asking()
        self.files, self._expected, self.fault = [], None, None
        if self._former:
            self._former.close()
            self._former = None

    def _stop_asking(self) -> None:
        if self._asking:
            self._asking.stop()
            self._asking = None

    def _renew(self) -> None:
        """Put a new button in the place of one that may send nothing more; what comes late is still taken."""
        self._former, self._field = self._field, self._new_field()

    def _new_field(self) -> UploadField:
        field = UploadField(self._expect, self._take, self._miss_unreadable, **self._options)
        self.view.children = (field.button,)
        return field

    def _keep(self, content: list[Mapping[str, Any]]) -> list[Path]:
        folder = Path(mkdtemp(dir=self._folder.name))  # no file replaces one that is being sent
        return [_write(folder, file["name"], file["content"]) for file in content]


def _write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / Path(name.replace("\\", "/")).name
    path.write_bytes(content)
    return path
