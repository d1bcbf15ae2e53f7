"""Rehearse a whole school as a full batch against itself, beside importing it.

    python -m benchmarks.rehearsal [--times 1] [--runs 1]

The school has 100,000 users, 20,000 courses, 40,000 sections and 1,000,000 enrollments, or so many times
these. It is imported into a practice Canvas; then its files are rehearsed against that one, so that nothing
changes. Time and memory are those of all processes that take part.

Ends with status 1 where a goal is missed.
"""

import argparse
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measured import Used, call, cpu_seconds, medians, peak_megabytes
from benchmarks.preflight import KINDS, make_school
from benchmarks.results import Goal, Result, rows_of
from tests.practice_server import Server, serving

SCHOOL = (100_000, 20_000, 40_000, 1_000_000)
LARGEST_RATIO, MOST_MEMORY = 3.0, 500.0


def import_school(url: str, token: str, file: str) -> Callable[[], object]:
    """Prepare to import the school."""
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.connection import Connection

    client = CanvasClient(Connection(url, token))
    client.waive("last_import")
    return lambda: client.wait_for(client.create_sis_import(file)).workflow_state


def rehearse_school(url: str, token: str, file: str) -> Callable[[], object]:
    """Prepare to rehearse a full batch with the school."""
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.connection import Connection
    from helpers.rehearsal.rehearsing import rehearse

    client = CanvasClient(Connection(url, token))
    options: dict[str, Any] = {"batch_mode": True, "batch_mode_term_id": "1", "change_threshold": 10}
    return lambda: str(rehearse(file, against=client, **options).sis_import.workflow_state)


def one_round(file: Path) -> dict[str, Used]:
    """Import and rehearse on a new practice Canvas."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "home") as server:
        before = cpu_seconds(server.process.pid)
        used, state = call("benchmarks.rehearsal:import_school", *_sent(server, file))
        assert state.startswith("imported"), state
        server_used = cpu_seconds(server.process.pid) - before, peak_megabytes(server.process.pid)
        imported = Used(used.seconds, used.cpu + server_used[0], used.megabytes + server_used[1])
        used, state = call(
            "benchmarks.rehearsal:rehearse_school",
            *_sent(server, file),
            PRACTICE_CANVAS_HOME=str(server.home),  # what the rehearsal copies
        )
        assert state.startswith("imported"), state
        return {"import": imported, "rehearsal": used}


def _sent(server: Server, file: Path) -> tuple[str, str, str]:
    return server.url, server.token, str(file)


def measured(times: float, runs: int) -> tuple[int, dict[str, Used]]:
    """Return how many rows the school has, and the medians."""
    with tempfile.TemporaryDirectory() as folder:
        rows = make_school(Path(folder), times, SCHOOL)
        file = Path(folder, "school.zip")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for kind in KINDS:
                packed.write(Path(folder, f"{kind}.csv"), f"{kind}.csv")
        return rows, medians([one_round(file) for _ in range(runs)])


def compare(times: float, runs: int) -> Result:
    """Measure both and compare them."""
    rows, used = measured(times, runs)
    goals = [
        Goal("ratio", used["rehearsal"].seconds / used["import"].seconds, LARGEST_RATIO),
        Goal("peak MB", used["rehearsal"].megabytes, MOST_MEMORY),
    ]
    return Result(rows_of(used, "import", "seconds", rows), goals, runs)


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page."""
    return compare(0.001 if quick else 1, runs)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=1)
    given = parser.parse_args()
    return compare(given.times, given.runs).report()


if __name__ == "__main__":
    sys.exit(main())
