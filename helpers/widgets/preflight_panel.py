"""The preflight panel: choose files, check them before you send them, and repair some of their faults."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from helpers.client.school_ids import server_ids
from helpers.display import html
from helpers.display.text import plural
from helpers.errors import BadInput, FileNotRepairable
from helpers.place import DATA, REPAIRED
from helpers.preflight import Findings, check_files
from helpers.repair import Comparison, Repair, repair_file
from helpers.widgets.data_folder import files_and_folders, paths_in
from helpers.widgets.panel import CSV_OR_ZIP, FIELD, UploadPanel, button, hide, row, text_field
from helpers.widgets.target import Source, Target, target_of


class PreflightPanel(UploadPanel):
    """Check files before you send them. `check()` and `repair()` do the same as the buttons.

    Nothing is sent. `findings` has the result.
    """

    title = "Check files before you send them"
    ready = "Press Check. Nothing is sent, and no file is changed."

    def __init__(
        self, target: Target, files: str | Path = "", previous: str | Path = "", compare: bool = True
    ) -> None:
        super().__init__(target, _without_upload, **CSV_OR_ZIP)
        self.findings: Findings | None = None
        self._make_widgets()
        self._files.value, self._previous.value = str(files), str(previous)
        self._compare.value = compare
        self._arrange(
            row(self._files, self.uploads.view),
            self._previous,
            self._compare,
            row(self._button, self._bar),
            self._status,
            self._result,
            self._repairing,
        )

    def _show_target(self) -> None:
        super()._show_target()
        hide(self._compare, self.target.client is None)

    def _make_widgets(self) -> None:
        self._files = widgets.Combobox(
            description="Files",
            placeholder="a CSV, a zip, or a folder of CSVs",
            options=files_and_folders(),
            **FIELD,
        )
        self._files.observe(self._use_files_field, "value")
        self._previous = text_field("Previous files", "optional: to detect changed IDs")
        self._compare = widgets.Checkbox(
            True, description="Check references against this Canvas", indent=False, layout=FIELD["layout"]
        )
        self._button = button("Check", lambda: self._start(self.check), primary=True)
        self._bar = widgets.FloatProgress(description="Checking", max=1.0, **FIELD)
        hide(self._bar, True)
        self._result = widgets.HTML()
        self._make_repairing()

    def _make_repairing(self) -> None:
        self._broken = widgets.Dropdown(description="File", **FIELD)
        self._zeros = text_field("Lost zeros", "such as user_id=0000000 (optional)")
        self._readings = widgets.Dropdown(description="Reading", **FIELD)
        hide(self._readings, True)
        self._broken.observe(lambda _: self._offer(Comparison()), "value")
        self._repair = button("Write a repaired file", lambda: self._start(self.repair))
        self._repaired = widgets.HTML()
        self._repairing = widgets.VBox(
            [self._broken, self._zeros, self._readings, self._repair, self._repaired]
        )
        hide(self._repairing, True)

    def check(self) -> Findings:
        """Check the files and return the findings.

        Raises CanvasError, with the message that the panel shows.
        Calls: those of `helpers.client.school_ids`, if you are connected and the checkbox is checked.
        """
        self._result.value = self._repaired.value = ""
        hide(self._repairing, True)
        self._offer(Comparison())
        hide(self._bar, False)
        try:
            with self._working("Checking …"):
                self.findings = self._checked()
                self._show(self.findings)
        finally:
            hide(self._bar, True)
        return self.findings

    def _checked(self) -> Findings:
        self.uploads.check()
        server = server_ids(self.target.ready()) if self.target.client and self._compare.value else None
        previous = self._previous.value.strip()
        return check_files(
            paths_in(self._files.value),
            server=server,
            previous=paths_in(previous) if previous else None,
            progress=self._show_progress,
        )

    def repair(
        self,
        file: str | Path | None = None,
        zeros: dict[str, str] | None = None,
        encoding: str | None = None,
        mixed: bool | None = None,
    ) -> Repair:
        """Write a repaired copy of a file (default: the selected one) and return what was changed.

        Raises CanvasError if no file is selected, the zeros are not a pattern, or the repair is not certain.
        If the encoding is not certain, the panel offers the readings to choose from.
        """
        path = Path(file) if file else self._broken.value
        selected = path == self._broken.value  # the fields are about this file and no other
        try:
            with self._working("Writing …", at=self._repaired):
                if path is None:
                    raise BadInput("There is no file to repair.", "Press Check first.")
                choice = self._readings.value or {} if selected else {}
                if encoding:
                    choice = {"encoding": encoding, "mixed": mixed}
                if zeros is None and selected:
                    zeros = _zeros(self._zeros.value)
                made = repair_file(path, self._target_for(path), zeros=zeros, **choice)
                self._repaired.value = made._repr_html_()
        except FileNotRepairable as error:
            if error.comparison:
                self._repaired.value += error.comparison._repr_html_()
                if selected:
                    self._offer(error.comparison)
            raise
        return made

    def _offer(self, comparison: Comparison) -> None:
        """Offer the readings of the selected file; an empty comparison hides the choice."""
        ways = [(f"{' · '.join(each.values)} ({each.label})", each.choice) for each in comparison.readings]
        self._readings.options = [("Choose the reading that is right", None), *ways]
        self._readings.value = None
        hide(self._readings, not ways)

    def _target_for(self, path: Path) -> Path | None:
        """Put the copy of an upload into the folder for repaired files; None puts it next to its original."""
        if not self.uploads.holds(path):
            return None
        REPAIRED.mkdir(exist_ok=True)
        count = sum(1 for _ in REPAIRED.glob(f"{path.stem}*"))
        return REPAIRED / f"{path.stem}_{count + 1}{path.suffix}"

    def _use_files_field(self, change: dict[str, Any]) -> None:
        """Use what was typed or chosen in the list instead of an upload."""
        typed = change["new"].strip()
        if typed and not self.uploads.holds(Path(typed)) and self.uploads.forget():
            self._show_ready()

    def _use_upload(self) -> None:
        """Use the uploaded file; an announced one already replaces the file before."""
        self._files.value = ", ".join(map(str, self.uploads.files))
        self._result.value = self._repaired.value = ""  # they are about the files before
        hide(self._repairing, True)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.value = done / total

    def _show(self, findings: Findings) -> None:
        self._result.value = f'<div class="sis-result">{findings._repr_html_()}</div>'
        broken = [(file.name, file.path) for file in findings.repairable()]
        self._broken.options, self._broken.value = broken, broken[0][1] if broken else None
        hide(self._repairing, not broken)
        worst = {group.rule.severity for group in findings.groups} & {"stops the file", "skips the row"}
        tone = "good" if findings.ok else "bad" if worst else "care"
        self._report(tone, findings.summary().removeprefix("✔ "), "Nothing was sent.")

    def _still(self) -> str:
        groups = self.findings.groups if self.findings else ()
        return html.bullets(f"{group.rule.title} ({plural(group.rows, 'row')})" for group in groups)


def _without_upload(names: Sequence[str]) -> str:
    """Return how to check a file without uploading it."""
    return f"Put it into the folder data/ and type its path into the Files field: {DATA / names[0]}"


def _zeros(text: str) -> dict[str, str]:
    """Read `user_id=0000000, …`. Raises BadInput."""
    pairs = [each.partition("=") for each in text.split(",") if each.strip()]
    if any(not (column.strip() and pattern.strip()) for column, _, pattern in pairs):
        raise BadInput(
            f"{text!r} is not a column and a pattern.",
            "Write the column, =, and what an ID looks like: user_id=0000000",
        )
    return {column.strip(): pattern.strip() for column, _, pattern in pairs}


def preflight_panel(
    source: Source | None = None,
    files: str | Path = "",
    previous: str | Path = "",
    *,
    compare: bool = True,
) -> PreflightPanel:
    """Show the preflight panel, with or without a connect panel or a client.

    `files` are the files to check (a CSV, a zip, or a folder; separate several with commas), `previous` the
    files you sent before; `compare` says whether to check references against the connected Canvas.
    Returns the panel: `.check()`, `.findings`, `.repair()`. Nothing is sent.
    """
    return PreflightPanel(target_of(source) if source else Target(), files, previous, compare)
