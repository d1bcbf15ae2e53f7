from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.client.connection import Connection
from helpers.client.models import SisImport
from helpers.errors import BadInput, FileNotUsable
from helpers.repair import Bisection, bisect_file
from tests.messages.material import client_of, written
from tests.practice_server import Server

HEADER = "course_id,short_name,long_name,status\n"


class BreaksAt:
    """A Canvas that ends as failed, without a message, when the rows it gets are of an evil kind."""

    def __init__(self, evil: Callable[[list[str]], bool], domain: str = "127.0.0.1:8765") -> None:
        self.connection = Connection(domain, "practice-admin-token")
        self.evil = evil
        self.sizes: list[int] = []
        self.states: list[str] = []

    def create_sis_import(self, file: Path, **options: Any) -> Any:
        rows = [line.split(",")[0] for line in file.read_text("utf-8").splitlines()[1:]]
        self.sizes.append(len(rows))
        self.states.append("failed" if self.evil(rows) else "imported_with_messages")
        return SimpleNamespace(id=len(self.states))

    def get_sis_import(self, import_id: int) -> SisImport:
        return SisImport(import_id, self.states[import_id - 1], 0)


def courses(folder: Path, number: int) -> Path:
    text = HEADER + "".join(f"C{n},c,Course,active\n" for n in range(number))
    return written(folder, text, "courses.csv")


def search(canvas: BreaksAt, file: Path, **more: Any) -> Bisection:
    return bisect_file(canvas, file, **more)  # type: ignore[arg-type]


def test_one_row_among_many_is_found_in_few_imports(tmp_path: Path) -> None:
    canvas = BreaksAt(lambda rows: "C700" in rows)
    found = search(canvas, courses(tmp_path, 1000))
    assert found.rows == (702,) and found.sure and found.imports == len(canvas.sizes) <= 21
    assert str(found) == f"courses.csv fails because of row 702. It took {found.imports} imports."


def test_several_rows_are_all_found(tmp_path: Path) -> None:
    found = search(BreaksAt(lambda rows: bool({"C3", "C90"} & set(rows))), courses(tmp_path, 100))
    assert found.rows == (5, 92)


@pytest.mark.parametrize("number", [2, 10])
def test_rows_that_fail_only_together_are_reported_as_such(tmp_path: Path, number: int) -> None:
    canvas = BreaksAt(lambda rows: {"C0", f"C{number - 1}"} <= set(rows))
    found = search(canvas, courses(tmp_path, number))
    assert found.rows == tuple(range(2, number + 2)) and "only together" in str(found)


def test_a_file_that_does_not_fail_here_is_reported(tmp_path: Path) -> None:
    found = search(BreaksAt(lambda rows: False), courses(tmp_path, 10))
    assert (found.rows, found.imports) == ((), 1) and "did not fail here" in str(found)


@pytest.mark.parametrize(("most", "sent"), [(1, 1), (2, 1), (9, 9), (10, 9)])
def test_the_search_stays_within_its_bound_and_says_what_is_left(
    tmp_path: Path, most: int, sent: int
) -> None:
    """After the whole file, each step sends two halves."""
    canvas = BreaksAt(lambda rows: True)
    found = search(canvas, courses(tmp_path, 64), most_imports=most)
    assert len(canvas.sizes) == sent and not found.sure and found.rows == tuple(range(2, 66))


def test_each_import_is_announced(tmp_path: Path) -> None:
    said: list[str] = []
    search(BreaksAt(lambda rows: "C1" in rows), courses(tmp_path, 2), progress=said.append)
    assert said == [
        "Import 1: rows 2 to 3 of courses.csv",
        "Import 2: row 2 of courses.csv",
        "Import 3: row 3 of courses.csv",
    ]


FOUND_AT_ONCE = {
    "quote": (
        HEADER.encode() + b'C1,c,Course,active\nC2,5" pipe,Course,active\n',
        (3,),
        "line 3, character 5",
    ),
    "encoding": (HEADER.encode() + "C1,c,Größe,active\n".encode("latin-1"), (), "line 2, character 8"),
    "header": (b"course,name\nC1,x\n", (1,), "does not match any kind"),
}


@pytest.mark.parametrize("name", FOUND_AT_ONCE)
def test_what_can_be_seen_without_sending_is_not_sent(tmp_path: Path, name: str) -> None:
    canvas, (content, rows, said) = BreaksAt(lambda rows: True), FOUND_AT_ONCE[name]
    (tmp_path / "courses.csv").write_bytes(content)
    found = search(canvas, tmp_path / "courses.csv")
    assert found.rows == rows and said in str(found)
    assert not canvas.sizes and "No import was needed" in str(found)


def test_a_header_without_rows_is_not_sent(tmp_path: Path) -> None:
    canvas = BreaksAt(lambda rows: True)
    assert search(canvas, written(tmp_path, HEADER, "courses.csv")).rows == () and not canvas.sizes


def test_production_is_never_searched(tmp_path: Path) -> None:
    canvas = BreaksAt(lambda rows: True, "school.instructure.com")
    with pytest.raises(BadInput, match="production"):
        search(canvas, courses(tmp_path, 4))
    assert not canvas.sizes


@pytest.mark.parametrize("option", ["batch_mode", "multi_term_batch_mode", "diffing_data_set_identifier"])
def test_options_that_remove_are_refused(tmp_path: Path, option: str) -> None:
    with pytest.raises(BadInput, match=option):
        search(BreaksAt(lambda rows: True), courses(tmp_path, 4), **{option: True})


@pytest.mark.parametrize("name", ["term.zip", "gone.csv"])
def test_what_is_not_a_csv_is_reported(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotUsable):
        search(BreaksAt(lambda rows: True), tmp_path / name)


def test_a_real_canvas_is_searched_for_rows_that_it_skips(canvas: Server, tmp_path: Path) -> None:
    text = HEADER + "".join(f"C{n},c,{'' if n == 5 else 'Course'},active\n" for n in range(8))
    file = written(tmp_path, text, "courses.csv")
    found = bisect_file(client_of(canvas), file, fails=lambda each: each.counts["warning_count"] > 0)
    assert found.rows == (7,) and file.read_text("utf-8") == text


def test_a_canvas_that_always_breaks_leaves_every_row_under_suspicion(canvas: Server, tmp_path: Path) -> None:
    canvas.send("POST", "/practice/scenarios/internal_fault", b"")
    found = bisect_file(client_of(canvas), courses(tmp_path, 4), most_imports=3)
    canvas.send("DELETE", "/practice/scenarios", b"")
    assert found.rows == (2, 3, 4, 5) and not found.sure
