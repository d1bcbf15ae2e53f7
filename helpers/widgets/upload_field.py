"""An upload button that announces what was chosen before the content comes, and notices what will not come.

Jupyter drops a message above its size limit, and the connection with it: the kernel hears nothing of the
chosen file, and the button sends no other one. So two links in the browser send what fits into any message:
the names and sizes, ahead of the content, and the fact that a file could not be read. A question is answered
behind the content: an answer without content means that the content will not come.
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
class Choice:
    """What was chosen in the browser: name, size and time of change of each file."""

    files: tuple[tuple[str, int, datetime], ...]

    @classmethod
    def of(cls, files: Iterable[Mapping[str, Any]]) -> Self:
        """Read it from an announcement or from the content, which name the same things."""
        return cls(tuple((file["name"], file["size"], _moment(file["last_modified"])) for file in files))

    @property
    def names(self) -> list[str]:
        """The names of the files."""
        return [name for name, _, _ in self.files]

    def __str__(self) -> str:
        return f"{' and '.join(self.names)} ({style.file_size(sum(size for _, size, _ in self.files))})"


class UploadField:
    """One upload button. Each of the three is called with this field as the first argument.

    Args:
        announced: files were chosen; called with the Choice, most often before `arrived`.
        arrived: the content is here; called with a mapping of `name` and `content` for each file.
        unreadable: files were chosen that the browser cannot read.
        options: those of FileUpload.
    """

    def __init__(
        self,
        announced: Callable[[UploadField, Choice], None],
        arrived: Callable[[UploadField, Choice, list[Mapping[str, Any]]], None],
        unreadable: Callable[[UploadField], None],
        **options: Any,
    ) -> None:
        self.button = widgets.FileUpload(icon="", layout={"width": "auto"}, **options)
        self._announcement, self._unreadable = _Announcement(), _Unreadable(lambda: unreadable(self))
        self._links = (
            widgets.jsdlink((self.button, "value"), (self._announcement, "files")),
            widgets.jsdlink((self.button, "error"), (self._unreadable, "value")),
        )
        self._questions: list[_Question] = []
        self._last: Choice | None = None
        self._on_announced, self._on_arrived = announced, arrived
        self._announcement.observe(self._take_announcement, "files")
        self.button.observe(self._take_content, "value")

    def ask(self, answered: Callable[[], None]) -> None:
        """Ask the browser for a sign of life, which comes after all that it has sent before."""
        self._questions.append(_Question(answered))

    def close(self) -> None:
        """Take the button away; what comes from it later is not heard."""
        for part in (*self._links, *self._questions, self._announcement, self._unreadable, self.button):
            part.close()

    def _take_announcement(self, change: Mapping[str, Any]) -> None:
        choice = Choice.of(change["new"])
        if (
            choice.files and choice != self._last
        ):  # the kernel may hear of it on two threads, the content first
            self._on_announced(self, choice)

    def _take_content(self, change: Mapping[str, Any]) -> None:
        if change["new"]:
            self._last = Choice.of(change["new"])
            self.button.value = ()  # no content in the notebook's file
            self._on_arrived(self, self._last, list(change["new"]))


class _Announcement(widgets.Widget):  # type: ignore[misc]  # ipywidgets has no types
    """Hears what was chosen: a link writes the button's value into it as JSON, which has no file content."""

    files = traitlets.Any([]).tag(sync=True, echo_update=False)


class _Unreadable(widgets.Widget):  # type: ignore[misc]
    """Hears that the browser could not read a file.

    The button's error is `undefined` then, which FileUploadModel alone hands on: as a message without state.
    """

    _model_name = traitlets.Unicode("FileUploadModel").tag(sync=True)
    _model_module = widgets.FileUpload._model_module
    _model_module_version = widgets.FileUpload._model_module_version
    value = traitlets.Any("").tag(sync=True, echo_update=False)

    def __init__(self, heard: Callable[[], None]) -> None:
        self._heard = heard
        super().__init__()

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Take what the browser says."""
        if not sync_data:
            self._heard()
        super().set_state(sync_data)


class _Question(widgets.Widget):  # type: ignore[misc]
    """Is answered by a link of its own as soon as the browser knows of it.

    Each question is a new widget: one whose answer is lost with the connection sends no other.
    """

    asked = traitlets.Bool(True).tag(sync=True)
    answered = traitlets.Bool(False).tag(sync=True)

    def __init__(self, answered: Callable[[], None]) -> None:
        super().__init__()
        self.observe(lambda _: answered(), "answered")
        self._link = widgets.jsdlink((self, "asked"), (self, "answered"))

    def close(self) -> None:
        """Take the question back."""
        self._link.close()
        super().close()


def _moment(last_modified: float | datetime) -> datetime:
    """Return the time of change, which an announcement gives in milliseconds."""
    if isinstance(last_modified, datetime):
        return last_modified
    return datetime.fromtimestamp(last_modified / 1000, UTC)
