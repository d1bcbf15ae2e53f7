import json
from pathlib import Path

import pytest

from helpers.errors import BadInput, ConnectionInputError, FileNotUsable, NoSuchThing
from helpers.widgets import uploads
from helpers.widgets.results_panel import ResultsPanel, results_panel
from helpers.widgets.target import Target
from tests.messages.material import TERM, client_of, ended, import_json, packed, written
from tests.practice_server import Server
from tests.widgets import driver
from tests.widgets.browser_stand_in import announce, lose, upload
from tests.widgets.scripted import ScriptedClient

NO_NAME: list[list[str | None]] = [["courses.csv", "Course <img src=x> has no long_name."]]


def give(panel: ResultsPanel, **files: str) -> None:
    driver.choose(panel, "Which import", "saved files")
    upload(driver.uploads(panel), **files)


@pytest.fixture
def panel(canvas: Server, tmp_path: Path) -> ResultsPanel:
    """A panel on a small term that was imported with problems."""
    client = client_of(canvas)
    zipped = packed(tmp_path, {**TERM})
    return results_panel(client, ended(client, zipped).id, zipped, to=tmp_path / "repaired")


def test_the_causes_are_shown_and_the_first_is_open(panel: ResultsPanel) -> None:
    report = panel.explain()
    shown = driver.html(panel)
    assert shown.count("<details") == len(report.causes) == 5 and shown.count("<details open") == 1
    assert "The import had problems." in driver.status(panel) and "5 problems to fix" in driver.status(panel)
    assert all(cause.title in driver.saved(panel) for cause in report.causes)


def test_the_button_does_the_same_on_a_thread(panel: ResultsPanel) -> None:
    driver.click(panel, "Explain")
    assert panel.report and driver.enabled(panel, "Explain") and driver.visible(panel, "Save report")


def test_the_buttons_write_files_and_say_where(panel: ResultsPanel, tmp_path: Path) -> None:
    panel.explain()
    folder = tmp_path / "repaired" / "sis_import_1"
    driver.click(panel, "Write failed rows")
    assert "Written:" in driver.last_line(panel) and (folder / "failed_rows.zip").is_file()
    driver.click(panel, "Write change_sis_id.csv")
    assert "Nothing was written." in driver.last_line(panel)
    assert "The import had problems." in driver.status(panel), "the line above the report stays"
    driver.click(panel, "Save report")
    assert (folder / "report.html").is_file() and (folder / "reasons.csv").is_file()


def test_the_last_import_is_filled_in_and_compared_with_the_one_before(
    panel: ResultsPanel, tmp_path: Path
) -> None:
    client = panel.target.ready()
    panel.target.remember(ended(client, written(tmp_path, TERM["courses.csv"], "courses.csv")).id)
    driver.fill(panel, "Show what is new", True)
    driver.fill(panel, "Files sent", "")
    assert driver.value(panel, "SIS import id") == "2" and panel.explain().before_id == 1
    assert "No new kinds of messages since import 1." in driver.text(panel)


def test_an_import_without_problems_has_nothing_to_fix(canvas: Server, tmp_path: Path) -> None:
    client = client_of(canvas)
    done = ended(client, written(tmp_path, "term_id,name,status\nT1,Term,active\n", "terms.csv"))
    panel = results_panel(client, done.id)
    assert panel.explain().clean and "No problems." in driver.status(panel)
    assert not driver.visible(panel, "Save report")


def test_saved_files_need_no_canvas_and_leave_the_widget() -> None:
    panel = ResultsPanel(Target())
    give(panel, **{"..\\import.json": json.dumps(import_json(NO_NAME))})
    assert driver.uploads(panel).view.file_name == "import.json"
    assert panel.explain().import_id == 412
    assert "<img" not in driver.html(panel)


def test_only_the_fields_for_the_choice_are_visible() -> None:
    panel = ResultsPanel(Target())
    labels = ("SIS import id", "Show what is new", "Saved JSON")
    assert [driver.visible(panel, label) for label in labels] == [True, True, False]
    driver.choose(panel, "Which import", "saved files")
    assert [driver.visible(panel, label) for label in labels] == [False, False, True]


def test_an_invalid_saved_file_is_reported() -> None:
    panel = ResultsPanel(Target())
    give(panel, **{"import.json": "{"})
    with pytest.raises(FileNotUsable):
        panel.explain()
    assert driver.alerts(panel) and "import.json" in driver.status(panel)


@pytest.mark.parametrize(("typed", "fault"), [("", BadInput), ("x", BadInput), ("412", NoSuchThing)])
def test_an_id_that_cannot_be_explained_is_reported(typed: str, fault: type[Exception]) -> None:
    client = ScriptedClient([NoSuchThing("No such import.", "Check the id.", status=404)])
    panel = results_panel(client)  # type: ignore[arg-type]
    driver.fill(panel, "SIS import id", typed)
    with pytest.raises(fault):
        panel.explain()
    assert driver.alerts(panel) and driver.enabled(panel, "Explain")


def test_without_a_connection_it_says_what_to_do() -> None:
    panel = ResultsPanel(Target(), 412)
    with pytest.raises(ConnectionInputError):
        panel.explain()
    assert "Press Connect" in driver.status(panel)


def test_nothing_is_written_before_something_is_explained(tmp_path: Path) -> None:
    panel = ResultsPanel(Target(), to=tmp_path)
    driver.click(panel, "Save report")
    assert "Press Explain first" in driver.text(panel) and not list(tmp_path.iterdir())


def test_saved_files_that_do_not_arrive_are_reported_and_the_ones_before_are_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0)
    panel = ResultsPanel(Target())
    give(panel, **{"import.json": json.dumps(import_json(NO_NAME))})
    announce(driver.uploads(panel), 6_000_000, **{"import.json": "", "errors.csv": ""})
    assert "Receiving import.json and errors.csv (12 MB)" in driver.status(panel)
    lose(driver.uploads(panel))
    with pytest.raises(FileNotUsable, match="did not arrive"):
        panel.explain()
    assert 'explain_import(["../data/import.json", "../data/errors.csv"])' in driver.status(panel)
    give(panel, **{"import.json": json.dumps(import_json(NO_NAME))})
    assert panel.explain().import_id == 412
