import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_canvas.sis_csv import reading
from practice_canvas.sis_csv.reading import MalformedCsv, count_repeated, records, summarize


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(folder: Path, content: str | bytes) -> list[list[str]]:
    return list(records(write(folder, content)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_end_is_understood_when_it_is_used_throughout(tmp_path: Path, end: str) -> None:
    assert rows(tmp_path, f"a,b{end}1,2{end}") == [["a", "b"], ["1", "2"]]


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    assert rows(tmp_path, b"\xef\xbb\xbfa\n1\n") == [["a"], ["1"]]


def test_blank_lines_are_skipped_and_lines_of_commas_are_not(tmp_path: Path) -> None:
    assert rows(tmp_path, "\na,b\n\n,\n1,2") == [["a", "b"], ["", ""], ["1", "2"]]


def test_quoted_values_hold_commas_quotes_and_line_ends_of_any_kind(tmp_path: Path) -> None:
    assert rows(tmp_path, 'a,b\r\n"x,y","1 ""2""\n3\r\n4"\r\n') == [["a", "b"], ["x,y", '1 "2"\n3\r\n4']]


def test_values_are_not_trimmed_here(tmp_path: Path) -> None:
    assert rows(tmp_path, 'a, b\n 1 ," 2 "\n') == [["a", " b"], [" 1 ", " 2 "]]


@pytest.mark.parametrize(
    ("content", "fault", "line", "column", "row"),
    [
        ('a,b\n1,"x\n2,3\n', reading.UNCLOSED_QUOTE, 2, 3, 2),
        ('a,b\n1,5" pipe\n', reading.QUOTE_IN_VALUE, 2, 4, 2),
        ('a,b\n1, "x"\n', reading.BLANK_BEFORE_QUOTE, 2, 4, 2),
        ('a,b\n1,"x"y\n', reading.TEXT_AFTER_QUOTE, 2, 6, 2),
        ("a,b\n1,2\r\n", reading.BARE_LINE_END, 2, 4, 2),
        ('a,b\n1,"2"\r\n', reading.BARE_LINE_END, 2, 6, 2),
        ("a,b\r\n1,2\n3,4\r\n", reading.BARE_LINE_END, 2, 4, 2),
        ("a,b\r1,2\n", reading.BARE_LINE_END, 2, 4, 2),
        ('a,b\n\n"1\n1",2\n\n3,"\n', reading.UNCLOSED_QUOTE, 6, 3, 3),
        ('a,b\r1,2\r3,5" pipe\r', reading.QUOTE_IN_VALUE, 3, 4, 3),
        ('a,b\r\n1,"2\n3"\r\n4,5" pipe\r\n', reading.QUOTE_IN_VALUE, 4, 4, 3),
        ('a,b\r\n1,"2\n3"x\r\n', reading.TEXT_AFTER_QUOTE, 3, 3, 2),
        ('a,b\r\n1,"2\n3\r\n4",5\r\n6,"', reading.UNCLOSED_QUOTE, 5, 3, 3),
        (b"a,b\r1,2\rM\xfcller,3\r", reading.NOT_UTF8, 3, 2, None),
        (b"a,b\n1,2\nM\xfcller,3\n", reading.NOT_UTF8, 3, 2, None),
        (b"a,b\n1,\xc3", reading.NOT_UTF8, 2, 3, None),
        ("a,b\n1,2\n".encode("utf-16"), reading.NOT_UTF8, 1, 1, None),
    ],
)
def test_a_fault_is_reported_with_its_place(
    tmp_path: Path, content: str | bytes, fault: str, line: int, column: int, row: int | None
) -> None:
    with pytest.raises(MalformedCsv) as told:
        summarize(write(tmp_path, content))
    assert (told.value.fault, told.value.line, told.value.column, told.value.row) == (
        fault,
        line,
        column,
        row,
    )


def test_lines_are_whole_wherever_the_blocks_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = 'a,b\r\n"ä,""\r\n",2\r\n\r\n3,üöß\r\n'
    whole = rows(tmp_path, content)
    for size in range(1, 20):
        monkeypatch.setattr(reading, "BLOCK", size)
        assert rows(tmp_path, content) == whole


def test_a_line_that_never_ends_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK", 100)
    monkeypatch.setattr(reading, "LONGEST", 1000)
    for content in ("a\n" + "x" * 5000, 'a\n"' + "x\n" * 5000, "x" * 5000):
        with pytest.raises(MalformedCsv):
            summarize(write(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("a\n" + "x" * 10, None),
        ("x" * 10, None),
        ("a\n" + "x" * 11, (reading.TOO_LONG, 2, 10, 2)),
        ("x" * 11, (reading.TOO_LONG, 1, 10, 1)),
        ("a\nb\n\n" + "x" * 11, (reading.TOO_LONG, 4, 10, 3)),
        ('a\n"' + "x\n" * 5 + '"', None),
        ('a\n"' + "x\n" * 6 + '"', (reading.UNCLOSED_QUOTE, 2, 1, 2)),
    ],
)
def test_a_line_or_value_may_be_as_long_as_the_limit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    fault: tuple[str, int, int, int] | None,
) -> None:
    monkeypatch.setattr(reading, "BLOCK", 3)
    monkeypatch.setattr(reading, "LONGEST", 10)
    path = write(tmp_path, content)
    if fault is None:
        assert summarize(path).rows == len(list(records(path))) - 1
        return
    with pytest.raises(MalformedCsv) as refused:
        summarize(path)
    found = refused.value
    assert (found.fault, found.line, found.column, found.row) == fault


def test_the_summary_tells_header_rows_and_repeated_lines(tmp_path: Path) -> None:
    summary = summarize(write(tmp_path, "a,b\n1,2\n\n1,2\n3,4\n1,2\n"))
    assert (summary.header, summary.rows, summary.repeated_lines) == (("a", "b"), 4, 2)


def test_an_empty_file_has_no_header_and_no_rows(tmp_path: Path) -> None:
    summary = summarize(write(tmp_path, ""))
    assert (summary.header, summary.rows) == ((), 0)


def test_repeated_numbers_are_counted_in_parts_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [1, 2, -3, 2, 1, 1, -3, 9]
    monkeypatch.setattr(reading, "PART", 3)
    assert count_repeated(numbers) == 4


@given(st.binary(max_size=200) | st.text(alphabet='a",\r\n é', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = write(tmp_path_factory.mktemp("csv"), content)
    try:
        summary = summarize(path)
    except MalformedCsv as malformed:
        assert (malformed.row is None) is (malformed.fault == reading.NOT_UTF8)
        assert malformed.line >= 1 and malformed.column >= 1
    else:
        assert summary.rows == max(len(list(records(path))) - 1, 0)


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=1), max_size=8))
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["first"], *table])
    assert rows(tmp_path_factory.mktemp("csv"), text.getvalue()) == [["first"], *table]
