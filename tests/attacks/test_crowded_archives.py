"""Archives with as many files as Canvas takes: what is polled stays small, and the memory is given back."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from practice_canvas.engine.run import MOST_OFFERED
from practice_canvas.sis_csv.archives import MOST_FILES
from tests.practice_server import IMPORTS, Server, children, multipart, serving
from tests.waiting import wait_for
from tests.zips import zipped

LARGEST_STATUS = 200_000  # bytes
LARGEST_WORKER = 200_000_000  # bytes
HEADER = "course_id,short_name,long_name,status"


def crowded(csv_files: int, others: int) -> tuple[bytes, str]:
    """Return a form with an archive of so many CSV files of one course each, and of other files."""
    files = {f"{number}.csv": f"{HEADER}\nC{number},C,C,active\n" for number in range(csv_files)}
    files |= {f"{number}.txt": "not a CSV file" for number in range(others)}
    return multipart({}, "crowded.zip", zipped(files), "application/zip")


def moved_on(known: tuple[int, str | None], shown: dict[str, Any]) -> bool:
    return (shown["progress"], shown["ended_at"]) != known


def check(server: Server, csv_files: int, others: int) -> None:
    body, kind = crowded(csv_files, others)
    sent = server.send("POST", IMPORTS, body, {"Content-Type": kind})
    sizes = []

    def shown_now() -> dict[str, Any]:
        answer = server.get(f"{IMPORTS}/{sent.json['id']}")
        sizes.append(len(answer.body))
        return cast(dict[str, Any], answer.json)

    shown = shown_now()
    while not shown["ended_at"]:  # minutes with so many files, but each percent comes
        known = (shown["progress"], shown["ended_at"])
        shown = wait_for(shown_now, partial(moved_on, known))
    assert shown["data"]["counts"]["courses"] == csv_files
    assert shown["data"]["counts"]["warning_count"] == others
    assert len(shown["csv_attachments"]) == MOST_OFFERED
    assert max(sizes) < LARGEST_STATUS
    assert server.get(f"/sis_imports/{sent.json['id']}").status == 200


def test_what_is_polled_stays_small_whatever_the_archive_holds(canvas: Server) -> None:
    check(canvas, csv_files=MOST_OFFERED + 200, others=10_000)


@pytest.mark.long
def test_an_archive_with_as_many_files_as_canvas_takes(canvas: Server, tried: Callable[[int], None]) -> None:
    tried(MOST_FILES)
    check(canvas, csv_files=MOST_FILES // 2, others=MOST_FILES // 2)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the worker in /proc")
@pytest.mark.parametrize("hostile", ['C1,C1,"' + "x\n" * 5_000_000, "C1,C1," + "x" * 24_000_000])
def test_a_hostile_file_leaves_the_worker_as_small_as_it_was(tmp_path: Path, hostile: str) -> None:
    with serving(tmp_path / "home") as server:
        shown = server.run_csv(f"{HEADER}\n{hostile}")
        assert shown["workflow_state"] == "failed_with_messages"
        (worker,) = children(server.process.pid)
        wait_for(lambda: memory(worker) < LARGEST_WORKER)
        assert server.run_csv(f"{HEADER}\nC2,C,C,active\n")["ended_at"]
        assert children(server.process.pid) == [worker]


def memory(pid: int) -> int:
    """Return the bytes that a process holds in memory (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))
