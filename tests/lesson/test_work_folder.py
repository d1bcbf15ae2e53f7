"""Notebooks write into folders of their own, and never over what an earlier run wrote."""

from pathlib import Path

import pytest

from helpers.lesson.work_folder import new_folder


def test_a_second_run_gets_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = new_folder("broken")
    (first / "report.html").write_text("kept", encoding="utf-8")
    again = new_folder("broken")
    assert (first, again) == (tmp_path / "tmp" / "broken", tmp_path / "tmp" / "broken_2")
    assert not list(again.iterdir()) and (first / "report.html").exists()
