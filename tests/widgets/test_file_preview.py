import zipfile
from pathlib import Path

import pytest

from helpers.errors import FileNotUsable
from helpers.widgets.file_preview import preview


def test_the_first_rows_are_shown_escaped(tmp_path: Path) -> None:
    file = tmp_path / "courses.csv"
    file.write_text("course_id,name\n" + "".join(f"C{n},<b>{n}</b>\n" for n in range(1, 9)), encoding="utf-8")
    shown = preview(file)
    assert "C5" in shown and "C6" not in shown and "the first 5 rows" in shown
    assert "<b>5</b>" not in shown


def test_a_byte_order_mark_and_invalid_utf_8_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "courses.csv"
    file.write_bytes(b"\xef\xbb\xbfcourse_id,name\nC1,caf\xe9\n")
    assert ">course_id<" in preview(file) and "1 row<" in preview(file)


def test_one_column_is_not_called_columns(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text("user_id\nU1\n", encoding="utf-8")
    assert "1 column · 1 row<" in preview(file)


def test_a_file_without_end_of_line_is_read_in_part_only(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("a," + "x" * 3_000_000, encoding="utf-8")
    assert len(preview(file)) < 1000


def test_a_zip_shows_its_members(tmp_path: Path) -> None:
    file = tmp_path / "school.ZIP"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("users.csv", "user_id\n")
    assert "users.csv" in preview(file) and "8 bytes" in preview(file) and "1 file inside" in preview(file)


@pytest.mark.parametrize("name", ["empty.csv", "semicolon.csv"])
def test_odd_files_are_shown_as_they_are(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("" if name == "empty.csv" else "a;b\n1;2\n", encoding="utf-8")
    assert name in preview(file)


def test_a_file_that_cannot_be_read_raises_a_clear_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK no zip")
    for file in (broken, tmp_path, tmp_path / "gone.csv"):
        with pytest.raises(FileNotUsable, match="cannot be read"):
            preview(file)
