"""Setting the lesson up with nothing but Python: once, completely, and again after an interruption."""

import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest

from helpers.terminal.arguments import CHECKS_FILES
from launcher import environment
from launcher import main as commands
from launcher import steps as doing
from tests.own_lesson import own_lesson


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lesson of its own with nothing to install, in a folder with a difficult name."""
    return own_lesson(tmp_path, monkeypatch)


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


def test_the_readme_says_which_commands_need_one_more_download() -> None:
    readme = (environment.ROOT / "README.md").read_text(encoding="utf-8")
    named = [f"`{name}`" for name in (*CHECKS_FILES, "import --rehearse")]
    assert f"{', '.join(named[:-1])}, and {named[-1]} need one\nmore download" in readme
    assert f"except {' and '.join(CHECKS_FILES)}:" in environment.LOCKS[environment.TERMINAL]


def test_a_folder_that_moved_is_linked_again(
    steps: list[str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.prepare(environment.LESSON)
    shutil.copytree(folder, tmp_path / "elsewhere")
    monkeypatch.setattr(environment, "ROOT", tmp_path / "elsewhere")
    environment.prepare(environment.LESSON)
    (link,) = environment.VENV.glob("lib/python3*/site-packages/lesson.pth")
    assert "elsewhere" in link.read_text(encoding="ascii")


def test_a_half_made_environment_without_a_stamp_is_made_again(steps: list[str]) -> None:
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


def test_a_lock_file_of_another_program_is_reported_plainly(
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
def test_a_known_failure_is_reported_in_plain_words(said: str, told: str) -> None:
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


def test_a_folder_one_cannot_write_in_is_reported_plainly(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert commands.main(["status", "1"]) == 2
    told = capsys.readouterr().err
    assert "Permission denied" in told
    assert "allowed to write there" in told


def test_a_lock_that_cannot_be_made_is_reported_plainly(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.ONE_AT_A_TIME.mkdir()
    assert commands.main(["status", "1"]) == 2
    assert "allowed to write there" in capsys.readouterr().err
