"""The import panel: choose a file, preview it, see the commands, send it, and read the answer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from helpers.client import guards, request_plans
from helpers.client.commands import COMMANDS
from helpers.client.guards import GUARDS
from helpers.client.unclear_outcome import how_to_check
from helpers.display import html
from helpers.errors import CanvasError, FileNotUsable, HeldBack
from helpers.place import DATA
from helpers.widgets import style
from helpers.widgets.data_folder import BROKEN, data_files, is_broken, name_in_data
from helpers.widgets.file_preview import preview
from helpers.widgets.json_view import JsonView
from helpers.widgets.panel import CSV_OR_ZIP, FIELD, UploadPanel, button, hide, row, text_field
from helpers.widgets.target import Source, Target, target_of

if TYPE_CHECKING:
    from helpers.client.guards import Rehearsed
    from helpers.client.models import SisImport
    from helpers.client.request_plans import RequestPlan

FIRST_CHOICE = DATA / "test_course.csv"
SEPARATOR = ("─── files with a fault, to practice on ───", BROKEN)
NOTES = {
    "id": "you need it to check the status",
    "workflow_state": "Canvas has the file and will import it after the imports ahead of it",
}


class ImportPanel(UploadPanel):
    """Send one file as a SIS import. `send()` does the same as the Import button."""

    title = "Import a file"
    ready = "Press Import to send this file."

    def __init__(
        self,
        target: Target,
        file: str | Path | None = None,
        rehearsed: Rehearsed | None = None,
        **options: Any,
    ) -> None:
        super().__init__(target, _without_upload, **CSV_OR_ZIP)
        self.options = options
        self.rehearsed = rehearsed
        self.sis_import: SisImport | None = None
        self._file: Path | None = None
        self._plan: RequestPlan | None = None
        self._make_widgets()
        self._arrange(
            row(self._choice, self.uploads.view),
            self._preview,
            self._commands,
            self._confirmation,
            self._waiver,
            row(self._button, self._bar),
            self._status,
            self._json.box,
        )
        self.file = Path(file) if file else FIRST_CHOICE

    def _make_widgets(self) -> None:
        self._choice = widgets.Dropdown(description="File", options=_offered(), **FIELD)
        self._choice.observe(self._use_choice, "value")
        self._preview = widgets.HTML()
        self._commands = widgets.Tab([widgets.HTML() for _ in COMMANDS], titles=list(COMMANDS))
        self._confirm = text_field("Confirm", "type the domain of this Canvas")
        self._warning = widgets.HTML()
        self._confirmation = widgets.VBox([self._warning, self._confirm])
        self._waiver = widgets.Checkbox(indent=False, layout=FIELD["layout"])
        self._held_by = ""
        hide(self._waiver, True)
        self._button = button("Import", lambda: self._start(self.send), primary=True)
        self._bar = widgets.IntProgress(description="Upload", max=100, **FIELD)
        self._json = JsonView()
        hide(self._bar, True)

    @property
    def file(self) -> Path | None:
        """The file that will be sent; set it to choose another."""
        return self._file

    @file.setter
    def file(self, file: str | Path) -> None:
        self.uploads.forget()
        self._choose(Path(file).resolve())

    def _choose(self, file: Path | None) -> None:
        """Make this the file to send, and drop other uploads from the list."""
        self._file = file
        offered = _offered()
        if file and file not in [path for _, path in offered]:
            uploaded = self.uploads.holds(file)
            offered.insert(0, (f"{file.name} (uploaded)" if uploaded else name_in_data(file), file))
        self._choice.unobserve(self._use_choice, "value")  # it selects another file while its list changes
        self._choice.options, self._choice.value = offered, file
        self._choice.observe(self._use_choice, "value")
        self._show_file()

    def _use_choice(self, change: dict[str, Any]) -> None:
        """Use the file chosen in the list."""
        self.uploads.forget()
        self._file = None if change["new"] == BROKEN else change["new"]
        self._show_file()

    def send(self, confirm: str = "", waive: str | Iterable[str] = ()) -> SisImport:
        """Send the chosen file and return the SIS import that Canvas created.

        `confirm` is the domain, required on production only (the Confirm field); `waive` names the guards
        to skip (the checkbox that appears when a guard holds the import back).
        Raises CanvasError, with the message that the panel shows.
        Calls: GET and POST /api/v1/accounts/self/sis_imports
        """
        self._json.clear()
        with self._working("Sending …", self.file.name if self.file else ""):
            try:
                return self._send(confirm or self._confirm.value, {*guards.waived(waive), *self._waived()})
            except KeyboardInterrupt:  # of the cell that sends
                check = how_to_check(self._shown_plan(), self.target.ready().connection)
                self._report("care", "Stopped.", check)
                raise
            except Exception as error:
                self._offer_waiver(error)
                if isinstance(error, CanvasError) and error.import_id is not None:
                    self.target.remember(error.import_id)
                raise
            finally:
                hide(self._bar, True)

    def _send(self, confirm: str, waived: set[str]) -> SisImport:
        client = self.target.ready()
        self._confirm.value = ""  # each import needs a new confirmation
        self._offer_waiver(None)
        sis_import = client.send_import(
            self._shown_plan(),
            progress=self._show_sent,
            rehearsed=self.rehearsed,
            waive=waived,
            confirm=confirm,
        )
        self.sis_import = sis_import
        self.target.remember(sis_import.id)
        self._show_accepted(sis_import)
        return sis_import

    def _waived(self) -> set[str]:
        """Return the guard that held back the last attempt, if the box to waive it is checked."""
        return {self._held_by} if self._held_by and self._waiver.value else set()

    def _offer_waiver(self, error: Exception | None) -> None:
        """Show an unchecked box for the guard that held back the import; hide it otherwise."""
        guard = error.guard if isinstance(error, HeldBack) else ""
        self._held_by = guard if guard and GUARDS[guard].waivable else ""
        self._waiver.value = False
        self._waiver.description = f"I have read this. Send it anyway (waive {guard})."
        hide(self._waiver, not self._held_by)

    def _show_target(self) -> None:
        super()._show_target()
        self._show_file()

    def _use_upload(self) -> None:
        """Use the uploaded file; an announced one already replaces the file before."""
        self._choose(next(iter(self.uploads.files), None))

    def _show_file(self) -> None:
        """Show the chosen file for this Canvas, and clear what belongs to the file before."""
        self._clear()
        self._plan = None
        self._show_confirmation()
        self._allow(False)
        self._show_ready()
        if self.uploads.waiting:
            return
        for show in (self._show_commands, self._show_preview, self._allow_import):
            try:
                show(self._shown_plan())
            except Exception as error:  # the last one stays in the status line
                self._show_error(error)

    def _clear(self) -> None:
        """Clear the preview, the commands, the answer, and the offered waiver."""
        self._json.clear()
        self._offer_waiver(None)
        for view in (self._preview, *self._commands.children):
            view.value = ""

    def _allow_import(self, plan: RequestPlan) -> None:
        """Enable the Import button, unless the file would be refused anyway."""
        plan.check()
        self._allow(True)

    def _shown_plan(self) -> RequestPlan:
        """Return the one plan of the chosen file: what is checked, shown as commands, and sent."""
        self.uploads.check()
        if self.file is None:
            raise FileNotUsable("No file is selected.", "Choose a file from the list, or upload one.")
        if self._plan is None:
            self._plan = request_plans.create_sis_import(_relative(self.file), **self.options)
        return self._plan

    def _show_confirmation(self) -> None:
        hide(self._confirmation, self.target.environment != "production")
        self._warning.value = style.status_line(
            "care",
            f"{self.target.domain} is a production Canvas.",
            "An import changes real courses and users. Type the domain to confirm each import.",
        )

    def _show_preview(self, plan: RequestPlan) -> None:
        if plan.file:
            self._preview.value = preview(plan.file)

    def _show_commands(self, plan: RequestPlan) -> None:
        for view, (label, write) in zip(self._commands.children, COMMANDS.items(), strict=True):
            view.value = style.code(write(plan, self.target.ready().connection), label)

    def _show_sent(self, sent: int, total: int) -> None:
        hide(self._bar, False)
        self._bar.value = 100 * sent // max(total, 1)

    def _show_accepted(self, sis_import: SisImport) -> None:
        self._json.show(sis_import, NOTES)
        headline = f"Accepted: SIS import {sis_import.id}, workflow_state {sis_import.workflow_state}."
        if sis_import.differences or sis_import.notes:
            notes = html.bullets((*sis_import.differences, *sis_import.notes))
            self._report("care", headline, "Canvas has not imported it yet. Before you continue:", notes)
        else:
            self._report("good", headline, "Canvas has not imported it yet. Check its status next.")


def _offered() -> list[tuple[str, Path]]:
    """Return the files in data/ by name, those with a fault apart."""
    files = [(name_in_data(path), path) for path in data_files()]
    good = [each for each in files if not is_broken(each[1])]
    return [*good, SEPARATOR, *(each for each in files if is_broken(each[1]))]


def _without_upload(names: Sequence[str]) -> str:
    """Return how to send a file without uploading it."""
    return (
        "Put it into the folder data/, run this cell again, and choose it from the list. "
        f'Or run in a terminal: python start.py import "data/{names[0]}"'
    )


def _relative(file: Path) -> Path:
    """Return the path relative to the notebook's folder where that is shorter, for the commands."""
    try:
        return Path(min(os.path.relpath(file), str(file), key=len))
    except ValueError:  # a different drive on Windows
        return file


def import_panel(
    source: Source,
    file: str | Path | None = None,
    rehearsed: Rehearsed | None = None,
    **options: Any,
) -> ImportPanel:
    """Show the import panel for a connect panel or a client.

    `file` is the file to start with (default: data/test_course.csv), `rehearsed` the result of `rehearse` for
    it, and `options` are options of the SIS import.
    Returns the panel; `.send()` does the same as the Import button, `.sis_import` is the import it created.
    Calls: POST /api/v1/accounts/self/sis_imports
    """
    return ImportPanel(target_of(source), file, rehearsed, **options)
