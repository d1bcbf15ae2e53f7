"""start.py reads its command line with nothing but Python, runs what it names, and speaks plainly."""

import ast
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from launcher import environment
from launcher import main as commands
from launcher import steps as doing
from tests.waiting import LONGEST_WAIT

START = environment.ROOT / "start.py"
SOURCE = START.read_text(encoding="utf-8")
not_on_windows = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def test_an_old_python_learns_which_one_to_get() -> None:
    old = f"import sys; sys.version_info = (3, 6, 15); exec(compile({SOURCE!r}, 'start.py', 'exec'))"
    run = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith("The lesson needs Python 3.11 or newer; this is Python 3.6.")
    assert "Traceback" not in run.stderr


def test_an_old_python_can_read_as_far_as_that() -> None:
    ast.parse(SOURCE, feature_version=(3, 7))
    assert SOURCE.isascii()


def test_a_python_2_can_too() -> None:
    newer = ast.JoinedStr | ast.AnnAssign | ast.arg | ast.NamedExpr
    assert not [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, newer)]


def test_only_the_standard_library_is_needed() -> None:
    alone = [sys.executable, "-S", "-c", "import launcher.main"]
    subprocess.run(alone, cwd=environment.ROOT, check=True)


@pytest.mark.parametrize(
    ("word", "meant"), [("improt", "import"), ("rom", "room"), ("help", None), ("data/test_course.csv", None)]
)
def test_an_unknown_command_is_bad_use(
    word: str, meant: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        commands.main([word, "x.csv"])
    assert exit_.value.code == 2
    said = capsys.readouterr().err
    assert "import FILE | status [ID] | check FILE | explain ID | rehearse FILE" in said
    assert f"no command '{word}'" in said
    assert (f"Did you mean {meant}?" if meant else "--help lists the commands.") in said
    assert ("Did you mean" in said) is (meant is not None)


def test_stop_has_nothing_to_do_before_the_first_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(tmp_path / "home"))
    for name in ("VENV", "STAMP", "PYTHON"):
        monkeypatch.setattr(environment, name, tmp_path / ".venv" / name)
    assert commands.main(["stop"]) == 0
    assert "No practice Canvas is running" in capsys.readouterr().out
    for wrong in ("--help", "it"):
        with pytest.raises(SystemExit):
            commands.main(["stop", wrong])
    assert not environment.VENV.exists()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, prepared: list[str]) -> list[tuple[str, ...]]:
    """The modules that would run; mypy is the one that fails."""
    calls: list[tuple[str, ...]] = []

    def run(*command: object, **_: object) -> int:
        calls.append(tuple(map(str, command)))
        return int(command[0] == "mypy")

    monkeypatch.setattr(commands, "run", run)
    return calls


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The locks that would be installed."""
    locks: list[str] = []
    monkeypatch.setattr(commands, "prepare", locks.append)
    return locks


COURSES = str(environment.ROOT / "data" / "test_course.csv")


@pytest.mark.parametrize(
    ("words", "lock"),
    [
        (["import", COURSES, "--option", "skip_deletes=true"], environment.TERMINAL),
        (["import", COURSES, "--rehearse"], environment.CHECK),
        (["status", "1", "--json"], environment.TERMINAL),
        (["explain", COURSES, "--all"], environment.TERMINAL),
        (["check", COURSES], environment.CHECK),
        (["rehearse", COURSES], environment.CHECK),
    ],
)
def test_a_command_installs_what_it_needs_and_hands_its_words_on(
    words: list[str], lock: str, runs: list[tuple[str, ...]], prepared: list[str]
) -> None:
    assert commands.main(words) == 0
    assert prepared == [lock]
    assert runs == [("launcher.terminal", *words)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["import", "no such file.csv"], "no such file.csv"),
        (["check", COURSES, "no such file.csv"], "no such file.csv"),
        (["check", COURSES.replace(".csv", ".cvs")], "Did you mean test_course.csv?"),
        (["explain", "no such file.json"], "no such file.json"),
        (["import", COURSES, "--option", "skip_delets=true"], "skip_deletes"),
        (["import", COURSES, "--option", "skip_deletes"], "name=value"),
        (["import", COURSES, "--rehears"], "--rehears"),
        (["import", COURSES, "--yes"], "--rehearse"),
        (["import", COURSES, "--option", "batch_mode=true"], "--option batch_mode_term_id="),
        (["status", "first"], "'first' is not the ID of an import"),
        (["import", ""], "name of the file is empty"),
        (["check", COURSES, ""], "name of the file is empty"),
        (["explain", ""], "name of the file is empty"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_installed(
    words: list[str],
    why: str,
    runs: list[tuple[str, ...]],
    prepared: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        status = commands.main(words)
    except SystemExit as left:
        status = int(left.code or 0)
    assert (status, prepared, runs) == (2, [], [])
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("command", ["room", "book", "test", "wheelhouse", "doctor", "import", "stop"])
def test_help_names_the_command_and_installs_nothing(
    command: str, prepared: list[str], runs: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        commands.main([command, "--help"])
    assert f"usage: python start.py {command} " in capsys.readouterr().out
    assert (prepared, runs) == ([], [])


@pytest.mark.parametrize("words", [["room", "--home", ""], ["book", ""], ["wheelhouse", ""]])
def test_an_empty_name_is_not_the_current_folder(
    words: list[str], prepared: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        commands.main(words)
    assert "the name is empty" in capsys.readouterr().err and prepared == []


def test_a_room_of_no_number_is_refused_before_anything_is_installed(
    prepared: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        commands.main(["room", "--seats", "many"])
    assert "'many' is not a whole number" in capsys.readouterr().err and prepared == []


INTERRUPTED = """
import runpy, sys
while_loading, module = sys.argv[1:3]
del sys.argv[1:3]
class Interrupt:
    def find_spec(name, *_):
        if name == while_loading:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt)
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    ("module", "while_loading", "status"),
    [
        ("launcher.terminal", "helpers", 1),
        ("launcher.terminal", "helpers.client.connection", 1),
        ("launcher.terminal", "helpers.terminal.cli", 1),
        ("practice_canvas.room", "uvicorn", 1),
    ],
)
def test_ctrl_c_while_a_command_loads_is_one_line(module: str, while_loading: str, status: int) -> None:
    line = [sys.executable, "-c", INTERRUPTED, while_loading, module, "status"]
    ended = subprocess.run(
        line,
        cwd=environment.ROOT,
        env={**os.environ, "CANVAS_DOMAIN": "127.0.0.1"},  # so that no practice Canvas starts
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (status, ""), "a script may read JSON there"
    said = ended.stderr.strip()
    assert said.startswith("Stopped") and said.count("\n") == 0


@not_on_windows
def test_ctrl_c_while_python_starts_is_one_line() -> None:
    pressed = (
        "import os, signal, sys; from launcher import ctrl_c; ctrl_c.hold();"
        "os.kill(os.getpid(), signal.SIGINT);"
        "os.execv(sys.executable, [sys.executable, '-m', 'launcher.terminal', 'status'])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", pressed], cwd=environment.ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr.strip()) == (1, "", "Stopped.")


@not_on_windows
@pytest.mark.parametrize(("module", "held"), [("launcher.terminal", True), ("this", False)])
def test_ctrl_c_waits_while_a_command_starts(
    module: str, held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, seen = subprocess.Popen, []

    def popen(*words: Any, **options: Any) -> "subprocess.Popen[bytes]":
        seen.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
        if held:  # this thread, as others may not hold it back
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        return start([sys.executable, "-c", ""], **options)

    monkeypatch.setattr(subprocess, "Popen", popen)
    assert commands.run(module) == 0  # it goes on to wait for the command, which takes Ctrl+C as it likes
    assert seen == [held]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_the_book_is_built_where_you_say(runs: list[tuple[str, ...]], prepared: list[str]) -> None:
    assert commands.main(["book", "my book"]) == 0
    assert prepared == [environment.TEST]
    assert runs == [("docs.book", "my book")]


def test_a_room_s_first_line_of_output_is_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "prepare", print)
    monkeypatch.setattr(commands, "run", lambda *command: print(*command) or 0)
    assert commands.main(["room", "--seats", "3", "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"practice_canvas.room --seats 3 --json --end-with {os.getpid()}\n"
    assert printed.err == f"{environment.TERMINAL}\n"


def test_the_lesson_opens_after_the_practice_canvas_runs(runs: list[tuple[str, ...]]) -> None:
    assert commands.main(["--no-browser", "--port", "9999"]) == 0
    practice, lab = runs
    assert practice == ("launcher.terminal", "practice")
    assert lab[0] == "jupyterlab" and "--KernelManager.transport_encryption=auto" in lab
    assert {"--no-browser", "--ServerApp.port=9999", f"--ServerApp.root_dir={environment.ROOT}"} <= set(lab)
    (first,) = [flag.partition("/lab/tree/")[2] for flag in lab if flag.startswith("--LabApp.default_url=")]
    assert first == "notebooks/00_start_here.ipynb"


@pytest.mark.parametrize("taken", [True, False])
def test_a_port_that_another_program_has_is_said(
    taken: bool, runs: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1] if taken else 0
        assert commands.main(["--no-browser", f"--port={port}"]) == 0
    said = f"Port {port} is taken or not allowed: JupyterLab looks for another one.\n"
    assert (said in capsys.readouterr().out) is taken
    assert f"--ServerApp.port={port}" in runs[-1]


def test_every_check_runs_and_the_failing_one_is_named(
    runs: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["test", "-k", "data"]) == 1
    assert [call[0] for call in runs] == ["ruff", "ruff", "mypy", "pytest"]
    assert runs[-1][-2:] == ("-k", "data")
    assert "Failed: mypy" in capsys.readouterr().err


@pytest.mark.parametrize(("ci", "verdict"), [("", "SKIPPED"), ("true", "a failure")])
def test_a_missing_browser_is_reported_loudly(
    ci: str,
    verdict: str,
    runs: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(commands, "find_browser", lambda: None)
    commands.main(["test"])
    out = capsys.readouterr().out
    assert "No Chromium or Chrome found" in out
    assert verdict in out


@pytest.mark.skipif(os.name == "nt", reason="the file mode marks a program on POSIX only")
def test_a_browser_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    browser = tmp_path / "google-chrome"
    browser.touch(mode=0o755)
    assert commands.find_browser() == str(browser)


def test_the_status_of_what_ran_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    assert commands.run("json.tool", "no such file.json", "out") != 0
    assert commands.run("this") == 0


@not_on_windows
def test_what_asks_start_py_to_end_ends_what_it_runs(tmp_path: Path) -> None:
    (tmp_path / "served.py").write_text(
        "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(3600)\n", encoding="utf-8"
    )
    code = (
        "import sys; from launcher import environment, main;"
        "environment.PYTHON = sys.executable; sys.exit(main.run('served'))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=environment.ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout
        served = int(started.stdout.readline())
        started.terminate()
        assert started.wait(LONGEST_WAIT) == 128 + signal.SIGTERM
        try:
            with pytest.raises(ProcessLookupError):
                os.kill(served, 0)
        finally:
            with suppress(ProcessLookupError):
                os.kill(served, signal.SIGKILL)


def test_compiled_modules_are_kept_where_an_image_forbids_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "probe.py").write_text("import sys; sys.exit(sys.dont_write_bytecode)", encoding="utf-8")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    assert commands.run("probe") == 0


def test_until_a_program_is_up_the_time_is_shown_and_its_log_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    seen = tmp_path / "seen"
    (tmp_path / "slow_server.py").write_text(
        f"import pathlib, sys, time\nwhile not pathlib.Path({str(seen)!r}).exists(): time.sleep(0.01)\n"
        "print('http://127.0.0.1:1', file=sys.stderr)\nsys.exit(3)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(doing, "PULSE", 0.01)
    statuses: list[int] = []
    server = threading.Thread(target=lambda: statuses.append(commands.run("slow_server", ready=b"http")))
    server.start()
    shown = ""
    while "still working" not in shown and server.is_alive():
        shown += capfd.readouterr().out
    seen.touch()
    server.join()
    assert statuses == [3]
    assert capfd.readouterr().err == "http://127.0.0.1:1\n"


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_cannot_be_one_is_refused(
    port: str, runs: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        commands.main(["--no-browser", f"--port={port}"])
    assert runs == []
    assert f"'{port}' is not a port: use a number from 0 (any) to 65535" in capsys.readouterr().err
