"""Processes killed at any moment: a snapshot is the old one or the new one, and the data are intact."""

import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.error import URLError

import pytest

from practice_canvas.store.school import snapshots
from practice_canvas.store.store import DATABASE, Store
from tests.attacks.full_disk import largest_file
from tests.practice_server import Server, serving

COURSE = "course_id,short_name,long_name,status\nC1,C1,{},active\n"
SAVE, RESTORE = "/practice/snapshots/s", "/practice/snapshots/s/restore"


def rename_course(server: Server, name: str) -> None:
    assert server.run_csv(COURSE.format(name), override_sis_stickiness="true")["workflow_state"] == "imported"


def name_of_the_course(server: Server) -> str:
    return str(server.get("/api/v1/courses/sis_course_id:C1").json["name"])


def kill_while_saving(home: Path, moment: float) -> None:
    """Save a snapshot with another content, and kill the server meanwhile; then check what is restored."""
    with serving(home) as server:
        rename_course(server, "old")
        assert server.send("POST", SAVE, b"").status == 200
        rename_course(server, "new")
        killer = threading.Timer(moment, lambda: os.kill(server.process.pid, signal.SIGKILL))
        killer.start()
        with suppress(OSError, URLError):
            while True:
                server.send("POST", SAVE, b"")
        killer.join()
    with serving(home) as server:
        assert [each["name"] for each in server.get("/practice/snapshots").json] == ["s"]
        assert server.send("POST", RESTORE, b"").status == 200
        assert name_of_the_course(server) in {"old", "new"}
        assert server.send("POST", SAVE, b"").status == 200
    assert len(list((home / "snapshots").iterdir())) == 1, "what was left unfinished is removed"
    with closing(sqlite3.connect(home / DATABASE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9")
def test_a_kill_while_a_snapshot_is_saved_costs_no_snapshot(tmp_path: Path) -> None:
    kill_while_saving(tmp_path / "home", 0.01)


@pytest.mark.long
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9")
def test_a_hundred_kills_cost_no_snapshot(tmp_path: Path, tried: Callable[[int], None]) -> None:
    for _ in range(100):
        kill_while_saving(tmp_path / "home", random.random() / 10)
        tried(1)


def test_reads_while_snapshots_are_replaced_always_see_one(canvas: Server) -> None:
    canvas.send("POST", SAVE, b"")
    done = threading.Event()

    def replace() -> None:
        for _ in range(20):
            canvas.send("POST", SAVE, b"")
        done.set()

    thread = threading.Thread(target=replace)
    thread.start()
    while not done.is_set():
        answer = canvas.get("/practice/snapshots")
        assert (answer.status, [each["name"] for each in answer.json]) == (200, ["s"])
    thread.join()
    assert canvas.send("DELETE", SAVE).json == []


def test_a_snapshot_that_does_not_fit_on_the_disk_leaves_the_one_before(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.write() as db:
        db.execute("UPDATE accounts SET name = 'old'")
    snapshots.save(store, "s")
    with store.write() as db:
        db.execute("UPDATE accounts SET name = 'new'")
    with largest_file(20_000), pytest.raises((OSError, sqlite3.Error)):
        snapshots.save(store, "s")
    assert [name for name, _ in snapshots.saved(store)] == ["s"]
    assert len(list((tmp_path / "snapshots").iterdir())) == 1
    snapshots.restore(store, "s")
    assert store.db.execute("SELECT name FROM accounts").fetchone()[0] == "old"


def test_a_snapshot_of_an_older_version_is_found_replaced_and_deleted(tmp_path: Path) -> None:
    store = Store(tmp_path)
    snapshots.save(store, "s")
    (saved,) = (tmp_path / "snapshots").iterdir()
    saved.rename(saved.with_name("s"))  # as they were called
    assert [name for name, _ in snapshots.saved(store)] == ["s"]
    snapshots.restore(store, "s")
    snapshots.save(store, "s")
    assert len(list((tmp_path / "snapshots").iterdir())) == 1
    snapshots.delete(store, "s")
    assert snapshots.saved(store) == [] and not list((tmp_path / "snapshots").iterdir())


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the worker in /proc")
def test_a_hundred_kills_of_server_and_worker_lose_nothing(
    tmp_path: Path, tried: Callable[[int], None]
) -> None:
    home = tmp_path / "home"
    rows = "".join(f"C{n},C{n},Course {n},active\n" for n in range(3_000))
    large = f"course_id,short_name,long_name,status\n{rows}"
    for _ in range(100):
        with serving(home) as server:
            server.post_csv(large)
            time.sleep(random.random())
            server.process.kill()
            server.process.wait()
        with closing(sqlite3.connect(home / DATABASE)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tried(1)
    with serving(home) as server:
        assert server.run_csv(large)["data"]["counts"]["courses"] == 3_000
