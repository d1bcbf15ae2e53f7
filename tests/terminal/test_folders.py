"""What commands say of a folder: which of its files they take, and which not."""

import shutil
from pathlib import Path

import pytest

from helpers import rehearsal
from helpers.errors import NoRoute
from tests.terminal.fake_terminal import FakeTerminal

DATA = Path(__file__).parents[2] / "data"


def test_a_rehearsed_folder_says_what_was_taken(
    terminal: FakeTerminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "older").mkdir()
    for name in ("users.csv", "courses.csv", "notes.txt", "older/terms.csv"):
        (tmp_path / name).write_text("course_id\nC1\n", encoding="utf-8")

    def rehearse(*_: object, **__: object) -> None:
        raise NoRoute("It does not start.", "Try again.")

    monkeypatch.setattr(rehearsal, "rehearse", rehearse)
    terminal.run("rehearse", tmp_path)
    assert f"Taken from {tmp_path}: courses.csv, users.csv\n" in terminal.shown
    assert "without subfolders: notes.txt, older\n" in terminal.shown


def test_a_checked_folder_says_that_an_import_would_leave_its_subfolders_out(
    terminal: FakeTerminal, tmp_path: Path
) -> None:
    (tmp_path / "older").mkdir()
    for name in ("accounts.csv", "older/terms.csv", "older/xlists.csv"):
        shutil.copy(DATA / "sample_school" / Path(name).name, tmp_path / name)
    terminal.run("check", tmp_path)
    assert "subfolders: 2, such as older/terms.csv. An import" in terminal.shown
    terminal.run("check", tmp_path / "older")
    assert terminal.shown.count("subfolders") == 2
