"""Files uploaded from the browser: received slice by slice into a private folder, and checked for loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Event, RLock
from typing import Any

from helpers.errors import FileNotUsable
from helpers.widgets import style
from helpers.widgets.job import Job
from helpers.widgets.upload_field import UploadField

SLICE = 4_000_000
"""Bytes of one message; Jupyter's limit is 10 MB."""
PATIENCE = 5.0
"""Seconds before a slice is requested again: the connection may have been lost."""
ATTEMPTS = 12


@dataclass
class Arriving:
    """A selection of files, and how much of it has arrived."""

    id: int
    names: list[str]
    sizes: list[int]
    paths: list[Path]
    file: int = 0
    at: int = 0
    attempts: int = 0
    job: Job | None = None

    @property
    def complete(self) -> bool:
        """Whether every file is here."""
        return self.file == len(self.paths)

    @property
    def lost(self) -> bool:
        """Whether the browser no longer answers. A late slice still counts: the kernel may have been busy."""
        return self.attempts >= ATTEMPTS

    @property
    def percent(self) -> int:
        """How much is here."""
        return 100 * (sum(self.sizes[: self.file]) + self.at) // max(sum(self.sizes), 1)

    def add(self, content: bytes) -> None:
        """Add the next slice. Raises OSError."""
        with self.paths[self.file].open("ab") as out:
            out.write(content)
        self.at, self.attempts = self.at + len(content), 0
        if self.at >= self.sizes[self.file]:
            self.file, self.at = self.file + 1, 0

    def __str__(self) -> str:
        return f"{' and '.join(self.names)} ({style.file_size(sum(self.sizes))})"


class Uploads:
    """An upload button, and a private folder for the files, which is deleted with this object.

    Only the last selection counts: `files` is empty as soon as the browser reports a new one.
    `error` is set while selected files have not arrived.

    Args:
        changed: called when files are selected, while they arrive, and when they fail to arrive.
        workaround: returns how to use files of these names without uploading them.
        options: `description`, `tooltip`, `accept` and `multiple` of the button.
    """

    def __init__(
        self, changed: Callable[[], None], workaround: Callable[[Sequence[str]], str], **options: Any
    ) -> None:
        self.view = UploadField(**options)
        self.view.on_msg(self._receive)
        self.files: list[Path] = []
        self.error: FileNotUsable | None = None
        self._changed, self._workaround = changed, workaround
        self._folder = TemporaryDirectory(prefix="sis-import-")
        self._lock = RLock()  # two kernel threads may receive messages from the browser
        self._arriving: Arriving | None = None

    @property
    def waiting(self) -> str:
        """The files that are still arriving and how much of them is here; empty if none are."""
        arriving = self._arriving
        return f"{arriving}, {arriving.percent} %" if arriving and not arriving.lost else ""

    def check(self) -> None:
        """Raise the error, if there is one."""
        if self.error:
            raise self.error

    def forget(self) -> bool:
        """Drop the upload, because another file was chosen; return whether files were missing."""
        with self._lock:
            missing = self.error is not None
            self._reset()
            return missing

    def holds(self, path: Path) -> bool:
        """Return whether a file was uploaded."""
        return path.is_relative_to(self._folder.name)

    # messages from the browser

    def _receive(self, _: object, message: Mapping[str, Any], buffers: Sequence[bytes]) -> None:
        """Handle a message of the button."""
        with self._lock:
            if message["kind"] == "selected":
                self._begin(message["id"], message["files"])
            elif self._arriving is None or message["id"] != self._arriving.id:
                return  # other files were selected since
            elif message["kind"] == "unreadable":
                fix = "It was moved, is open in another program, or is not downloaded to this computer yet."
                self._fail(self._arriving, "cannot be read by the browser.", fix)
            elif (message["file"], message["at"]) == (self._arriving.file, self._arriving.at):
                self._add(self._arriving, buffers[0])

    def _begin(self, number: int, files: Sequence[Mapping[str, Any]]) -> None:
        self._reset()
        names = [Path(file["name"].replace("\\", "/")).name for file in files]
        folder = Path(mkdtemp(dir=self._folder.name))  # never overwrite a file that is being sent
        self._arriving = Arriving(
            number, names, [file["size"] for file in files], [folder / n for n in names]
        )
        self.error = FileNotUsable(
            f"{self._arriving} has not arrived yet.", "Wait until the panel shows it, or choose another file."
        )
        self._arriving.job = Job(lambda stop: self._ask_again(stop, number))
        self._changed()
        self._ask()

    def _add(self, arriving: Arriving, content: bytes) -> None:
        """Store a slice, and ask for the next one."""
        try:
            arriving.add(content)
        except OSError as error:
            self._fail(arriving, f"cannot be stored: {error.strerror}.")
            return
        if arriving.complete:
            self._reset()
            self.files = arriving.paths
            self.view.file_name = ", ".join(arriving.names)
        else:
            self._ask()
        self._changed()

    def _ask(self) -> None:
        """Ask the browser for the next slice."""
        if self._arriving:
            at = {"id": self._arriving.id, "file": self._arriving.file, "at": self._arriving.at}
            self.view.send({**at, "length": SLICE})

    def _ask_again(self, stop: Event, number: int) -> None:
        """Ask again for a slice that does not arrive, and give up in the end."""
        while not stop.wait(PATIENCE):
            with self._lock:
                if self._arriving is None or self._arriving.id != number:
                    return
                self._arriving.attempts += 1
                if self._arriving.lost:
                    self._report_failure(self._arriving, "did not arrive.", "The connection was lost.")
                    return
                if self._arriving.attempts > 1:  # the last slice may have arrived just now
                    self._ask()

    def _fail(self, arriving: Arriving, what: str, fix: str = "") -> None:
        self._reset()
        self._report_failure(arriving, what, fix)

    def _report_failure(self, arriving: Arriving, what: str, fix: str) -> None:
        self.error = FileNotUsable(f"{arriving} {what}", f"{fix} {self._workaround(arriving.names)}".strip())
        self._changed()

    def _reset(self) -> None:
        """Forget the selection before."""
        if self._arriving and self._arriving.job:
            self._arriving.job.stop()
        self._arriving, self.files, self.error, self.view.file_name = None, [], None, ""
