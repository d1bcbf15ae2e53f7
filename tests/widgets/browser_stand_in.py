"""Do what the browser does with an upload button, without a browser: select files, and send their slices."""

from __future__ import annotations

from itertools import count
from typing import Any

from helpers.widgets.uploads import Uploads
from tests.waiting import wait_for

_numbers = count(1)


class Selected:
    """Files that were selected with a button; the kernel has asked for no more than it was sent."""

    def __init__(self, uploads: Uploads, size: int | None, files: dict[str, str]) -> None:
        self.uploads, self.number = uploads, next(_numbers)
        self.contents = [text.encode() for text in files.values()]
        self.asked: list[dict[str, Any]] = []
        uploads.view.send = self.asked.append
        sizes = [size or len(content) for content in self.contents]
        named = [{"name": name, "size": length} for name, length in zip(files, sizes, strict=True)]
        self.say("selected", files=named)

    def say(self, kind: str, content: bytes = b"", **more: Any) -> None:
        message = {"kind": kind, "id": self.number, **more}
        self.uploads.view._handle_custom_msg(message, [memoryview(content)])

    def answer(self, request: dict[str, Any]) -> None:
        """Send the slice of a request."""
        at, file = request["at"], request["file"]
        self.say("slice", self.contents[file][at : at + request["length"]], file=file, at=at)

    def deliver(self) -> None:
        """Answer every request, those that the answers cause as well."""
        while self.asked:
            self.answer(self.asked.pop(0))


def announce(uploads: Uploads, size: int | None = None, /, **files: str) -> Selected:
    """Select files; `size` is that of each, if its text does not show it."""
    return Selected(uploads, size, files)


def upload(uploads: Uploads, **files: str) -> Selected:
    """Select files that arrive."""
    selected = announce(uploads, **files)
    selected.deliver()
    return selected


def lose(uploads: Uploads) -> None:
    """Answer nothing until the kernel gives up; a test shortens its patience."""
    wait_for(lambda: uploads.waiting, lambda waiting: not waiting)


def fail_to_read(uploads: Uploads, **files: str) -> None:
    """Select files that the browser cannot read."""
    announce(uploads, **files).say("unreadable")
