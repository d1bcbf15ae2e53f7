"""What a room refuses before it starts, with the numbers and with what to do."""

import itertools
import socket
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from practice_canvas.room import command, handles, names
from practice_canvas.room.seats import NoSeat, Seats
from tests.practice_server import REPOSITORY

resource = pytest.importorskip("resource", reason="Windows has no limit of file handles")


@pytest.mark.parametrize(
    ("count", "given", "said"),
    [
        (0, [], "at least one seat, not 0"),
        (-3, [], "at least one seat, not -3"),
        (None, [], "say how many with --seats"),
        (1000, [], "at most 500"),
        (1, ["Ana", "Ben"], "2 names for 1 seat: use --seats 2"),
    ],
)
def test_a_number_of_seats_that_cannot_be(
    tmp_path: Path, count: int | None, given: list[str], said: str
) -> None:
    with pytest.raises(NoSeat, match=said):
        Seats(tmp_path, count, given)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Ana\nBen\n\nana \n", "lines 1 and 4"),
        (b"Ana\n" + b"x" * 200, "line 2: The name has 200 characters"),
        (b"\n \n", "has no names"),
        ("Zoë".encode("latin-1"), "not in UTF-8"),
    ],
)
def test_a_file_with_names_that_cannot_be(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    with pytest.raises(names.BadName, match=said):
        names.read(path)


@pytest.mark.parametrize(
    "content",
    [
        '{"seats": [7',
        '{"seats": [{"name": 5}]}',
        '{"seats": [{"name": "\\u0007"}]}',
        '{"seats": [], "served": "3"}',
        '{"seats": [], "ports": []}',
    ],
)
def test_a_damaged_list_of_seats_is_set_aside(tmp_path: Path, content: str) -> None:
    (tmp_path / "room.json").write_text(content, encoding="utf-8")
    for number in ("0001", "0002"):
        (tmp_path / "seats" / number).mkdir(parents=True)
    seats = Seats(tmp_path, None, [])
    assert len(seats.all) == 2 and "room.damaged" in seats.note, "as many as before"
    assert (tmp_path / "room.damaged").read_text(encoding="utf-8") == content


def test_fewer_seats_than_last_time_keep_the_rest(tmp_path: Path) -> None:
    tokens = [seat.token for seat in Seats(tmp_path, 3, ["Ana"]).all]
    assert len(Seats(tmp_path, 1, []).all) == 1
    again = Seats(tmp_path, 3, [])
    assert [seat.token for seat in again.all] == tokens and again.all[0].name == "Ana"


def test_who_has_a_closed_seat_learns_so_and_gets_no_empty_one(tmp_path: Path) -> None:
    for who in ("Ann", "Ben", "Cleo", "4"):
        Seats(tmp_path, 5, []).join(who)
    smaller = Seats(tmp_path, 2, [])
    for who, number in (("cleo", 3), ("3", 3), ("4", 4)):
        with pytest.raises(NoSeat, match=rf"seat {number} is closed.*--seats {number}"):
            smaller.join(who)
    with pytest.raises(NoSeat, match="There is no seat 5"):
        smaller.join("5")
    assert smaller.join("ben").number == 2
    assert Seats(tmp_path, 3, []).join("Cleo").number == 3


def test_a_room_is_as_large_as_last_time_also_after_it_became_smaller(tmp_path: Path) -> None:
    Seats(tmp_path, 3, ["Ana", "Ben", "Cem"])
    smaller = Seats(tmp_path, 2, [])
    assert "seats 3. To open: --seats 3" in smaller.note
    again = Seats(tmp_path, None, [])
    assert len(again.all) == 2 and "seats 3" in again.note
    assert Seats(tmp_path, 3, []).note == ""


@pytest.mark.parametrize(
    ("count", "given", "said"),
    [
        (None, ["Dan", "Eve", "Fay"], "use --seats 6"),  # a second class in the room of the first
        (2, ["Ana", "Cem"], "use --seats 3"),  # Cem has seat 3
        (2, ["Dan", "Eve", "Fay"], "seats of earlier learners.* use --seats 6"),
    ],
)
def test_names_for_which_an_old_room_is_too_small_are_said_to_the_trainer(
    tmp_path: Path, count: int | None, given: list[str], said: str
) -> None:
    Seats(tmp_path, None, ["Ana", "Ben", "Cem"])
    kept = (tmp_path / "room.json").read_text(encoding="utf-8")
    with pytest.raises(NoSeat, match=said) as refused:
        Seats(tmp_path, count, given)
    assert "ask the trainer" not in str(refused.value)
    assert (tmp_path / "room.json").read_text(encoding="utf-8") == kept, "nobody got a seat"
    needed = int(said.rpartition(" ")[2])
    assert [seat.name for seat in Seats(tmp_path, needed, given).all[:3]] == ["Ana", "Ben", "Cem"]


class Listener:
    """A socket that listens, of a computer whose ports nothing else uses."""

    def __init__(self, host: str, port: int) -> None:
        self.getsockname = lambda: (host, port)

    def close(self) -> None:
        pass


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The ports that other programs use."""
    ports: set[int] = set()

    def listen(host: str, port: int) -> Listener:
        return Listener(host, next(each for each in itertools.count(port) if each not in ports))

    monkeypatch.setattr(command, "listen", listen)
    return ports


def ports_of(home: Path, given: list[str], seats: int = 2) -> list[int]:
    """Open a room and return the ports of its join page, seats, and trainer's page."""
    options = Namespace(host="127.0.0.1", trainer_host="127.0.0.1", port=None)
    opened = command._listen(options, Seats(home, seats, given))
    return [listener.getsockname()[1] for listener in opened.all]


def test_an_unused_room_goes_back_to_the_usual_port(
    tmp_path: Path, busy: set[int], capsys: pytest.CaptureFixture[str]
) -> None:
    busy.add(8900)
    assert ports_of(tmp_path, []) == [8901, 8902, 8903, 8904]
    assert capsys.readouterr().err == "Another program uses port 8900: the join page moves to port 8901.\n"
    busy.clear()
    assert ports_of(tmp_path, []) == [8900, 8901, 8902, 8903]
    assert capsys.readouterr().err == ""


def test_a_room_with_learners_keeps_its_ports_and_says_so(
    tmp_path: Path, busy: set[int], capsys: pytest.CaptureFixture[str]
) -> None:
    busy.add(8900)
    before = ports_of(tmp_path, ["Ana"])
    capsys.readouterr()
    busy.clear()
    assert ports_of(tmp_path, []) == before
    assert "at port 8901 as last time, not at 8900" in capsys.readouterr().err


def test_a_seat_that_moves_takes_no_other_page_s_port(tmp_path: Path, busy: set[int]) -> None:
    assert ports_of(tmp_path, ["Ana"]) == [8900, 8901, 8902, 8903]
    busy.add(8901)
    assert ports_of(tmp_path, []) == [8900, 8904, 8902, 8903]


def test_a_new_seat_takes_no_other_page_s_port(
    tmp_path: Path, busy: set[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ports_of(tmp_path, ["Ana"]) == [8900, 8901, 8902, 8903]
    assert ports_of(tmp_path, [], 3) == [8900, 8901, 8902, 8904, 8903], "the trainer's page is where it was"
    assert capsys.readouterr().err == "", "no other program is in the way"


def test_too_few_file_handles_are_said_with_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (256, 1024))
    with pytest.raises(handles.TooFewHandles) as told:
        handles.allow(200)
    assert "200 seats need 4000 file handles, and this computer allows 1024" in str(told.value)
    assert "at most 43 seats" in str(told.value)


def test_the_limit_is_raised_where_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (256, 8192))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: raised.append(limits))
    handles.allow(200)
    assert raised == [(4000, 8192)]


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has one loopback address")
def test_no_two_applications_share_a_port_at_two_addresses(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.2", 0)) as probe:
        first = probe.getsockname()[1]
    options = Namespace(host="127.0.0.2", trainer_host="127.0.0.1", port=first)
    with socket.create_server(
        ("127.0.0.2", first + 1)
    ):  # so that seat 1 takes the port meant for the trainer
        opened = command._listen(options, Seats(tmp_path, 1, []))
    ports = [listener.getsockname()[1] for listener in opened.all]
    for listener in opened.all:
        listener.close()
    assert len(set(ports)) == 3 and first + 2 in ports[:2]


def test_a_name_has_at_most_60_characters() -> None:
    assert names.clean("ب" * 60) == "ب" * 60
    with pytest.raises(names.BadName, match="has 61 characters"):
        names.clean("ب" * 61)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seats", "0"],
        ["--seats", "1", "--port", "65535"],
        ["--seats", "1", "--home", "x" * 5000],
        ["--erase", "--home", "x" * 5000],
    ],
)
def test_the_command_ends_with_one_sentence(tmp_path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "practice_canvas", "room", "--home", str(tmp_path / "home"), *arguments]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode in (2, 4, 6) and ended.stdout == ""
    assert ended.stderr.count("\n") == 1 and ended.stderr.strip().endswith(".")
