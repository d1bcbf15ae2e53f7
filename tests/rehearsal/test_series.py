"""Which import of a diffing series the next one is compared with."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.models import SisImport
from helpers.rehearsal.series import base_of, fetch_base, file_name
from tests.fake_server import FakeCanvas, Reply


def night(number: int, **raw: Any) -> SisImport:
    return SisImport(number, "imported", 100, raw=raw)


DIFFED = {"data": {"diffed_against_sis_batch_id": 1}}


@pytest.mark.parametrize(
    ("series", "base"),
    [
        ([], None),
        ([night(2), night(1)], 1),
        ([night(3, **DIFFED), night(2, **DIFFED), night(1)], 3),
        ([night(3), night(2, diffing_remaster=True), night(1)], 2),
        ([night(3, diffing_threshold_exceeded=True), night(2, **DIFFED), night(1)], 2),
        ([night(2, diffing_threshold_exceeded=True)], None),
    ],
)
def test_the_latest_link_of_the_chain_else_the_first_of_all(
    series: list[SisImport], base: int | None
) -> None:
    found = base_of(series)
    assert (found and found.id) == base


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("courses.csv", "courses.csv"),
        ("../../up.csv", "up.csv"),
        ("\x1b[2J\0\r\n\ud800.csv", "[2J.csv"),
        ("é" * 300 + ".csv", "é" * 56 + ".csv"),
        ("\0", ""),
        ("..", ""),
    ],
)
def test_a_name_from_canvas_is_one_that_a_file_may_have(tmp_path: Path, given: str, kept: str) -> None:
    assert file_name(given) == kept
    (tmp_path / (kept or "0.csv")).write_bytes(b"")


def test_the_files_of_the_base_are_downloaded_under_safe_names(
    fake_canvas: FakeCanvas, tmp_path: Path
) -> None:
    names = ["a\0b.csv", "\0", "a?b.csv"]
    files = [{"url": f"/files/{number}", "display_name": name} for number, name in enumerate(names)]
    base = {
        "id": 1,
        "workflow_state": "imported",
        "diffing_data_set_identifier": "s",
        "csv_attachments": files,
    }
    fake_canvas.script(Reply({"sis_imports": [base]}), Reply("one"), Reply("two"), Reply("three"))
    found = fetch_base(
        CanvasClient(Connection(fake_canvas.url, "1234~a-token-of-a-test")), "s", tmp_path / "base"
    )
    asked = unquote(fake_canvas.received[0].target)
    assert "workflow_state[]=imported&workflow_state[]=imported_with_messages" in asked
    assert [(file.name, file.read_text(encoding="utf-8")) for file in found] == [
        ("1.csv", "two"),
        ("2-ab.csv", "three"),
        ("ab.csv", "one"),
    ]
