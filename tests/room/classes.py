"""A class at work in a room: what the notebooks 00 to 03 send from each seat, without running them."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from helpers.lesson.exercises import EXERCISES
from practice_canvas import controls
from practice_canvas.service import Practice
from tests.practice_server import Answer, _lower
from tests.room.rooms import Room, Seat
from tests.waiting import LONGEST_WAIT

FIRST_NOTEBOOKS = ("00", "01", "02", "03")
IDS = [each.id for each in EXERCISES.values() if each.notebook[:2] in FIRST_NOTEBOOKS]
LIST = [
    {"id": each.id, "notebook": each.notebook, "title": each.title, "can": each.can}
    for each in EXERCISES.values()
]
COURSES = "course_id,short_name,long_name,status\nBIO-101,BIO 101,Biology,active\n"
FLAWED = "course_id,short_name,long_name,account_id,status\nC1,C1,C1,NOWHERE,active\nC2,C2,C2,,active\n"
AT_ONCE = 8


def practice_of(seat: Seat) -> Practice:
    """Return a seat as the lesson's own code controls it."""
    return Practice(seat.url, seat.token, {}, pid=0, home=None, secret=seat.token)


def check(seat: Seat, *verdicts: tuple[str, str]) -> None:
    """Report verdicts (exercise, state) as the checks below the exercises do."""
    practice = practice_of(seat)
    for exercise, state in verdicts:
        why = "course BIO-101 is in Canvas." if state == "done" else "course BIO-101 is not there yet."
        controls.report_verdict(
            practice, exercise, state=state, why=why, notebook=EXERCISES[exercise].notebook
        )


def work(seat: Seat, done: int, *, tries: int = 0) -> None:
    """Go through the first exercises at a seat.

    Args:
        seat: where.
        done: how many exercises are done.
        tries: how often the next one is not yet right.
    """
    controls.define_exercises(practice_of(seat), LIST)
    check(seat, *((each, "done") for each in IDS[:done]))
    if done > IDS.index("send_second_course"):
        seat.run_csv(COURSES, "test_course.csv")
    if done > IDS.index("fix_row"):
        seat.run_csv(FLAWED, "flawed.csv")
    check(seat, *((IDS[done], "not_yet") for _ in range(tries)))


def all_at_once(jobs: Iterable[Callable[[], object]]) -> None:
    """Do what the learners of a class do at the same time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for ended in [pool.submit(job) for job in jobs]:
            ended.result()


class TrainerBrowser:
    """The trainer's browser, without pages: it keeps the cookie and says where its forms come from."""

    def __init__(self, room: Room) -> None:
        self.address = room.announced["trainer"].partition("/?")[0]
        jar = http.cookiejar.CookieJar()
        direct = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener(direct, urllib.request.HTTPCookieProcessor(jar))
        with self._opener.open(room.announced["trainer"], timeout=LONGEST_WAIT) as answer:
            self.landed_at = answer.url
        (self.kept,) = jar

    @property
    def cookie(self) -> str:
        """The header with which the browser shows its cookie."""
        return f"{self.kept.name}={self.kept.value}"

    def get(self, path: str = "") -> Answer:
        """Open a page."""
        return self._send(urllib.request.Request(f"{self.address}/{path}"))

    def act(self, do: str, seat: int | str = "all", **fields: str) -> Answer:
        """Press a button."""
        body = urllib.parse.urlencode({"do": do, "seat": seat, **fields}).encode()
        request = urllib.request.Request(f"{self.address}/act", body, {"Origin": self.address})
        return self._send(request)

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=LONGEST_WAIT) as answer:
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, _lower(refusal.headers), refusal.read())
