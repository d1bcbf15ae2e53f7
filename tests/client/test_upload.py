import sys
import tracemalloc
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from helpers.client.upload import MultipartFile, check_file
from helpers.errors import FileNotUsable

CSV = b"course_id,short_name,long_name,status\nC1,C1,Course 1,active\n"


def make(folder: Path, name: str, content: bytes = CSV) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def pieces_of(body: MultipartFile, size: int = 65536) -> list[bytes]:
    return list(iter(lambda: body.read(size), b""))


def boundary_of(body: MultipartFile) -> bytes:
    return body.content_type.partition("boundary=")[2].encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", CSV),
        ("UPPER.CSV", CSV),
        ("with bom.csv", b"\xef\xbb\xbf" + CSV),
        ("latin1.csv", "name\nJosé\n".encode("latin-1")),
        ("utf16.csv", "name\nJosé\n".encode("utf-16")),
        ("padded.csv", CSV.replace(b",", b"\0\0,")),
        ("pack.zip", b"PK\x03\x04rest"),
    ],
)
def test_what_may_be_sis_data_is_let_through(tmp_path: Path, name: str, content: bytes) -> None:
    check_file(make(tmp_path, name, content))


@pytest.mark.parametrize(
    ("name", "content", "says", "fix"),
    [
        ("empty.csv", b"", "is empty", "header"),
        ("users.txt", CSV, "silently ignore", "ends in .csv"),
        ("users", CSV, "silently ignore", "ends in .csv"),
        ("users.xlsx", b"PK\x03\x04", "silently ignore", "CSV UTF-8"),
        ("renamed.csv", b"PK\x03\x04", "contains a zip archive or an Excel workbook", "does not convert"),
        ("old.csv", b"\xd0\xcf\x11\xe0\xa1", "contains an old Excel workbook", "CSV UTF-8"),
        ("report.csv", b"%PDF-1.7", "contains a PDF document", "CSV UTF-8"),
        ("noise.csv", b"SQLite format 3\0\x10\0\x01", "contains binary data", "CSV UTF-8"),
        ("page.csv", b"\xef\xbb\xbf\n<!DocType html>", "contains a web page, not rows", "export"),
        ("error.csv", b"ORA-01017: invalid username/password", "contains a database error message", "export"),
        ("text.zip", CSV, "is not a zip archive", "Pack"),
    ],
)
def test_what_canvas_could_not_use_is_refused(
    tmp_path: Path, name: str, content: bytes, says: str, fix: str
) -> None:
    with pytest.raises(FileNotUsable, match=says) as caught:
        check_file(make(tmp_path, name, content))
    assert name in caught.value.what
    assert fix in caught.value.fix


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable, match="is a folder"):
        check_file(tmp_path)


posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs file names that only POSIX has")


@posix_only
def test_a_missing_file_is_refused_with_the_name_that_was_meant(tmp_path: Path) -> None:
    make(tmp_path, "test_course.csv")
    with pytest.raises(FileNotUsable, match="no file") as caught:
        check_file(tmp_path / "Test_Course.csv")
    assert caught.value.fix == "Did you mean test_course.csv? Uppercase and lowercase letters matter."


def test_a_missing_folder_is_no_stumbling_block(tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable, match="no file") as caught:
        check_file(tmp_path / "nowhere" / "a.csv")
    assert "Check the name" in caught.value.fix


def test_a_path_that_the_system_refuses_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable, match=r"aaa\.csv (cannot be read|\(looked)"):
        check_file(tmp_path / f"{'a' * 300}.csv")


def test_a_file_without_read_right_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = make(tmp_path, "locked.csv")
    monkeypatch.setattr(Path, "open", denied)  # root may read everything, so the right is not really taken
    with pytest.raises(FileNotUsable, match=r"locked\.csv cannot be read: Permission denied") as caught:
        check_file(file)
    assert "Close it in other programs" in caught.value.fix


@pytest.mark.parametrize("name", ["a.csv", "zwei Wörter.csv", "semi;colon,comma.csv", "percent 100%.csv"])
def test_the_body_is_multipart_as_another_parser_reads_it(tmp_path: Path, name: str) -> None:
    body = MultipartFile(make(tmp_path, name), "attachment")
    message = BytesParser(policy=default).parsebytes(
        f"Content-Type: {body.content_type}\n\n".encode() + b"".join(pieces_of(body))
    )
    (part,) = message.iter_parts()
    assert part.get_payload(decode=True) == CSV
    assert part.get_param("name", header="content-disposition") == "attachment"
    assert part.get_content_type() == "text/csv"


@posix_only
def test_names_are_escaped_as_rfc_7578_and_browsers_do(tmp_path: Path) -> None:
    head = MultipartFile(make(tmp_path, 'ä "quoted"\r\n.csv'), "attachment").read(1000)
    assert 'name="attachment"; filename="ä %22quoted%22%0D%0A.csv"\r\n'.encode() in head


@pytest.mark.parametrize("size", [1, 7, 100, 65536])
def test_pieces_of_any_size_make_up_the_same_body_of_the_promised_length(tmp_path: Path, size: int) -> None:
    body = MultipartFile(make(tmp_path, "a.csv"), "attachment")
    pieces = pieces_of(body, size)
    assert max(map(len, pieces)) <= size
    assert sum(map(len, pieces)) == len(body)
    assert b"".join(pieces).endswith(CSV + b"\r\n--" + boundary_of(body) + b"--\r\n")


def test_progress_rises_to_the_whole(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    body = MultipartFile(make(tmp_path, "a.csv", b"x" * 1000), "attachment", lambda *now: seen.append(now))
    pieces_of(body, 300)
    sent = [now for now, _ in seen]
    assert sent == sorted(set(sent))
    assert seen[-1] == (len(body), len(body))


def test_a_file_that_shrinks_while_it_is_sent_is_an_error(tmp_path: Path) -> None:
    file = make(tmp_path, "a.csv", b"x" * 1000)
    body = MultipartFile(file, "attachment")
    file.write_bytes(b"x" * 10)
    with pytest.raises(FileNotUsable, match="became shorter"):
        pieces_of(body, 100)


def test_a_file_that_grows_while_it_is_sent_is_sent_as_it_was(tmp_path: Path) -> None:
    file = make(tmp_path, "a.csv", b"x" * 10)
    body = MultipartFile(file, "attachment")
    file.write_bytes(b"x" * 1000)
    assert sum(map(len, pieces_of(body))) == len(body)


def test_memory_stays_flat_whatever_the_size_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    body = MultipartFile(file, "attachment")
    tracemalloc.start()
    while body.read(256 * 1024):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * 1024 * 1024
