"""The panels in a notebook that nbclient runs without a browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from practice_canvas import service
from tests.waiting import LONGEST_WAIT

ROOT = Path(__file__).parents[2]
CELLS = (
    "import helpers as canvas\npanel = canvas.connect_panel()\npanel",
    "canvas.import_panel(panel).send().id",
    "watching = canvas.status_panel(panel)\nwatching",
    "history = await watching",
    "canvas.show_json(history.final)",
)


@pytest.fixture
def executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[nbformat.NotebookNode]:
    practice = service.find_or_start(tmp_path / "practice", pace="immediate")
    monkeypatch.setenv("CANVAS_DOMAIN", practice.url)
    monkeypatch.setenv("CANVAS_API_TOKEN", practice.token)
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(practice.home))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    try:
        NotebookClient(notebook, timeout=LONGEST_WAIT, kernel_name="python3").execute()
        yield notebook
    finally:
        service.stop(practice.home)


def test_the_lesson_runs_without_clicks_and_saves_a_chart(executed: nbformat.NotebookNode) -> None:
    outputs = [output for cell in executed.cells for output in cell.outputs]
    kinds = {output.output_type for output in outputs}
    assert kinds <= {"display_data", "execute_result"}, "neither stderr nor an error"
    picture, live = (output.data for output in executed.cells[2].outputs)
    assert "data:image/svg+xml;base64," in picture["text/html"] and "imported" in picture["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in live
    assert json.loads(executed.cells[4].outputs[0].data["text/plain"])["workflow_state"] == "imported"
    assert executed.metadata.widgets, "the widgets' state was stored"
    assert "practice-admin-token" not in nbformat.writes(executed)
