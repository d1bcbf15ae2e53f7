"""start.py sets the lesson up with nothing but Python, repairs what was interrupted, and speaks plainly."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest

from launcher import environment
from launcher import main as commands
from launcher import steps as doing
from tests.waiting import LONGEST_WAIT

START = environment.ROOT / "start.py"
SOURCE = START.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lesson of its own with nothing to install, in a folder with a difficult name."""
    root = tmp_path / "Jürgen's lesson"
    (root / "helpers").mkdir(parents=True)
    (root / "helpers" / "__init__.py").touch()
    for lock in (*environment.LOCKS, environment.INSTALLER):
        (root / lock).write_text(f"# {lock}\n", encoding="utf-8")
    shutil.copy(environment.ROOT / "pyproject.toml", root)
    for name, path in {
        "ROOT": root,
        "VENV": root / ".venv",
        **{
            name: root / getattr(environment, name).relative_to(environment.ROOT)
            for name in ("PROGRAMS", "PYTHON", "STAMP", "WHEELS", "ONE_AT_A_TIME")
        },
    }.items():
        monkeypatch.setattr(environment, name, path)
    return root


@pytest.fixture
def steps(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the set-up does, noted instead of done."""
    titles: list[str] = []

    def note(title: str, *command: object) -> None:
        titles.append(title)
        environment.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        environment.PYTHON.touch()
        (environment.VENV / "lib/python3.11/site-packages").mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(doing, "work", note)
    monkeypatch.setattr(environment, "runs", environment.PYTHON.exists)
    monkeypatch.setattr(environment, "find_uv", lambda: "uv")
    return titles


BOTH_STEPS = ["Creating a Python environment", "Installing the packages"]


def test_an_old_python_is_told_which_one_to_get() -> None:
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


def test_the_real_set_up_links_the_folder_and_quiets_jupyterlab(folder: Path, tmp_path: Path) -> None:
    environment.prepare(environment.LESSON)
    code = "import helpers; print(helpers.__file__)"
    run = subprocess.run(
        [environment.PYTHON, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert Path(run.stdout.strip()) == folder / "helpers" / "__init__.py"
    assert "fetchNews" in (environment.VENV / "share/jupyter/lab/settings/overrides.json").read_text(
        encoding="utf-8"
    )


def test_jupyter_finds_the_entry_points_of_the_lesson(folder: Path, tmp_path: Path) -> None:
    environment.prepare(environment.LESSON)
    code = (
        "from importlib.metadata import distribution as d; lesson = d('canvas-sis-import-lesson');"
        "print(lesson.version, [e.name for e in lesson.entry_points], len(lesson.requires))"
    )
    run = subprocess.run(
        [environment.PYTHON, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["scripts"], *project["entry-points"].values()]
    names = [name for group in groups for name in group]
    assert run.stdout.strip() == f"{project['version']} {names} {len(project['dependencies'])}"


def test_an_environment_of_an_earlier_version_is_updated(
    steps: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    environment.prepare(environment.LESSON)
    environment.STAMP.write_text("requirements.lock of-an-earlier-version", encoding="utf-8")
    capsys.readouterr()
    environment.prepare(environment.LESSON)
    assert steps == [*BOTH_STEPS, "Installing the packages"]
    assert "Updating the lesson" in capsys.readouterr().out


def test_a_second_start_sets_nothing_up(steps: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    environment.prepare(environment.LESSON)
    assert steps == BOTH_STEPS
    capsys.readouterr()
    environment.prepare(environment.LESSON)
    assert steps == BOTH_STEPS
    assert capsys.readouterr().out == ""


def test_a_new_lock_is_installed_into_the_same_environment(steps: list[str], folder: Path) -> None:
    environment.prepare(environment.LESSON)
    (folder / environment.LESSON).write_text("# newer\n", encoding="utf-8")
    environment.prepare(environment.LESSON)
    assert steps == [*BOTH_STEPS, "Installing the packages"]


def test_the_test_packages_hold_the_lesson_but_not_the_other_way_round(steps: list[str]) -> None:
    environment.prepare(environment.LESSON)
    environment.prepare(environment.TEST)
    environment.prepare(environment.LESSON)
    assert steps == [*BOTH_STEPS, "Installing the packages"]


def test_the_packages_of_a_room_without_a_network_are_too_few_for_the_tests(steps: list[str]) -> None:
    environment.WHEELS.mkdir()
    environment.prepare(environment.LESSON)
    with pytest.raises(doing.SetupError, match="folder wheels has the packages of the lesson only"):
        environment.prepare(environment.TEST)
    assert environment.is_ready(environment.LESSON), "the lesson is as it was"


def test_the_readme_and_the_set_up_say_the_same_time() -> None:
    assert environment.DURATION in (environment.ROOT / "README.md").read_text(encoding="utf-8")


def test_a_folder_that_moved_is_linked_again(
    steps: list[str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.prepare(environment.LESSON)
    shutil.copytree(folder, tmp_path / "elsewhere")
    monkeypatch.setattr(environment, "ROOT", tmp_path / "elsewhere")
    environment.prepare(environment.LESSON)
    (link,) = environment.VENV.glob("lib/python3*/site-packages/lesson.pth")
    assert "elsewhere" in link.read_text(encoding="ascii")


@pytest.mark.parametrize("fault", [doing.SetupError("no network"), KeyboardInterrupt()])
def test_an_interrupted_set_up_is_made_anew(
    steps: list[str], fault: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = doing.work

    def stop_at_packages(title: str, *command: str | Path) -> None:
        note(title, *command)
        if title.startswith("Installing"):
            raise fault

    with monkeypatch.context() as patch, pytest.raises(type(fault)):
        patch.setattr(doing, "work", stop_at_packages)
        environment.prepare(environment.LESSON)
    leftover = environment.VENV / "half a package"
    leftover.touch()
    environment.prepare(environment.LESSON)
    assert not leftover.exists()
    assert steps[-2:] == steps[:2] == BOTH_STEPS


def test_a_half_made_environment_without_a_stamp_is_made_anew(steps: list[str]) -> None:
    (environment.VENV / "lib").mkdir(parents=True)
    environment.prepare(environment.LESSON)
    assert steps == BOTH_STEPS


def test_an_environment_you_made_yourself_is_kept(steps: list[str]) -> None:
    environment.PYTHON.parent.mkdir(parents=True)
    environment.PYTHON.touch()
    environment.prepare(environment.LESSON)
    assert steps == ["Installing the packages"]


def test_an_environment_whose_python_does_not_run_is_not_usable(folder: Path) -> None:
    assert not environment.runs()
    environment.PYTHON.parent.mkdir(parents=True)
    shutil.copy(shutil.which("false") or sys.executable, environment.PYTHON)
    assert not environment.runs()
    environment.PYTHON.write_bytes(b"a program of another kind of computer\0")
    assert not environment.runs()


def test_a_lock_file_of_another_program_is_told_plainly(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.ONE_AT_A_TIME.write_text("not a database" * 100, encoding="utf-8")
    assert commands.main(["status", "1"]) == 2
    assert "not a database" in capsys.readouterr().err


class Tools:
    """uv and pip that only note what they are asked for, or fail with the text that a test gives."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.faults: dict[str, str] = {}

    def work(self, title: str, *command: str | Path) -> None:
        tool = "pip" if "--no-input" in command else "uv"
        self.asked.append(f"{title.split(',')[0]}: {tool}")
        if fault := self.faults.get(self.asked[-1]):
            raise doing.SetupError(fault)
        if title.startswith("Getting"):
            environment.PROGRAMS.mkdir(parents=True, exist_ok=True)
            (environment.PROGRAMS / Path(UV).name).touch(mode=0o755)


UV = "uv.exe" if os.name == "nt" else "uv"
GETTING, WITH_UV, WITH_PIP = "Getting uv: pip", "Installing the packages: uv", "Installing the packages: pip"


@pytest.fixture
def tools(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    """A computer without uv."""
    tools = Tools()
    monkeypatch.setattr(doing, "work", tools.work)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    monkeypatch.setenv("PATH", str(folder))
    return tools


def test_uv_is_brought_once_and_used_from_then_on(tools: Tools, folder: Path) -> None:
    for _ in range(2):
        environment.install(folder / environment.TERMINAL)
    assert tools.asked == [GETTING, WITH_UV, WITH_UV]


@pytest.mark.parametrize(
    ("fault", "asked"),
    [
        ({GETTING: doing.NO_BUILD}, [GETTING, WITH_PIP]),
        ({WITH_UV: "the index of the company is known to pip alone"}, [GETTING, WITH_UV, WITH_PIP]),
    ],
)
def test_pip_installs_where_uv_cannot(
    tools: Tools, folder: Path, fault: dict[str, str], asked: list[str]
) -> None:
    tools.faults = fault
    environment.install(folder / environment.TERMINAL)
    assert tools.asked == asked


def test_without_a_network_nothing_is_tried_twice(tools: Tools, folder: Path) -> None:
    tools.faults = {GETTING: "the package index does not answer"}
    with pytest.raises(doing.SetupError, match="does not answer"):
        environment.install(folder / environment.TERMINAL)
    assert tools.asked == [GETTING]


@pytest.mark.parametrize("finished", [True, False])
def test_a_second_first_start_waits_for_the_first(
    steps: list[str], finished: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    second = threading.Thread(target=environment.prepare, args=(environment.LESSON,))
    with environment.one_at_a_time():
        second.start()
        shown = ""
        while "waiting for it" not in shown and second.is_alive():
            shown += capfd.readouterr().out
        if finished:
            environment.set_up(environment.LESSON)
        assert second.is_alive()
    second.join()
    assert steps == BOTH_STEPS
    assert environment.is_ready(environment.LESSON)


def test_the_whole_lesson_completes_what_the_terminal_needs(steps: list[str]) -> None:
    for lock in (environment.TERMINAL, environment.TERMINAL, environment.CHECK, environment.LESSON):
        environment.prepare(lock)
    environment.prepare(environment.TERMINAL)
    assert steps == [*BOTH_STEPS, *["Installing the packages"] * 2]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The virtual environment was not created because ensurepip is not available", "python3-venv"),
        ("broken by 'NewConnectionError('...')': /simple/x/\nERROR: No matching distribution", "not answer"),
        ("cause: error sending request for url\n  cause: client error\n  cause: dns error", "not answer"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate", "does not trust"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "was not installed"),
        ("ERROR: No matching distribution found for numpy==2.4.6", "64-bit Python"),
    ],
)
def test_a_known_failure_is_told_in_plain_words(said: str, told: str) -> None:
    with pytest.raises(doing.SetupError, match=told):
        doing.work("Installing", sys.executable, "-c", f"import sys; sys.exit({said!r})")


def test_an_unknown_failure_shows_what_was_said() -> None:
    with pytest.raises(doing.SetupError, match="something unheard of"):
        doing.work("Installing", sys.executable, "-c", "import sys; sys.exit('something unheard of')")


def test_milestones_are_shown_while_a_step_runs(capfd: pytest.CaptureFixture[str]) -> None:
    doing.work("Installing", sys.executable, "-c", "print('Collecting rich==14 (from -r x)'); print('noise')")
    assert capfd.readouterr().out == "- Installing\n  Collecting rich==14\n"


def test_a_step_that_is_silent_says_that_it_is_still_at_work(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doing, "PULSE", 0.01)
    seen = tmp_path / "seen"
    code = f"import pathlib, time\nwhile not pathlib.Path({str(seen)!r}).exists(): time.sleep(0.01)"
    step = threading.Thread(target=doing.work, args=("Installing", sys.executable, "-c", code))
    step.start()
    shown = ""
    while "still working" not in shown and step.is_alive():
        shown += capfd.readouterr().out
    seen.touch()
    step.join()
    shown += capfd.readouterr().out
    assert re.search(r"  \.\.\. still working, \d+ s", shown)


def test_a_folder_one_cannot_write_in_is_told_plainly(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert commands.main(["status", "1"]) == 2
    told = capsys.readouterr().err
    assert "Permission denied" in told
    assert "allowed to write there" in told


def test_a_lock_that_cannot_be_made_is_told_plainly(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment.ONE_AT_A_TIME.mkdir()
    assert commands.main(["status", "1"]) == 2
    assert "allowed to write there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "meant"), [("improt", "import"), ("rom", "room"), ("halt", None), ("data/test_course.csv", None)]
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
    assert (f"Did you mean {meant}?" in said) if meant else ("Did you mean" not in said)


def test_stop_has_nothing_to_do_before_the_first_start(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
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
    assert runs == [("helpers.terminal", *words)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["import", "no such file.csv"], "no such file.csv"),
        (["check", COURSES, "no such file.csv"], "no such file.csv"),
        (["explain", "no such file.json"], "no such file.json"),
        (["import", COURSES, "--option", "skip_delets=true"], "skip_deletes"),
        (["import", COURSES, "--option", "skip_deletes"], "name=value"),
        (["import", COURSES, "--rehears"], "--rehears"),
        (["import", COURSES, "--yes"], "--rehearse"),
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
        ("helpers.terminal", "helpers.client.connection", 1),
        ("helpers.terminal", "helpers.terminal.cli", 1),
        ("practice_canvas.room", "uvicorn", 0),
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
    said = ended.stdout + ended.stderr
    assert ended.returncode == status and said.strip().startswith("Stopped") and said.strip().count("\n") == 0


def test_the_book_is_built_where_you_say(runs: list[tuple[str, ...]], prepared: list[str]) -> None:
    assert commands.main(["book", "my book"]) == 0
    assert prepared == [environment.TEST]
    assert runs == [("docs.book", "my book")]


def test_a_room_s_first_line_of_output_is_its_own(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "run", lambda *command: print(*command) or 0)
    assert commands.main(["room", "--seats", "3", "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "practice_canvas.room --seats 3 --json\n"
    assert steps and "Setting up what the terminal commands need" in printed.err


def test_the_lesson_opens_after_the_practice_canvas_runs(runs: list[tuple[str, ...]]) -> None:
    assert commands.main(["--no-browser", "--port", "9999"]) == 0
    practice, lab = runs
    assert practice == ("helpers.terminal", "practice")
    assert lab[0] == "jupyterlab" and "--KernelManager.transport_encryption=auto" in lab
    assert {"--no-browser", "--ServerApp.port=9999", f"--ServerApp.root_dir={environment.ROOT}"} <= set(lab)
    (first,) = [flag.partition("/lab/tree/")[2] for flag in lab if flag.startswith("--LabApp.default_url=")]
    assert first == "notebooks/00_start_here.ipynb"


def test_every_check_runs_and_the_failing_one_is_named(
    runs: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["test", "-k", "data"]) == 1
    assert [call[0] for call in runs] == ["ruff", "ruff", "mypy", "pytest"]
    assert runs[-1][-2:] == ("-k", "data")
    assert "Failed: mypy" in capsys.readouterr().err


@pytest.mark.parametrize(("ci", "verdict"), [("", "SKIPPED"), ("true", "a failure")])
def test_a_missing_browser_is_told_loudly(
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


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
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
    assert f"'{port}' is not a port: use a number from 0 to 65535" in capsys.readouterr().err
