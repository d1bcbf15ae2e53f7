"""Use a panel as a person does: find controls by their labels, click, type, and read what is visible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import ipywidgets as widgets

from helpers.widgets.panel import Panel, UploadPanel
from helpers.widgets.token_field import TokenInput
from helpers.widgets.uploads import Uploads
from tests.waiting import LONGEST_WAIT


def click(panel: Panel, text: str, *, wait: bool = True) -> None:
    """Click a button, unless it is disabled, and wait for the work that it starts."""
    found = control(panel, text)
    if not found.disabled:
        found.click()
    if wait:
        finish(panel)


def finish(panel: Panel) -> None:
    """Wait for the work that a button has started."""
    assert panel.finish(LONGEST_WAIT), "the work has no end"


def fill(panel: Panel, label: str, value: Any) -> None:
    """Type into a field, or check a box."""
    field = control(panel, label)
    if isinstance(field, TokenInput):  # the browser sends its text as a message
        field._handle_custom_msg({"kind": "token", "token": value}, [])
    else:
        field.value = value


def choose(panel: Panel, label: str, option: str) -> None:
    """Choose an option by its text."""
    chooser = control(panel, label)
    chooser.value = dict(_pairs(chooser))[option]


def options(panel: Panel, label: str) -> list[str]:
    """Return the texts of the options that a field offers."""
    return [text for text, _ in _pairs(control(panel, label))]


def value(panel: Panel, label: str) -> Any:
    """Return what is in a field."""
    return control(panel, label).value


def hint(panel: Panel, label: str) -> str:
    """Return the text that an empty field shows."""
    return str(control(panel, label).placeholder)


def enabled(panel: Panel, text: str) -> bool:
    """Return whether a button can be clicked."""
    return not control(panel, text).disabled


def visible(panel: Panel, label: str) -> bool:
    """Return whether a control is on the page."""
    return control(panel, label) in list(_widgets(panel.view, hidden=False))


def status(panel: Panel) -> str:
    """Return the text of the status line."""
    return _text(_line(panel, "sis-line"))


def last_line(panel: Panel) -> str:
    """Return the text of the last status line, which is beside the last buttons."""
    return _text(_lines(panel, "sis-line")[-1])


def alerts(panel: Panel) -> bool:
    """Return whether the status line interrupts a screen reader, as an error does."""
    return 'role="alert"' in _line(panel, "sis-line")


def heading(panel: Panel) -> str:
    """Return the text of the title line."""
    return _text(_line(panel, "sis-head"))


def html(panel: Panel) -> str:
    """Return the HTML that is visible in the panel."""
    shown = _widgets(panel.view, hidden=False)
    return "".join(each.value for each in shown if isinstance(each, widgets.HTML))


def text(panel: Panel) -> str:
    """Return the text that is visible in the panel, without the labels of its controls."""
    return _text(html(panel))


def saved(panel: Panel) -> str:
    """Return what a saved notebook shows of the panel when no kernel runs."""
    return panel._picture_html()


def uploads(panel: UploadPanel) -> Uploads:
    """Return what the browser sends its files to; `browser_stand_in` plays the browser."""
    return panel.uploads


def control(panel: Panel, label: str) -> Any:
    """Return the control with this label, or else with a label that begins so."""
    labeled = [each for each in _widgets(panel.view) if getattr(each, "description", "")]
    for matches in (label.__eq__, lambda description: description.startswith(label)):
        for each in labeled:
            if matches(each.description):
                return each
    raise AssertionError(f"no {label!r} among {[each.description for each in labeled]}")


def _widgets(widget: Any, *, hidden: bool = True) -> Iterator[Any]:
    """Go through a widget and what it holds, with what is hidden or without."""
    if not hidden and widget.layout.display == "none":
        return
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _widgets(child, hidden=hidden)


def _line(panel: Panel, css_class: str) -> str:
    return _lines(panel, css_class)[0]


def _lines(panel: Panel, css_class: str) -> list[str]:
    lines = [str(getattr(each, "value", "")) for each in panel.view.children]
    return [line for line in lines if line.startswith(f'<div class="{css_class}')]


def _pairs(chooser: Any) -> list[tuple[str, Any]]:
    return [each if isinstance(each, tuple) else (each, each) for each in chooser.options]


def _text(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", markup, flags=re.DOTALL)).split())
