"""The results panel: choose an import or saved files, see what to mend, write the files to mend it with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as widgets

from helpers.errors import BadInput
from helpers.messages import Report, explain_import
from helpers.place import REPAIRED
from helpers.repair import write_change_sis_id, write_failed_rows
from helpers.widgets import style
from helpers.widgets.job import Job
from helpers.widgets.panel import FIELD, LABEL, Panel, button, hide, import_id_in, row
from helpers.widgets.target import Target, target_of
from helpers.widgets.uploads import Uploads

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.widgets.connect_panel import ConnectPanel

CANVAS, SAVED = "canvas", "saved"
UPLOADS = {
    "description": "Saved JSON and error CSV",
    "accept": ".json,.csv",
    "multiple": True,
    "tooltip": "The import's JSON, its error CSV, or both; up to 9 MB.",
}


class ResultsPanel(Panel):
    """What became of one import, explained. `explain()` does what the Explain button does."""

    title = "Explain the result of a SIS import"

    def __init__(
        self,
        target: Target,
        import_id: int | None = None,
        files: Iterable[str | Path] = (),
        noise: str | Path | None = None,
        to: str | Path = REPAIRED,
    ) -> None:
        super().__init__(target)
        self.report: Report | None = None
        self.noise, self.to = noise, Path(to)
        self._job: Job | None = None
        self._uploads = Uploads(self._take_uploads, _instead_of_upload, **UPLOADS)
        self._make_widgets()
        self._files.value = ", ".join(map(str, files))
        self._arrange(
            self._choice,
            row(self._id, self._news),
            row(self._uploads.view, self._names),
            self._files,
            row(self._explain),
            self._line,
            self._result,
            self._mending,
        )
        target.observe(lambda _: self._fill_in(target.import_id), "import_id")
        self._fill_in(import_id or target.import_id)
        self._show_choice()
        self._tell_ready()

    def _make_widgets(self) -> None:
        self._choice = widgets.RadioButtons(
            description="Which import",
            options=[("one of this Canvas", CANVAS), ("saved files", SAVED)],
            orientation="horizontal",
            style=LABEL,
            layout={"width": "auto"},
        )
        self._choice.observe(lambda _: self._show_choice(), "value")
        self._id = widgets.Text(
            description="SIS import id", placeholder="such as 412", style=LABEL, layout={"width": "240px"}
        )
        self._news = widgets.Checkbox(description="tell what is new since the import before", indent=False)
        self._names = widgets.HTML()
        self._files = widgets.Text(
            description="What was sent",
            placeholder="optional: path of the CSV, zip or folder; else Canvas is asked",
            style=LABEL,
            layout=FIELD,
        )
        self._explain = button("Explain", self._on_explain, primary=True)
        self._result = widgets.HTML()
        self._mending = row(
            button("Write the failed rows", self._on(lambda: self.write_failed_rows())),
            button("Write change_sis_id.csv", self._on(lambda: self.write_sis_id_changes())),
            button("Keep this report", self._on(lambda: self.keep())),
        )
        hide(self._mending, True)

    def explain(self) -> Report:
        """Explain the chosen import and return the report.

        Raises CanvasError (the panel shows the same sentence).
        Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/accounts/self/sis_imports/:id/errors
        """
        self._explain.disabled = True
        hide(self._mending, True)
        self._result.value = ""
        self._tell("busy", "Reading …", "the import, all its messages, and the files that were sent")
        try:
            self.report = self._explained()
        except Exception as error:
            self._tell_fault(error)
            raise
        finally:
            self._explain.disabled = False
        self._show(self.report)
        return self.report

    def _explained(self) -> Report:
        given = [Path(each.strip()) for each in self._files.value.split(",") if each.strip()] or None
        if self._choice.value == SAVED:
            self._uploads.check()
            return explain_import(self._uploads.files, given, self.noise)
        before = "previous" if self._news.value else None
        return explain_import(
            import_id_in(self._id.value), given, self.noise, before, client=self.target.ready()
        )

    def write_failed_rows(self) -> None:
        """Write the rows that failed, and their reasons, into the folder `to`."""
        made = write_failed_rows(self._ready(), self._folder())
        self._tell_written(made.upload, str(made))

    def write_sis_id_changes(self) -> None:
        """Write change_sis_id.csv from the messages about claimed logins into the folder `to`."""
        client = self.target.client if self._choice.value == CANVAS else None
        made = write_change_sis_id(self._ready(), self._folder(), client=client)
        self._tell_written(made.file, str(made))

    def keep(self) -> None:
        """Keep the report in the folder `to`."""
        kept = self._ready().save(self.to)
        self._tell_written(kept, "The import's JSON, every message, and this report as a page.")

    def _ready(self) -> Report:
        if self.report is None:
            raise BadInput("No import is explained yet.", "Press Explain first.")
        return self.report

    def _folder(self) -> Path:
        return self.to / f"sis_import_{self._ready().import_id}"

    def _tell_written(self, path: Path | None, told: str) -> None:
        first, *more = told.splitlines()
        if path is None:
            self._tell("care", "Nothing was written.", first, style.bullets(more))
        else:
            self._tell("good", f"Written: {path}.", first, style.bullets(more))

    def _on_explain(self) -> None:
        self._job = Job(lambda stop: self._quietly(self.explain))

    def _on(self, act: Callable[[], None]) -> Callable[[], None]:
        """Return what a button does: the act on a thread of its own, and its fault in the panel."""

        def handler() -> None:
            self._job = Job(lambda stop: self._telling(act))

        return handler

    def _telling(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:
            self._tell_fault(error)

    def _quietly(self, act: Callable[[], object]) -> None:
        with suppress(Exception):  # explain() has told it in the panel
            act()

    def _show(self, report: Report) -> None:
        self._result.value = report._repr_html_()
        hide(self._mending, not report.messages)
        if report.clean:
            self._tell("good", "Clean.", "Every row was applied, and no message is left but noise.")
        else:
            number = len(report.causes)
            told = f"{number} thing{'s' * (number != 1)} to mend, the gravest first." if number else ""
            self._tell("care", "Not clean.", told)

    def _show_choice(self) -> None:
        saved = self._choice.value == SAVED
        for widget in (self._id, self._news):
            hide(widget, saved)
        for widget in (self._uploads.view, self._names):
            hide(widget, not saved)

    def _take_uploads(self) -> None:
        """Name the uploaded files; an announcement alone puts an end to the choice before."""
        self._names.value = style.caption(", ".join(path.name for path in self._uploads.files))
        if self._uploads.waiting:
            self._tell(
                "busy", f"Receiving {self._uploads.waiting} …", "Nothing is explained until it is here."
            )
        elif self._uploads.fault:
            self._tell_fault(self._uploads.fault)
        else:
            self._tell_ready()

    def _tell_ready(self) -> None:
        self._tell("quiet", "Ready.", "Press Explain when the import has ended.")

    def _fill_in(self, import_id: int | None) -> None:
        self._id.value = "" if import_id is None else str(import_id)

    def _still(self) -> str:
        inside = f"{self._head.value}{self._line.value}{self._result.value}"
        return f'{style.stylesheet()}<div class="sis-panel">{inside}</div>'


def _instead_of_upload(names: Sequence[str]) -> str:
    """Return how to explain files that do not come through the browser."""
    paths = ", ".join(f'"../data/{name}"' for name in names)
    return f"Put it into the folder data/ and run in a cell: canvas.explain_import([{paths}])"


def results_panel(
    source: ConnectPanel | CanvasClient,
    import_id: int | None = None,
    files: str | Path | Iterable[str | Path] = (),
    noise: str | Path | None = None,
    to: str | Path = REPAIRED,
) -> ResultsPanel:
    """Show the results panel for a connect panel or a client.

    `import_id` is the import to begin with (default: the last one that was sent), `files` what was sent
    (default: Canvas is asked), `noise` the site's list of expected messages, `to` the folder for what the
    buttons write.
    Returns the panel; its `.explain()` does what the Explain button does, `.report` is what came of it.
    """
    given = [files] if isinstance(files, str | Path) else files
    return ResultsPanel(target_of(source), import_id, given, noise, to)
