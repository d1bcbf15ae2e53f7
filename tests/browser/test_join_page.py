"""A learner joins a room in a browser: without a script, by keyboard, for everybody, on a narrow page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from helpers.client.connection import Connection
from tests.browser import axe
from tests.browser.lab import new_page
from tests.room.rooms import Room, open_room

WIDER_THAN_ITS_WINDOW = "() => document.documentElement.scrollWidth > window.innerWidth"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with open_room(tmp_path_factory.mktemp("room") / "home", "--seats", "3") as opened:
        yield opened


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_name_leads_to_the_address_and_token_of_a_seat(
    browser: Browser, room: Room, scheme: str, width: int
) -> None:
    page = new_page(
        browser, color_scheme=scheme, viewport={"width": width, "height": 800}, java_script_enabled=False
    )
    page.goto(room.announced["join"])
    page.keyboard.press("Tab")
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no seat 77")
    page.get_by_label("Your name").fill("Zoë Ångström")
    page.get_by_role("button", name="Show my seat").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoë Ångström")
    address, token = page.locator("dd").all_inner_texts()
    assert Connection(address, token).seat == 1
    shown = page.content()
    page.context.close()
    assert "Zoë" in shown and "Zoë" not in page.url


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_no_fault_and_nothing_is_cut_off(
    browser: Browser, room: Room, script: str, scheme: str, width: int
) -> None:
    page = new_page(browser, color_scheme=scheme, viewport={"width": width, "height": 800})
    page.goto(room.announced["join"])
    for name in ("", "77", "W" * 60):
        if name:
            page.get_by_label("Your name").fill(name)
            page.get_by_role("button", name="Show my seat").click()
            page.wait_for_load_state()
        assert axe.violations(page, script) == []
        assert not page.evaluate(WIDER_THAN_ITS_WINDOW)
    page.context.close()
