"""Files as they come in the field: Canvas's rule, the practice Canvas, and the check agree on each of them.

The tables hold what Canvas does. A folder without an archive is sent as one zip of its files.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from helpers.client.upload import check_file
from helpers.errors import FileNotUsable
from helpers.preflight import Findings, check_files
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import Outcome, import_files, make_import, run
from tests.practice_server import IMPORTS, Server, multipart

HERE = Path(__file__).parent
OK, FAILED = "imported", "failed_with_messages"


class Case(NamedTuple):
    """What Canvas makes of a folder, and what the check finds.

    Args:
        state: the state in which the import ends.
        counts: how many rows of each supplied kind it counts.
        errors: the files that it rejects; None stands for the whole upload.
        found: the findings, as "slug file", without notes.
    """

    folder: str
    state: str
    counts: dict[str, int]
    errors: list[str | None]
    found: set[str]


CASES = [
    Case("03-nul-padded", OK, {"users": 1}, [], set()),
    Case(
        "31-deleted-and-active",
        OK,
        {"courses": 1, "sections": 1, "users": 1, "enrollments": 2},
        [],
        {"enrollment-deleted-in-file enrollments.csv"},
    ),
    Case("32b-xlsx-as-zip", FAILED, {}, [None], {"archive-unreadable users.zip"}),
    Case("33-html-as-csv", FAILED, {}, ["users.csv"], {"export-failed users.csv"}),
    Case("33b-json-as-csv", FAILED, {}, ["users.csv"], {"export-failed users.csv"}),
    Case("33c-db-error-as-csv", FAILED, {}, ["users.csv"], {"export-failed users.csv"}),
    Case(
        "35g-dotdot",
        OK,
        {"courses": 1},
        [],
        {"member-lost ../users.csv", "member-lost /abs/users.csv"},
    ),
    Case("35n-zip-lzma", OK, {}, [], {"member-lost users.csv"}),
    Case("35o-zip-deflate64", OK, {}, [], {"member-lost users.csv"}),
    Case("35p-aes", OK, {}, [], {"member-lost users.csv"}),
    Case("42e-only-bom", OK, {}, [], {"file-empty users.csv"}),
    Case("42f-only-newlines", OK, {}, [], {"file-empty users.csv"}),
    Case("76-targz-dot", OK, {"users": 1, "courses": 1}, [], set()),
    Case("76b-zip-dot-slash", OK, {"users": 1}, [], set()),
    Case("81-html-doctype", FAILED, {}, ["users.csv"], {"export-failed users.csv"}),
]
each = pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])


def content(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((HERE / folder).iterdir())}


def imported(folder: Path, files: dict[str, bytes]) -> Outcome:
    """Import files, or the only file as it is."""
    home = folder / "canvas"
    home.mkdir()
    store = Store(home)
    try:
        if len(files) == 1:
            return run(store, make_import(store, *next(iter(files.items()))))
        return import_files(store, dict(files))
    finally:
        store.close()


def checked(case: Case) -> Findings:
    archives = list((HERE / case.folder).glob("*.zip"))
    return check_files(archives or HERE / case.folder)


@each
def test_the_practice_canvas_does_what_canvas_does(case: Case, tmp_path: Path) -> None:
    done = imported(tmp_path, content(case.folder))
    assert (done.state, [file for failure, file, _, _ in done.messages if failure]) == (
        case.state,
        case.errors,
    )
    assert {kind: count for kind, count in done.counts.items() if count and not kind.endswith("_count")} == (
        case.counts
    )
    assert len(done.data.get("supplied_batches", [])) == len(case.counts)
    assert not re.search(r"<\w|\w+Error|b'", " ".join(done.texts).replace("<!doctype html>", ""))


@each
def test_the_check_foresees_it(case: Case) -> None:
    findings = checked(case)
    assert {f"{one.slug} {one.position.file}" for one in findings if one.severity != "note"} == case.found
    assert findings.ok is not bool(case.found)


@each
def test_the_severity_says_whether_canvas_reports_it(case: Case) -> None:
    severities = {one.severity for one in checked(case)} - {"note"}
    assert severities == ({"stops the file"} if case.errors else {"silent"} if case.found else set())


@each
def test_the_upload_refuses_what_is_no_rows_and_sends_the_rest(case: Case) -> None:
    for path in sorted((HERE / case.folder).glob("*.csv")):
        if f"export-failed {path.name}" in case.found:
            with pytest.raises(FileNotUsable, match="not rows"):
                check_file(path)
        else:
            check_file(path)


def test_of_two_files_in_one_request_the_last_one_counts(canvas: Server) -> None:
    files = content("87-two-attachments")
    for order in (["courses.csv", "users.csv"], ["users.csv", "courses.csv"]):
        parts = [multipart({}, name, files[name]) for name in order]
        edges = [kind.partition("boundary=")[2].encode() for _, kind in parts]
        first = parts[0][0].removesuffix(b"--" + edges[0] + b"--\r\n")
        answer = canvas.send(
            "POST", IMPORTS, first + parts[1][0].replace(edges[1], edges[0]), {"Content-Type": parts[0][1]}
        )
        counts = canvas.wait(answer.json["id"])["data"]["counts"]
        assert [kind for kind in ("users", "courses") if counts[kind]] == [order[1].removesuffix(".csv")]


ROWS = [
    "course_id,short_name,long_name,status",
    'C1,C1,"One\nand more",active',
    "C2,C2,Käse,active",
    "C3,C3,x,active",
]
FAULTS = [
    ("ä".encode(), b"\xe4"),
    (b"C3,x", b'C3,5" x'),
    (b"C3,x", b'C3,"x"y'),
    (b"C3,x", b'C3, "x"'),
    (b"C3,x", b'C3,"x'),
]


def broken_files() -> Iterator[tuple[bytes, int]]:
    """Yield files with one fault, and the line where an editor shows it."""
    for end in ("\n", "\r\n", "\r"):
        for inside in ("\n", "\r\n", "\r"):
            for blank in ("", end * 3):
                for good, bad in FAULTS:
                    text = (
                        end.join(ROWS[:2]).replace("\nand", f"{inside}and")
                        + end
                        + blank
                        + end.join(ROWS[2:])
                        + end
                    )
                    before = text.encode().partition(good)[0]
                    yield text.encode().replace(good, bad), len(re.findall(b"\r\n|\n|\r", before)) + 1


@pytest.mark.parametrize(("text", "line"), list(broken_files()))
def test_check_and_practice_canvas_name_the_line_that_an_editor_shows(
    tmp_path: Path, text: bytes, line: int
) -> None:
    path = tmp_path / "courses.csv"
    path.write_bytes(text)
    (finding,) = check_files(path)
    assert finding.position.line == line
    (message,) = imported(tmp_path, {path.name: text}).texts
    assert f"(line {line}, character {finding.position.character})" in message
