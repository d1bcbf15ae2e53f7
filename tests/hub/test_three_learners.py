"""Three learners of a real JupyterHub do the first four notebooks at once, and none sees another's data."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Locator, expect

from practice_canvas.service import SECRET_HEADER
from tests.browser.lab import Lab, Server, new_page
from tests.browser.test_notebooks import BRING_TO_TOP, complaints
from tests.hub.hubs import Hub
from tests.waiting import LONGEST_WAIT, wait_for

NAMES = ["ana", "ben", "chi"]
NOTEBOOKS = ["00_start_here", "01_install", "02_import_a_test_file", "03_check_import_status"]
END_KERNELS = "() => jupyterapp.serviceManager.sessions.shutdownAll()"
IMPORTS = "/api/v1/accounts/self/sis_imports"


@pytest.fixture(scope="module")
def learners(browser: Browser, hub: Hub) -> Iterator[dict[str, Lab]]:
    """Each of the three logged in, with a server of their own, after Run All in each notebook."""
    labs = {name: _logged_in(browser, hub, name) for name in NAMES}
    for name, lab in labs.items():
        lab.page.wait_for_url(f"{hub.url}/user/{name}/lab**")
    for notebook in NOTEBOOKS:
        for lab in labs.values():
            lab.reopen(lab.server.files / "lesson/notebooks" / f"{notebook}.ipynb")
            lab.start_all()
        for name, lab in labs.items():
            lab.wait_for_all()
            assert complaints(lab) == [], f"{name} in {notebook}"
            if notebook != NOTEBOOKS[-1]:
                lab.page.evaluate(END_KERNELS)
    yield labs
    for lab in labs.values():
        lab.page.context.close()


def _logged_in(browser: Browser, hub: Hub, name: str) -> Lab:
    """Log in as a learner does; the server starts on the way."""
    page = new_page(browser, viewport={"width": 1280, "height": 1000})
    page.goto(f"{hub.url}/hub/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("any")
    page.get_by_role("button", name="Sign in").click()
    return Lab(page, Server(f"{hub.url}/user/{name}", hub.home(name), hub.home(name)))


def test_each_learner_has_made_their_own_imports(learners: dict[str, Lab], hub: Hub) -> None:
    practices = [hub.practice_of(name) for name in learners]
    assert len({practice.url for practice in practices}) == len(NAMES)
    for practice in practices:
        bearer = {"Authorization": f"Bearer {practice.token}"}
        found = requests.get(f"{practice.url}{IMPORTS}", headers=bearer, timeout=LONGEST_WAIT).json()[
            "sis_imports"
        ]
        assert {each["workflow_state"] for each in found} >= {"imported", "imported_with_messages"}


def test_the_page_in_the_notebook_s_frame_is_the_learner_s_own(learners: dict[str, Lab]) -> None:
    for name, lab in learners.items():
        frame = lab.page.locator("iframe[src*='practice-canvas']")
        bring_into_sight(lab, "page-show")
        expect(frame).to_have_attribute("src", f"/user/{name}/practice-canvas/sis_imports")
        inside = lab.page.frame_locator("iframe[src*='practice-canvas']")
        expect(inside.get_by_role("heading", level=1)).to_have_text("SIS imports")
        expect(inside.get_by_text("test_course.csv").first).to_be_visible()
        lab.screenshot(f"hub_frame_{name}")


def test_the_launcher_s_tile_opens_the_pages(learners: dict[str, Lab]) -> None:
    lab = learners["ana"]
    lab.command("launcher:create")
    tile = lab.page.locator(".jp-LauncherCard", has_text="Practice Canvas")
    with lab.page.expect_popup() as opened:
        tile.first.click()
    page = opened.value
    page.get_by_role("link", name="SIS imports", exact=True).first.click()
    expect(page.get_by_text("test_course.csv").first).to_be_visible()
    assert page.url.startswith(f"{lab.server.url}/practice-canvas/sis_imports")
    page.close()


def test_nobody_reaches_the_practice_canvas_of_another(learners: dict[str, Lab], hub: Hub) -> None:
    ana, ben = hub.practice_of("ana"), hub.practice_of("ben")
    for token in (ben.token, "practice-admin-token"):
        bearer = {"Authorization": f"Bearer {token}"}
        assert requests.get(f"{ana.url}{IMPORTS}", headers=bearer, timeout=LONGEST_WAIT).status_code == 401
    for secret in (ben.secret, ""):
        header = {SECRET_HEADER: secret}
        assert (
            requests.post(f"{ana.url}/practice/reset", headers=header, timeout=LONGEST_WAIT).status_code
            == 403
        )
        assert requests.get(f"{ana.url}/sis_imports", headers=header, timeout=LONGEST_WAIT).status_code == 403
    mode = (hub.home("ana") / ".practice_canvas").stat().st_mode
    assert stat.S_IMODE(mode) == 0o700, "nobody else can read its service.json"


def test_the_hub_lets_nobody_into_the_pages_of_another(learners: dict[str, Lab], hub: Hub) -> None:
    page = learners["ben"].page.context.new_page()
    answer = page.goto(f"{hub.url}/user/ana/practice-canvas/sis_imports")
    assert answer and not answer.ok
    expect(page.get_by_text("test_course.csv")).to_have_count(0)
    page.close()


def test_pages_are_all_that_passes_to_the_browser(learners: dict[str, Lab], hub: Hub) -> None:
    request = learners["ana"].page.context.request
    pages = f"{hub.url}/user/ana/practice-canvas"
    assert request.get(f"{pages}/sis_imports").ok
    assert request.get(f"{pages}/practice/settings").status == 404
    assert request.get(f"{pages}{IMPORTS}").status == 404


def test_no_notebook_shows_a_token_or_the_secret(learners: dict[str, Lab], hub: Hub) -> None:
    for name, lab in learners.items():
        lab.command("docmanager:save")
        practice = hub.practice_of(name)
        saved = (lab.server.files / "lesson/notebooks" / f"{NOTEBOOKS[-1]}.ipynb").read_text(encoding="utf-8")
        assert json.loads(saved)["cells"]
        assert not [known for known in (practice.secret, *practice.tokens.values()) if known in saved]


def test_the_practice_canvas_ends_with_the_user_s_server(learners: dict[str, Lab], hub: Hub) -> None:
    assert hub.processes_of("chi")
    hub.stop_server("chi")
    wait_for(lambda: hub.processes_of("chi"), lambda left: left == [])
    assert hub.processes_of("ben"), "the others go on"


def bring_into_sight(lab: Lab, cell: str) -> Locator:
    """Scroll to the output of a cell, as a reader does: JupyterLab draws a cell when it comes into sight."""
    number = [
        each["id"]
        for each in lab.page.evaluate("() => jupyterapp.shell.currentWidget.context.model.toJSON().cells")
    ].index(cell)
    lab.page.evaluate(
        "number => jupyterapp.shell.currentWidget.content.scrollToItem(number, 'start')", number
    )
    shown = lab.page.locator(f".jp-Cell[data-windowed-list-index='{number}'] .jp-OutputArea-output").first
    shown.evaluate(BRING_TO_TOP)
    return shown
