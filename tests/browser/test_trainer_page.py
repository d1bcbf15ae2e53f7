"""The trainer's page in a browser, with thirty seats at work: live, narrow, dark, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from practice_canvas import controls
from tests.browser import axe
from tests.browser.lab import SCREENSHOTS, new_page
from tests.room.classes import IDS, all_at_once, practice_of, work
from tests.room.rooms import Room, open_room

SEATS, STUCK, HAND = 30, 12, 7
NAMES = ["Ana Müller", "<b>Bobby</b>", "علي", "Iris de la Cruz y Fernández-Santamaría"]
WIDTHS = (390, 1280, 1920)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("trainer")
    names = folder / "names.txt"
    names.write_text("\n".join(NAMES), encoding="utf-8")
    with open_room(folder / "home", "--seats", str(SEATS), "--names", str(names)) as opened:
        all_at_once(
            lambda number=number, seat=seat: work(  # type: ignore[misc]
                seat, 6 if number == STUCK else number % len(IDS), tries=4 if number == STUCK else number % 3
            )
            for number, seat in enumerate(opened.seats[:-2], start=1)
        )
        controls.begin_scenario(practice_of(opened.seats[0]), "slow_answers")
        yield opened


@pytest.fixture
def show(browser: Browser, room: Room) -> Iterator[Callable[..., Page]]:
    """Open a page of the trainer's in a browser that has followed the link."""
    strangers: list[str] = []
    complaints: list[str] = []
    contexts = []

    def opened(path: str = "", width: int = 1280, **options: Any) -> Page:
        page = new_page(browser, viewport={"width": width, "height": 900}, **options)
        contexts.append(page.context)
        page.on("request", lambda request: strangers.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(room.announced["trainer"])
        if path:
            page.goto(page.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert {urlsplit(url).hostname for url in strangers if not url.startswith("data:")} <= {"127.0.0.1"}
    assert complaints == []


def first_seat(page: Page) -> str | None:
    return page.locator("#seats tr").first.get_attribute("id")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_and_is_pictured(show: Callable[..., Page], width: int, scheme: str) -> None:
    page = show("", width, color_scheme=scheme)
    room = page.url
    for path, name in (("", "room"), (f"seats/{STUCK}", "seat"), ("report", "report")):
        page.goto(room + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=SCREENSHOTS / f"trainer-{name}-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_no_fault(show: Callable[..., Page], script: str, width: int, scheme: str) -> None:
    page = show("", width, color_scheme=scheme, bypass_csp=True)
    page.locator("summary").click()
    assert axe.violations(page, script) == []
    room = page.url
    for path in (f"seats/{STUCK}", "report"):
        page.goto(room + path)
        assert axe.violations(page, script) == []


def test_the_secret_does_not_stay_in_the_address(show: Callable[..., Page], room: Room) -> None:
    page = show()
    assert "secret" not in page.url
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"


def test_a_raised_hand_moves_up_without_a_reload(show: Callable[..., Page], room: Room) -> None:
    page = show()
    page.evaluate("window.notReloaded = true")
    assert first_seat(page) == f"seat-{STUCK}"
    controls.raise_hand(practice_of(room.seats[HAND - 1]), raised=True)
    expect(page.locator("#seats tr").first).to_have_id(f"seat-{HAND}")
    expect(page.locator("#news")).to_contain_text(f"seat {HAND}, hand up")
    assert page.evaluate("window.notReloaded") is True
    page.locator(f"#seat-{HAND}").get_by_role("button", name="Lower").click()
    expect(page.locator(f"#seat-{HAND}")).to_contain_text("At work")
    assert not controls.classroom(practice_of(room.seats[HAND - 1]))["hand_raised_at"]


def test_nothing_moves_below_the_pointer_or_the_focus(show: Callable[..., Page], room: Room) -> None:
    page = show()
    page.locator("#link-20").focus()
    controls.raise_hand(practice_of(room.seats[HAND - 1]), raised=True)
    expect(page.locator(f"#seat-{HAND}")).to_contain_text("Hand up")
    assert first_seat(page) == f"seat-{STUCK}"
    expect(page.locator("#link-20")).to_be_focused()
    page.locator("#names").focus()
    expect(page.locator("#seats tr").first).to_have_id(f"seat-{HAND}")
    controls.raise_hand(practice_of(room.seats[HAND - 1]), raised=False)


def test_names_are_hidden_for_the_projector_and_stay_so(show: Callable[..., Page]) -> None:
    page = show()
    expect(page.get_by_text("<b>Bobby</b>")).to_be_visible()
    page.get_by_role("button", name="Hide names").click()
    expect(page.get_by_text("<b>Bobby</b>")).to_be_hidden()
    page.locator("#link-2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Seat 2 <b>Bobby</b>")
    expect(page.get_by_text("<b>Bobby</b>")).to_be_hidden()
    expect(page.get_by_role("button", name="Hide names")).to_have_attribute("aria-pressed", "true")


def test_an_announcement_and_an_incident_from_the_page(show: Callable[..., Page], room: Room) -> None:
    page = show("seats/2")
    page.get_by_label("A sentence for").fill("Look at <exercise> 3")
    page.keyboard.press("Enter")
    expect(page.locator("#now")).to_contain_text("Look at <exercise> 3")
    expect(page.locator("#runs")).to_contain_text("Announced: Look at <exercise> 3")
    page.get_by_label("What goes wrong").select_option("throttled")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#now")).to_contain_text("Throttled")
    assert controls.active_scenarios(practice_of(room.seats[1])) == ["throttled"]
    page.locator("#end-throttled").click()
    expect(page.locator("#now")).not_to_contain_text("Throttled")


FULL = "The disk of the practice Canvas is full."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 507, "json": {"errors": [{"message": FULL}]}}, FULL),
        (
            {"status": 403, "body": "<main><h1>Who?</h1><p>Open the link again.</p></main>"},
            "Open the link again.",
        ),
        ({"status": 500, "body": "broken"}, "The room refused this (HTTP 500). Load the page again."),
    ],
)
def test_why_an_action_is_refused_is_said_until_one_succeeds(
    browser: Browser, room: Room, answer: dict[str, Any], said: str
) -> None:
    page = new_page(browser)
    page.goto(room.announced["trainer"])
    page.route("**/act", lambda route: route.fulfill(**answer), times=1)  # of a page that is not open yet
    page.goto(f"{page.url}seats/3")
    page.get_by_label("A sentence for").fill("Hello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(said)
    expect(page.get_by_label("A sentence for")).to_have_value("Hello")
    page.keyboard.press("Enter")
    expect(page.locator("#runs")).to_contain_text("Announced: Hello")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.context.close()


def test_a_reset_asks_and_can_be_left(show: Callable[..., Page]) -> None:
    page = show("seats/8")
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reset seat 8?")
    page.get_by_role("link", name="Keep everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Seat 8")
    expect(page.locator("#imports")).to_contain_text("test_course.csv")


def test_the_report_prints_as_tables_dark_on_white(show: Callable[..., Page]) -> None:
    page = show("report", 794, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    table = page.locator("table.report").first
    expect(table).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(table.locator("th").first).to_have_css("display", "table-cell")
    expect(table.locator("tbody th").first).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
