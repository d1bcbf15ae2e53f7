"""A room is erased on request: all of it, nothing else, and never without a yes."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from practice_canvas import homes, logs, service
from practice_canvas.room import command
from practice_canvas.room.seats import Seats
from tests.practice_server import REPOSITORY
from tests.room.classes import TrainerBrowser, work
from tests.room.rooms import open_room

INTERRUPTED = """
import shutil, sys
from practice_canvas.room.command import main

def once(folder, erase=shutil.rmtree):
    shutil.rmtree = interrupt
    erase(folder)

def interrupt(folder):
    raise KeyboardInterrupt  # what Ctrl+C raises

shutil.rmtree = once
sys.exit(main(sys.argv[1:], "room"))
"""


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def erase(home: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "practice_canvas.room", "--home", str(home), "--erase", *more]
    return subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a room that was used, with a file of somebody else's in it."""
    home, names = tmp_path / "home", tmp_path / "names.txt"
    names.write_text("Ana Müller\n", encoding="utf-8")
    with open_room(home, "--names", str(names)) as room:
        work(room.seats[0], 3)
        assert "Ana M" in TrainerBrowser(room).get("report.csv").body.decode()
        refused = erase(home, "--yes")
        assert refused.returncode != 0 and "already running" in refused.stderr
    (home / "notes.txt").write_text("mine", encoding="utf-8")
    return home


def test_a_room_is_erased_whole_and_only_after_a_yes(home: Path) -> None:
    kept = erase(home)
    assert kept.returncode == 2 and "add --yes" in kept.stderr
    assert "1 seat and 3 recorded events" in kept.stdout and (home / "record.jsonl").exists()
    assert erase(home, "--yes").returncode == 0
    assert {path.name for path in home.iterdir()} <= {
        "notes.txt",
        "seats",
        "serving.lock",
        "serving.lock-journal",
    }
    assert not list((home / "seats").iterdir())
    assert (home / "notes.txt").read_text(encoding="utf-8") == "mine"
    again = erase(home, "--yes")
    assert again.returncode == 2 and "There is no room" in again.stderr


@pytest.mark.parametrize(("typed", "status"), [("no", 2), ("erase", 2), ("", 2), ("Yes", 0)])
def test_a_person_is_asked_for_a_yes_as_everywhere(
    typed: str,
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Seats(tmp_path, 2, [])
    monkeypatch.setattr(logs, "begin", lambda home: None)
    monkeypatch.setattr(homes, "take", lambda home: None)  # it changes the umask of its process
    monkeypatch.setattr("sys.stdin", Terminal(f"{typed}\n"))
    assert command.main(["--home", str(tmp_path), "--erase"], "room") == status
    assert (tmp_path / "room.json").exists() is (status == 2)
    assert "Type yes" in capsys.readouterr().out


def test_ctrl_c_at_the_question_erases_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(question: str) -> str:
        raise KeyboardInterrupt

    Seats(tmp_path, 2, [])
    monkeypatch.setattr(logs, "begin", lambda home: None)
    monkeypatch.setattr(homes, "take", lambda home: None)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", interrupt)
    assert command.main(["--home", str(tmp_path), "--erase"], "room") == service.STOPPED
    assert "Stopped. Nothing was erased." in capsys.readouterr().err and (tmp_path / "room.json").exists()


def test_a_folder_without_a_room_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "seats").mkdir()
    (tmp_path / "room.jpg").touch()
    refused = erase(tmp_path, "--yes")
    assert refused.returncode == 2 and "There is no room" in refused.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"seats", "room.jpg"}


def test_an_interrupted_erasure_says_so_and_is_finished_by_the_next(tmp_path: Path) -> None:
    Seats(tmp_path, 3, ["Ana Müller"])
    (tmp_path / "room.new").write_text("Ana Müller", encoding="utf-8")
    command = [sys.executable, "-c", INTERRUPTED, "--home", str(tmp_path), "--erase", "--yes"]
    stopped = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert stopped.returncode == service.STOPPED != 0
    assert stopped.stderr.splitlines() == [
        "Stopped before all of the room was erased. Run the command again to erase what is left."
    ]
    assert len([*(tmp_path / "seats").iterdir()]) == 2
    assert erase(tmp_path, "--yes").returncode == 0
    assert not [*(tmp_path / "seats").iterdir()] and not [*tmp_path.glob("room.*")]
