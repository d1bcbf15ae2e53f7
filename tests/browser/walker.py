"""A person who goes through a notebook with Shift+Enter, and solves its exercises at the second attempt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.lab import READY, Lab
from tests.notebooks.runs import Cell, read, solution_of, tags

CELL = "const cell = jupyterapp.shell.currentWidget.content.widgets.find(each => each.model.id === id);"
SELECT = """id => { const notebook = jupyterapp.shell.currentWidget.content;
  const index = notebook.widgets.findIndex(each => each.model.id === id);
  notebook.deselectAll(); notebook.activeCellIndex = index; notebook.mode = 'command'; notebook.node.focus();
  const model = notebook.activeCell.model; if (model.type === 'code') model.executionCount = null; }"""
ENDED = f"""id => {{ {CELL} const model = cell.model;
  return model.type !== 'code' || model.executionCount !== null && model.executionState === 'idle'; }}"""
OUTPUTS = f"id => {{ {CELL} return cell.model.outputs.toJSON(); }}"

Step = Callable[[], object]


@dataclass
class Walker:
    """Goes through one notebook after another in a JupyterLab."""

    lab: Lab
    notebook: Any = field(init=False)

    def open(self, path: Path) -> Path:
        """Open a copy of a notebook."""
        self.notebook = read(path)
        return self.lab.open_notebook(path)

    def walk(
        self,
        wrong: Mapping[str, str] | None = None,
        steps: Mapping[str, Step] | None = None,
        last: str | None = None,
    ) -> None:
        """Run the cells one after another.

        Args:
            wrong: the first answer to the exercise in a cell, by the cell's id; what is right comes second.
            steps: what to do once the cell with this id has run.
            last: the id of the last cell to run; None runs them all.
        """
        exercise = 0
        for index, cell in enumerate(self.notebook.cells):
            if "exercise" in tags(cell):
                exercise = index
                self._type(cell, (wrong or {})[cell.id])
            self._run(cell)
            if "check" in tags(cell):
                assert "○ Not yet, because" in self.printed(cell), self.printed(cell)
                self._type(self.notebook.cells[exercise], solution_of(self.notebook, self._cells[exercise]))
                for again in self._cells[exercise : index + 1]:
                    self._run(again)
                assert "✔ Yes:" in self.printed(cell), self.printed(cell)
            (steps or {}).get(cell.id, lambda: None)()
            if cell.id == last:
                return

    @property
    def _cells(self) -> list[Cell]:
        return list(self.notebook.cells)

    def _select(self, cell: Cell) -> None:
        self.lab.page.wait_for_function(READY)
        self.lab.page.evaluate(SELECT, cell.id)

    def _type(self, cell: Cell, source: str) -> None:
        """Replace the text of a cell, as with a paste."""
        self._select(cell)
        for key in ("Enter", "ControlOrMeta+A"):
            self.lab.page.keyboard.press(key)
        self.lab.page.keyboard.insert_text(source)

    def _run(self, cell: Cell) -> None:
        if cell.cell_type == "code":
            self._select(cell)
            self.lab.page.keyboard.press("Shift+Enter")
            self.lab.page.wait_for_function(ENDED, arg=cell.id)

    def printed(self, cell: Cell) -> str:
        """Return what a cell shows, as text."""
        shown = self.lab.page.evaluate(OUTPUTS, cell.id)
        texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in shown]
        return "\n".join(text if isinstance(text, str) else "".join(text) for text in texts)

    def close(self) -> None:
        """Save the notebook, close it, and shut down its kernel, with the keyboard and the menu."""
        page = self.lab.page
        page.keyboard.press("ControlOrMeta+S")
        page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
        page.get_by_role("menuitem", name="File", exact=True).click()
        page.get_by_role("menuitem", name="Close and Shut Down Notebook").click()
        page.locator(".jp-Dialog button.jp-mod-accept").click()
        expect(page.locator(".jp-NotebookPanel")).to_have_count(0)


def saved_outputs(path: Path) -> str:
    """Return all outputs of a saved notebook as JSON."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return json.dumps([cell.get("outputs") for cell in cells])
