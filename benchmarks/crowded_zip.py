"""Import a zip with as many files as Canvas takes, beside reading it with Python's own zipfile and csv.

    python -m benchmarks.crowded_zip [--files 100000]

Each file has one course. Meanwhile, another thread asks for the server's health, one question after the
other. The time for each file should not grow with their number, and the server should answer at once.

Ends with status 1 where a goal is missed.
"""

import argparse
import csv
import io
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

from benchmarks.measured import cpu_seconds, peak_megabytes
from benchmarks.results import Goal, Result, Row
from tests.practice_server import IMPORTS, Server, multipart, serving

FILES = 100_000
LARGEST_GROWTH = 1.5  # of the CPU time for each file, with ten times as many
LONGEST_ANSWER = 100  # ms
PAUSE = 0.05  # seconds between two questions about the server's health


def crowded(files: int) -> bytes:
    """Return a zip with so many files of one course each."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(files):
            text = f"course_id,short_name,long_name,status\nC{number},C,C,active\n"
            archive.writestr(f"{number}.csv", text)
    return packed.getvalue()


def read_alone(packed: bytes) -> float:
    """Read all rows of a zip, and return the CPU seconds."""
    began = time.process_time()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                list(csv.DictReader(io.TextIOWrapper(member, "utf-8")))
    return time.process_time() - began


class Health:
    """Asks a server for its health until the block ends.

    Args:
        server: whom to ask.
    """

    def __init__(self, server: Server) -> None:
        self.slowest = 0.0
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Health":
        self._thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._ended.wait(PAUSE):
            began = time.perf_counter()
            self._server.get("/practice/health")
            self.slowest = max(self.slowest, time.perf_counter() - began)


def one_zip(files: int) -> Row:
    """Import a zip on a new practice Canvas."""
    packed = crowded(files)
    body, kind = multipart({}, "crowded.zip", packed, "application/zip")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "home") as server:
        pid = server.process.pid
        before, began = cpu_seconds(pid), time.perf_counter()
        with Health(server) as health:
            sent = server.send("POST", IMPORTS, body, {"Content-Type": kind}).json
            while not (shown := server.get(f"{IMPORTS}/{sent['id']}").json)["ended_at"]:
                time.sleep(PAUSE)
        seconds, cpu = time.perf_counter() - began, cpu_seconds(pid) - before
        assert shown["data"]["counts"]["courses"] == files, shown
        return {
            "Files": f"{files:,}",
            "Seconds": seconds,
            "CPU seconds": cpu,
            "CPU ms for each file": 1000 * cpu / files,
            "Peak MB": peak_megabytes(pid),
            "Slowest health answer, ms": 1000 * health.slowest,
            "× zipfile and csv": cpu / read_alone(packed),
        }


def compare(files: int) -> Result:
    """Measure a tenth of the files, and all of them."""
    tenth, whole = rows = [one_zip(files // 10), one_zip(files)]
    growth = float(whole["CPU ms for each file"]) / (float(tenth["CPU ms for each file"]) or 1.0)
    slowest = float(whole["Slowest health answer, ms"])
    return Result(
        rows,
        [
            Goal("growth of the time for each file", growth, LARGEST_GROWTH),
            Goal("slowest health answer, ms", slowest, LONGEST_ANSWER),
        ],
    )


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page, once: it takes long, and its figures are of many files."""
    return compare(200 if quick else FILES)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=FILES)
    return compare(parser.parse_args().files).report()


if __name__ == "__main__":
    sys.exit(main())
