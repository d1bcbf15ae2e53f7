"""How many status reads the practice Canvas answers while an import runs.

    python -m benchmarks.status_reads [--seconds N] [--connections N]

50 keep-alive connections read one import's status as fast as they can, from a process of its own. Printed are
requests per second, the same per second of the server's CPU time, and the latency's percentiles, once idle
and once while an import of users runs. The goal: at least 2,000 per second, 99 % within 50 ms.
"""

import argparse
import asyncio
import multiprocessing
import os
import tempfile
import time
from pathlib import Path

from benchmarks.keep_alive import KeepAlive
from tests.practice_server import IMPORTS, Server, serving

USERS = 400_000


def main() -> None:
    """Measure idle and busy, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "home") as server:
        watched = server.run_csv("user_id,login_id,full_name,status\nU,u,User,active\n")["id"]
        print(f"{'':8}{'requests/s':>12}{'per CPU s':>12}{'50 % ms':>10}{'99 % ms':>10}{'worst ms':>10}")
        report("idle", server, watched, options)
        busy = start_import(server)
        report("busy", server, busy, options)
        state = server.get(f"{IMPORTS}/{busy}").json
        print(f"the import is {state['workflow_state']} at {state['progress']} %")


def start_import(server: Server) -> int:
    """Start an import that takes longer than the measurement and wait until it runs."""
    rows = (f"U{n},u{n},User {n},active\n" for n in range(USERS))
    created = server.post_csv("user_id,login_id,full_name,status\n" + "".join(rows)).json
    server.wait(created["id"], lambda shown: shown["progress"] > 0)
    return int(created["id"])


def report(name: str, server: Server, import_id: int, options: argparse.Namespace) -> None:
    """Run the load in another process and print its line."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        work = (server.url, server.token, import_id, options.connections, options.seconds)
        before = cpu_seconds(server.process.pid)
        took = sorted(pool.apply(load, work))
        spent = cpu_seconds(server.process.pid) - before
    rate = len(took) / options.seconds
    middle, most, worst = (1000 * took[int(len(took) * part) - 1] for part in (0.5, 0.99, 1.0))
    per_cpu = f"{len(took) / spent:,.0f}" if spent else "?"
    print(f"{name:8}{rate:12,.0f}{per_cpu:>12}{middle:10.1f}{most:10.1f}{worst:10.1f}", flush=True)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process (Linux; 0.0 elsewhere), which other programs do not blur."""
    stat = Path(f"/proc/{pid}/stat")
    fields = stat.read_text(encoding="ascii").rsplit(")", 1)[1].split() if stat.exists() else ["0"] * 13
    return (int(fields[11]) + int(fields[12])) / (os.sysconf("SC_CLK_TCK") if stat.exists() else 1)


def load(url: str, token: str, import_id: int, connections: int, seconds: float) -> list[float]:
    """Read the status over many connections and return how long each read took, in seconds."""

    async def together() -> list[float]:
        until = time.perf_counter() + seconds
        readers = [connection(url, token, import_id, until) for _ in range(connections)]
        return [one for took in await asyncio.gather(*readers) for one in took]

    return asyncio.run(together())


async def connection(url: str, token: str, import_id: int, until: float) -> list[float]:
    """Read over one connection, one request after the other."""
    reader, took = KeepAlive(url, token), []
    while (begun := time.perf_counter()) < until:
        status, answer = await reader.ask("GET", f"{IMPORTS}/{import_id}")
        assert status == 200, answer
        took.append(time.perf_counter() - begun)
    reader.close()
    return took


if __name__ == "__main__":
    main()
