from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from helpers.errors import BadInput, FileNotUsable
from helpers.widgets import preflight_panel as panel_of
from helpers.widgets import uploads
from helpers.widgets.preflight_panel import DATA, PreflightPanel
from tests.widgets.browser_stand_in import announce, answer, upload
from tests.widgets.scripted import ScriptedClient

MODULE = import_module("helpers.widgets.preflight_panel")  # its function bears its name
BROKEN = DATA / "broken"
SEMICOLONS = "course_id;short_name;long_name;status\nC1;C1;One;active\n"


def hidden(widget: Any) -> bool:
    return bool(widget.layout.display == "none")


def with_file(folder: Path, text: str) -> PreflightPanel:
    path = folder / "courses.csv"
    path.write_text(text, encoding="utf-8")
    return panel_of(None, path)


def test_it_works_without_a_canvas_and_offers_the_files_of_the_lesson() -> None:
    panel = panel_of()
    assert str(BROKEN / "zeros_lost") in panel._files.options
    assert hidden(panel._compare) and hidden(panel._repairing) and hidden(panel._bar)
    assert "NOT CONNECTED" in panel._heading.value


def test_checking_shows_the_causes_and_what_follows_from_them() -> None:
    panel = panel_of(None, BROKEN / "one_cause_many_messages")
    findings = panel.check()
    assert findings is panel.findings and findings.follow == 6
    assert "open" in panel._result.value and "6 rows of enrollments.csv" in panel._result.value
    assert "skips the row: 1" in panel._status.value and hidden(panel._repairing)


def test_sound_files_are_reported_as_sound() -> None:
    panel = panel_of(None, DATA / "test_course.csv")
    assert panel.check().ok
    assert "no problems found" in panel._status.value and "sis-line good" in panel._status.value


def test_several_paths_are_checked_together(tmp_path: Path) -> None:
    panel = panel_of(None, f"{DATA / 'test_course.csv'}, {tmp_path / 'gone.csv'}")
    assert [one.slug for one in panel.check()] == ["file-unreadable"]


def test_the_button_checks_too_and_frees_itself() -> None:
    panel = panel_of(None, DATA / "test_course.csv")
    panel._button.click()
    assert panel._job and panel._job.join(20)
    assert panel.findings is not None and not panel._button.disabled and hidden(panel._bar)


def test_a_repairable_file_is_repaired_next_to_its_original(tmp_path: Path) -> None:
    panel = with_file(tmp_path, SEMICOLONS)
    panel.check()
    assert not hidden(panel._repairing) and panel._broken.value == tmp_path / "courses.csv"
    panel._repair.click()
    assert panel._job and panel._job.join(20)
    assert "courses_repaired.csv" in panel._repaired.value and "commas" in panel._repaired.value
    assert (tmp_path / "courses.csv").read_text(encoding="utf-8") == SEMICOLONS
    assert (tmp_path / "courses_repaired.csv").read_text(encoding="utf-8") == SEMICOLONS.replace(";", ",")


def test_an_upload_is_checked_and_its_repaired_copy_kept_where_it_can_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MODULE, "REPAIRED", tmp_path / "repaired")
    panel = panel_of()
    upload(panel._uploads, **{"c.csv": SEMICOLONS})
    panel.check()
    assert panel.repair().path == tmp_path / "repaired" / "c_1.csv"
    assert panel._uploads._field.button.value == ()


def test_zeros_are_padded_as_the_field_says(tmp_path: Path) -> None:
    panel = with_file(tmp_path, SEMICOLONS.replace("C1;C1", "101;C1"))
    panel.check()
    panel._zeros.value = "course_id=0000000"
    made = panel.repair()
    assert made.path and "\n0000101," in made.path.read_text(encoding="utf-8")


def test_where_the_encoding_is_not_certain_the_panel_offers_how_each_reads(tmp_path: Path) -> None:
    names = "user_id,login_id,full_name,status\nU1,u1,José Müller,active\n"
    path = tmp_path / "users.csv"
    path.write_bytes(names.encode("mac_roman"))
    panel = panel_of(None, path)
    panel.check()
    assert hidden(panel._readings)
    panel._repair.click()
    assert panel._job and panel._job.join(20)
    assert "not certain" in panel._repaired.value and not hidden(panel._readings)
    assert list(tmp_path.iterdir()) == [path]
    offered = dict(panel._readings.options)
    panel._readings.value = offered["José Müller (MacRoman)"]
    panel._repair.click()
    assert panel._job and panel._job.join(20)
    assert (tmp_path / "users_repaired.csv").read_text(encoding="utf-8") == names
    panel.check()
    assert hidden(panel._readings) and panel._readings.value is None


def test_the_encoding_can_be_given_in_the_call(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes("user_id,login_id,full_name,status\nU1,u1,José,active\n".encode("cp1252"))
    made = panel_of(None, path).repair(path, encoding="cp1252")
    assert made.path and "José" in made.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("typed", ["user_id", "=000", "user_id="])
def test_what_is_not_a_pattern_is_reported(tmp_path: Path, typed: str) -> None:
    panel = with_file(tmp_path, SEMICOLONS)
    panel.check()
    panel._zeros.value = typed
    with pytest.raises(BadInput, match="is not a column"):
        panel.repair()
    panel._repair.click()
    assert panel._job and panel._job.join(5)
    assert "is not a column" in panel._repaired.value


def test_values_from_a_file_are_escaped(tmp_path: Path) -> None:
    panel = with_file(tmp_path, SEMICOLONS.replace(";", ",").replace("active", "<img src=x>"))
    panel.check()
    assert "<img" not in panel._result.value and "&lt;img src=x&gt;" in panel._result.value


def test_connected_it_compares_unless_it_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(MODULE, "server_ids", lambda client: asked.append(client))
    client = ScriptedClient()
    panel = panel_of(client, DATA / "test_course.csv")  # type: ignore[arg-type]
    assert not hidden(panel._compare)
    panel.check()
    panel._compare.value = False
    panel.check()
    assert asked == [client]


def test_the_still_picture_holds_the_findings() -> None:
    panel = panel_of(None, BROKEN / "term_unknown")
    panel.check()
    assert "2027_spring" in panel._repr_mimebundle_()["text/html"]


def test_an_upload_that_does_not_arrive_is_said_and_nothing_else_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PING_AFTER", (0,))
    panel = with_file(tmp_path, SEMICOLONS)
    announce(panel._uploads._field, 60_000_000, **{"big.zip": ""})
    assert panel._files.value == "" and "Receiving big.zip (60 MB)" in panel._status.value
    answer(panel._uploads)
    told = f"type its path into the Files field: {DATA / 'big.zip'}"
    assert "big.zip (60 MB) did not arrive." in panel._status.value and told in panel._status.value
    with pytest.raises(FileNotUsable, match="did not arrive"):
        panel.check()
    panel._files.value = str(tmp_path / "courses.csv")
    assert "Ready." in panel._status.value
    assert panel.check().groups
