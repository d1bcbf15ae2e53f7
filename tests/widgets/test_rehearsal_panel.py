from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.errors import BadInput, ConnectionInputError, FileNotUsable
from helpers.rehearsal import Rehearsal
from helpers.widgets import rehearsal_panel as module
from helpers.widgets.rehearsal_panel import EMPTY, EXPORT, RehearsalPanel, rehearsal_panel
from helpers.widgets.target import Target
from tests.practice_server import Server
from tests.rehearsal.made import COURSES, STILL, made, stopped
from tests.widgets.scripted import ScriptedClient

Rehearse = Callable[..., Rehearsal]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the panel asks to be rehearsed; it always gets the same rehearsal back."""
    calls: list[dict[str, Any]] = []

    def rehearse(paths: list[Path], *, progress: Callable[[str], None], **given: Any) -> Rehearsal:
        progress("Importing")
        calls.append({"paths": paths, **given})
        return made()

    monkeypatch.setattr(module, "rehearse", rehearse)
    return calls


def panel_for(*files: str, **given: Any) -> RehearsalPanel:
    return rehearsal_panel(ScriptedClient(), files, **given)  # type: ignore[arg-type]


def hidden(widget: Any) -> bool:
    return bool(widget.layout.display == "none")


def test_a_standard_import_is_rehearsed_with_what_the_canvas_holds(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv", "b.csv", skip_deletes=True)
    assert panel.rehearse() is panel.rehearsal
    [call] = asked
    assert call["paths"] == [Path("a.csv"), Path("b.csv")] and call["base"] is None
    assert call["against"] is panel.target.client and call["skip_deletes"] is True
    assert panel.options == {"skip_deletes": True}


def test_a_full_batch_shows_term_and_threshold_and_sends_them(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv", batch_mode=True, batch_mode_term_id="sis_term_id:F26")
    assert not hidden(panel._term) and not hidden(panel._threshold) and hidden(panel._series)
    panel._threshold.value = 25
    panel.rehearse()
    batch = {"batch_mode": True, "batch_mode_term_id": "sis_term_id:F26", "change_threshold": 25}
    assert panel.options == batch and batch.items() <= asked[0].items()


def test_diffing_asks_for_the_series_and_for_last_night_only_with_an_export(
    asked: list[dict[str, Any]],
) -> None:
    panel = panel_for("a.csv", diffing_data_set_identifier="nightly")
    assert not hidden(panel._series) and hidden(panel._base) and hidden(panel._term)
    panel._against.value = EXPORT
    assert not hidden(panel._base) and not hidden(panel._export)
    panel._export.value, panel._base.value = " export.zip ", "last.csv"
    panel.rehearse()
    assert asked[0]["against"] == Path("export.zip") and asked[0]["base"] == "last.csv"
    assert panel.options == {"diffing_data_set_identifier": "nightly", "change_threshold": 10}


def test_options_it_has_no_field_for_are_kept_as_they_are(asked: list[dict[str, Any]]) -> None:
    given = {"multi_term_batch_mode": True, "change_threshold": 30}
    panel = panel_for("a.csv", **given)
    panel._against.value = EMPTY
    panel.rehearse()
    assert panel.options == given and asked[0]["against"] is None


def test_it_draws_the_picture_the_deletions_and_the_messages(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv")
    panel.rehearse()
    shown = panel._result.value
    assert "<svg" in shown and "BIO-25" in shown and "1 message" in shown
    assert "<b>odd</b>" not in shown and "&lt;b&gt;odd" in shown
    assert "would end as imported" in panel._status.value and "Nothing was sent." in panel._status.value


@pytest.mark.parametrize(
    ("found", "role"),
    [(stopped(COURSES), "alert"), (made("imported", STILL, changes=(), messages=()), "status")],
)
def test_its_line_is_as_grave_as_what_was_found(
    monkeypatch: pytest.MonkeyPatch, found: Rehearsal, role: str
) -> None:
    monkeypatch.setattr(module, "rehearse", lambda *_, **__: found)
    panel = panel_for("a.csv")
    panel.rehearse()
    assert f'role="{role}"' in panel._status.value


def test_the_button_rehearses_too_and_shows_faults_instead_of_raising() -> None:
    panel = panel_for("gone.csv")
    panel._button.click()
    assert panel._job and panel._job.join(5)
    assert "There is no file" in panel._status.value and panel.rehearsal is None
    assert not panel._button.disabled
    with pytest.raises(FileNotUsable):
        panel.rehearse()


def test_what_is_missing_is_asked_for(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv")
    panel._against.value = EXPORT
    with pytest.raises(BadInput, match="No SIS export"):
        panel.rehearse()
    alone = RehearsalPanel(Target(), "a.csv")
    with pytest.raises(ConnectionInputError):
        alone.rehearse()
    assert asked == []


def test_a_saved_notebook_keeps_the_picture(asked: list[dict[str, Any]]) -> None:
    panel = panel_for("a.csv")
    assert "svg+xml;base64" not in panel._repr_mimebundle_()["text/html"]
    panel.rehearse()
    bundle = panel._repr_mimebundle_()
    assert "data:image/svg+xml;base64," in bundle["text/html"] and "26 of 45 courses" in bundle["text/html"]
    assert "practice-admin-token" not in str(bundle)


def test_on_a_practice_canvas_it_offers_the_terms_and_foresees_the_import(
    canvas: Server, tmp_path: Path
) -> None:
    canvas.run_csv("term_id,name,status\nF26,Fall,active\n")
    file = tmp_path / "courses.csv"
    file.write_text("course_id,short_name,long_name,status\nA,A,Art,active\n", encoding="utf-8")
    client = CanvasClient(Connection(canvas.url, canvas.token))
    panel = rehearsal_panel(client, file, batch_mode=True, batch_mode_term_id="sis_term_id:F26")
    assert set(panel._term.options) == {"1", "sis_term_id:F26"}
    panel._against.value = EMPTY
    panel._mode.value = "standard"
    assert panel.rehearse().kind("courses").created == 1
