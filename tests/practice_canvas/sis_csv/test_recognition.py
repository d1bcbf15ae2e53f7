"""Which fault of a file counts: its encoding, then its header, then everything else."""

from pathlib import Path

import pytest

from practice_canvas.sis_csv.reading import (
    BARE_LINE_END,
    NOT_UTF8,
    TEXT_AFTER_QUOTE,
    UNCLOSED_QUOTE,
    MalformedCsv,
)
from practice_canvas.sis_csv.recognition import recognize_file

USERS = b"user_id,login_id\n"
FAR = b"U2,u2\n" * 200_000


def write(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (USERS + b"U1,u1\n", "user"),
        (b'\n\r"user_id",login_id\n'.replace(b"\r", b""), "user"),
        (b'<!doctype html>\n<html lang="en">\n', None),
        (b'{"error":"unauthorized","message":"token expired"}', None),
        (b'one,two\n1,"2\n', None),
        (b"one,two\n1,2\r\n", None),
        (b"one,two\r1,2\n", None),
    ],
)
def test_the_header_is_judged_before_the_rest(tmp_path: Path, content: bytes, kind: str | None) -> None:
    found, summary = recognize_file(write(tmp_path, content))
    assert (found.name if found else None, bool(summary.header)) == (kind, True)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b"\r\n\r\n", b"\r", b"\xef\xbb\xbf\r\n"])
def test_a_file_without_a_row_has_no_header(tmp_path: Path, content: bytes) -> None:
    found, summary = recognize_file(write(tmp_path, content))
    assert (found, summary.header, summary.rows) == (None, (), 0)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (USERS + b'U1,"u1\n', UNCLOSED_QUOTE),
        (b'"user_id,login_id\nU1,u1\n', UNCLOSED_QUOTE),
        (b"\r\n\n", BARE_LINE_END),
        (b'"user_id" ,login_id\nU1,u1\n', TEXT_AFTER_QUOTE),
        (b'one,two\n1,"2"x\n3,\xfc\n', NOT_UTF8),
        (b"one,two\n1,\xfc\n", NOT_UTF8),
        (USERS + b'U1,"u1"x\n' + FAR + b"\xfc\n", NOT_UTF8),
        (b'one,two\n1,"2"x\n' + FAR + b"\xfc\n", NOT_UTF8),
    ],
)
def test_a_file_of_a_kind_is_malformed_and_the_encoding_counts_first(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    with pytest.raises(MalformedCsv) as told:
        recognize_file(write(tmp_path, content))
    assert told.value.fault == fault and (told.value.row is None) is (fault == NOT_UTF8)
