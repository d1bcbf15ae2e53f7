"""Which part of a list a page shows, and which pages it links to."""

import re

import pytest

from practice_canvas.api.errors import ApiError
from practice_canvas.api.pagination import Listing, Page, in_pages, requested_page


@pytest.mark.parametrize(
    ("page", "per_page", "found"),
    [
        (None, None, Page(1, 10)),
        ("", "7", Page(1, 7)),
        ("1", "0", Page(1, 1)),
        ("3", "99", Page(3, 99)),
        ("2", "100", Page(2, 100)),
        ("2", "101", Page(2, 100)),
        ("9" * 12, "2", Page(10**12 - 1, 2)),
    ],
)
def test_a_page_has_10_items_and_at_most_100(page: str | None, per_page: str | None, found: Page) -> None:
    assert requested_page(page, per_page) == found


@pytest.mark.parametrize("page", ["0", "9" * 13])
def test_a_page_that_no_list_can_have_is_not_found(page: str) -> None:
    with pytest.raises(ApiError) as refused:
        requested_page(page, None)
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("number", "items", "more"), [(1, [0, 1, 2], True), (2, [3, 4, 5], False), (3, [], False)]
)
def test_a_full_last_page_has_no_next_one(number: int, items: list[int], more: bool) -> None:
    page = Page(number, 3)
    assert in_pages(list(range(6)), page) == Listing(items, page, more, total=6)


@pytest.mark.parametrize(
    ("total", "last"), [(0, "page=1&"), (1, "page=1&"), (3, "page=1&"), (4, "page=2&"), (7, "page=3&")]
)
def test_the_last_page_follows_from_the_length_of_the_list(total: int, last: str) -> None:
    header = Listing([1], Page(1, 3), more=False, total=total).link_header("https://x.test/list", [])
    assert header.endswith(f'<https://x.test/list?{last}per_page=3>; rel="last"')


@pytest.mark.parametrize(
    ("number", "items", "more", "links"),
    [
        (1, [1], True, {"current": 1, "next": 2, "first": 1}),
        (1, [], False, {"current": 1, "first": 1, "last": 1}),
        (2, [1], True, {"current": 2, "next": 3, "prev": 1, "first": 1}),
        (3, [1], False, {"current": 3, "prev": 2, "first": 1, "last": 3}),
        (3, [], False, {"current": 3, "prev": 2, "first": 1}),
    ],
)
def test_a_list_that_is_not_counted_has_a_last_page_once_it_is_reached(
    number: int, items: list[int], more: bool, links: dict[str, int]
) -> None:
    header = Listing(items, Page(number, 1), more).link_header("https://x.test/list", [])
    found = re.findall(r'<https://x\.test/list\?page=(\d+)&per_page=1>; rel="(\w+)"', header)
    assert len(found) == header.count("rel=")
    assert [(rel, int(page)) for page, rel in found] == list(links.items())
