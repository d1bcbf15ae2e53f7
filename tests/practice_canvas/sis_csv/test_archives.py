import io
import random
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from practice_canvas.sis_csv import archives
from practice_canvas.sis_csv.archives import UnreadableArchive, unpack
from tests.zips import zipped


def upload(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    path = folder / "upload"
    path.write_bytes(zipped(files))
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
    archive = upload(tmp_path, {"b.CSV": "B", "a/b.csv": "A", "notes.txt": "N"})
    assert unpacked(archive) == {"a/b.csv": "A", "b.CSV": "B", "notes.txt": None}


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_tar_and_gzipped_tar_are_recognized_by_content(tmp_path: Path, mode: str) -> None:
    assert unpacked(tarred(tmp_path, mode, (tarfile.TarInfo("x/a.csv"), b"A"))) == {"x/a.csv": "A"}


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_tar_with_an_empty_header_of_more_properties_is_sound(tmp_path: Path, kind: bytes) -> None:
    header = tarfile.TarInfo("pax_header")
    header.type = kind
    assert unpacked(tarred(tmp_path, "w", (header, b""), (tarfile.TarInfo("a.csv"), b"A"))) == {"a.csv": "A"}


def test_what_systems_leave_behind_is_skipped(tmp_path: Path) -> None:
    names = ["__MACOSX/._a.csv", ".hidden.csv", ".git/a.csv", "x/.DS_Store", "Desktop DB", "x/desktop df.csv"]
    assert unpacked(upload(tmp_path, dict.fromkeys(names, "x"))) == {}


def test_what_is_skipped_is_reported_to_who_asks(tmp_path: Path) -> None:
    archive = upload(
        tmp_path, {"b.csv": "B", ".hidden.csv": "x", "../a.csv": "x", "folder/": "", "./b.csv": "x"}
    )
    ignored: dict[str, str] = {}
    assert [member.name for member in unpack(archive, tmp_path, ignored)] == ["b.csv"]
    assert ignored == {
        ".hidden.csv": archives.SYSTEM_FILE,
        "../a.csv": archives.LEADS_OUT,
        "./b.csv": archives.SECOND,
    }


@pytest.mark.parametrize("name", ["./b.csv", ".//b.csv", "x/./b.csv", "x//b.csv"])
def test_a_path_is_known_without_the_parts_that_lead_nowhere(tmp_path: Path, name: str) -> None:
    plain = "x/b.csv" if name.startswith("x") else "b.csv"
    assert unpacked(upload(tmp_path, {name: "B"})) == {plain: "B"}
    (tmp_path / "unpacked" / "1.csv").unlink()
    (tmp_path / "unpacked").rmdir()
    assert unpacked(tarred(tmp_path, "w:gz", (tarfile.TarInfo(name), b"B"))) == {plain: "B"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 9, 99])
def test_members_packed_with_another_method_are_skipped(tmp_path: Path, method: int) -> None:
    archive = upload(tmp_path, {"a.csv": "A" * 50, "b.csv": "B"})
    content = archive.read_bytes()
    for at in (8, content.index(b"PK\x01\x02") + 10):  # where the two headers of the first member say it
        content = content[:at] + method.to_bytes(2, "little") + content[at + 2 :]
    archive.write_bytes(content)
    ignored: dict[str, str] = {}
    assert [member.name for member in unpack(archive, tmp_path, ignored)] == ["b.csv"]
    assert ignored == {"a.csv": archives.METHOD}


def test_a_member_with_a_password_is_refused_in_words(tmp_path: Path) -> None:
    archive = upload(tmp_path, {"a.csv": "A"})
    content = bytearray(archive.read_bytes())
    for at in (6, content.index(b"PK\x01\x02") + 8):
        content[at] |= 1
    archive.write_bytes(content)
    with pytest.raises(UnreadableArchive, match="protected with a password"):
        unpack(archive, tmp_path)


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"], "an Excel workbook"),
        (["docProps/app.xml", "xl/workbook.xml", "[Content_Types].xml"], "an Excel workbook"),
        (["[Content_Types].xml", "word/document.xml"], "a Word document"),
        (["[Content_Types].xml", "ppt/presentation.xml"], "a PowerPoint presentation"),
    ],
)
def test_an_office_document_is_no_archive(tmp_path: Path, names: list[str], what: str) -> None:
    with pytest.raises(UnreadableArchive, match=what):
        unpack(upload(tmp_path, dict.fromkeys(names, "x")), tmp_path)


def test_an_open_document_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    with zipfile.ZipFile(path, "w") as packed:  # which keeps the type as it is, for programs to find it
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", "x")
    with pytest.raises(UnreadableArchive, match="an OpenDocument file"):
        unpack(path, tmp_path)


@pytest.mark.parametrize("names", [["[Content_Types].xml", "a.csv"], ["xl/a.csv"], ["a.csv", "mimetype"]])
def test_an_archive_may_hold_some_files_of_a_document(tmp_path: Path, names: list[str]) -> None:
    assert set(unpacked(upload(tmp_path, dict.fromkeys(names, "x")))) == set(names)


@pytest.mark.parametrize(
    ("kind", "method", "is_document"),
    [
        ("application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED, True),
        ("application/vnd.oasis.opendocument.text", zipfile.ZIP_DEFLATED, False),
        ("application/epub+zip", zipfile.ZIP_STORED, False),
    ],
)
def test_an_open_document_is_known_by_its_first_file(
    tmp_path: Path, kind: str, method: int, is_document: bool
) -> None:
    path = tmp_path / "upload"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", kind, method)
        packed.writestr("a.csv", "A")
    if is_document:
        with pytest.raises(UnreadableArchive, match="an OpenDocument file"):
            unpack(path, tmp_path)
    else:
        assert unpacked(path) == {"a.csv": "A", "mimetype": None}


def test_an_archive_without_files_is_one(tmp_path: Path) -> None:
    assert unpacked(upload(tmp_path, {})) == {}
    (tmp_path / "unpacked").rmdir()
    assert unpacked(tarred(tmp_path, "w:gz")) == {}


OUTSIDE = [
    "../a.csv",
    "x/../../a.csv",
    "..\\a.csv",
    "/a.csv",
    "\\a.csv",
    "C:/a.csv",
    "c:\\a.csv",
    "//host/a.csv",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_paths_that_climb_out_are_skipped(tmp_path: Path, name: str) -> None:
    assert unpacked(upload(tmp_path, {name: "x", "b.csv": "B"})) == {"b.csv": "B"}
    assert not (tmp_path / "a.csv").exists()


def test_links_are_skipped(tmp_path: Path) -> None:
    link = tarfile.TarInfo("link.csv")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    hard = tarfile.TarInfo("hard.csv")
    hard.type, hard.linkname = tarfile.LNKTYPE, "b.csv"
    archive = tarred(tmp_path, "w", (link, b""), (hard, b""), (tarfile.TarInfo("b.csv"), b"B"))
    assert unpacked(archive) == {"b.csv": "B"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a zip, tar or gzipped tar"),
        (b"no archive", "not a zip, tar or gzipped tar"),
        (b"PK\x03\x04broken", "it is damaged"),
        (b"\x1f\x8bbroken", "it is damaged"),
        (b"a,b\n1,2\n", "not a zip, tar or gzipped tar"),
    ],
)
def test_what_is_no_sound_archive_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(UnreadableArchive, match=why):
        unpack(path, tmp_path)


def test_an_archive_that_grows_more_than_a_hundredfold_is_refused_while_it_is_unpacked(
    tmp_path: Path,
) -> None:
    archive = upload(tmp_path, {"zeros.txt": b"0" * 5_000_000})
    with pytest.raises(UnreadableArchive, match="100 times"):
        unpack(archive, tmp_path)


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    archive = upload(tmp_path, {"a.csv": b"0" * 5_000_000})
    content = archive.read_bytes().replace((5_000_000).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    archive.write_bytes(content)
    with pytest.raises(UnreadableArchive):
        unpack(archive, tmp_path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    assert len(unpacked(upload(tmp_path, dict.fromkeys("abc", "x")))) == 3
    with pytest.raises(UnreadableArchive, match="more than 3 files"):
        unpack(upload(tmp_path, dict.fromkeys("abcd", "x")), tmp_path)


def test_a_tar_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    assert len(unpacked(tarred(tmp_path, "w", *((tarfile.TarInfo(name), b"x") for name in "abc")))) == 3
    with pytest.raises(UnreadableArchive, match="more than 3 files"):
        unpack(tarred(tmp_path, "w", *((tarfile.TarInfo(name), b"x") for name in "abcd")), tmp_path)


def test_too_many_folders_of_a_zip_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    with pytest.raises(UnreadableArchive, match="more than 3 files"):
        unpack(upload(tmp_path, dict.fromkeys(["a/", "b/", "c/", "d/"], "")), tmp_path)


@pytest.mark.parametrize("name", ["b.csv", "b.txt", ".hidden"])
def test_the_files_of_an_archive_count_together_also_those_that_are_not_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 10)
    unpack(upload(tmp_path, {"a.csv": "A" * 4, name: "B" * 6}), tmp_path)
    with pytest.raises(UnreadableArchive, match="100 times as large"):
        unpack(upload(tmp_path, {"a.csv": "A" * 4, name: "B" * 7}), tmp_path)


def test_the_limits_are_those_of_canvas() -> None:
    limits = (archives.MOST_FILES, archives.MOST_TIMES, archives.MOST_BYTES)
    assert limits == (100_000, 100, 50_000_000_000)


def test_a_link_in_a_zip_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    link = zipfile.ZipInfo("link.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(link, "/etc/passwd")
        packed.writestr("b.csv", "B")
    ignored: dict[str, str] = {}
    assert [member.name for member in unpack(path, tmp_path, ignored)] == ["b.csv"]
    assert ignored == {"link.csv": archives.LINK}


def test_a_tar_whose_headers_claim_huge_names_is_refused(tmp_path: Path) -> None:
    name = tarfile.TarInfo("././@LongLink")
    name.type = tarfile.GNUTYPE_LONGNAME
    archive = tarred(tmp_path, "w:gz", (name, b"x" * 5_000_000))
    with pytest.raises(UnreadableArchive, match="a file name in it is too long"):
        unpack(archive, tmp_path)


def test_archives_cut_or_changed_anywhere_are_unpacked_or_refused(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = upload(tmp_path, {"a.csv": "A" * 50, "b/c.csv": "C"}).read_bytes()
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
