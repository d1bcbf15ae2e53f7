"""The rehearsal panel: choose files and options, and see what an import would do before you send it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from helpers.client.canvas_client import CanvasClient
from helpers.client.import_options import DEFAULT_CHANGE_THRESHOLD, option_params
from helpers.client.models import json_objects
from helpers.display import html
from helpers.display.chart import data_uri_img
from helpers.errors import BadInput, CanvasError
from helpers.rehearsal import Rehearsal, rehearse
from helpers.rehearsal.chart import rehearsal_svg
from helpers.rehearsal.summary import share_lines
from helpers.widgets import style
from helpers.widgets.data_folder import paths_in
from helpers.widgets.messages_view import messages_html
from helpers.widgets.panel import FIELD, Panel, button, hide, radio, row, text_field
from helpers.widgets.target import Source, Target, target_of

HERE, EXPORT, EMPTY = "here", "export", "empty"
STANDARD, BATCH, DIFFING = "standard", "batch", "diffing"
SHOWN = 200
"""The number of deletions listed by name; the rehearsal's table has the rest."""


class RehearsalPanel(Panel):
    """Rehearse one import. `rehearse()` does the same as the Rehearse button; nothing is ever sent.

    `rehearsal` is the result, `options` are the options it was rehearsed with: pass both to
    `create_sis_import` or `import_panel`.
    """

    title = "Rehearse an import"
    ready = "Press Rehearse to run the import on a scratch Canvas. Nothing is sent."

    def __init__(
        self,
        target: Target,
        files: str | Path | Iterable[str | Path] = (),
        against: str | Path | None = None,
        base: str | Path | None = None,
        **options: Any,
    ) -> None:
        super().__init__(target)
        self.rehearsal: Rehearsal | None = None
        self._more = dict(options)
        self._make_widgets()
        self._fill_in(files, against, base)
        self._arrange(
            self._files,
            self._against,
            self._export,
            self._mode,
            row(self._term, self._series, self._threshold),
            self._base,
            row(self._button),
            self._status,
            self._result,
        )

    def _make_widgets(self) -> None:
        self._files = text_field("Files", "a CSV, a zip, or a folder of CSVs")
        self._against = radio(
            "Start from",
            [("the data in this Canvas", HERE), ("a SIS export", EXPORT), ("an empty Canvas", EMPTY)],
            self._show_fields,
        )
        self._export = text_field("SIS export", "path of its folder or zip")
        self._mode = radio(
            "Send as",
            [("standard import", STANDARD), ("full batch of one term", BATCH), ("diffing", DIFFING)],
            self._show_fields,
        )
        self._term = widgets.Combobox(
            description="Term", placeholder="sis_term_id:… or default", ensure_option=False, **FIELD
        )
        self._series = text_field("Data set", "diffing_data_set_identifier")
        self._threshold = widgets.BoundedIntText(
            DEFAULT_CHANGE_THRESHOLD,
            min=0,
            max=100,
            description="change_threshold %",
            style={"description_width": "150px"},
            layout={"width": "240px"},
        )
        self._base = text_field("Previous file", "the last file sent in this series")
        self._button = button("Rehearse", lambda: self._start(self.rehearse), primary=True)
        self._result = widgets.HTML()

    def _fill_in(
        self, files: str | Path | Iterable[str | Path], against: str | Path | None, base: str | Path | None
    ) -> None:
        """Fill the fields from the arguments."""
        several = [files] if isinstance(files, str | Path) else list(files)
        self._files.value = ", ".join(map(str, several))
        if against is not None:
            self._against.value, self._export.value = EXPORT, str(against)
        self._base.value = str(base or "")
        wanted = option_params({"batch_mode": self._more.pop("batch_mode", False)})  # "false" is not wanted
        if ("batch_mode", "true") in wanted:
            self._mode.value = BATCH
            self._term.value = str(self._more.pop("batch_mode_term_id", ""))
        elif series := self._more.pop("diffing_data_set_identifier", ""):
            self._mode.value, self._series.value = DIFFING, series
        if self._mode.value != STANDARD:
            self._threshold.value = int(self._more.pop("change_threshold", DEFAULT_CHANGE_THRESHOLD))

    @property
    def options(self) -> dict[str, Any]:
        """The options of the import, as the fields are now."""
        threshold = {**self._more, "change_threshold": self._threshold.value}
        if self._mode.value == BATCH:
            return {"batch_mode": True, "batch_mode_term_id": self._term.value.strip(), **threshold}
        if self._mode.value == DIFFING:
            return {"diffing_data_set_identifier": self._series.value.strip(), **threshold}
        return dict(self._more)

    def rehearse(self) -> Rehearsal:
        """Run the import on a scratch Canvas and return what it would do.

        Raises CanvasError, with the message that the panel shows.
        Calls: those of `helpers.rehearse`; nothing is sent.
        """
        self._result.value = ""
        with self._working("Rehearsing …"):
            self.rehearsal = self._rehearsed()
            self._show(self.rehearsal)
        return self.rehearsal

    def _rehearsed(self) -> Rehearsal:
        return rehearse(
            paths_in(self._files.value),
            against=self._starting_point(),
            base=self._base.value.strip() or None,
            progress=lambda step: self._report("busy", "Rehearsing …", f"{step}."),
            **self.options,
        )

    def _starting_point(self) -> CanvasClient | Path | None:
        if self._against.value == HERE:
            return self.target.ready()
        if self._against.value == EMPTY:
            return None
        if not self._export.value.strip():
            raise BadInput("No SIS export is selected.", "Type the path of its folder or zip file.")
        return Path(self._export.value.strip())

    def _show_target(self) -> None:
        super()._show_target()
        self._show_fields()

    def _show_fields(self) -> None:
        """Show the fields that the choices need."""
        hide(self._export, self._against.value != EXPORT)
        hide(self._term, self._mode.value != BATCH)
        hide(self._series, self._mode.value != DIFFING)
        hide(self._threshold, self._mode.value == STANDARD)
        hide(self._base, self._mode.value != DIFFING or self._against.value != EXPORT)
        if self._mode.value == BATCH and self.target.client:
            self._offer_terms()

    def _offer_terms(self) -> None:
        """Suggest the terms of the Canvas; others can be typed."""
        with suppress(CanvasError):
            terms = json_objects(self.target.ready().get("accounts/self/terms"), "enrollment_terms")
            self._term.options = [_term_id(term) for term in terms]

    def _show(self, rehearsal: Rehearsal) -> None:
        lines = [*share_lines(rehearsal), *(f"Note: {note}" for note in rehearsal.notes)]
        parts = [style.chart(rehearsal_svg(rehearsal)), html.bullets(lines), _deletions(rehearsal)]
        messages = messages_html(rehearsal.messages) if rehearsal.messages else ""
        self._result.value = "".join(
            f'<div class="sis-result">{part}</div>' for part in (*parts, messages) if part
        )
        tone = "bad" if rehearsal.stopped else "care" if rehearsal.deleted or rehearsal.messages else "good"
        self._report(tone, rehearsal.verdict, "Nothing was sent.")

    def _still(self) -> str:
        if self.rehearsal is None:
            return ""
        chart = data_uri_img(rehearsal_svg(self.rehearsal), self.rehearsal.summary())
        return chart + html.bullets(share_lines(self.rehearsal))


def _term_id(term: dict[str, Any]) -> str:
    """Return how an option names a term: by its SIS ID if it has one."""
    return f"sis_term_id:{term['sis_term_id']}" if term.get("sis_term_id") else str(term.get("id"))


def _deletions(rehearsal: Rehearsal) -> str:
    """Return the deletions as a table that scrolls."""
    if not rehearsal.deleted:
        return ""
    shown = [[each.kind, each.sis_id, each.name] for each in rehearsal.deleted[:SHOWN]]
    number = sum(each.deleted for each in (rehearsal.beyond or rehearsal).kinds)
    label = f"{number:,} deletions" + (f", the first {SHOWN} shown" if number > SHOWN else "")
    return html.caption(label) + html.scroll(html.table(["kind", "SIS IDs", "name"], shown), label)


def rehearsal_panel(
    source: Source,
    files: str | Path | Iterable[str | Path] = (),
    against: str | Path | None = None,
    base: str | Path | None = None,
    **options: Any,
) -> RehearsalPanel:
    """Show the rehearsal panel for a connect panel or a client.

    `files` are the files to rehearse, `against` the folder or zip of a SIS export (default: the data in the
    connected Canvas), `base` the previous file of a diffing series, `options` those of the import.
    Returns the panel: `.rehearse()`, `.rehearsal`, `.options`.
    Calls: those of `helpers.rehearse`; nothing is sent.
    """
    return RehearsalPanel(target_of(source), files, against, base, **options)
