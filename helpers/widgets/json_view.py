"""JSON one can fold: the same tree in a cell's output and inside the panels, secrets covered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from html import escape
from itertools import groupby
from typing import Any

import ipywidgets as widgets
from IPython.display import display

from helpers.widgets import style

COVERED = "•••"
_SECRET_NAME = re.compile(r"token|authorization|password|secret", re.IGNORECASE)
_SECRET_TEXT = re.compile(r"(Bearer\s+|access_token=)[^\s&\"']+")
_STYLE = """<style>
.sis-json { font-family: var(--jp-code-font-family, monospace); font-size: 12.5px; line-height: 1.6; }
.sis-json ul { list-style: none; margin: 0; padding-left: 1.4em; }
.sis-json li { overflow-wrap: anywhere; }
.sis-json > ul { padding-left: 0; }
.sis-json summary { cursor: pointer; margin-left: -1.05em; padding-left: 0; }
.sis-json > ul > li > details > summary { margin-left: 0; }
.sis-json .name { font-weight: 600; }
.sis-json .hint { opacity: 0.75; }
.sis-json mark { background: #ffe08a; color: #1f2328; padding: 0 4px; border-radius: 3px; font-weight: 600; }
.sis-json .note { font-family: var(--jp-ui-font-family, sans-serif); font-style: italic; }
</style>"""


def plain(thing: Any) -> Any:
    """Return `thing` as what JSON knows, with every secret covered.

    A SisImport or ImportMessage gives the JSON it came from (`.raw`), another dataclass its fields.
    """
    if hasattr(thing, "raw"):
        return plain(thing.raw)
    if is_dataclass(thing) and not isinstance(thing, type):
        return plain({field.name: getattr(thing, field.name) for field in fields(thing)})
    if isinstance(thing, Mapping):
        return {str(name): _covered(str(name), value) for name, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [plain(item) for item in thing]
    if isinstance(thing, str):
        return _SECRET_TEXT.sub(rf"\g<1>{COVERED}", thing)
    return thing if thing is None or isinstance(thing, (bool, int, float)) else str(thing)


def _covered(name: str, value: Any) -> Any:
    return COVERED if isinstance(value, str) and value and _SECRET_NAME.search(name) else plain(value)


def json_tree(thing: Any, notes: Mapping[str, str] | None = None) -> str:
    """Return `thing` as HTML that folds without a script; `notes` point out top-level fields by name."""
    return f'{_STYLE}<div class="sis-json"><ul>{_items(plain(thing), notes or {})}</ul></div>'


def _items(value: Any, notes: Mapping[str, str]) -> str:
    if not isinstance(value, (dict, list)):
        return f"<li>{_scalar(value)}</li>"
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return "".join(f"<li>{_item(str(name), inner, notes.get(str(name)))}</li>" for name, inner in pairs)


def _item(name: str, value: Any, note: str | None) -> str:
    label = f'<span class="name">{escape(name)}</span>: '
    if isinstance(value, (dict, list)) and value:
        size = f"{len(value)} {'field' if isinstance(value, dict) else 'item'}{'s' if len(value) > 1 else ''}"
        return (
            f'<details open><summary>{label}<span class="hint">{size}</span></summary>'
            f"<ul>{_items(value, {})}</ul></details>"
        )
    if note is None:
        return label + _scalar(value)
    return f'{label}<mark>{_scalar(value)}</mark> <span class="note">◀ {escape(note)}</span>'


def _scalar(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False))


def show_json(thing: Any) -> None:
    """Show `thing` (JSON, a SisImport, a list of them) as a tree, in the form the front end does best."""
    covered = plain(thing)
    bundle = {
        "application/json": covered,
        "text/html": json_tree(covered),
        "text/plain": json.dumps(covered, indent=2, ensure_ascii=False),
    }
    metadata = {"application/json": {"expanded": True}}
    display(bundle, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]


class JsonView:
    """The tree as a widget: redrawing it while it is watched keeps what the reader has folded.

    Fields that hold lists or objects have an HTML widget each, runs of plain fields share one; a widget
    whose text is unchanged is not sent again, so the browser leaves it as it is.
    """

    def __init__(self) -> None:
        self._tree = widgets.VBox(layout={"overflow": "auto", "max_height": "320px"})
        self._tree.add_class("sis-scroll")
        self._tree.add_class("sis-json-box")
        self.box = widgets.VBox([widgets.HTML(style.caption("What Canvas answered")), self._tree])
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
        """Take the tree off the page."""
        self._tree.children = ()
        self.box.layout.display = "none"


def _runs(fields: Mapping[str, Any]) -> Iterator[list[tuple[str, Any]]]:
    """Part an object's fields into lists and objects (one each) and the runs of plain values between them."""
    for _, run in groupby(
        fields.items(), lambda field: field[0] if isinstance(field[1], (dict, list)) else ""
    ):
        yield list(run)
