"""start.py sets the lesson up with nothing but Python, repairs what was interrupted, and speaks plainly."""

import ast
import os
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest

import start

SOURCE = Path(start.__file__).read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lesson of its own with nothing to install, in a folder with a difficult name."""
    root = tmp_path / "Jürgen's lesson"
    (root / "helpers").mkdir(parents=True)
    (root / "helpers" / "__init__.py").touch()
    for lock in ("requirements.lock", "requirements-test.lock"):
        (root / lock).write_text(f"# {lock}\n", encoding="utf-8")
    shutil.copy(start.ROOT / "pyproject.toml", root)
    for name, path in {
        "ROOT": root,
        "VENV": root / ".venv",
        "PYTHON": root / start.PYTHON.relative_to(start.ROOT),
        "STAMP": root / start.STAMP.relative_to(start.ROOT),
        "LESSON_LOCK": root / "requirements.lock",
        "TEST_LOCK": root / "requirements-test.lock",
    }.items():
        monkeypatch.setattr(start, name, path)
    return root


@pytest.fixture
def steps(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the set-up does, noted instead of done."""
    titles: list[str] = []

    def note(title: str, *command: object) -> None:
        titles.append(title)
        start.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        start.PYTHON.touch()
        (start.VENV / "lib/python3.11/site-packages").mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(start, "work", note)
    monkeypatch.setattr(start, "usable", start.PYTHON.exists)
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


def test_python_2_stops_at_a_line_that_says_why() -> None:
    first = next(line for line in SOURCE.splitlines() if ": Path = " in line)
    assert "This is Python 2" in first
    before = SOURCE.partition(first)[0]
    assert not [n for n in ast.walk(ast.parse(before)) if isinstance(n, ast.JoinedStr | ast.AnnAssign)]


def test_only_the_standard_library_is_needed() -> None:
    imports = [n for n in ast.walk(ast.parse(SOURCE)) if isinstance(n, ast.Import | ast.ImportFrom)]
    names = {n.module or "" if isinstance(n, ast.ImportFrom) else n.names[0].name for n in imports}
    assert names <= sys.stdlib_module_names


def test_the_real_set_up_links_the_folder_and_quiets_jupyterlab(folder: Path, tmp_path: Path) -> None:
    start.prepare(start.LESSON_LOCK)
    code = "import helpers; print(helpers.__file__)"
    run = subprocess.run(
        [start.PYTHON, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert Path(run.stdout.strip()) == folder / "helpers" / "__init__.py"
    assert "fetchNews" in (start.VENV / "share/jupyter/lab/settings/overrides.json").read_text(
        encoding="utf-8"
    )


def test_jupyter_finds_the_entry_points_of_the_lesson(folder: Path, tmp_path: Path) -> None:
    start.prepare(start.LESSON_LOCK)
    code = (
        "from importlib.metadata import distribution as d; lesson = d('canvas-sis-import-lesson');"
        "print(lesson.version, [e.name for e in lesson.entry_points], len(lesson.requires))"
    )
    run = subprocess.run(
        [start.PYTHON, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert run.stdout.strip() == (
        f"{project['version']} {[*project['scripts']]} {len(project['dependencies'])}"
    )


def test_an_environment_of_an_earlier_version_is_updated(
    steps: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    start.prepare(start.LESSON_LOCK)
    start.STAMP.write_text("requirements.lock of-an-earlier-version", encoding="utf-8")
    capsys.readouterr()
    start.prepare(start.LESSON_LOCK)
    assert steps == [*BOTH_STEPS, "Installing the packages"]
    assert "Updating the lesson" in capsys.readouterr().out


def test_a_second_start_sets_nothing_up(steps: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    start.prepare(start.LESSON_LOCK)
    assert steps == BOTH_STEPS
    capsys.readouterr()
    start.prepare(start.LESSON_LOCK)
    assert steps == BOTH_STEPS
    assert capsys.readouterr().out == ""


def test_a_new_lock_is_installed_into_the_same_environment(steps: list[str]) -> None:
    start.prepare(start.LESSON_LOCK)
    start.LESSON_LOCK.write_text("# newer\n", encoding="utf-8")
    start.prepare(start.LESSON_LOCK)
    assert steps == [*BOTH_STEPS, "Installing the packages"]


def test_the_test_packages_hold_the_lesson_but_not_the_other_way_round(steps: list[str]) -> None:
    start.prepare(start.LESSON_LOCK)
    start.prepare(start.TEST_LOCK)
    start.prepare(start.LESSON_LOCK)
    assert steps == [*BOTH_STEPS, "Installing the packages"]


def test_a_folder_that_moved_is_linked_again(
    steps: list[str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start.prepare(start.LESSON_LOCK)
    shutil.copytree(folder, tmp_path / "elsewhere")
    monkeypatch.setattr(start, "ROOT", tmp_path / "elsewhere")
    start.prepare(start.LESSON_LOCK)
    (link,) = start.VENV.glob("lib/python3*/site-packages/lesson.pth")
    assert "elsewhere" in link.read_text(encoding="ascii")


@pytest.mark.parametrize("fault", [start.SetupError("no network"), KeyboardInterrupt()])
def test_an_interrupted_set_up_is_made_anew(
    steps: list[str], fault: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = start.work

    def stop_at_packages(title: str, *command: str | Path) -> None:
        note(title)
        if title.startswith("Installing"):
            raise fault

    with monkeypatch.context() as patch, pytest.raises(type(fault)):
        patch.setattr(start, "work", stop_at_packages)
        start.prepare(start.LESSON_LOCK)
    leftover = start.VENV / "half a package"
    leftover.touch()
    start.prepare(start.LESSON_LOCK)
    assert not leftover.exists()
    assert steps == [*BOTH_STEPS, *BOTH_STEPS]


def test_a_half_made_environment_without_a_stamp_is_made_anew(steps: list[str]) -> None:
    (start.VENV / "lib").mkdir(parents=True)
    start.prepare(start.LESSON_LOCK)
    assert steps == BOTH_STEPS


def test_an_environment_you_made_yourself_is_kept(steps: list[str]) -> None:
    start.PYTHON.parent.mkdir(parents=True)
    start.PYTHON.touch()
    start.prepare(start.LESSON_LOCK)
    assert steps == ["Installing the packages"]


def test_an_environment_whose_python_does_not_run_is_not_usable(folder: Path) -> None:
    assert not start.usable()
    start.PYTHON.parent.mkdir(parents=True)
    shutil.copy(shutil.which("false") or sys.executable, start.PYTHON)
    assert not start.usable()


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
    with pytest.raises(start.SetupError, match=told):
        start.work("Installing", sys.executable, "-c", f"import sys; sys.exit({said!r})")


def test_an_unknown_failure_shows_what_was_said() -> None:
    with pytest.raises(start.SetupError, match="something unheard of"):
        start.work("Installing", sys.executable, "-c", "import sys; sys.exit('something unheard of')")


def test_milestones_are_shown_while_a_step_runs(capfd: pytest.CaptureFixture[str]) -> None:
    start.work("Installing", sys.executable, "-c", "print('Collecting rich==14 (from -r x)'); print('noise')")
    assert capfd.readouterr().out == "- Installing\n  Collecting rich==14\n"


def test_a_step_that_is_silent_says_that_it_is_still_at_work(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(start, "PULSE", 0.01)
    seen = tmp_path / "seen"
    code = f"import pathlib, time\nwhile not pathlib.Path({str(seen)!r}).exists(): time.sleep(0.01)"
    step = threading.Thread(target=start.work, args=("Installing", sys.executable, "-c", code))
    step.start()
    shown = ""
    while "still working" not in shown and step.is_alive():
        shown += capfd.readouterr().out
    seen.touch()
    step.join()
    assert "  ... still working, 0 s" in shown


def test_a_folder_one_cannot_write_in_is_told_plainly(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert start.main(["status", "1"]) == 2
    told = capsys.readouterr().err
    assert "Permission denied" in told
    assert "allowed to write there" in told


def test_an_unknown_command_is_bad_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        start.main(["imprt", "x.csv"])
    assert exit_.value.code == 2
    assert "import FILE | status [ID] | check FILE | explain ID | rehearse FILE" in capsys.readouterr().err


def test_stop_has_nothing_to_do_before_the_first_start(folder: Path) -> None:
    assert start.main(["stop"]) == 0
    assert not start.VENV.exists()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The modules that would run; mypy is the one that fails."""
    calls: list[tuple[str, ...]] = []

    def run(*command: object, **_: object) -> int:
        calls.append(tuple(map(str, command)))
        return int(command[0] == "mypy")

    monkeypatch.setattr(start, "prepare", lambda lock: None)
    monkeypatch.setattr(start, "run", run)
    return calls


@pytest.mark.parametrize("command", ["import", "status", "check", "explain", "rehearse"])
def test_the_commands_hand_their_words_to_the_helpers(command: str, runs: list[tuple[str, ...]]) -> None:
    assert start.main([command, "a b.csv", "--option", "x=1"]) == 0
    assert runs == [("helpers.terminal.cli", command, "a b.csv", "--option", "x=1")]


def test_a_room_s_first_line_of_output_is_its_own(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "run", lambda *command: print(*command) or 0)
    assert start.main(["room", "--seats", "3", "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "practice_canvas.room --seats 3 --json\n"
    assert steps and "Setting up the lesson" in printed.err


def test_the_lesson_opens_after_the_practice_canvas_runs(runs: list[tuple[str, ...]]) -> None:
    assert start.main(["--no-browser", "--port", "9999"]) == 0
    practice, lab = runs
    assert practice == ("helpers.terminal.cli", "practice")
    assert lab[0] == "jupyterlab" and "--KernelManager.transport_encryption=auto" in lab
    assert {"--no-browser", "--ServerApp.port=9999", f"--ServerApp.root_dir={start.ROOT}"} <= set(lab)
    (first,) = [flag.partition("/lab/tree/")[2] for flag in lab if flag.startswith("--LabApp.default_url=")]
    assert first == "notebooks/00_start_here.ipynb"


def test_every_check_runs_and_the_failing_one_is_named(
    runs: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert start.main(["test", "-k", "data"]) == 1
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
    monkeypatch.setattr(start, "find_browser", lambda: None)
    start.main(["test"])
    out = capsys.readouterr().out
    assert "No Chromium or Chrome found" in out
    assert verdict in out


@pytest.mark.skipif(os.name == "nt", reason="the file mode marks a program on POSIX only")
def test_a_browser_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    browser = tmp_path / "google-chrome"
    browser.touch(mode=0o755)
    assert start.find_browser() == str(browser)


def test_the_status_of_what_ran_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "PYTHON", Path(sys.executable))
    assert start.run("json.tool", "no such file.json", "out") != 0
    assert start.run("this") == 0
