"""What a learner takes on a JupyterHub, beside the same learner's part of a room.

    python -m benchmarks.hub [--learners 3]

Each learner has a Jupyter server, has run notebook 03 and still has it open, and has looked at the pages of
the practice Canvas. PSS counts memory that processes share once; in a cluster, where each learner has a
container, RSS counts. The figures are medians of the learners; three open notebooks are computed from one.

Needs Linux, and npm for the hub's proxy.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import nbformat
import psutil
import requests
from jupyter_client.blocking.client import BlockingKernelClient

from benchmarks.results import Result
from tests.hub.hubs import AS_ADMIN, Hub, install_proxy, open_hub
from tests.waiting import LONGEST_WAIT, wait_for

NOTEBOOK = "lesson/notebooks/03_check_import_status.ipynb"
PARTS = {  # what a process is, by the first of these that its command has
    "ipykernel": "an open notebook",
    "practice_canvas.relay": "the relay of its pages",
    "practice_canvas": "the practice Canvas",
    "": "the Jupyter server",
}
Memory = tuple[float, float]


def compare(learners: int) -> Result:
    """Let the learners work, and measure what each has."""
    names = [f"learner{number}" for number in range(learners)]
    with (
        tempfile.TemporaryDirectory() as tools,
        tempfile.TemporaryDirectory() as folder,
        open_hub(Path(folder), install_proxy(Path(tools))) as hub,
    ):
        alone = psutil.Process(hub.process.pid)
        of_hub = memory([alone, *alone.children(recursive=True)])
        for name in names:
            work(hub, name)
        found = [dict(parts(hub, name)) for name in names]
    medians = {part: of_median(one[part] for one in found) for part in PARTS.values()}
    one = total(medians.values())
    more = total([one, medians["an open notebook"], medians["an open notebook"]])
    everything = {**medians, "one learner, one open notebook": one, "one learner, three open notebooks": more}
    everything["the hub and its proxy"] = of_hub
    return Result(
        [{"What": what, "PSS, MiB": pss, "RSS, MiB": rss} for what, (pss, rss) in everything.items()]
    )


def work(hub: Hub, name: str) -> None:
    """Start the server of a learner, run the notebook, and look at the pages."""
    send(hub, "POST", f"hub/api/users/{name}")
    send(hub, "POST", f"hub/api/users/{name}/server")
    wait_for(lambda: send(hub, "GET", f"hub/api/users/{name}").json()["servers"].get("", {}).get("ready"))
    session = {"path": NOTEBOOK, "name": NOTEBOOK, "type": "notebook", "kernel": {"name": "python3"}}
    kernel = send(hub, "POST", f"user/{name}/api/sessions", session).json()["kernel"]["id"]
    (connection,) = hub.home(name).rglob(f"kernel-{kernel}.json")
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    client.start_channels()
    try:
        for cell in nbformat.read(hub.home(name) / NOTEBOOK, as_version=4).cells:
            if cell.cell_type == "code":
                client.execute_interactive(
                    cell.source, output_hook=lambda message: None, timeout=LONGEST_WAIT
                )
    finally:
        client.stop_channels()
    send(hub, "GET", f"user/{name}/practice-canvas/sis_imports")


def send(hub: Hub, method: str, path: str, body: Any = None) -> requests.Response:
    """Send a request as the hub's admin."""
    answer = requests.request(method, f"{hub.url}/{path}", json=body, headers=AS_ADMIN, timeout=LONGEST_WAIT)
    answer.raise_for_status()
    return answer


def parts(hub: Hub, name: str) -> Iterator[tuple[str, Memory]]:
    """Yield what each part of a learner takes."""
    home = str(hub.home(name))
    found: dict[str, list[psutil.Process]] = {}
    for process in psutil.process_iter():
        try:
            command, theirs = " ".join(process.cmdline()), process.environ().get("HOME") == home
        except psutil.Error:
            continue
        if theirs:
            part = next(part for word, part in PARTS.items() if word in command)
            found.setdefault(part, []).append(process)
    for part, processes in found.items():
        yield part, memory(processes)


def memory(processes: Iterable[psutil.Process]) -> Memory:
    """Return the PSS and the RSS of processes in MiB."""
    infos = [process.memory_full_info() for process in processes]
    return sum(info.pss for info in infos) / 2**20, sum(info.rss for info in infos) / 2**20


def total(memories: Iterable[Memory]) -> Memory:
    """Return the sum."""
    pss, rss = zip(*memories, strict=True)
    return sum(pss), sum(rss)


def of_median(memories: Iterable[Memory]) -> Memory:
    """Return the median of each figure."""
    pss, rss = zip(*memories, strict=True)
    return median(pss), median(rss)


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page; a hub needs a network for its proxy, so quickly there is nothing."""
    return Result([]) if quick else compare(3)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--learners", type=int, default=3)
    return compare(parser.parse_args().learners).report()


if __name__ == "__main__":
    sys.exit(main())
