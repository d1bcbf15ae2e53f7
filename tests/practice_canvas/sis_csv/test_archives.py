import io
import random
import tarfile
import zipfile
from pathlib import Path

import pytest

from practice_canvas.sis_csv import archives
from practice_canvas.sis_csv.archives import UnreadableArchive, unpack


def zipped(folder: Path, files: dict[str, str | bytes]) -> Path:
    path = folder / "upload"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def tarred(folder: Path, mode: str, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    path = folder / "upload"
    with tarfile.open(path, mode) as packed:  # type: ignore[call-overload]
        for info, content in members:
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return path


def unpacked(archive: Path) -> dict[str, str | None]:
    folder = archive.parent / "unpacked"
    folder.mkdir()
    return {one.name: one.path.read_text() if one.path else None for one in unpack(archive, folder)}


def test_csv_files_are_unpacked_and_others_only_named(tmp_path: Path) -> None:
    archive = zipped(tmp_path, {"b.CSV": "B", "a/b.csv": "A", "notes.txt": "N"})
    assert unpacked(archive) == {"a/b.csv": "A", "b.CSV": "B", "notes.txt": None}


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_tar_and_gzipped_tar_are_told_by_content(tmp_path: Path, mode: str) -> None:
    assert unpacked(tarred(tmp_path, mode, (tarfile.TarInfo("x/a.csv"), b"A"))) == {"x/a.csv": "A"}


def test_what_systems_leave_behind_is_passed_over(tmp_path: Path) -> None:
    names = ["__MACOSX/._a.csv", ".hidden.csv", ".git/a.csv", "x/.DS_Store", "Desktop DB", "x/desktop df.csv"]
    assert unpacked(zipped(tmp_path, dict.fromkeys(names, "x"))) == {}


def test_what_is_passed_over_is_told_to_who_asks(tmp_path: Path) -> None:
    archive = zipped(tmp_path, {"b.csv": "B", ".hidden.csv": "x", "../a.csv": "x", "folder/": ""})
    ignored: list[str] = []
    assert [member.name for member in unpack(archive, tmp_path, ignored)] == ["b.csv"]
    assert ignored == [".hidden.csv", "../a.csv"]


@pytest.mark.parametrize("name", ["../a.csv", "x/../../a.csv", "..\\a.csv"])
def test_paths_that_climb_out_are_passed_over(tmp_path: Path, name: str) -> None:
    assert unpacked(zipped(tmp_path, {name: "x", "b.csv": "B"})) == {"b.csv": "B"}
    assert not (tmp_path / "a.csv").exists()


def test_links_are_passed_over(tmp_path: Path) -> None:
    link = tarfile.TarInfo("link.csv")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    hard = tarfile.TarInfo("hard.csv")
    hard.type, hard.linkname = tarfile.LNKTYPE, "b.csv"
    archive = tarred(tmp_path, "w", (link, b""), (hard, b""), (tarfile.TarInfo("b.csv"), b"B"))
    assert unpacked(archive) == {"b.csv": "B"}


@pytest.mark.parametrize(
    "content", [b"", b"no archive", b"PK\x03\x04broken", b"\x1f\x8bbroken", b"a,b\n1,2\n"]
)
def test_what_is_no_sound_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(UnreadableArchive):
        unpack(path, tmp_path)


def test_an_archive_that_grows_more_than_a_hundredfold_is_refused_while_it_is_unpacked(
    tmp_path: Path,
) -> None:
    archive = zipped(tmp_path, {"zeros.txt": b"0" * 5_000_000})
    with pytest.raises(UnreadableArchive, match="100 times"):
        unpack(archive, tmp_path)


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path, {"a.csv": b"0" * 5_000_000})
    content = archive.read_bytes().replace((5_000_000).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    archive.write_bytes(content)
    with pytest.raises(UnreadableArchive):
        unpack(archive, tmp_path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    assert len(unpacked(zipped(tmp_path, dict.fromkeys("abc", "x")))) == 3
    with pytest.raises(UnreadableArchive, match="more than 3 files"):
        unpack(zipped(tmp_path, dict.fromkeys("abcd", "x")), tmp_path)


def test_a_tar_whose_headers_claim_huge_names_is_refused(tmp_path: Path) -> None:
    name = tarfile.TarInfo("././@LongLink")
    name.type = tarfile.GNUTYPE_LONGNAME
    archive = tarred(tmp_path, "w:gz", (name, b"x" * 5_000_000))
    with pytest.raises(UnreadableArchive):
        unpack(archive, tmp_path)


def test_archives_cut_or_changed_anywhere_are_unpacked_or_refused(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = zipped(tmp_path, {"a.csv": "A" * 50, "b/c.csv": "C"}).read_bytes()
    for turn in range(150):
        content = bytearray(whole[: chance.randrange(len(whole))] if turn % 2 else whole)
        for _ in range(3):
            if content:
                content[chance.randrange(len(content))] = chance.randrange(256)
        path = tmp_path / "damaged"
        path.write_bytes(content)
        try:
            unpack(path, tmp_path)
        except UnreadableArchive:
            continue
