"""The gallery of broken files: its table says what is found in each, and what Canvas answers."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from helpers.preflight import Findings, check_files
from tests.practice_server import IMPORTS, Server, multipart
from tests.zips import zipped_folder

BROKEN = Path(__file__).parents[2] / "data" / "broken"
STATES = {"error": "failed_with_messages", "warning": "imported_with_messages", "nothing": "imported"}
SEVERITIES = {
    "error": {"stops the file"},
    "warning": {"skips the row", "drops the value", "silent"},
    "nothing": {"silent", "ask"},
}


class Broken(NamedTuple):
    """A row of the table in data/broken/README.md."""

    folder: str
    file: str
    row: int | None
    slug: str
    canvas: str


def table() -> Iterator[Broken]:
    line = re.compile(r"\| `(\w+)` \| .* \| `([\w.]+)` ?(\d*) \| `([\w-]+)` \| (\w+) \|")
    for found in line.finditer((BROKEN / "README.md").read_text(encoding="utf-8")):
        folder, file, row, slug, canvas = found.groups()
        yield Broken(folder, file, int(row) if row else None, slug, canvas)


TABLE = list(table())
each = pytest.mark.parametrize("broken", TABLE, ids=[broken.folder for broken in TABLE])


@cache
def found_in(broken: Broken) -> Findings:
    return check_files(BROKEN / broken.folder)


def send(canvas: Server, broken: Broken) -> dict[str, Any]:
    body, kind = multipart({}, "files.zip", zipped_folder(BROKEN / broken.folder), "application/zip")
    return canvas.wait(canvas.send("POST", f"{IMPORTS}.json", body, {"Content-Type": kind}).json["id"])


def test_the_table_lists_every_folder() -> None:
    assert [broken.folder for broken in TABLE]
    assert {broken.folder for broken in TABLE} == {path.name for path in BROKEN.iterdir() if path.is_dir()}


@each
def test_the_fault_is_found_where_the_table_says(broken: Broken) -> None:
    places = [(one.position.file, one.position.row, one.slug) for one in found_in(broken)]
    assert (broken.file, broken.row, broken.slug) in places


@each
def test_what_else_is_found_follows_from_the_fault_or_harms_nobody(broken: Broken) -> None:
    findings = found_in(broken)
    roots = {one.slug for one in findings if not one.cause and one.severity != "note"}
    assert roots <= {broken.slug, *({"reference-near"} if broken.folder == "no_break_space" else ())}
    assert {one.severity for one in findings.of(broken.slug)} <= SEVERITIES[broken.canvas]
    assert not findings.ok


@each
def test_the_practice_canvas_says_what_the_table_says(canvas: Server, broken: Broken) -> None:
    shown = send(canvas, broken)
    assert shown["workflow_state"] == STATES[broken.canvas]


@each
def test_each_message_of_canvas_was_foreseen_for_its_row(canvas: Server, broken: Broken) -> None:
    messages = canvas.get(f"{IMPORTS}/{send(canvas, broken)['id']}/errors").json["sis_import_errors"]
    rows = {(one.position.file, row) for one in found_in(broken) for row in one.first_rows}
    files = {one.position.file for one in found_in(broken) if one.severity == "stops the file"}
    assert {(one["file"], one["row"]) for one in messages if one["row"]} <= rows
    assert {one["file"] for one in messages if not one["row"]} <= files


def test_the_skipped_section_is_reported_as_the_cause_of_six_skipped_enrollments() -> None:
    findings = check_files(BROKEN / "one_cause_many_messages")
    (root,) = [one for one in findings if not one.cause]
    (follower,) = [one for one in findings if one.cause]
    assert (root.slug, root.follow) == ("value-not-allowed", {"enrollments.csv": 6})
    assert (follower.cause, follower.rows, findings.follow) == (root.key, 6, 6)
