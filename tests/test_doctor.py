"""`start.py doctor` says whether a computer is ready, and what to do if it is not."""

import subprocess
import sys
from pathlib import Path

import pytest

from launcher import doctor, environment
from launcher import main as commands
from launcher import steps as doing


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer on which nothing is installed, with a package index that answers."""
    for name in ("WHEELS", "STAMP", "PYTHON"):
        monkeypatch.setattr(environment, name, tmp_path / name.lower())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    answer_of_index(monkeypatch, 0, "")
    return tmp_path


def answer_of_index(monkeypatch: pytest.MonkeyPatch, status: int, error: str) -> None:
    """Let the package index answer pip."""
    ended = subprocess.CompletedProcess([], status, "", error)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: ended)


def test_it_needs_nothing_but_python() -> None:
    alone = [sys.executable, "-S", "start.py", "doctor"]
    ended = subprocess.run(alone, cwd=environment.ROOT, capture_output=True, encoding="utf-8", check=False)
    last = ended.stdout.strip().splitlines()[-1]
    assert (ended.returncode, last == "ready") in [(0, True), (1, False)], ended
    assert "Traceback" not in ended.stderr


def test_a_computer_that_has_everything_is_ready(computer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.endswith("\nready\n") and "!!" not in out
    assert "nothing yet" in out and "the package index answers" in out


def installed_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What the report says about what is installed."""
    commands.main(["doctor"])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("ok  installed")]
    return line


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        (environment.TERMINAL, "except check and rehearse, which add one download ("),
        (environment.CHECK, "what the terminal commands need, with check and rehearse ("),
        (environment.LESSON, " the lesson ("),
    ],
)
def test_it_says_which_commands_can_run_without_a_download(
    computer: Path, lock: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.PYTHON.touch()
    environment.STAMP.write_text(environment.stamp_of(lock), encoding="utf-8")
    assert said in installed_line(capsys)


def test_an_earlier_version_is_not_nothing(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "is_usable", lambda lock: lock == environment.TERMINAL)
    assert installed_line(capsys).endswith(" an earlier version, which the next start updates")


def test_a_python_that_was_not_tested_is_said(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.main(["doctor"])
    assert "not tested" not in capsys.readouterr().out
    monkeypatch.setattr(doctor, "PYTHONS", ("3.10",))
    assert commands.main(["doctor"]) == 0
    assert "(not tested; if something fails, use Python 3.10)" in capsys.readouterr().out


def test_without_a_network_it_says_what_to_do(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_of_index(monkeypatch, 1, "ERROR: No matching distribution found for jupyterlab")
    assert commands.main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "!!  packages" in out and "Check your network" in out.partition("not ready:")[2]


def test_a_folder_of_packages_needs_no_network(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_of_index(monkeypatch, 1, "")
    environment.WHEELS.mkdir()
    (environment.WHEELS / "rich-14-py3-none-any.whl").touch()
    assert commands.main(["doctor"]) == 0
    assert "1 in the folder wheels" in capsys.readouterr().out


def test_a_full_disk_is_not_ready(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "SPACE_NEEDED", 10**9)
    assert commands.main(["doctor"]) == 1
    assert "Free some space on the disk" in capsys.readouterr().out


def test_a_python_that_cannot_make_an_environment_is_not_ready(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert commands.main(["doctor"]) == 1
    assert "python3-venv" in capsys.readouterr().out


@pytest.mark.parametrize(
    "proxy",
    [
        "http://joe:s3cret@proxy.example:3128",
        "joe:s3cret@proxy.example:3128",
        "http://joe:s3cret@proxy:no-port",
    ],
)
def test_no_password_and_no_token_is_shown(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.setenv("CANVAS_API_TOKEN", "s3cret")
    commands.main(["doctor"])
    out = capsys.readouterr().out
    assert "s3cret" not in out and "joe" not in out
    assert "https proxy.example:3128" in out or "https set" in out


def test_a_silent_index_is_not_waited_for(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("pip", doctor.SECONDS_TO_ASK)

    monkeypatch.setattr(subprocess, "run", hang)
    assert commands.main(["doctor"]) == 1
    assert doing.fix_for("timed out").splitlines()[0] in capsys.readouterr().out
