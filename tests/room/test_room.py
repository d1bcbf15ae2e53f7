"""A room that runs: its seats, its join page, and what it keeps from one start to the next."""

import html
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_canvas import service
from tests.practice_server import IMPORTS, REPOSITORY, Answer, children
from tests.room.classes import TrainerBrowser
from tests.room.rooms import Room, Seat, open_room
from tests.waiting import LONGEST_WAIT

HEADER = "course_id,short_name,long_name,status\n"
STARTER = """
import os, subprocess, sys
command = [sys.executable, "-m", "practice_canvas.room", *sys.argv[1:], "--end-with", str(os.getpid())]
subprocess.run(command)
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with open_room(tmp_path_factory.mktemp("room") / "home", "--seats", "4") as opened:
        yield opened


def courses(seat: Seat) -> list[str]:
    return sorted(course["sis_course_id"] for course in seat.get("/api/v1/accounts/self/courses").json)


def typed(room: Room, **fields: str) -> Answer:
    """Send the form of the join page."""
    body = urllib.parse.urlencode(fields).encode()
    return room.join.send("POST", "/", body, {"Content-Type": "application/x-www-form-urlencoded"}, None)


def seat_on(page: Answer) -> int:
    found = re.search(r"<h1>Seat (\d+)", page.body.decode())
    assert page.status == 200 and found
    return int(found[1])


def test_each_seat_imports_into_its_own_school(room: Room) -> None:
    sent = [(seat, f"C{number}") for number, seat in enumerate(room.seats[:3])]
    started = [seat.post_csv(f"{HEADER}{name},{name},{name},active\n").json["id"] for seat, name in sent]
    ended = [seat.wait(number)["workflow_state"] for (seat, _), number in zip(sent, started, strict=True)]
    assert ended == ["imported"] * 3
    assert [courses(seat) for seat, _ in sent] == [["C0"], ["C1"], ["C2"]]


def test_a_seat_takes_its_own_tokens_and_no_other_s(room: Room) -> None:
    first, second = room.seats[:2]
    for token in (second.token, "practice-admin-token", "seat-1~a-mistyped-token"):
        assert first.get(IMPORTS, token=token).status == 401
    tokens = first.get("/practice/tokens/shared").json
    assert tokens["admin"] == first.token and all(each.startswith("seat-1~") for each in tokens.values())
    assert first.get(IMPORTS, token=tokens["read_only"]).status == 200


@pytest.mark.parametrize("other", ["", "second", "read_only"])
def test_a_seat_s_controls_need_the_token_that_its_learner_was_given(room: Room, other: str) -> None:
    first, second = room.seats[:2]
    shared = first.get("/practice/tokens/shared").json
    secret = {"second": second.token, "read_only": shared["read_only"]}.get(other, other)
    refused = first.send("POST", "/practice/reset", b"", {"X-Practice-Secret": secret})
    assert refused.status == 403 and "your seat" in refused.json["errors"][0]["message"]
    assert first.get("/practice/scenarios").status == 200


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the worker in /proc")
def test_a_killed_worker_is_replaced_and_what_other_seats_sent_is_done(room: Room) -> None:
    first, second = room.seats[:2]
    running = first.run_midway(HEADER + "".join(f"X{number},X,X,active\n" for number in range(500)))
    second.send("POST", "/practice/scenarios/stuck_in_created", b"")
    waiting = second.post_csv(f"{HEADER}Y,Y,Y,active\n").json["id"]
    (worker,) = children(room.process.pid)
    os.kill(worker, signal.SIGKILL)
    assert first.wait(running)["workflow_state"] == "failed_with_messages"
    first.settings(pace="immediate")
    assert first.run_csv(f"{HEADER}Y,Y,Y,active\n")["workflow_state"] == "imported"
    second.send("DELETE", "/practice/scenarios", b"")
    assert second.wait(waiting)["workflow_state"] == "imported"


def test_the_same_name_gets_the_same_seat_again(room: Room) -> None:
    number = seat_on(typed(room, name="Zoë Ångström"))
    again = typed(room, name="Zoë Ångström").body
    assert b"add your last name" in again, "two people may have one name"
    for spelling in ("zoë  ångström ", "ZOE\u0308 ÅNGSTRÖM", "\u202eZoë Ångström"):
        assert seat_on(typed(room, name=spelling)) == number
    given = room.ask("zoë ångström").json
    assert given == {
        "name": "Zoë Ångström",
        "url": room.seats[number - 1].url,
        "token": room.seats[number - 1].token,
    }
    arabic = seat_on(typed(room, name="علي"))
    assert arabic != number and seat_on(typed(room, name="علي")) == arabic


def test_a_number_is_a_seat_unless_it_has_a_name(room: Room) -> None:
    assert seat_on(typed(room, name="4")) == seat_on(typed(room, name="٤")) == 4
    assert {seat_on(typed(room, name=name)) for name in ("Uma", "Zoë Ångström")}.isdisjoint({4})
    for number, said in {
        "1": "Seat 1 has a name",
        "0": "There is no seat 0",
        "77": "seats are 1 to 4",
    }.items():
        page = typed(room, name=number)
        assert page.status == 422 and said in page.body.decode()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "The name is empty"),
        ("\u200b\u202e", "The name is empty"),
        ("ب" * 200, "has 200 characters"),
    ],
)
def test_what_is_no_name_is_answered_on_the_page_and_to_a_hub(room: Room, name: str, said: str) -> None:
    page, answer = typed(room, name=name), room.ask(name)
    assert page.status == answer.status == 422
    assert said in html.unescape(page.body.decode()) and said in answer.json["errors"][0]["message"]


def test_nobody_sees_the_names_or_tokens_of_others(room: Room) -> None:
    typed(room, name="Zoë Ångström")
    for page in (room.join.get("/"), typed(room, name="")):
        assert "ngstr" not in page.body.decode() and "seat-" not in page.body.decode()
        assert page.headers["cache-control"] == "no-store"


def test_a_name_stays_a_name_on_the_page(room: Room) -> None:
    page = typed(room, name="<b>" * 30).body.decode()
    assert "<b><b>" not in page and "&lt;b&gt;" in page


def test_pages_of_other_sites_get_no_seat(room: Room) -> None:
    headers = {"Content-Type": "application/json", "Origin": "http://evil.example"}
    assert room.join.send("POST", "/seat", b'{"name": "eve"}', headers, None).status == 403
    assert room.join.send("POST", "/seat", b'{"name": "eve"}', {"Host": "evil.example"}, None).status == 403


def test_a_room_that_is_open_says_where_and_ends_as_it_is_asked_to(tmp_path: Path) -> None:
    with open_room(tmp_path / "home", "--seats", "1") as room:
        command = [sys.executable, "-m", "practice_canvas.room", "--home", str(tmp_path / "home")]
        second = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert second.returncode == service.ALREADY_SERVED
        assert f"at {room.announced['join']} (process {room.process.pid})" in second.stderr
        room.process.terminate()
        assert room.process.wait(LONGEST_WAIT) == (0 if os.name != "nt" else 1)
    assert "The room has stopped." in room.log.read_text(encoding="utf-8")


def test_a_room_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    own = ["--home", str(tmp_path / "room"), "--port", "0", "--seats", "1", "--json"]
    command = [sys.executable, "-c", STARTER, *own]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as starter:
        assert starter.stdout and starter.stdout.readline()
        assert (tmp_path / "room" / service.ROOM_STATE_FILE).exists()
        starter.kill()
        starter.communicate(timeout=LONGEST_WAIT)  # until the room has closed what they share, too
    assert not (tmp_path / "room" / service.ROOM_STATE_FILE).exists()


def test_an_address_that_somebody_claims_is_not_taken_for_theirs(tmp_path: Path) -> None:
    with open_room(tmp_path / "home", "--seats", "1", PRACTICE_CANVAS_ROOM_KEY="open sesame") as room:
        body = b'{"name": "ana", "key": "open sesame"}'
        headers = {"Content-Type": "application/json", "X-Forwarded-For": "unknown"}
        assert room.join.send("POST", "/seat", body, headers, None).status == 200


def test_a_room_starts_again_as_it_was(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\ufeffAna Müller\n\nBen\nعلي\n", encoding="utf-8")
    with open_room(tmp_path / "home", "--names", str(names)) as room:
        assert [each["name"] for each in room.announced["seats"]] == ["Ana Müller", "Ben", "علي"]
        for seat in room.seats:
            seat.run_csv(f"{HEADER}A,A,A,active\n")
        before, damaged = room.announced, room.seats[1]
        found = service.find(tmp_path / "home", service.ROOM_STATE_FILE)
        assert found and (found.pid, found.url) == (room.process.pid, before["join"])
    assert room.process.returncode == 0 and not (tmp_path / "home/room_service.json").exists()
    assert room.log.read_text(encoding="utf-8").count("\n") == 1, "Ctrl+C: one line"
    damaged_file = damaged.home / "practice.sqlite3"
    damaged_file.write_bytes(b"no database at all " * 500)
    (room.seats[2].home / "practice.sqlite3").unlink()
    (room.seats[2].home / "practice.sqlite3").mkdir()
    with open_room(tmp_path / "home", PRACTICE_CANVAS_ROOM_KEY="open sesame") as room:
        assert room.announced == before
        assert courses(room.seats[0]) == ["A"] and room.ask("ben", "open sesame").json["url"] == damaged.url
        assert courses(damaged) == [], "it begins again"
        assert list(damaged.home.glob("practice-damaged*")), "nothing is thrown away"
        broken = room.seats[2].get(IMPORTS)
        assert broken.status == 503 and "Seat 3 cannot be used" in broken.json["errors"][0]["message"]
        refused = room.ask("ben", "wrong key")
        assert refused.status == 422 and "key of this room" in refused.json["errors"][0]["message"]
        assert seat_on(typed(room, name="Ben", key="open sesame")) == 2


def test_a_port_that_was_taken_meanwhile_is_replaced_and_said(tmp_path: Path) -> None:
    with open_room(tmp_path / "home", "--seats", "2") as room:
        before = room.announced
    port = int(before["seats"][0]["url"].rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)), open_room(tmp_path / "home") as room:
        assert f"Another program uses port {port}: seat 1 moves to" in room.log.read_text(encoding="utf-8")
        assert room.seats[0].get(IMPORTS).status == 200
        assert room.announced["seats"][1] == before["seats"][1]


def test_the_trainer_s_link_works_and_the_address_alone_does_not(room: Room) -> None:
    link = room.announced["trainer"]
    assert TrainerBrowser(room).get().status == 200
    assert room.join.get(link.partition("?")[0], token=None).status == 403
    assert room.join.get(f"{link}x", token=None).status == 403
