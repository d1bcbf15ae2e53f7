"""Do what the browser does with an upload button, without a browser: follow its links, answer its pings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import ipywidgets as widgets
from ipywidgets.widgets.widget import _instances as on_the_page  # the page has half of each

from helpers.widgets.uploads import Uploads
from tests.waiting import wait_for

CHANGED = datetime(2026, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)


def button_of(uploads: Uploads) -> Any:
    """Return the button that is on the page now; one that could not send is replaced."""
    return uploads.view.children[0]


def announce(source: Uploads | widgets.FileUpload, size: int | None = None, /, **files: str) -> None:
    """Say that files were selected; `size` is that of each, if its text does not show it."""
    _linked(_button(source), "value").files = [
        {
            "name": name,
            "type": "",
            "size": size or len(text),
            "last_modified": CHANGED.timestamp() * 1000,
            "content": {},
        }
        for name, text in files.items()
    ]


def deliver(source: Uploads | widgets.FileUpload, **files: str) -> None:
    """Send the content of files."""
    _button(source).value = tuple(_content(name, text) for name, text in files.items())


def upload(uploads: Uploads, **files: str) -> None:
    """Select files that arrive."""
    announce(uploads, **files)
    deliver(uploads, **files)


def ping() -> Any:
    """Wait until the kernel pings the browser, and return the ping; it wants `answered` to be true."""
    return wait_for(_pings)[-1]


def answer(uploads: Uploads) -> None:
    """Answer every ping until the kernel has learned that nothing arrives."""

    def answered() -> str:
        for each in _pings():
            each.answered = True
        return uploads.waiting

    wait_for(answered, lambda waiting: not waiting)


def fail_to_read(source: Uploads | widgets.FileUpload) -> None:
    """Say that the browser could not read what was selected."""
    _linked(_button(source), "error").set_state({})


def _button(source: Uploads | widgets.FileUpload) -> Any:
    return button_of(source) if isinstance(source, Uploads) else source


def _links(trait: str) -> list[Any]:
    """Return the links on the page that begin at a trait of this name, the oldest first."""
    links = [each for each in list(on_the_page.values()) if isinstance(each, widgets.widget_link.Link)]
    return [each for each in links if each.source[1] == trait]


def _linked(widget: Any, trait: str) -> Any:
    """Return the widget that a trait of another is linked to."""
    return next(link.target[0] for link in _links(trait) if link.source[0] is widget)


def _pings() -> list[Any]:
    return [link.source[0] for link in _links("sent") if not link.source[0].answered]


def _content(name: str, text: str) -> dict[str, Any]:
    content = text.encode()
    return {
        "name": name,
        "type": "",
        "size": len(content),
        "content": memoryview(content),
        "last_modified": CHANGED,
    }
