"""A good file with a known fault: the repaired file equals the good one, or the repair refuses."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.errors import FileNotRepairable
from helpers.preflight import check_files
from helpers.repair import repair_file
from tests.examples import examples

HEADER = ["user_id", "login_id", "full_name", "status"]
Rows = list[list[str]]
Fault = Callable[[Rows], str]


def written(rows: Rows, separator: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()


def header(names: str) -> Fault:
    return lambda rows: written([names.split(","), *rows[1:]])


def around(opening: str, closing: str) -> Fault:
    return lambda rows: written([[f"{opening}{value}{closing}" for value in row] for row in rows])


def ids(change: Callable[[str], str]) -> Fault:
    return lambda rows: written([rows[0], *([change(first), *rest] for first, *rest in rows[1:])])


FAULTS: dict[str, Fault] = {
    "sep line": lambda rows: f"sep=,\n{written(rows)}",
    "sep line and semicolons": lambda rows: f"sep=;\n{written(rows, ';')}",
    "type line": lambda rows: f"#TYPE System.Object\n{written(rows)}",
    "title": lambda rows: f"Users of Lindenford\n\n{written(rows)}",
    "affected": lambda rows: f"{written(rows)}\n({len(rows) - 1} rows affected)\n",
    "Ctrl-Z": lambda rows: f"{written(rows)}\x1a",
    "total": lambda rows: f"{written(rows)}Total records: {len(rows) - 1}\n",
    "dashes": lambda rows: written([rows[0], ["-" * 8] * 4, *rows[1:]]),
    "rows in quotes": lambda rows: written([[written([row]).rstrip("\n")] for row in rows]),
    "one row in quotes": lambda rows: written([*rows[:-1], [written(rows[-1:]).rstrip("\n")]]),
    "spaced names": header("User ID,Login ID,Full Name,Status"),
    "joined names": header("userId,loginId,fullName,status"),
    "single quotes": around("'", "'"),
    "curly quotes": around("“", "”"),
    "control character": ids(lambda value: f"{value}\x07"),
    "direction mark": ids(lambda value: f"\u202a{value}\u202c"),
    "prefix": ids(lambda value: f"sis_user_id:{value}"),
    "formula": ids(lambda value: f'="{value}"'),
    "separators": ids(lambda value: f"1,{value[-3:].zfill(3)}"),
    "scientific": ids(lambda value: "1.2E+05"),
    "decimal": ids(lambda value: f"{len(value)}.0"),
    "look-alike": ids(lambda value: value.replace("P", "Р")),
    "encoded twice": lambda rows: written(rows).encode().decode("latin-1"),
}
CERTAIN = set(FAULTS) - {"separators", "scientific", "decimal", "look-alike", "encoded twice"}


def repaired(text: str) -> str | None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "users.csv"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            made = repair_file(path)
        except FileNotRepairable:
            return None
        assert check_files(made.path).ok
        return made.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_known_fault_of_plain_rows_is_repaired_or_refused(fault: str) -> None:
    good = [HEADER, ["P-101", "nora", "Nora Löd", "active"], ["P-102", "omar", "Holt, Omar", "active"]]
    assert repaired(FAULTS[fault](good)) == (written(good) if fault in CERTAIN else None)


NAMES = st.text(st.sampled_from("ab’'\"`,;:=#-–“”&.()0 éŁд山"), min_size=1, max_size=12).map(str.strip)
GOOD_NAMES = NAMES.filter(lambda name: bool(name) and not name.startswith("="))  # ="" is a fault by itself


@st.composite
def schools(draw: st.DrawFn) -> Rows:
    names = draw(st.lists(GOOD_NAMES, min_size=1, max_size=4))
    numbers = draw(st.lists(st.integers(1, 9999), min_size=len(names), max_size=len(names), unique=True))
    padded = draw(st.sampled_from(["P-{}", "{:07}", "{}"]))
    pairs = zip(numbers, names, strict=True)
    return [HEADER, *([padded.format(number), f"u{number}", name, "active"] for number, name in pairs)]


@given(schools(), st.sampled_from(sorted(FAULTS)))
@example([HEADER, ["P-1", "u1", "Lind, 'Nora'", "active"]], "single quotes")
@example([HEADER, ["P-1", "u1", "“Nora” Lind", "active"]], "curly quotes")
@example([HEADER, ["P-1", "u1", 'Nora "N" Lind', "active"]], "rows in quotes")
@example([HEADER, ["P-1", "u1", "Łódź í", "active"]], "encoded twice")
@examples(0.1)
def test_a_repaired_file_equals_the_good_one_or_the_repair_refuses(school: Rows, fault: str) -> None:
    good, broken = written(school), FAULTS[fault](school)
    assert broken == good or repaired(broken) in (None, good)
