from pathlib import Path
from typing import Any

import pytest

from helpers.errors import BadInput, FileNotUsable
from helpers.place import DATA
from helpers.widgets import preflight_panel as module
from helpers.widgets import uploads
from helpers.widgets.preflight_panel import PreflightPanel, preflight_panel
from tests.widgets import driver
from tests.widgets.browser_stand_in import announce, lose, upload
from tests.widgets.scripted import ScriptedClient

BROKEN = DATA / "broken"
SEMICOLONS = "course_id;short_name;long_name;status\nC1;C1;One;active\n"


def with_file(folder: Path, text: str) -> PreflightPanel:
    path = folder / "courses.csv"
    path.write_text(text, encoding="utf-8")
    return preflight_panel(None, path)


def test_it_works_without_a_canvas_and_offers_the_files_of_the_lesson() -> None:
    panel = preflight_panel()
    assert str(BROKEN / "zeros_lost") in driver.options(panel, "Files")
    assert (
        not driver.visible(panel, "Check references")
        and not driver.visible(panel, "Write a repaired file")
        and not driver.visible(panel, "Checking")
    )
    assert "NOT CONNECTED" in driver.heading(panel)


def test_checking_shows_the_causes_and_what_follows_from_them() -> None:
    panel = preflight_panel(None, BROKEN / "one_cause_many_messages")
    findings = panel.check()
    assert findings is panel.findings and findings.follow == 6
    assert "<details open" in driver.html(panel) and "6 rows of enrollments.csv" in driver.text(panel)
    assert "1 ▲ skips the row" in driver.status(panel) and not driver.visible(panel, "Write a repaired file")


def test_files_without_problems_are_reported_as_such() -> None:
    panel = preflight_panel(None, DATA / "test_course.csv")
    assert panel.check().ok
    assert "no problems found" in driver.status(panel) and driver.status(panel).startswith("✔")


def test_several_paths_are_checked_together(tmp_path: Path) -> None:
    panel = preflight_panel(None, f"{DATA / 'test_course.csv'}, {tmp_path / 'gone.csv'}")
    assert [one.slug for one in panel.check()] == ["file-unreadable"]


def test_the_button_checks_too_and_frees_itself() -> None:
    panel = preflight_panel(None, DATA / "test_course.csv")
    driver.click(panel, "Check")
    assert (
        panel.findings is not None
        and driver.enabled(panel, "Check")
        and not driver.visible(panel, "Checking")
    )


def test_a_repairable_file_is_written_next_to_its_original(tmp_path: Path) -> None:
    panel = with_file(tmp_path, SEMICOLONS)
    panel.check()
    assert (
        driver.visible(panel, "Write a repaired file")
        and driver.value(panel, "File") == tmp_path / "courses.csv"
    )
    driver.click(panel, "Write a repaired file")
    assert "courses_repaired.csv" in driver.text(panel) and "commas" in driver.text(panel)
    assert (tmp_path / "courses.csv").read_text(encoding="utf-8") == SEMICOLONS
    assert (tmp_path / "courses_repaired.csv").read_text(encoding="utf-8") == SEMICOLONS.replace(";", ",")


def test_while_a_repaired_file_is_written_the_panel_says_so_and_cannot_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = with_file(tmp_path, SEMICOLONS)
    panel.check()
    seen: list[tuple[str, bool]] = []

    def look(*_: object, **__: object) -> None:
        seen.append((driver.text(panel), driver.enabled(panel, "Check")))
        raise ValueError("out of luck")

    monkeypatch.setattr(module, "repair_file", look)
    driver.click(panel, "Write a repaired file")
    assert [("Writing …" in text, enabled) for text, enabled in seen] == [(True, False)]
    assert "out of luck" in driver.text(panel) and driver.enabled(panel, "Check")


def test_the_repaired_copy_of_an_upload_goes_to_the_folder_for_repaired_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REPAIRED", tmp_path / "repaired")
    panel = preflight_panel()
    upload(driver.uploads(panel), **{"c.csv": SEMICOLONS})
    panel.check()
    assert panel.repair().path == tmp_path / "repaired" / "c_1.csv"


def test_zeros_typed_for_the_selected_file_do_not_change_another_one(tmp_path: Path) -> None:
    panel = with_file(tmp_path, SEMICOLONS.replace("C1;C1", "101;C1"))
    panel.check()
    driver.fill(panel, "Lost zeros", "course_id=0000000")
    other = tmp_path / "other.csv"
    other.write_text(SEMICOLONS.replace("C1;C1", "202;C1"), encoding="utf-8")
    made = panel.repair(other)
    assert made.path and "\n202," in made.path.read_text(encoding="utf-8")


def test_after_another_choice_the_findings_of_the_file_before_are_gone(tmp_path: Path) -> None:
    panel = preflight_panel()
    upload(driver.uploads(panel), **{"c.csv": SEMICOLONS})
    panel.check()
    assert driver.visible(panel, "Write a repaired file")
    upload(driver.uploads(panel), **{"d.csv": SEMICOLONS})
    assert not driver.visible(panel, "Write a repaired file") and "commas" not in driver.text(panel)


def test_zeros_are_padded_as_the_field_says(tmp_path: Path) -> None:
    panel = with_file(tmp_path, SEMICOLONS.replace("C1;C1", "101;C1"))
    panel.check()
    driver.fill(panel, "Lost zeros", "course_id=0000000")
    made = panel.repair()
    assert made.path and "\n0000101," in made.path.read_text(encoding="utf-8")


def test_where_the_encoding_is_not_certain_the_panel_offers_how_each_reads(tmp_path: Path) -> None:
    names = "user_id,login_id,full_name,status\nU1,u1,José Müller,active\n"
    path = tmp_path / "users.csv"
    path.write_bytes(names.encode("mac_roman"))
    panel = preflight_panel(None, path)
    panel.check()
    assert not driver.visible(panel, "Reading")
    driver.click(panel, "Write a repaired file")
    assert "not certain" in driver.text(panel) and driver.visible(panel, "Reading")
    assert list(tmp_path.iterdir()) == [path]
    driver.choose(panel, "Reading", "José Müller (MacRoman)")
    driver.click(panel, "Write a repaired file")
    assert (tmp_path / "users_repaired.csv").read_text(encoding="utf-8") == names
    panel.check()
    assert not driver.visible(panel, "Reading") and driver.value(panel, "Reading") is None


def test_the_encoding_can_be_given_in_the_call(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes("user_id,login_id,full_name,status\nU1,u1,José,active\n".encode("cp1252"))
    made = preflight_panel(None, path).repair(path, encoding="cp1252")
    assert made.path and "José" in made.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("typed", ["user_id", "=000", "user_id="])
def test_a_text_that_is_not_a_pattern_is_reported(tmp_path: Path, typed: str) -> None:
    panel = with_file(tmp_path, SEMICOLONS)
    panel.check()
    driver.fill(panel, "Lost zeros", typed)
    with pytest.raises(BadInput, match="is not a column"):
        panel.repair()
    driver.click(panel, "Write a repaired file")
    assert "is not a column" in driver.text(panel)


def test_file_content_is_escaped(tmp_path: Path) -> None:
    panel = with_file(tmp_path, SEMICOLONS.replace(";", ",").replace("active", "<img src=x>"))
    panel.check()
    assert "<img" not in driver.html(panel) and "&lt;img src=x&gt;" in driver.html(panel)


def test_it_checks_references_against_the_connected_canvas_unless_turned_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(module, "server_ids", lambda client: asked.append(client))
    client = ScriptedClient()
    panel = preflight_panel(client, DATA / "test_course.csv")  # type: ignore[arg-type]
    assert driver.visible(panel, "Check references")
    panel.check()
    driver.fill(panel, "Check references", False)
    panel.check()
    assert asked == [client]


def test_a_saved_notebook_names_the_findings_but_no_value_of_a_file() -> None:
    panel = preflight_panel(None, BROKEN / "term_unknown")
    [group, *_] = panel.check().groups
    assert group.rule.title in driver.saved(panel) and "2027_spring" not in driver.saved(panel)
    assert "2027_spring" in driver.text(panel)


def test_an_upload_that_does_not_arrive_is_reported_and_nothing_else_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0)
    panel = with_file(tmp_path, SEMICOLONS)
    announce(driver.uploads(panel), 60_000_000, **{"big.zip": ""})
    assert driver.value(panel, "Files") == "" and "Receiving big.zip (60 MB)" in driver.status(panel)
    lose(driver.uploads(panel))
    workaround = f"type its path into the Files field: {DATA / 'big.zip'}"
    assert "big.zip (60 MB) did not arrive." in driver.status(panel) and workaround in driver.status(panel)
    with pytest.raises(FileNotUsable, match="did not arrive"):
        panel.check()
    driver.fill(panel, "Files", str(tmp_path / "courses.csv"))
    assert "Ready." in driver.status(panel)
    assert panel.check().groups
