"""The files of a rehearsal: recognized and unpacked."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from helpers.client.packing import packed
from helpers.errors import FileNotUsable
from helpers.rehearsal import rehearse
from helpers.rehearsal.bundle import fingerprint, unpacked
from tests.conftest import Write


@pytest.mark.parametrize("name", ["gone.csv", "notes.txt", "empty.csv"])
def test_a_file_that_cannot_be_sent_is_not_rehearsed(write: Write, tmp_path: Path, name: str) -> None:
    write("notes.txt", "x")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(FileNotUsable, match=name):
        rehearse(tmp_path / name, against=None)


def test_files_are_recognized_however_they_are_packed(write: Write, tmp_path: Path) -> None:
    one, two = write("a.csv", "x"), write("b.csv", "y")
    together = packed([one, two], tmp_path / "files.zip")
    assert fingerprint([one, two]) == fingerprint([together])
    two.write_text("z", encoding="utf-8")
    assert fingerprint([one, two]) != fingerprint([together])


def test_a_broken_archive_is_known_by_its_bytes(tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and no more")
    assert len(fingerprint([broken])) == 1
    with pytest.raises(FileNotUsable, match="not a complete zip"):
        unpacked(broken, tmp_path)


def test_an_export_may_be_a_folder_a_zip_or_a_single_file(write: Write, tmp_path: Path) -> None:
    one, target = write("a.csv", "x"), tmp_path / "target"
    target.mkdir()
    with ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("deep/../../b.csv", "y")
        archive.writestr("notes.txt", "z")
    assert unpacked(tmp_path, target) == tmp_path
    unpacked(one, target)
    unpacked(tmp_path / "export.zip", target)
    assert sorted(path.name for path in target.iterdir()) == ["a.csv", "b.csv"]
