"""The practice Canvas's own pages in a browser: live, by keyboard, narrow, dark, nothing from elsewhere."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lab import SCREENSHOTS, Lab, new_page
from tests.practice_server import HELD, IMPORTS, Server, multipart, serving

SAMPLE = Path(__file__).parents[2] / "data/sample_school"
USERS = (SAMPLE / "users.csv").read_text(encoding="utf-8")
BROKEN = "course_id,short_name,long_name,account_id,status\nB1,B,Broken,NOWHERE,active\nB2,,,,active\n"
COURSE = "/courses/sis_course_id:ENGL-102-2026-fall"
PATHS = ["/", "/accounts", "/accounts/2", "/terms", "/courses", COURSE, "/sections", "/users", "/users/150"]
PATHS += ["/enrollments", "/sis_imports", "/sis_imports/1", "/sis_imports/2", "/nothing"]
PICTURED = {"/": "overview", COURSE: "course", "/sis_imports/2": "messages"}
WIDTHS = (360, 390, 900, 1280, 1920)
# The contrast of every text with what is behind it, by the formula of WCAG 2; returns the texts below 4.5.
WEAK_TEXTS = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => { for (; element; element = element.parentElement) {
    const color = rgb(getComputedStyle(element).backgroundColor);
    if (color.length === 3 || color[3] > 0) return color; } return [255, 255, 255]; };
  const weak = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim(), element = walk.currentNode.parentElement;
    if (!text || !element.checkVisibility() || element.closest('script, option')) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) weak.push([text, contrast]);
  }
  return weak; }"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A practice Canvas with the sample school and an import with messages."""
    with serving(tmp_path_factory.mktemp("pages") / "home") as server:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for path in SAMPLE.glob("*.csv"):
                archive.write(path, path.name)
        body, kind = multipart({}, "school.zip", out.getvalue(), "application/zip")
        server.wait(server.send("POST", IMPORTS, body, {"Content-Type": kind}).json["id"])
        server.run_csv(BROKEN, "broken_courses.csv")
        yield server


@pytest.fixture
def show(browser: Browser, school: Server) -> Iterator[Callable[..., Page]]:
    """Open a path in a page of its own: show("/users", width=360, color_scheme="dark")."""
    strangers: list[str] = []
    complaints: list[str] = []
    contexts = []

    def opened(path: str, width: int = 1280, **options: Any) -> Page:
        page = new_page(browser, viewport={"width": width, "height": 800}, **options)
        contexts.append(page.context)
        page.on("request", lambda request: strangers.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(school.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert {urlsplit(url).hostname for url in strangers if not url.startswith("data:")} <= {"127.0.0.1"}
    assert complaints == []


def send(school: Server, text: str, pace: str, name: str = "users.csv") -> int:
    """Send a file and let its import take so many seconds."""
    school.settings(pace=pace)
    return int(school.post_csv(text, name).json["id"])


def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"pages-{name}.png", full_page=True)


# while an import runs


def test_the_page_of_an_import_follows_it_to_its_end(school: Server, show: Callable[..., Page]) -> None:
    page = show(f"/sis_imports/{school.run_midway(USERS)}")
    page.evaluate("window.untouched = true")
    expect(page.locator("#now")).to_contain_text(re.compile("▶ Importing\\s+[1-9][0-9]? %"))
    expect(page).to_have_title(re.compile("^[1-9][0-9]? % · SIS import [0-9]+"))
    picture(page, "importing")
    school.settings(pace="immediate")
    expect(page.locator("#now")).to_contain_text(
        re.compile("✔ Done imported\\s+Took .*\\sapplied 1,200 users")
    )
    expect(page).to_have_title(re.compile("^Done · SIS import [0-9]+"))
    expect(page.locator("#results")).to_contain_text("1,200")
    expect(page.locator("#news")).to_have_text(re.compile("^SIS import [0-9]+: Done.$"))
    assert page.evaluate("window.untouched")


def test_a_list_tells_of_an_import_that_begins_and_shows_what_it_brings(
    school: Server, show: Callable[..., Page]
) -> None:
    page = show("/courses?search=Brand-new")
    expect(page.locator("#courses")).to_contain_text("No courses match")
    send(school, "course_id,short_name,long_name,status\nNEW,N,Brand-new,active\n", HELD, "courses.csv")
    news = page.locator("#news[role=status]")
    expect(news).to_have_text(re.compile("SIS import [0-9]+: (Waiting|Importing).$"))
    page.evaluate("window.news = document.getElementById('news')")
    school.settings(pace="immediate")
    expect(page.get_by_role("link", name="Brand-new")).to_be_visible()
    expect(page.locator("#active-import")).to_be_empty()
    expect(news).to_have_text(re.compile("^SIS import [0-9]+: Done.$"))
    assert page.evaluate("window.news.isConnected"), "screen readers follow the element, not its successor"


def test_an_update_leaves_alone_what_you_type_hold_and_select(
    school: Server, show: Callable[..., Page]
) -> None:
    page = show("/sis_imports?search=school")
    page.get_by_label("File name or id").fill("half a wor")
    page.get_by_role("link", name="SIS import 1", exact=True).focus()
    import_id = send(school, USERS, "immediate", "another_school.csv")
    expect(page.get_by_role("link", name=f"SIS import {import_id}", exact=True)).to_be_visible()
    assert page.get_by_label("File name or id").input_value() == "half a wor"
    expect(page.get_by_role("link", name="SIS import 1", exact=True)).to_be_focused()


def test_without_script_a_plain_reload_does_it(school: Server, show: Callable[..., Page]) -> None:
    import_id = send(school, USERS, HELD)
    page = show(f"/sis_imports/{import_id}", java_script_enabled=False)
    expect(page.get_by_text("Reload this page to see the import's progress.")).to_be_visible()
    school.settings(pace="immediate")
    school.wait(import_id)
    page.reload()
    expect(page.locator("#now")).to_contain_text("✔ Done")


def test_a_page_says_when_the_practice_canvas_is_gone(browser: Browser, tmp_path: Path) -> None:
    page = new_page(browser)
    with serving(tmp_path / "home") as server:
        page.goto(server.url)
        expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#offline")).to_be_visible()
    page.context.close()


# reading and moving


def test_everything_can_be_reached_with_the_keyboard_and_shows_where_it_is(show: Callable[..., Page]) -> None:
    page = show("/users")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Name, login, SIS ID or email")).to_be_focused()
    page.keyboard.type("Brook, Ana")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=Brook*")
    page.get_by_role("button", name="Search").focus()
    for passed in ("Clear", "SIS import [0-9]+", "Ana Brook"):
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text(re.compile(passed))
    expect(page.get_by_role("link", name="Ana Brook")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Brook")


def test_landmarks_and_tables_have_names(show: Callable[..., Page]) -> None:
    page = show(COURSE)
    for landmark in ("banner", "main", "contentinfo", "search"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    expect(page.get_by_role("navigation", name="Parts of the school")).to_be_visible()
    expect(page.get_by_role("navigation", name="Breadcrumb").get_by_role("link")).to_have_text("Courses")
    mark = "getComputedStyle(document.querySelector('.crumbs li:last-child'), '::after').content"
    assert page.evaluate(mark) == "none", "nothing follows the last one"
    parts = page.get_by_role("navigation", name="Parts of the school")
    expect(parts.get_by_role("link", name="Courses")).to_have_attribute("aria-current", "true")
    table = page.get_by_role("table", name="Enrollments of Poetry (Fall 2026)")
    expect(table.get_by_role("columnheader").first).to_have_text("Name")
    expect(table.get_by_role("rowheader")).to_have_count(25)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_window(show: Callable[..., Page], width: int, school: Server) -> None:
    page = show("/", width)
    wide = []
    for path in PATHS:
        page.goto(school.url + path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
    assert wide == []


BROKEN_WORDS = """() => {
  const broken = [], walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(/[^\\s-]+/g)) {
    if (walk.currentNode.parentElement.closest('caption, .hidden')) continue;
    const range = document.createRange();
    range.setStart(walk.currentNode, word.index);
    range.setEnd(walk.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1) broken.push(word[0]);
  }
  return broken; }"""
TALL_ROWS = """() => [...document.querySelectorAll('tbody tr')]
  .filter(row => row.getBoundingClientRect().height > 48).map(row => row.textContent)"""


@pytest.mark.parametrize("width", WIDTHS)
def test_codes_and_names_of_files_never_break_inside_a_word(
    show: Callable[..., Page], width: int, school: Server
) -> None:
    page = show("/", width)
    for path in PATHS:
        page.goto(school.url + path)
        assert page.evaluate(BROKEN_WORDS) == [], path


def test_a_row_of_a_list_is_one_line_high(show: Callable[..., Page], school: Server) -> None:
    page = show("/")
    for path in ("/courses?page=2", "/users", "/sections", COURSE):
        page.goto(school.url + path)
        assert page.evaluate(TALL_ROWS) == [], path


def test_one_click_copies_an_id(show: Callable[..., Page]) -> None:
    page = show(COURSE, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy ENGL-102-2026-fall", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#copied[role=status]")).to_have_text("Copied ENGL-102-2026-fall")
    assert page.evaluate("navigator.clipboard.readText()") == "ENGL-102-2026-fall"


def test_an_id_is_copied_where_the_clipboard_is_not_allowed(show: Callable[..., Page]) -> None:
    page = show(COURSE)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    page.evaluate("document.addEventListener('copy', () => window.copied = String(document.getSelection()))")
    page.get_by_role("button", name="Copy ENGL-102-2026-fall", exact=True).click()
    expect(page.locator("#copied")).to_have_text("Copied ENGL-102-2026-fall")
    assert page.evaluate("window.copied") == "ENGL-102-2026-fall"


def test_without_script_an_id_is_text(show: Callable[..., Page]) -> None:
    page = show(COURSE, java_script_enabled=False)
    sis_id = page.locator(".facts dd").filter(has_text="ENGL-102-2026-fall")
    expect(sis_id).to_be_visible()
    expect(page.locator(".copy:visible")).to_have_count(0)
    expect(page.locator(".if-local")).to_be_hidden()


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("America/New_York", "2026-08-24 00:00:00 2026-08-23 20:00 local"),
        ("Asia/Kolkata", "2026-08-24 00:00:00 05:30 local"),
        ("UTC", "2026-08-24 00:00:00"),
    ],
)
def test_the_local_time_is_beside_utc(show: Callable[..., Page], zone: str, shown: str) -> None:
    page = show("/terms?search=2026-fall", timezone_id=zone)
    expect(page.locator("td[data-label=Starts]")).to_have_text(shown)


def test_high_contrast_shows_the_current_page_and_the_progress(
    school: Server, show: Callable[..., Page]
) -> None:
    page = show(f"/sis_imports/{school.run_midway(USERS)}", forced_colors="active")
    border = "a => getComputedStyle(a).borderBottomColor"
    current = page.locator("header nav a[aria-current]").evaluate(border)
    others = page.evaluate(
        f"[...document.querySelectorAll('header nav a:not([aria-current])')].map({border})"
    )
    assert len(set(others)) == 1 and current not in others
    assert page.evaluate("getComputedStyle(document.querySelector('progress')).borderStyle") == "solid"
    picture(page, "high-contrast")
    school.settings(pace="immediate")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_text_stands_out_in_light_and_dark(
    show: Callable[..., Page], scheme: str, width: int, school: Server
) -> None:
    page = show("/", width, color_scheme=scheme)
    for path in PATHS:
        page.goto(school.url + path)
        assert page.evaluate(WEAK_TEXTS) == [], path
        if path in PICTURED:
            picture(page, f"{PICTURED[path]}-{scheme}-{width}")


def test_a_name_that_is_a_script_does_nothing(school: Server, show: Callable[..., Page]) -> None:
    name = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    school.run_csv(f'course_id,short_name,long_name,status\nX,X,"{name}",active\n')
    page = show("/courses/sis_course_id:X")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_pages_open_inside_a_notebook(lab: Lab) -> None:
    show = f"from IPython.display import IFrame\nIFrame('{lab.practice.url}/sis_imports', '100%', 500)"
    lab.write_notebook("look.ipynb", show)
    lab.run_all()
    inside = lab.page.frame_locator("iframe")
    expect(inside.get_by_role("heading", level=1)).to_have_text("SIS imports")
    lab.screenshot("pages-in-a-notebook")
