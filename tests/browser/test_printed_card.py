"""The lesson on one page, printed by a browser."""

import re

import pytest
from playwright.sync_api import Browser

from helpers.lesson.card import card


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_prints_on_one_page(browser: Browser, paper: str) -> None:
    page = browser.new_page()
    page.set_content(card().page)
    printed = page.pdf(format=paper)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
