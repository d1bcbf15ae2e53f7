import json
from html import unescape
from pathlib import Path

import pytest

from helpers.errors import BadInput, ConnectionInputError, FileNotUsable, NoSuchThing
from helpers.widgets import uploads
from helpers.widgets.results_panel import SAVED, ResultsPanel, results_panel
from helpers.widgets.target import Target
from tests.messages.material import TERM, client_of, ended, import_json, packed, written
from tests.practice_server import Server
from tests.widgets.browser_stand_in import announce, answer, upload
from tests.widgets.scripted import ScriptedClient

NO_NAME: list[list[str | None]] = [["courses.csv", "Course <img src=x> has no long_name."]]


def give(panel: ResultsPanel, **files: str) -> None:
    panel._choice.value = SAVED
    upload(panel._uploads, **files)


def press(panel: ResultsPanel, number: int) -> None:
    """Press one of the buttons below the report and wait."""
    panel._writing.children[number].click()
    assert panel._job and panel._job.join(10)


@pytest.fixture
def panel(canvas: Server, tmp_path: Path) -> ResultsPanel:
    """A panel on a small term that was imported with faults."""
    client = client_of(canvas)
    zipped = packed(tmp_path, {**TERM})
    return results_panel(client, ended(client, zipped).id, zipped, to=tmp_path / "mended")


def test_the_causes_are_shown_and_the_first_is_open(panel: ResultsPanel) -> None:
    report = panel.explain()
    assert panel._result.value.count("<details") == len(report.causes) == 5
    assert panel._result.value.count("<details open") == 1
    assert "Not clean." in panel._status.value and "5 problems to fix" in panel._status.value
    assert panel._result.value in panel._repr_mimebundle_()["text/html"]


def test_the_button_does_the_same_on_a_thread(panel: ResultsPanel) -> None:
    panel._button.click()
    assert panel._job and panel._job.join(20)
    assert panel.report and not panel._button.disabled and panel._writing.layout.display is None


def test_the_buttons_write_files_and_say_where(panel: ResultsPanel, tmp_path: Path) -> None:
    panel.explain()
    folder = tmp_path / "mended" / "sis_import_1"
    press(panel, 0)
    assert "Written:" in panel._status.value and (folder / "failed_rows.zip").is_file()
    press(panel, 1)
    assert "Nothing was written." in panel._status.value
    press(panel, 2)
    assert (folder / "report.html").is_file() and (folder / "reasons.csv").is_file()


def test_the_last_import_is_filled_in_and_compared_with_the_one_before(
    panel: ResultsPanel, tmp_path: Path
) -> None:
    client = panel.target.ready()
    panel.target.remember(ended(client, written(tmp_path, TERM["courses.csv"], "courses.csv")).id)
    panel._compare_previous.value, panel._files.value = True, ""
    assert panel._id.value == "2" and panel.explain().before_id == 1
    assert "No new kinds of messages since import 1." in panel._result.value


def test_a_clean_import_has_nothing_to_mend(canvas: Server, tmp_path: Path) -> None:
    client = client_of(canvas)
    done = ended(client, written(tmp_path, "term_id,name,status\nT1,Term,active\n", "terms.csv"))
    panel = results_panel(client, done.id)
    assert panel.explain().clean and "No problems." in panel._status.value
    assert panel._writing.layout.display == "none"


def test_saved_files_need_no_canvas_and_leave_the_widget() -> None:
    panel = ResultsPanel(Target())
    give(panel, **{"..\\import.json": json.dumps(import_json(NO_NAME))})
    assert panel._uploads._field.button.value == () and "import.json" in panel._names.value
    assert panel.explain().import_id == 412
    assert "<img" not in panel._result.value


def test_only_the_fields_of_the_choice_are_seen() -> None:
    panel = ResultsPanel(Target())
    fields = (panel._id, panel._compare_previous, panel._uploads.view)
    assert [widget.layout.display for widget in fields] == [None, None, "none"]
    panel._choice.value = SAVED
    assert [widget.layout.display for widget in fields] == ["none", "none", None]


def test_a_saved_file_that_is_wrong_is_told() -> None:
    panel = ResultsPanel(Target())
    give(panel, **{"import.json": "{"})
    with pytest.raises(FileNotUsable):
        panel.explain()
    assert 'role="alert"' in panel._status.value and "import.json" in panel._status.value


@pytest.mark.parametrize(("typed", "fault"), [("", BadInput), ("x", BadInput), ("412", NoSuchThing)])
def test_an_id_that_cannot_be_explained_is_told(typed: str, fault: type[Exception]) -> None:
    client = ScriptedClient([NoSuchThing("No such import.", "Check the id.", status=404)])
    panel = results_panel(client)  # type: ignore[arg-type]
    panel._id.value = typed
    with pytest.raises(fault):
        panel.explain()
    assert 'role="alert"' in panel._status.value and not panel._button.disabled


def test_without_a_connection_it_says_what_to_do() -> None:
    panel = ResultsPanel(Target(), 412)
    with pytest.raises(ConnectionInputError):
        panel.explain()
    assert "Press Connect" in panel._status.value


def test_nothing_is_written_before_something_is_explained(tmp_path: Path) -> None:
    panel = ResultsPanel(Target(), to=tmp_path)
    press(panel, 2)
    assert "Press Explain first" in panel._status.value and not list(tmp_path.iterdir())


def test_saved_files_that_do_not_arrive_are_said_and_those_before_are_not_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "PING_AFTER", (0,))
    panel = ResultsPanel(Target())
    give(panel, **{"import.json": json.dumps(import_json(NO_NAME))})
    announce(panel._uploads._field, 6_000_000, **{"import.json": "", "errors.csv": ""})
    assert "Receiving import.json and errors.csv (12 MB)" in panel._status.value
    assert "import.json" not in panel._names.value
    answer(panel._uploads)
    with pytest.raises(FileNotUsable, match="did not arrive"):
        panel.explain()
    assert 'explain_import(["../data/import.json", "../data/errors.csv"])' in unescape(panel._status.value)
    give(panel, **{"import.json": json.dumps(import_json(NO_NAME))})
    assert panel.explain().import_id == 412
