"""The fast reader and the strict one: the same rows, the same row numbers, the same faults."""

import random
from pathlib import Path
from typing import Any

import pytest

from helpers.preflight import loading
from helpers.preflight.loading import Loaded
from helpers.preflight.scanning import scan
from helpers.scratch_database import ScratchDatabase, scratch_database
from practice_canvas.engine.rows import read_rows
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.sis_csv.reading import MalformedCsv, records

HEADER = "course_id,short_name,long_name,status,room"
COLUMNS = ("course_id", "short_name", "long_name", "status")
SOUND = [
    "",
    "a",
    "b c",
    " a",
    "a ",
    "é",
    "\u00a0x",
    "NULL",
    "#",
    "\\",
    "'",
    '"q"',
    '"a,b"',
    '"a""b"',
    '""',
    '" "',
]
ODD = [
    "\t",
    'a"b',
    '"a\nb"',
    '"\n"',
    '" \r\na,\n"',
    '"a""\r"',
    "␤",
    "\x02",
    ' "a"',
    '"a"x',
    "x\0y",
    "a\rb",
    "\x01",
    ",",
]


def random_file(chance: random.Random) -> bytes:
    pool = chance.sample(SOUND, 5) + (chance.sample(ODD, 1) if chance.random() < 0.4 else [])
    lines = [HEADER]
    for _ in range(chance.randrange(12)):
        width = chance.choice([4, 5, 6]) if chance.random() < 0.1 else 5
        row = ",".join(chance.choice(pool) for _ in range(width))
        lines.append(chance.choice(["", ",,,,", " "]) if chance.random() < 0.15 else row)
    end = chance.choice(["\n", "\n", "\r\n", "\r"])
    mark = "\ufeff" if chance.random() < 0.1 else ""
    return (mark + end.join(lines) + (end if chance.random() < 0.7 else "")).encode()


def table(database: ScratchDatabase, path: Path, number: int, *, slowly: bool) -> Any:
    """Load a file one way or the other and return its rows, or its fault."""
    loaded = Loaded(number, path.name, KIND_OF["course"], COLUMNS)
    try:
        header = next(records(path))
        if slowly:
            loading._load_slowly(database, path, loading._places(header, COLUMNS), loaded)
        else:
            loading.load(database, path, header, scan(path), loaded)
    except MalformedCsv as fault:
        return fault.fault, fault.line, fault.row
    columns = ", ".join(("rowid + 2", "surplus", *COLUMNS))
    return database.rows(f"SELECT {columns} FROM f{number} ORDER BY 1")  # noqa: S608


def rows_of_the_engine(path: Path) -> list[tuple[Any, ...]]:
    signs = str.maketrans({"\0": "␀", "\n": "␤", "\r": "␍"})
    return [
        (row.number, *(value and value.translate(signs) for value in (row[column] for column in COLUMNS)))
        for row in read_rows(path, path.name)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_both_ways_of_reading_and_the_practice_canvas_see_the_same(tmp_path: Path, seed: int) -> None:
    chance, path, fast = random.Random(seed), tmp_path / "courses.csv", 0
    with scratch_database() as database:
        for number in range(0, 60, 2):
            path.write_bytes(random_file(chance))
            quickly = table(database, path, number, slowly=False)
            assert quickly == table(database, path, number + 1, slowly=True), path.read_bytes()
            if isinstance(quickly, list):
                fast += loading._fast(database, path, HEADER.split(","), scan(path))
                seen = [(number, *values) for number, surplus, *values in quickly if surplus is not None]
                assert seen == rows_of_the_engine(path), path.read_bytes()
    assert fast > 5


@pytest.mark.parametrize(
    ("content", "fast"),
    [
        ("a,b\n1,2\n", True),
        ("a,b\r\n1,2\r\n", True),
        ('a,b\n"1","2,3"\n', True),
        ("a,b\r1,2\r", True),
        ("\ra,b\r1,2\r", False),
        ("a,b\n1,2\r\n", False),  # line ends are mixed
        ('a,b\n"1\n",2\n', False),  # a line break in a value
        ('a,b\n5" pipe,2\n', False),  # malformed
        ("a,b\n1,\0\n", False),
        ("\na,b\n1,2\n", False),  # the header is not the first line
        ('"a",b\n1,2\n', True),
        ('"a\nb",b\n1,2\n', False),
        ("a\n1\n", False),  # one column: a blank line would be a row
        (",".join(map(str, range(300))) + "\n", False),
    ],
)
def test_the_fast_reader_is_trusted_with_plain_files_only(tmp_path: Path, content: str, fast: bool) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode())
    with scratch_database() as database:
        assert loading._fast(database, path, content.splitlines()[0].split(","), scan(path)) is fast


@pytest.mark.parametrize("more", [(), ('C4,"A, a"',), ('C5,"A\na\r\n"," "', 'C6,"",""')])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_rows_of_any_length_and_line_breaks_in_values_are_read_quickly(
    tmp_path: Path, line_end: str, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "courses.csv"
    rows = ("C1,A,B,active,7", "C2,A", "C3,A,B,active,7,more", ",,", "", ",,,,,x", *more)
    path.write_bytes("".join(f"{row}{line_end}" for row in (HEADER, *rows)).encode())
    with scratch_database() as database:
        strictly = table(database, path, 0, slowly=True)
        monkeypatch.setattr(loading, "_load_slowly", lambda *given: pytest.fail("read row by row"))
        assert table(database, path, 1, slowly=False) == strictly


@pytest.mark.parametrize("name", ["a[1].csv", "what?*.csv", "it's.csv", "{x}.csv"])
def test_names_that_look_like_patterns_are_read_as_they_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(HEADER + "\nC1,A,B,active,7\n", encoding="utf-8")
    with scratch_database() as database:
        assert table(database, path, 0, slowly=False) == [(2, False, "C1", "A", "B", "active")]


@pytest.mark.parametrize(
    ("content", "blanks"),
    [
        ("a,b\nOne two,2\n", False),
        (" a,b\n1,2\n", True),
        ("a,b\n1,2 ", True),
        ("a,b\n1 ,2\n", True),
        ("a,b\n1, 2\n", True),
        ('a,b\n1,"2 "\n', True),
        ("a,b\n1,\t2\n", True),
    ],
)
def test_values_are_trimmed_only_where_one_may_need_it(tmp_path: Path, content: str, blanks: bool) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode())
    assert scan(path).blanks is blanks


@pytest.mark.parametrize("at", [0, 5, 1 << 20, (1 << 20) + 7])
def test_a_bad_byte_is_found_wherever_it_is(tmp_path: Path, at: int) -> None:
    path = tmp_path / "x.csv"
    good = ("é,b\n" * 400_000).encode()
    at -= good[:at].decode("utf-8", "ignore").encode() != good[:at]  # not inside a letter
    path.write_bytes(good[:at] + b"\xe9" + good[at:])
    assert scan(path).bad_byte == at
