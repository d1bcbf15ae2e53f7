"""The lesson's notebooks run at a seat of a room, and no practice Canvas starts on the learner's computer."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notebooks.runs import NUMBERED, Notebook, execute, read, solve
from tests.notebooks.test_every_notebook_runs import YES, complaints, other_verdicts
from tests.room.rooms import Room, Seat, open_room

BASICS = [path for path in NUMBERED if path.stem[:2] in ("00", "01", "02", "03")]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with open_room(tmp_path_factory.mktemp("room") / "home", "--seats", "2", "--pace", "0.1") as opened:
        yield opened


def run(path: Path, room: Room, tmp_path: Path) -> Notebook:
    """Run a notebook with its exercises solved, as the second learner in a hub."""
    assert room.ask("ana").status == 200
    return execute(
        solve(read(path)), tmp_path, PRACTICE_CANVAS_ROOM=room.announced["join"], JUPYTERHUB_USER="ben"
    )


def test_a_notebook_runs_at_the_seat_of_the_hub_s_user(room: Room, tmp_path: Path) -> None:
    notebook = run(BASICS[0], room, tmp_path)
    assert_at_seat(notebook, room, tmp_path)
    ana, ben = room.seats
    exercises = ben.get("/practice/exercises").json
    assert [each["id"] for each in exercises if each["state"] == "done"] == ["find_account"]
    assert ana.get("/practice/exercises").json == []


@pytest.mark.long
@pytest.mark.parametrize("path", BASICS, ids=lambda path: path.stem)
def test_each_of_the_first_notebooks_runs_at_a_seat(path: Path, room: Room, tmp_path: Path) -> None:
    assert_at_seat(run(path, room, tmp_path), room, tmp_path)


def tokens_of(seat: Seat) -> list[str]:
    return list(seat.get("/practice/tokens/shared").json.values())


def assert_at_seat(notebook: Notebook, room: Room, home: Path) -> None:
    assert complaints(notebook) == []
    assert other_verdicts(notebook, YES) == {}
    assert not (home / "practice").exists(), "no practice Canvas was started here"
    shown = json.dumps(notebook)
    assert not [token for token in tokens_of(room.seats[1]) if token in shown]
