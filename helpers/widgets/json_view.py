"""A collapsible JSON tree for cells and panels, with secrets hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import ipywidgets as widgets
from IPython.display import display

from helpers.display import html
from helpers.display.html import stylesheet
from helpers.display.text import plural
from practice_canvas.states import WORKFLOW_STATES

HIDDEN = "•••"
_SECRET_NAME = re.compile(r"token|authorization|password|secret", re.IGNORECASE)
_SECRET_TEXT = re.compile(r"(Bearer\s+|access_token=)[^\s&\"']+")
_STYLE = stylesheet(Path(__file__).with_name("json_tree.css"))


def plain(thing: Any) -> Any:
    """Return `thing` as JSON values, with every secret hidden.

    A SisImport or ImportMessage becomes the JSON it was made from (`.raw`); without such, and any other
    dataclass or named tuple, its fields.
    """
    if raw := getattr(thing, "raw", None):
        return plain(raw)
    if isinstance(thing, tuple) and hasattr(thing, "_asdict"):
        return plain(thing._asdict())
    if is_dataclass(thing) and not isinstance(thing, type):
        return plain({field.name: getattr(thing, field.name) for field in fields(thing)})
    if isinstance(thing, Mapping):
        return {str(name): _hide_secret(str(name), value) for name, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [plain(item) for item in thing]
    if isinstance(thing, str):
        return _SECRET_TEXT.sub(rf"\g<1>{HIDDEN}", thing)
    return thing if thing is None or isinstance(thing, (bool, int, float)) else str(thing)


def _hide_secret(name: str, value: Any) -> Any:
    return HIDDEN if isinstance(value, str) and value and _SECRET_NAME.search(name) else plain(value)


def json_tree(thing: Any, notes: Mapping[str, str] | None = None, *, fold: bool = False) -> str:
    """Return `thing` as collapsible HTML without a script; `notes` highlight top-level fields by name.

    `fold` puts the fields of an object that are null, 0, or empty behind one line.
    """
    return f'{_STYLE}<div class="sis-json"><ul>{_items(plain(thing), notes or {}, fold)}</ul></div>'


def _items(value: Any, notes: Mapping[str, str], fold: bool) -> str:
    if not isinstance(value, (dict, list)):
        return f"<li>{_scalar(value)}</li>"
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    shown: list[str] = []
    folded: list[str] = []
    for name, inner in pairs:
        item = f"<li>{_item(str(name), inner, notes.get(str(name)), fold)}</li>"
        foldable = fold and isinstance(value, dict) and name not in notes and _says_nothing(inner)
        (folded if foldable else shown).append(item)
    if folded:
        summary = f'<span class="hint">{plural(len(folded), "field")} null, 0, or empty</span>'
        shown.append(f"<li><details><summary>{summary}</summary><ul>{''.join(folded)}</ul></details></li>")
    return "".join(shown)


def _says_nothing(value: Any) -> bool:
    """Return whether a value is null, 0, or empty, or an object of nothing else."""
    if isinstance(value, dict):
        return all(map(_says_nothing, value.values()))
    return not value and value is not False


def _item(name: str, value: Any, note: str | None, fold: bool) -> str:
    label = f'<span class="name">{escape(name)}</span>: '
    if isinstance(value, (dict, list)) and value:
        size = plural(len(value), "field" if isinstance(value, dict) else "item")
        return (
            f'<details open><summary>{label}<span class="hint">{size}</span></summary>'
            f"<ul>{_items(value, {}, fold)}</ul></details>"
        )
    if note is None:
        return label + _scalar(value)
    return f'{label}<mark>{_scalar(value)}</mark> <span class="note">◀ {escape(note)}</span>'


def _scalar(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False))


def show_json(thing: Any) -> None:
    """Show `thing` (JSON, a SisImport, or a list of them) as a collapsible tree, with secrets hidden.

    The fields that matter for the next step of an import are marked; what is null or 0 is folded.
    """
    redacted = plain(thing)
    bundle = {  # no application/json: JupyterLab would prefer its own tree, which marks and folds nothing
        "text/html": json_tree(redacted, _notes_on(redacted), fold=True),
        "text/plain": json.dumps(redacted, indent=2, ensure_ascii=False),
    }
    display(bundle, raw=True)


def _notes_on(value: Any) -> dict[str, str]:
    """Return what to say beside the two fields of a SIS import that every script reads."""
    if not isinstance(value, dict) or not {"id", "workflow_state", "progress"} <= value.keys():
        return {}
    state = WORKFLOW_STATES.get(value["workflow_state"])
    return {"id": "you need it to check the status", "workflow_state": state.sentence if state else ""}


class JsonView:
    """The tree as a widget that keeps the reader's collapsed parts when it is redrawn.

    Each field with a list or an object has its own HTML widget; runs of plain fields share one. A widget
    whose text is unchanged is not sent again, so the browser does not redraw it.
    """

    def __init__(self) -> None:
        self._tree = widgets.VBox(layout={"overflow": "auto", "max_height": "320px"})
        self._tree.add_class("sis-scroll")
        self._tree.add_class("sis-json-box")
        self.box = widgets.VBox([widgets.HTML(html.caption("JSON from Canvas")), self._tree])
        self.box.layout.display = "none"

    @property
    def parts(self) -> tuple[Any, ...]:
        """The widgets that hold the tree, from top to bottom."""
        parts: tuple[Any, ...] = self._tree.children
        return parts

    def show(self, thing: Any, notes: Mapping[str, str] | None = None) -> None:
        """Draw `thing`, a JSON object."""
        texts = [json_tree(dict(run), notes) for run in _runs(plain(thing))]
        parts = [*self.parts[: len(texts)], *(widgets.HTML() for _ in texts[len(self.parts) :])]
        for part, text in zip(parts, texts, strict=True):
            part.value = text
        self._tree.children = parts
        self.box.layout.display = None

    def clear(self) -> None:
        """Hide the tree."""
        self._tree.children = ()
        self.box.layout.display = "none"


def _runs(fields: Mapping[str, Any]) -> Iterator[list[tuple[str, Any]]]:
    """Group an object's fields: each list or object alone, and the runs of plain values between them."""
    for _, run in groupby(
        fields.items(), lambda field: field[0] if isinstance(field[1], (dict, list)) else ""
    ):
        yield list(run)
