"""Why it does not start: each reason has its own sentence and its own fix, and nothing is lost."""

import errno
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from starlette.routing import Router

from practice_canvas import diagnosis, service
from practice_canvas.credentials import unfinished
from practice_canvas.server import Server as HttpServer
from practice_canvas.store import exercises
from practice_canvas.store.school.lock import LOCK_FILE
from practice_canvas.store.store import DATABASE
from tests.attacks.full_disk import largest_file, small_disk
from tests.fake_server import FakeCanvas, Reply
from tests.practice_server import IMPORTS, REPOSITORY, serving
from tests.waiting import LONGEST_WAIT

SMALL = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"


def started(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Start it with arguments that it cannot serve with, and return how it ended."""
    command = [sys.executable, "-m", "practice_canvas", "--port", "0", *map(str, arguments)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=LONGEST_WAIT)


def a_file_as_home(path: Path) -> Path:
    path.write_text("mine", encoding="utf-8")
    return path


def a_file_above(path: Path) -> Path:
    return a_file_as_home(path) / "home"


def a_foreign_lock(path: Path) -> Path:
    path.mkdir()
    (path / LOCK_FILE).write_text("a lock of another program" * 99, encoding="utf-8")
    return path


def a_folder_as_database(path: Path) -> Path:
    (path / DATABASE).mkdir(parents=True)
    return path


def a_folder_as_exercises(path: Path) -> Path:
    (path / exercises.DATABASE).mkdir(parents=True)
    return path


def a_folder_as_log_of_the_database(path: Path) -> Path:
    (path / f"{DATABASE}-wal").mkdir(parents=True)
    return path


def a_folder_as_unfinished_note(path: Path) -> Path:
    unfinished(path / service.STATE_FILE).mkdir(parents=True)
    return path


def a_file_as_folder(path: Path) -> Path:
    path.mkdir()
    return a_file_as_home(path / "files").parent


def a_link_to_nowhere_as_folder(path: Path) -> Path:
    path.mkdir()
    (path / "files").symlink_to(path / "not there")
    return path


def a_link_in_a_circle(path: Path) -> Path:
    path.symlink_to(path)
    return path


def a_long_path(path: Path) -> Path:
    return path.joinpath(*["a folder with a long name" * 4] * 8)


def a_longer_path(path: Path) -> Path:
    return path / ("x" * 5000)


CASES: dict[Callable[[Path], Path], tuple[int, str, str]] = {
    a_file_as_home: (service.NO_HOME, "is a file, but must be a folder", "Move it away"),
    a_file_above: (service.NO_HOME, "is a file, but must be a folder", "Move it away"),
    a_foreign_lock: (service.NO_HOME, f"{LOCK_FILE} is not the practice Canvas's own file", "Delete it"),
    a_folder_as_database: (service.NO_HOME, f"{DATABASE} is a folder, but must be a file", "Move it away"),
    a_folder_as_exercises: (service.NO_HOME, "is a folder, but must be a file", "Move it away"),
    a_folder_as_log_of_the_database: (service.NO_HOME, f"{DATABASE}-wal is a folder", "Move it away"),
    a_folder_as_unfinished_note: (service.NO_HOME, "is a folder, but must be a file", "Move it away"),
    a_file_as_folder: (service.NO_HOME, "files is a file, but must be a folder", "Move it away"),
    a_link_to_nowhere_as_folder: (service.NO_HOME, "files is a file, but must be a folder", "Move it away"),
    a_link_in_a_circle: (service.NO_HOME, "is a file, but must be a folder", "Move it away"),
    a_long_path: (service.NO_DATABASE, "path of the data folder is too long", "Choose a shorter --home"),
    a_longer_path: (service.NO_HOME, "path of the data folder is too long", "Choose a shorter --home"),
}


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_what_is_wrong_with_a_home_is_said_in_one_line(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    status, what, fix = CASES[make]
    ended = started("--home", make(tmp_path / "home"))
    assert (ended.returncode, ended.stdout) == (status, "")
    (line,) = ended.stderr.splitlines()
    assert what in line and fix in line


@pytest.mark.parametrize("make", [a_file_as_home, a_foreign_lock, a_longer_path, a_link_in_a_circle])
def test_the_helpers_say_the_same(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    with pytest.raises(service.PracticeCanvasFault) as fault:
        service.find_or_start(make(tmp_path / "home"), port=0)
    assert CASES[make][1] in str(fault.value)


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs a limit on the size of files")
@pytest.mark.parametrize("size", [0, 10_000])
def test_a_full_disk_is_named(tmp_path: Path, size: int) -> None:
    with largest_file(size):
        ended = started("--home", tmp_path / "home")
    assert ended.returncode in {service.NO_HOME, service.NO_DATABASE}
    assert "is full. Free some space" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="Linux has a folder that nobody may write to")
def test_a_folder_that_may_not_be_written_to_is_named() -> None:
    ended = started("--home", "/sys/kernel/practice")
    assert (ended.returncode, "may not write in /sys/kernel/practice" in ended.stderr) == (
        service.NO_HOME,
        True,
    )
    assert "Choose another --home" in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other access rights")
def test_a_home_that_became_read_only_is_named_and_kept(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 32):
        home = tmp_path / "disk" / "home"
        with serving(home):
            pass
        remount = ["mount", "-o", "remount,ro", str(tmp_path / "disk")]
        if subprocess.run(remount, capture_output=True, check=False).returncode:
            home.chmod(0o500)  # which stops everyone but root, who may mount
        before = (home / DATABASE).read_bytes()
        ended = started("--home", home)
        assert ended.returncode in {service.NO_HOME, service.NO_DATABASE}
        assert f"may not write in {home}" in ended.stderr and "Traceback" not in ended.stderr
        assert (home / DATABASE).read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows numbers a pipe without a reader otherwise")
@pytest.mark.parametrize("what", [(), ("room", "--seats", "1")], ids=["alone", "room"])
def test_an_output_that_nobody_reads_is_not_the_fault_of_the_home(
    what: tuple[str, ...], tmp_path: Path
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "practice_canvas", *what, "--port", "0", "--home", str(tmp_path)]
    ended = subprocess.run(
        command, cwd=REPOSITORY, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=LONGEST_WAIT
    )
    os.close(writer)
    assert ended.returncode == service.NO_HOME
    assert ended.stderr == "The program that was to read this output has ended. Start both again.\n"


def test_an_unknown_reason_is_at_least_numbered(tmp_path: Path) -> None:
    assert "error 9999" in diagnosis.why_unusable(tmp_path, 9999)


# the port and the host


@pytest.mark.parametrize("port", ["65536", "-1", "99999999999999999999", "x", "80.5", "²"])
def test_a_port_that_is_not_one_is_refused(tmp_path: Path, port: str) -> None:
    ended = started("--home", tmp_path, f"--port={port}")
    assert (ended.returncode, "is not a port: use a number from 0" in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    ("host", "what"),
    [
        ("no-such-host.invalid", "does not know the host"),
        ("192.0.2.7", "is not an address of this computer"),
        ("a" * 300, "does not know the host"),
    ],
)
def test_a_host_that_is_not_this_computer_s_is_named(tmp_path: Path, host: str, what: str) -> None:
    ended = started("--home", tmp_path, "--host", host)
    assert (ended.returncode, ended.stdout) == (service.NO_PORT, "")
    assert what in ended.stderr and "Give --host one of its own addresses" in ended.stderr


# the database


def overwrite_the_start(path: Path) -> None:
    path.write_bytes(b"no database" + path.read_bytes()[11:])


def overwrite_the_middle(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * 16_384 + content[20_480:])


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def replace_by_text(path: Path) -> None:
    path.write_text("this is no database", encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [overwrite_the_start, overwrite_the_middle, cut, replace_by_text],
    ids=lambda each: each.__name__,
)
def test_a_damaged_database_is_set_aside_whole_and_the_user_learns_of_it(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    home = tmp_path / "home"
    with serving(home) as server:
        server.run_csv(SMALL)
    with closing(sqlite3.connect(home / DATABASE)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(home / DATABASE)
    damaged = (home / DATABASE).read_bytes()
    with serving(home) as server:
        practice = service.find(home)
        assert practice and "was damaged" in (service.note_of_start(home))
        assert server.get(IMPORTS).json == {"sis_imports": []}
        assert server.run_csv(SMALL)["workflow_state"] == "imported"
    assert (home / "practice-damaged.sqlite3").read_bytes() == damaged
    assert "practice-damaged.sqlite3" in (tmp_path / "home.log").read_text(encoding="utf-8")


def test_a_sound_database_is_not_set_aside_after_a_kill(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as server:
        server.run_csv(SMALL)
        server.process.kill()
        server.process.wait()
    with serving(home) as server:
        assert server.get("/api/v1/users/sis_user_id:U1").status == 200
    assert not list(home.glob("practice-*"))


# the note


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"url": ' * 100_000,
        '{"url": "file:///etc/passwd", "token": "t", "tokens": {}, "pid": 1}',
        '{"url": "http://[", "token": "t", "tokens": {}, "pid": 1}',
        '{"url": "http://127.0.0.1:99999999", "token": "t", "tokens": {}, "pid": 1}',
        '{"url": 5, "token": "t", "tokens": {}, "pid": 1}',
    ],
)
def test_a_hostile_note_is_no_note(tmp_path: Path, text: str) -> None:
    (tmp_path / service.STATE_FILE).write_text(text, encoding="utf-8")
    assert service.find(tmp_path) is None
    assert service.stop(tmp_path) is False


@pytest.mark.parametrize(
    "reply",
    [
        Reply("[" * 100_000),
        Reply("no JSON"),
        Reply({"pid": 1}),
        Reply({"pid": -1, "version": "9"}),
        Reply([]),
        Reply("", 302, {"Location": "http://127.0.0.1:1/"}),
        Reply("", 500),
        Reply("x", hang_up=True),
        Reply("x", cut=True),
    ],
)
@pytest.mark.parametrize("pid", [1, -1])
def test_a_foreign_program_at_the_noted_address_is_not_taken_for_it(
    tmp_path: Path, fake_canvas: FakeCanvas, reply: Reply, pid: int
) -> None:
    fake_canvas.script(reply)
    noted = {"url": fake_canvas.url, "token": "t", "tokens": {}, "pid": pid, "secret": "the-secret"}
    (tmp_path / service.STATE_FILE).write_text(json.dumps(noted), encoding="utf-8")
    assert service.find(tmp_path) is None
    assert service.stop(tmp_path) is False
    assert not [each for each in fake_canvas.received if "the-secret" in str(each.headers)]


def test_a_server_that_cannot_be_announced_ends_its_parts_and_logs_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ended: list[str] = []
    raised: list[int | None] = []

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        ended.append("worker")

    def begun() -> None:
        raise OSError(errno.ENOSPC, "no space left")

    def run() -> None:
        try:
            HttpServer(Router(lifespan=lifespan), begun, lambda: None).run([listener])
        except OSError as fault:
            raised.append(fault.errno)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run)  # in the main one it would take over the signals
        thread.start()
        thread.join(LONGEST_WAIT)
    assert (raised, ended, caplog.text) == ([errno.ENOSPC], ["worker"], "")


# the end


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no Ctrl+C for one process")
@pytest.mark.parametrize("as_json", [True, False])
def test_ctrl_c_ends_it_with_status_0_and_at_most_one_line(tmp_path: Path, as_json: bool) -> None:
    command = [sys.executable, "-m", "practice_canvas", "--home", str(tmp_path), "--port", "0"]
    command += ["--json"] if as_json else []
    with subprocess.Popen(
        command,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout
        for _ in range(1 if as_json else 5):
            assert server.stdout.readline()
        os.killpg(server.pid, signal.SIGINT)  # a terminal sends it to the worker, too
        said, errors = server.communicate(timeout=LONGEST_WAIT)
    assert (server.returncode, errors) == (0, "")
    assert said.splitlines() == ([] if as_json else ["The practice Canvas has stopped. Its data stay."])
    assert not (tmp_path / service.STATE_FILE).exists()


def test_the_log_is_bounded_and_the_previous_one_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / service.LOG_FILE).write_bytes(b"an old line\n" * 100_000)
    practice = service.find_or_start(home, pace="immediate", port=0)
    try:
        assert service.ask(practice, "GET", "settings?no_parameter=1")["pace"] == "immediate"  # it is logged
    finally:
        service.stop(home)
    assert (home / service.LOG_FILE).stat().st_size < 10_000
    assert (home / f"{service.LOG_FILE}.1").stat().st_size >= 1_200_000
