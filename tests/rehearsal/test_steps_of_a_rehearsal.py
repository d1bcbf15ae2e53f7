"""What a rehearsal says while it works: each step, and each quarter of a long import."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.polling import Snapshot
from helpers.rehearsal import rehearse
from tests.conftest import Write
from tests.rehearsal.conftest import BATCH, HEADER, NIGHTLY

STEPS = (
    "Starting a scratch Canvas",
    "Loading the starting point",
    "Exporting the state before the import",
    "Importing",
    "Comparing",
)


def test_each_step_of_a_rehearsal_against_nothing_is_reported(half: Path) -> None:
    steps: list[str] = []
    rehearse(half, against=None, progress=steps.append)
    assert steps == [STEPS[0], *STEPS[2:]]


def test_each_step_of_a_rehearsal_against_another_canvas_is_reported(
    elsewhere: CanvasClient, half: Path
) -> None:
    steps: list[str] = []
    rehearse(half, against=elsewhere, progress=steps.append, **BATCH)
    exporting = f"Exporting {elsewhere.connection.domain}"
    assert steps == [exporting, *STEPS, "Repeating it without the thresholds", *STEPS]
    steps.clear()
    rehearse(half, against=elsewhere, progress=steps.append, **NIGHTLY)
    series = NIGHTLY["diffing_data_set_identifier"]
    assert steps == [exporting, f"Finding the last import of the series {series}", *STEPS]


def test_each_quarter_of_a_long_import_is_reported(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    follow = CanvasClient.follow

    def followed(client: CanvasClient, import_id: int, **waits: Any) -> Iterator[Snapshot]:
        *_, last = follow(client, import_id, **waits)
        assert last.sis_import and waits["deadline"] > 2 * 3600, "a large school takes hours"
        for percent in (10, 25, 40, 75):
            yield replace(last, sis_import=replace(last.sis_import, progress=percent))
        yield last

    monkeypatch.setattr(CanvasClient, "follow", followed)
    steps: list[str] = []
    rehearse(write("courses.csv", HEADER, "A,A,A Course,,active"), against=None, progress=steps.append)
    assert [step for step in steps if "percent" in step] == ["Importing: 25 percent", "Importing: 75 percent"]
