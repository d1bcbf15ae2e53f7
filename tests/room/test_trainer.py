"""The trainer's view of a class of thirty: who is stuck, what is done about it, and the report."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_canvas import controls
from tests.practice_server import IMPORTS
from tests.room.classes import IDS, TrainerBrowser, all_at_once, check, practice_of, work
from tests.room.rooms import Room, Seat, open_room
from tests.waiting import wait_for

SEATS = 30
STUCK = {4: 3, 12: 4, 23: 5}
"""Seat → how often its check said *not yet*."""
HELPED, HAND, ABSENT = 12, 7, 30
NAMES = ["Ana Müller", "=HYPERLINK(1)", "<b>Bobby</b>", "علي"]
COURSE = "course_id,short_name,long_name,status\nX,X,X,active\n"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room in which all but one have gone through the exercises of 00 to 03, and three are stuck."""
    folder = tmp_path_factory.mktemp("class")
    names = folder / "names.txt"
    names.write_text("\n".join(NAMES), encoding="utf-8")
    with open_room(folder / "home", "--seats", str(SEATS), "--names", str(names)) as opened:
        all_at_once(
            lambda number=number, seat=seat: work(  # type: ignore[misc]
                seat, 5 if number in STUCK else len(IDS), tries=STUCK.get(number, 0)
            )
            for number, seat in enumerate(opened.seats, start=1)
            if number != ABSENT
        )
        yield opened


@pytest.fixture(scope="module")
def trainer(room: Room) -> TrainerBrowser:
    return TrainerBrowser(room)


def rows(page: str) -> dict[int, str]:
    """Return the row of each seat, in the order of the page."""
    found = re.findall(r'<tr id="seat-(\d+)".*?</tr>', page, re.DOTALL)
    return {
        int(number): re.search(rf'<tr id="seat-{number}".*?</tr>', page, re.DOTALL)[0]  # type: ignore[index]
        for number in found
    }


def shown(trainer: TrainerBrowser, path: str = "") -> str:
    return trainer.get(path).body.decode()


def ended(trainer: TrainerBrowser, text: str) -> str:
    """Wait until an action has ended, and return the page."""
    return wait_for(lambda: shown(trainer), lambda page: f"✔</span> {text}" in page)


def events(trainer: TrainerBrowser) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(trainer.get("report.csv").body.decode("utf-8-sig"))))


def courses(seat: Seat) -> int:
    answer = seat.get("/api/v1/accounts/self/courses")
    assert answer.status == 200
    return len(answer.json)


def test_who_is_stuck_comes_first(room: Room, trainer: TrainerBrowser) -> None:
    by_seat = rows(shown(trainer))
    assert len(by_seat) == SEATS and set(list(by_seat)[: len(STUCK)]) == STUCK.keys()
    for number, tries in STUCK.items():
        assert f"{tries} × not yet: Give a course another name" in by_seat[number]
    assert "Not started" in by_seat[ABSENT] and "At work" in by_seat[1]
    assert f"{len(IDS)}<span" in by_seat[1] and "SIS" not in by_seat[ABSENT]


def test_an_incident_is_fired_and_one_is_helped_and_the_report_is_right(
    room: Room, trainer: TrainerBrowser
) -> None:
    first, helped = room.seats[0], room.seats[HELPED - 1]
    trainer.act("begin", typed="expired_token")
    ended(trainer, "Incident started: expired token")
    wait_for(lambda: shown(trainer), lambda page: "at all 30 seats" in page)
    assert [seat.get(IMPORTS).status for seat in (first, helped)] == [401, 401]
    trainer.act("end_all")
    ended(trainer, "All incidents ended")
    assert [seat.get(IMPORTS).status for seat in (first, helped)] == [200, 200]
    check(helped, *((each, "done") for each in IDS[5:]))
    wait_for(lambda: rows(shown(trainer))[HELPED], lambda row: "Stuck" not in row)

    found = Counter((int(row["seat"]), row["result"]) for row in events(trainer) if row["kind"] == "exercise")
    for number in range(1, SEATS):
        done = len(IDS) if number not in STUCK or number == HELPED else 5
        assert (found[number, "done"], found[number, "not yet"]) == (done, STUCK.get(number, 0))
    assert not any(number == ABSENT for number, _ in found)
    imports = Counter(
        row["result"] for row in events(trainer) if row["seat"] == "1" and row["kind"] == "import"
    )
    assert imports == {"sent": 2, "imported": 1, "imported_with_messages": 1}
    did = [(row["seat"], row["what"], row["result"]) for row in events(trainer) if row["kind"] == "trainer"]
    assert did[:2] == [
        ("all", "Incident started: expired token", "done"),
        ("all", "All incidents ended", "done"),
    ]
    report = shown(trainer, "report")
    assert "29 of 30 seats took part" in report and "Give a course another name" in report


def test_names_stay_names_on_pages_and_in_spreadsheets(trainer: TrainerBrowser) -> None:
    for path in ("", "seats/3", "report"):
        page = shown(trainer, path)
        assert "&lt;b&gt;Bobby&lt;/b&gt;" in page and "<b>Bobby" not in page
    assert {row["name"] for row in events(trainer) if row["seat"] == "2"} == {"'=HYPERLINK(1)"}
    assert {row["name"] for row in events(trainer) if row["seat"] == "4"} == {"علي"}


def test_a_hand_goes_up_and_down(room: Room, trainer: TrainerBrowser) -> None:
    practice = practice_of(room.seats[HAND - 1])
    controls.raise_hand(practice, raised=True)
    page = shown(trainer)
    assert next(iter(rows(page))) == HAND and "Hand up" in rows(page)[HAND]
    assert f"seat {HAND}, hand up" in page, "screen readers are told"
    trainer.act("lower_hand", HAND, back="room")
    wait_for(lambda: controls.classroom(practice)["hand_raised_at"] is None)
    assert "Hand up" not in rows(ended(trainer, "Hand lowered"))[HAND]
    hands = [row["result"] for row in events(trainer) if row["kind"] == "hand"]
    assert hands == ["up", "down"]


def test_an_announcement_reaches_every_seat_until_it_is_taken_down(
    room: Room, trainer: TrainerBrowser
) -> None:
    trainer.act("announce", typed="Break <until> 10:45")
    assert "Break &lt;until&gt; 10:45" in ended(trainer, "Announced: Break &lt;until&gt; 10:45")
    said = [controls.classroom(practice_of(seat))["announcement"] for seat in room.seats]
    assert said == ["Break <until> 10:45"] * SEATS
    trainer.act("take_down")
    ended(trainer, "Announcement taken down")
    assert controls.classroom(practice_of(room.seats[0]))["announcement"] == ""


@pytest.mark.parametrize(
    ("do", "said"), [("announce", "Type the sentence"), ("restore", "Choose a snapshot")]
)
def test_what_is_missing_is_said(trainer: TrainerBrowser, do: str, said: str) -> None:
    assert said in trainer.act(do, typed=" ").body.decode()


def test_what_erases_asks_first_and_a_snapshot_brings_it_back(room: Room, trainer: TrainerBrowser) -> None:
    seat, other = room.seats[9], room.seats[10]
    before = courses(seat)
    assert before and courses(other)
    trainer.act("save", 10, typed="before")
    ended(trainer, "Snapshot saved: before")
    asked = trainer.act("reset", 10).body.decode()
    assert "cannot be undone" in asked and f"{before} course" in asked and "Reset seat 10?" in asked
    assert courses(seat) == before, "nothing is erased without a yes"
    trainer.act("reset", 10, sure="yes")
    ended(trainer, "School reset")
    assert (courses(seat), courses(other)) == (0, before)
    assert "Restore the snapshot at seat 10?" in trainer.act("restore", 10, typed="before").body.decode()
    trainer.act("restore", 10, typed="before", sure="yes")
    ended(trainer, "Snapshot restored: before")
    assert courses(seat) == before
    trainer.act("restore", 11, typed="before", sure="yes")
    wait_for(lambda: "failed" in shown(trainer))
    assert "Seat 11: " in shown(trainer), "it has no snapshot of that name"


def test_the_sample_school_is_loaded_and_the_imports_are_listed(room: Room, trainer: TrainerBrowser) -> None:
    trainer.act("load", 9, sure="yes")
    ended(trainer, "Sample school loaded")
    assert courses(room.seats[8]) > 5
    flawed = shown(trainer, "seats/1")
    assert "flawed.csv" in flawed and "NOWHERE" in flawed and f"{room.seats[0].url}/sis_imports/2" in flawed


def test_the_link_is_exchanged_for_a_cookie(room: Room, trainer: TrainerBrowser) -> None:
    assert trainer.landed_at == f"{trainer.address}/"
    answer = room.join.send("GET", trainer.address, token=None)
    assert answer.status == 403 and "link that the room printed" in answer.body.decode()


@pytest.mark.parametrize("path", ["", "seats/1", "report", "report.csv", "nothing"])
def test_without_the_cookie_nothing_is_seen(room: Room, trainer: TrainerBrowser, path: str) -> None:
    seat = room.seats[0]
    for headers in ({}, {"Cookie": "trainer=x"}, {"X-Practice-Secret": seat.token}):
        answer = room.join.send("GET", f"{trainer.address}/{path}", None, headers, seat.token)
        assert answer.status == 403 and b"M\xc3\xbcller" not in answer.body


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}]
)
def test_only_the_page_itself_changes_anything(
    room: Room, trainer: TrainerBrowser, headers: dict[str, str]
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": trainer.cookie}
    body = b"do=begin&seat=all&typed=slow_answers"
    answer = room.join.send("POST", f"{trainer.address}/act", body, form | headers, None)
    assert answer.status == 403
    assert controls.active_scenarios(practice_of(room.seats[0])) == []


def test_the_cookie_is_kept_from_scripts_and_other_sites(room: Room, trainer: TrainerBrowser) -> None:
    assert room.announced["trainer"].partition("secret=")[2] not in trainer.cookie
    assert trainer.kept.has_nonstandard_attr("HttpOnly")
    assert trainer.kept.get_nonstandard_attr("SameSite") == "strict"


def test_cookies_of_other_programs_on_the_computer_do_not_matter(room: Room, trainer: TrainerBrowser) -> None:
    headers = {"Cookie": f'theme={{"dark": 1}}; {trainer.cookie}'}
    assert room.join.send("GET", trainer.address, None, headers, None).status == 200


@pytest.mark.parametrize("path", ["seats/31", "seats/0", "seats/x", "nothing"])
def test_what_is_not_there_is_not_found(trainer: TrainerBrowser, path: str) -> None:
    assert trainer.get(path).status == 404


def test_an_unknown_action_or_incident_changes_nothing(room: Room, trainer: TrainerBrowser) -> None:
    assert trainer.act("shut_down").status == 404
    trainer.act("begin", 2, typed="no_such_incident")
    page = wait_for(lambda: shown(trainer), lambda page: "no_such_incident is not a scenario" in page)
    assert "Seat 2: " in page


def test_a_broken_seat_stays_in_its_row(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_room(home, "--seats", "3") as room:
        broken = room.seats[1].home / "practice.sqlite3"
    for path in broken.parent.glob("practice.sqlite3*"):
        path.unlink()
    broken.mkdir()
    with open_room(home) as room:
        trainer = TrainerBrowser(room)
        by_seat = wait_for(lambda: rows(shown(trainer)), lambda found: "Out of service" in found.get(2, ""))
        assert next(iter(by_seat)) == 2 and "Out of service" not in by_seat[1] + by_seat[3]
        trainer.act("begin", typed="slow_answers")
        page = wait_for(lambda: shown(trainer), lambda page: "These failed" in page)
        assert "at 2 of 3 seats" in page and "Seat 2: Seat 2 cannot be used" in page
        assert controls.active_scenarios(practice_of(room.seats[2])) == ["slow_answers"]


def test_a_class_goes_on_after_a_restart(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_room(home, "--seats", "1") as room:
        work(room.seats[0], 4, tries=2)
        trainer = TrainerBrowser(room)
        before = events(trainer)
    with open_room(home) as room:
        assert trainer.get().status == 200, "the open page goes on"
        after = wait_for(lambda: events(TrainerBrowser(room)))
        assert after == before and len(after) == 6
        assert "4<span" in rows(shown(trainer))[1]
