"""The files to send: found and packed."""

import os
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from helpers.client.packing import files_to_send, left_out, packed
from helpers.errors import FileNotUsable
from tests.conftest import Write


def test_a_folder_means_its_csv_files(write: Write, tmp_path: Path) -> None:
    files = (write("a.CSV", "x"), write("b.csv", "x"))
    (tmp_path / "older.csv").mkdir()
    for name in ("notes.txt", "._b.csv"):
        write(name, "x")
    assert files_to_send(tmp_path) == files
    assert left_out(tmp_path) == ["notes.txt", "older.csv"]
    assert files_to_send([tmp_path / "b.csv"]) == (tmp_path / "b.csv",)
    assert files_to_send(str(tmp_path / "b.csv")) == (tmp_path / "b.csv",)


def test_no_files_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable, match="No CSV files found"):
        files_to_send([])
    with pytest.raises(FileNotUsable, match="No CSV files found"):
        files_to_send(tmp_path)


@pytest.mark.parametrize("name", ["gone.csv", "notes.txt", "empty.csv"])
def test_what_cannot_be_sent_is_an_error_also_beside_a_good_file(
    write: Write, tmp_path: Path, name: str
) -> None:
    good = write("a.csv", "x")
    write("notes.txt", "x")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(FileNotUsable, match=name):
        files_to_send([good, tmp_path / name])


def test_two_files_with_one_name_are_an_error(write: Write, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises(FileNotUsable, match="same name"):
        files_to_send([write("a.csv", "x"), write("sub/a.csv", "y")])


@pytest.mark.skipif(sys.platform != "linux", reason="names are always Unicode")
def test_a_name_that_no_zip_can_hold_is_an_error(write: Write, tmp_path: Path) -> None:
    write("b.csv", "x")
    odd = write(os.fsdecode(b"\xe4.csv"), "y")
    with pytest.raises(FileNotUsable, match=r"name of '\\udce4.csv' is not UTF-8"):
        files_to_send(tmp_path)
    assert files_to_send(odd) == (odd,)  # alone it needs no zip


def test_one_file_is_sent_as_it_is_and_several_as_a_zip(write: Write, tmp_path: Path) -> None:
    one, two = write("a.csv", "x"), write("b.csv", "y")
    target = tmp_path / "files.zip"
    assert packed([one], target) == one and not target.exists()
    assert packed([one, two], target) == target
    first = target.read_bytes()
    with ZipFile(target) as archive:
        packed_files = {name: archive.read(name) for name in archive.namelist()}
    assert packed_files == {path.name: path.read_bytes() for path in (one, two)}
    assert packed([one, two], target).read_bytes() == first


@pytest.mark.parametrize("time", [0, 4_400_000_000])  # 1970, as some tools leave it, and 2109
def test_a_file_with_a_time_that_no_zip_can_hold_is_packed(write: Write, tmp_path: Path, time: int) -> None:
    files = [write("a.csv", "x"), write("b.csv", "y")]
    os.utime(files[0], (time, time))
    with ZipFile(packed(files, tmp_path / "files.zip")) as archive:
        assert archive.read("a.csv") == files[0].read_bytes()
