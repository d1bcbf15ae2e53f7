"""The web book: every page can be read offline, on a phone, in the dark, and with a screen reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

from docs.book import __main__, build
from tests.browser import axe
from tests.browser.lab import new_page
from tests.notebooks.runs import NOTEBOOKS, SENTINEL, as_it_stands, outputs

PAGES = ["index", *(path.stem for path in NOTEBOOKS), "glossary", "search"]
each_page = pytest.mark.parametrize("name", PAGES)
PHONE = {"width": 390, "height": 844}
GUIDES = {"www.python.org", "community.canvaslms.com"}
NOT_A_PICTURE = re.compile(
    r"VBox\(|HBox\(|vnd\.jupyter\.widget|model not found|Run the cells above to use it"
)
POINTERS = {"a": "href", "link": "href", "img": "src", "script": "src", "iframe": "src"}
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def book(standing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the book, from the notebooks that other tests look at too."""
    executed = {path: as_it_stands(path, standing) for path in NOTEBOOKS}
    return build.assemble(executed, standing, tmp_path_factory.mktemp("book") / "pages").parent


@pytest.fixture(scope="module")
def soups(book: Path) -> dict[str, BeautifulSoup]:
    return {
        page.name: BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for page in book.glob("*.html")
    }


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    page = new_page(browser, viewport=PHONE)
    yield page
    page.context.close()


def pointers(soup: BeautifulSoup) -> Iterator[str]:
    """Yield every address that a page links to or loads."""
    for tag, attribute in POINTERS.items():
        yield from (str(found[attribute]) for found in soup.find_all(tag, attrs={attribute: True}))


def test_every_page_is_there(soups: dict[str, BeautifulSoup]) -> None:
    assert set(soups) >= {f"{name}.html" for name in PAGES}


def test_no_link_picture_or_script_is_missing(book: Path, soups: dict[str, BeautifulSoup]) -> None:
    ids = {name: {str(found["id"]) for found in soup.find_all(id=True)} for name, soup in soups.items()}
    missing = []
    for name, soup in soups.items():
        for address in pointers(soup):
            path, anchor = urldefrag(address)
            if urlsplit(address).scheme:
                continue
            target = unquote(urlsplit(path).path) or name
            if not (book / target).is_file() or (anchor and unquote(anchor) not in ids[target]):
                missing.append(f"{name}: {address}")
    assert missing == []


def test_only_links_to_guides_leave_the_book(soups: dict[str, BeautifulSoup]) -> None:
    hosts = {urlsplit(address).hostname for soup in soups.values() for address in pointers(soup)}
    assert hosts - {None} == GUIDES


def test_each_panel_is_a_picture_with_its_text(soups: dict[str, BeautifulSoup], standing: Path) -> None:
    for path in NOTEBOOKS:
        notebook = nbformat.read(standing / path.name, as_version=4)
        shown = [str(output.get("data", {}).get("text/html", "")) for _, output in outputs(notebook)]
        panels = soups[f"{path.stem}.html"].select(".sis-still")
        assert len(panels) == sum("sis-still" in html for html in shown)
        assert all(panel.get_text(strip=True) for panel in panels)
    assert not [name for name, soup in soups.items() if NOT_A_PICTURE.search(soup.get_text())]
    connect = soups["00_start_here.html"].select_one(".sis-still")
    assert connect and "Connect to Canvas" in connect.get_text() and "PRACTICE" in connect.get_text()


def test_a_page_of_the_practice_canvas_stays_readable(soups: dict[str, BeautifulSoup]) -> None:
    (frame,) = soups["03_check_import_status.html"].select("iframe")
    page = BeautifulSoup(str(frame["srcdoc"]), "html.parser")
    assert "test_course.csv" in page.get_text()
    assert page.find("style") and not page.find("script") and not page.select("a[href]")


def test_no_token_and_no_folder_of_this_machine_is_in_it(book: Path, standing: Path) -> None:
    private = [SENTINEL, str(build.ROOT), str(standing)]
    texts = {
        page.name: page.read_text(encoding="utf-8") for page in [*book.glob("*.html"), *book.glob("*.js")]
    }
    assert [(name, word) for name, text in texts.items() for word in private if word in text] == []


@each_page
def test_a_page_is_readable_on_a_phone(name: str, book: Path, phone: Page, script: str) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto((book / f"{name}.html").as_uri())
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert serious(phone, script) == []
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data", "about"}


def test_a_page_with_panels_is_readable_in_the_dark(book: Path, phone: Page, script: str) -> None:
    phone.emulate_media(color_scheme="dark")
    phone.goto((book / "00_start_here.html").as_uri())
    assert phone.evaluate("getComputedStyle(document.querySelector('.sis-still')).colorScheme") == "dark"
    assert serious(phone, script) == []


def serious(page: Page, script: str) -> list[Any]:
    return [each for each in axe.violations(page, script) if each["impact"] in SERIOUS]


def test_a_word_is_found(book: Path, phone: Page) -> None:
    phone.goto((book / "search.html").as_uri() + "?q=stickiness")
    expect(phone.locator("#search-results a").first).to_be_visible()


def test_another_folder_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "thesis.txt"
    kept.touch()
    assert __main__.main([str(tmp_path)]) == 2
    assert "exists and is not a book. Name a new folder" in capsys.readouterr().err
    assert kept.exists()


def test_a_notebook_that_does_not_run_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "08_broken.ipynb"
    cell = nbformat.v4.new_code_cell("1 / 0")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), bad)
    monkeypatch.setattr(build, "NOTEBOOKS", [bad])
    with pytest.raises(build.BookError, match=r"08_broken\.ipynb does not run: ZeroDivisionError"):
        build.build(tmp_path / "book", lambda line: None)
    assert not (tmp_path / "book").exists()
