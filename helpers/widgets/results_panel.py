"""The results panel: choose an import or saved files, see what to fix, and write files that help fix it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import ipywidgets as widgets

from helpers.display import html
from helpers.display.text import plural
from helpers.errors import BadInput
from helpers.messages import Report, explain_import
from helpers.place import REPAIRED
from helpers.repair import write_change_sis_id, write_failed_rows
from helpers.widgets.data_folder import paths_in
from helpers.widgets.panel import (
    UploadPanel,
    button,
    hide,
    import_id_field,
    import_id_in,
    radio,
    row,
    status_field,
    text_field,
)
from helpers.widgets.target import Source, Target, target_of

CANVAS, SAVED = "canvas", "saved"
UPLOADS = {
    "description": "Saved JSON and error CSV",
    "accept": ".json,.csv",
    "multiple": True,
    "tooltip": "The import's JSON, its error CSV, or both.",
}


class ResultsPanel(UploadPanel):
    """Explain the result of one import. `explain()` does the same as the Explain button."""

    title = "Explain the result of a SIS import"
    ready = "Press Explain when the import has ended."

    def __init__(
        self,
        target: Target,
        import_id: int | None = None,
        files: Iterable[str | Path] = (),
        noise: str | Path | None = None,
        to: str | Path = REPAIRED,
    ) -> None:
        super().__init__(target, _without_upload, **UPLOADS)
        self.report: Report | None = None
        self.noise, self.to = noise, Path(to)
        self._make_widgets(import_id)
        self._files.value = ", ".join(map(str, files))
        self._arrange(
            self._choice,
            row(self._id, self._compare_previous),
            self.uploads.view,
            self._files,
            row(self._button),
            self._status,
            self._result,
            self._writing,
            self._written,
        )
        self._show_choice()

    def _make_widgets(self, import_id: int | None) -> None:
        self._choice = radio(
            "Which import",
            [("an import in this Canvas", CANVAS), ("saved files", SAVED)],
            self._show_choice,
        )
        self._id = import_id_field(self.target, import_id)
        self._compare_previous = widgets.Checkbox(
            description="Show what is new since the previous import",
            indent=False,
            layout={"width": "auto"},
        )
        self._files = text_field(
            "Files sent", "optional: path of the CSV, zip, or folder (default: ask Canvas)"
        )
        self._button = button("Explain", lambda: self._start(self.explain), primary=True)
        self._result = widgets.HTML()
        self._writing = row(
            button("Write failed rows", lambda: self._start(self.write_failed_rows)),
            button("Write change_sis_id.csv", lambda: self._start(self.write_sis_id_changes)),
            button("Save report", lambda: self._start(self.save)),
        )
        self._written = status_field()
        hide(self._writing, True)

    def explain(self) -> Report:
        """Explain the chosen import and return the report.

        Raises CanvasError, with the message that the panel shows.
        Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/accounts/self/sis_imports/:id/errors
        """
        self._clear()
        with self._working("Reading …", "The import, all its messages, and the files that were sent."):
            self.report = self._explained()
            self._show(self.report)
        return self.report

    def _explained(self) -> Report:
        given = paths_in(self._files.value) or None
        if self._choice.value == SAVED:
            self.uploads.check()
            return explain_import(self.uploads.files, given, self.noise)
        before = "previous" if self._compare_previous.value else None
        return explain_import(
            import_id_in(self._id.value), given, self.noise, before, client=self.target.ready()
        )

    def write_failed_rows(self) -> None:
        """Write the failed rows and their reasons into the folder `to`."""
        with self._working("Writing …", at=self._written):
            made = write_failed_rows(self._ready(), self._folder())
            self._show_written(made.upload, str(made))

    def write_sis_id_changes(self) -> None:
        """Write change_sis_id.csv into the folder `to`, from the messages about logins that are in use."""
        client = self.target.client if self._choice.value == CANVAS else None
        with self._working("Writing …", at=self._written):
            made = write_change_sis_id(self._ready(), self._folder(), client=client)
            self._show_written(made.file, str(made))

    def save(self) -> None:
        """Save the report in the folder `to`."""
        with self._working("Writing …", at=self._written):
            saved = self._ready().save(self.to)
            self._show_written(saved, "The import's JSON, all its messages, and this report as HTML.")

    def _ready(self) -> Report:
        if self.report is None:
            raise BadInput("There is no report yet.", "Press Explain first.")
        return self.report

    def _folder(self) -> Path:
        return self.to / f"sis_import_{self._ready().import_id}"

    def _show_written(self, path: Path | None, text: str) -> None:
        first, *more = text.splitlines()
        if path is None:
            self._report("care", "Nothing was written.", first, html.bullets(more), self._written)
        else:
            self._report("good", f"Written: {path}.", first, html.bullets(more), self._written)

    def _show(self, report: Report) -> None:
        self._result.value = report._repr_html_()
        hide(self._writing, not report.messages)
        if report.clean:
            self._report(
                "good", "No problems.", "Every row was applied, and there are no unexpected messages."
            )
        else:
            problems = plural(len(report.causes), "problem") + " to fix, most serious first."
            problems = problems if report.causes else ""
            self._report("care", "The import had problems.", problems)

    def _show_choice(self) -> None:
        saved = self._choice.value == SAVED
        for widget in (self._id, self._compare_previous):
            hide(widget, saved)
        hide(self.uploads.view, not saved)

    def _use_upload(self) -> None:
        """Use the uploaded files; selected ones already replace the files before."""
        self._clear()

    def _clear(self) -> None:
        """Drop the report of the files or the import before: nothing may be written from it any more."""
        self.report = None
        self._result.value = self._written.value = ""
        hide(self._writing, True)

    def _still(self) -> str:
        causes = self.report.causes if self.report else ()
        return html.bullets(f"{cause.title} ({plural(cause.explains, 'message')})" for cause in causes)


def _without_upload(names: Sequence[str]) -> str:
    """Return how to explain files without uploading them."""
    paths = ", ".join(f'"../data/{name}"' for name in names)
    return f"Put it into the folder data/ and run this in a cell: canvas.explain_import([{paths}])"


def results_panel(
    source: Source,
    import_id: int | None = None,
    files: str | Path | Iterable[str | Path] = (),
    noise: str | Path | None = None,
    to: str | Path = REPAIRED,
) -> ResultsPanel:
    """Show the results panel for a connect panel or a client.

    `import_id` is the import to start with (default: the last one sent), `files` are the files that were
    sent (default: ask Canvas for them), `noise` is your list of expected messages, and `to` the folder for
    the files that the buttons write.
    Returns the panel; `.explain()` does the same as the Explain button, `.report` is the result.
    """
    given = [files] if isinstance(files, str | Path) else files
    return ResultsPanel(target_of(source), import_id, given, noise, to)
