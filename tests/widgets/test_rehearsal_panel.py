from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.errors import BadInput, ConnectionInputError, FileNotUsable
from helpers.rehearsal import Rehearsal
from helpers.widgets import rehearsal_panel as module
from helpers.widgets.rehearsal_panel import RehearsalPanel, rehearsal_panel
from helpers.widgets.target import Target
from tests.practice_server import Server
from tests.rehearsal.made import COURSES, STILL, made, stopped
from tests.widgets import driver
from tests.widgets.scripted import ScriptedClient

Rehearse = Callable[..., Rehearsal]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The rehearsals that the panel requests; it always gets the same one."""
    calls: list[dict[str, Any]] = []

    def rehearse(paths: list[Path], *, progress: Callable[[str], None], **given: Any) -> Rehearsal:
        progress("Importing")
        calls.append({"paths": paths, **given})
        return made()

    monkeypatch.setattr(module, "rehearse", rehearse)
    return calls


def panel_for(*files: str, **given: Any) -> RehearsalPanel:
    return rehearsal_panel(ScriptedClient(), files, **given)  # type: ignore[arg-type]


def test_a_standard_import_is_rehearsed_with_what_the_canvas_holds(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv", "b.csv", skip_deletes=True)
    assert panel.rehearse() is panel.rehearsal
    [call] = asked
    assert call["paths"] == [Path("a.csv"), Path("b.csv")] and call["base"] is None
    assert call["against"] is panel.target.client and call["skip_deletes"] is True
    assert panel.options == {"skip_deletes": True}


def test_a_full_batch_shows_term_and_threshold_and_sends_them(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv", batch_mode=True, batch_mode_term_id="sis_term_id:F26")
    assert (
        driver.visible(panel, "Term")
        and driver.visible(panel, "change_threshold")
        and not driver.visible(panel, "Data set")
    )
    driver.fill(panel, "change_threshold", 25)
    panel.rehearse()
    batch = {"batch_mode": True, "batch_mode_term_id": "sis_term_id:F26", "change_threshold": 25}
    assert panel.options == batch and batch.items() <= asked[0].items()


def test_diffing_asks_for_the_series_and_for_last_night_only_with_an_export(
    asked: list[dict[str, Any]],
) -> None:
    panel = panel_for("a.csv", diffing_data_set_identifier="nightly")
    assert (
        driver.visible(panel, "Data set")
        and not driver.visible(panel, "Previous file")
        and not driver.visible(panel, "Term")
    )
    driver.choose(panel, "Start from", "a SIS export")
    assert driver.visible(panel, "Previous file") and driver.visible(panel, "SIS export")
    driver.fill(panel, "SIS export", " export.zip ")
    driver.fill(panel, "Previous file", "last.csv")
    panel.rehearse()
    assert asked[0]["against"] == Path("export.zip") and asked[0]["base"] == "last.csv"
    assert panel.options == {"diffing_data_set_identifier": "nightly", "change_threshold": 10}


def test_options_it_has_no_field_for_are_kept_as_they_are(asked: list[dict[str, Any]]) -> None:
    given = {"multi_term_batch_mode": True, "change_threshold": 30}
    panel = panel_for("a.csv", **given)
    driver.choose(panel, "Start from", "an empty Canvas")
    panel.rehearse()
    assert panel.options == given and asked[0]["against"] is None


def test_it_draws_the_picture_the_deletions_and_the_messages(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv")
    panel.rehearse()
    shown = driver.html(panel)
    assert "<svg" in shown and "BIO-25" in shown and "1 message" in shown
    assert "<b>odd</b>" not in shown and "&lt;b&gt;odd" in shown
    assert "would end as imported" in driver.status(panel) and "Nothing was sent." in driver.status(panel)


@pytest.mark.parametrize(
    ("found", "alert"),
    [(stopped(COURSES), True), (made("imported", STILL, changes=(), messages=()), False)],
)
def test_the_status_is_an_alert_if_the_import_would_be_stopped(
    monkeypatch: pytest.MonkeyPatch, found: Rehearsal, alert: bool
) -> None:
    monkeypatch.setattr(module, "rehearse", lambda *_, **__: found)
    panel = panel_for("a.csv")
    panel.rehearse()
    assert driver.alerts(panel) is alert


def test_the_button_also_rehearses_and_shows_errors_instead_of_raising() -> None:
    panel = panel_for("gone.csv")
    driver.click(panel, "Rehearse")
    assert "There is no file" in driver.status(panel) and panel.rehearsal is None
    assert driver.enabled(panel, "Rehearse")
    with pytest.raises(FileNotUsable):
        panel.rehearse()


def test_missing_input_is_reported(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv")
    driver.choose(panel, "Start from", "a SIS export")
    with pytest.raises(BadInput, match="No SIS export"):
        panel.rehearse()
    alone = RehearsalPanel(Target(), "a.csv")
    with pytest.raises(ConnectionInputError):
        alone.rehearse()
    assert asked == []


def test_a_saved_notebook_keeps_the_picture(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv")
    assert "svg+xml;base64" not in driver.saved(panel)
    panel.rehearse()
    assert "data:image/svg+xml;base64," in driver.saved(panel) and "26 of 45" in driver.saved(panel)
    assert "practice-admin-token" not in driver.saved(panel)


def test_on_a_practice_canvas_it_offers_the_terms_and_foresees_the_import(
    canvas: Server, tmp_path: Path
) -> None:
    canvas.run_csv("term_id,name,status\nF26,Fall,active\n")
    file = tmp_path / "courses.csv"
    file.write_text("course_id,short_name,long_name,status\nA,A,Art,active\n", encoding="utf-8")
    client = CanvasClient(Connection(canvas.url, canvas.token))
    panel = rehearsal_panel(client, file, batch_mode=True, batch_mode_term_id="sis_term_id:F26")
    assert set(driver.options(panel, "Term")) == {"1", "sis_term_id:F26"}
    driver.choose(panel, "Start from", "an empty Canvas")
    driver.choose(panel, "Send as", "standard import")
    assert panel.rehearse().kind("courses").created == 1
