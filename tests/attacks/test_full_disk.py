"""A disk that fills up while an import runs: the import ends and says so, and a reset makes room."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows limits neither disks nor files for a test", allow_module_level=True)

from practice_canvas.store.store import RESERVE
from tests.attacks.full_disk import MEBIBYTE, largest_file, small_disk
from tests.practice_server import IMPORTS, Server, children, serving

SMALL = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"
ROWS = "".join(f"C{n},C{n},{'A course with a long name ' * 8},active\n" for n in range(20_000))
LARGE = f"course_id,short_name,long_name,status\n{ROWS}"
Disk = Callable[[Path], AbstractContextManager[object]]
DISKS: dict[str, Disk] = {
    "a small disk": lambda folder: small_disk(folder, 16),
    "a limit on files": lambda folder: largest_file(6 * MEBIBYTE),
}


@pytest.fixture(params=DISKS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with DISKS[request.param](tmp_path / "disk"):
        (tmp_path / "disk").mkdir(exist_ok=True)
        with serving(tmp_path / "disk" / "home") as server:
            yield server


def test_an_import_that_fills_the_disk_ends_and_says_so_and_the_next_one_runs(server: Server) -> None:
    before = children(server.process.pid)
    sent = server.post_csv(LARGE)
    assert sent.status == 200
    shown = server.wait(sent.json["id"])
    assert (shown["workflow_state"], shown["progress"] < 100) == ("failed_with_messages", True)
    assert shown["ended_at"]
    ((file, text),) = shown["processing_errors"]
    assert file is None and "disk" in text and "full" in text and "send the file again" in text
    assert server.send("POST", "/practice/reset", b"").status == 200
    assert server.get(IMPORTS).json == {"sis_imports": []}
    assert server.run_csv(SMALL)["workflow_state"] == "imported"
    assert children(server.process.pid) == before, "the worker went on"
    log = (server.home.parent / "home.log").read_text(encoding="utf-8")
    assert len(log.splitlines()) < 20, log


def test_a_reset_frees_a_disk_that_is_full_to_the_last_byte(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16), serving(tmp_path / "disk" / "home") as server:
        server.wait(server.post_csv(LARGE).json["id"])
        fill(tmp_path / "disk" / "filler")
        before = used(server.home)
        assert server.send("POST", "/practice/reset", b"").status == 200
        assert used(server.home) < before / 4
        (tmp_path / "disk" / "filler").unlink()
        assert server.run_csv(SMALL)["workflow_state"] == "imported"


def fill(path: Path) -> None:
    """Write a file until nothing more fits on its disk."""
    with path.open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(bytes(4096)):
            continue


def used(home: Path) -> int:
    """Return the bytes of a home, without those that it keeps for a full disk."""
    return sum(path.stat().st_size for path in home.rglob("*") if path.is_file() and path.name != RESERVE)
