from pathlib import Path

import pytest

from practice_canvas.sis_csv import duplicates
from practice_canvas.sis_csv.duplicates import deduplicate


def deduplicated(folder: Path, rows: list[str]) -> list[str] | None:
    path, target = folder / "in.csv", folder / "out.csv"
    path.write_text("\n".join(["a,b", *rows]) + "\n", encoding="utf-8")
    return target.read_text(encoding="utf-8").splitlines() if deduplicate(path, target) else None


def test_with_a_hundred_surplus_copies_the_last_one_of_each_is_kept(tmp_path: Path) -> None:
    rows = ["1,x", *["2,y"] * 101, "3,z", "1,x"]
    assert deduplicated(tmp_path, rows) == ["a,b", "2,y", "3,z", "1,x"]


def test_with_fewer_nothing_is_done(tmp_path: Path) -> None:
    assert deduplicated(tmp_path, ["2,y"] * 100) is None
    assert deduplicated(tmp_path, ["2,y", *[""] * 100]) is None


def test_blank_lines_are_duplicates_too(tmp_path: Path) -> None:
    assert deduplicated(tmp_path, ["1,x", *[""] * 60, "2,y", *["2,y"] * 41]) == ["a,b", "1,x", "2,y"]


def test_a_header_that_comes_again_is_no_reason_to_lose_it(tmp_path: Path) -> None:
    assert deduplicated(tmp_path, ["a,b"] * 101) == ["a,b", "a,b"]


def test_lines_inside_a_quoted_value_are_no_rows(tmp_path: Path) -> None:
    assert deduplicated(tmp_path, [f'{one},"x\nsame\nsame"' for one in range(120)]) is None


def test_many_rows_are_compared_in_parts_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{one % 60},x" for one in range(200)]
    whole = deduplicated(tmp_path, rows)
    monkeypatch.setattr(duplicates, "PART", 13)
    assert deduplicated(tmp_path, rows) == whole
    assert whole is not None and len(whole) == 61
