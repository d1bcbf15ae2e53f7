"""Lists are read page by page, and a list that cannot be whole is an error."""

from typing import Any

import pytest

from helpers.client import request_plans
from helpers.client.canvas_client import CanvasClient
from helpers.errors import NotUnderstood, WrongDomain
from tests.fake_server import FakeCanvas, Reply

IMPORTS = "/api/v1/accounts/self/sis_imports"


def link(fake_canvas: FakeCanvas, page: int) -> dict[str, str]:
    return {"Link": f'<{fake_canvas.url}{IMPORTS}?page={page}&per_page=100>; rel="next"'}


def test_all_pages_of_imports_are_read(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(
        Reply({"sis_imports": [{"id": 3, "workflow_state": "imported"}]}, headers=link(fake_canvas, 2)),
        Reply({"sis_imports": [{"id": 2, "workflow_state": "failed"}]}, headers=link(fake_canvas, 3)),
        Reply({"sis_imports": [{"id": 1, "workflow_state": "aborted"}]}),
    )
    assert [found.id for found in client.list_sis_imports(workflow_state=["imported", "failed"])] == [3, 2, 1]
    targets = [request.target for request in fake_canvas.received]
    assert targets[0].endswith("workflow_state%5B%5D=imported&workflow_state%5B%5D=failed&per_page=100")
    assert targets[1:] == [f"{IMPORTS}?page=2&per_page=100", f"{IMPORTS}?page=3&per_page=100"]


def test_no_page_is_read_that_nobody_asked_for(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    page = {"sis_imports": [{"id": n, "workflow_state": "imported"} for n in (3, 2)]}
    fake_canvas.script(Reply(page, headers=link(fake_canvas, 2)))
    assert [found.id for found in client.list_sis_imports(limit=1)] == [3]
    assert len(fake_canvas.received) == 1


def test_a_next_page_elsewhere_is_not_fetched(
    client: CanvasClient, fake_canvas: FakeCanvas, other_host: FakeCanvas
) -> None:
    elsewhere = other_host.url.replace("127.0.0.1", "localhost")
    fake_canvas.script(Reply({"sis_imports": []}, headers={"Link": f'<{elsewhere}/page2>; rel="next"'}))
    with pytest.raises(WrongDomain, match="next page is at localhost"):
        client.list_sis_imports()
    assert other_host.received == []


@pytest.mark.parametrize("address", ["http://[", "http://[::1/x", "//[x]/"])
def test_a_next_page_without_an_address_ends_the_list(
    client: CanvasClient, fake_canvas: FakeCanvas, address: str
) -> None:
    fake_canvas.script(Reply({"sis_imports": []}, headers={"Link": f'<{address}>; rel="next"'}))
    with pytest.raises(NotUnderstood, match="the address of the next page is not valid"):
        client.list_sis_imports()


def test_a_next_page_on_another_port_is_asked_of_this_canvas(
    client: CanvasClient, fake_canvas: FakeCanvas, other_host: FakeCanvas
) -> None:
    fake_canvas.script(
        Reply([1], headers={"Link": f'<{other_host.url}/api/v1/x?page=2>; rel="next"'}), Reply([2])
    )
    assert client.get("x") == [1, 2]
    assert other_host.received == []


@pytest.mark.parametrize(("first", "second"), [([1], {"a": 2}), ({"terms": [1]}, {"message": "later"})])
def test_a_later_page_that_is_no_list_is_not_understood(
    client: CanvasClient, fake_canvas: FakeCanvas, first: object, second: object
) -> None:
    fake_canvas.script(Reply(first, headers=link(fake_canvas, 2)), Reply(second))
    with pytest.raises(NotUnderstood, match="is not a list"):
        client.get("x")


def test_pages_that_lead_in_a_circle_are_no_whole_list(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply([1], headers={"Link": f'<{fake_canvas.url}/api/v1/x>; rel="next"'}))
    with pytest.raises(NotUnderstood, match="page 1 leads back"):
        client.get("x")
    assert len(fake_canvas.received) == 1


@pytest.mark.parametrize("pages", [1, 2])
def test_pages_that_come_again_end_a_list(client: CanvasClient, fake_canvas: FakeCanvas, pages: int) -> None:
    lists = [[{"id": n + 1, "workflow_state": "created"}] for n in range(pages)]
    fake_canvas.script(
        *(Reply({"sis_imports": lists[n % pages]}, headers=link(fake_canvas, n + 2)) for n in range(9))
    )
    with pytest.raises(NotUnderstood, match=f"page {pages + 1} has the same objects"):
        client.list_sis_imports()
    assert len(fake_canvas.received) == pages + 1


def test_equal_messages_are_no_page_that_comes_again(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    same = {"sis_import_errors": [{"sis_import_id": 4, "message": "a login is taken", "row": None}]}
    fake_canvas.script(Reply(same, headers=link(fake_canvas, 2)), Reply(same))
    assert len(list(client.pages(request_plans.list_sis_import_errors(4)))) == 2


def test_a_list_without_end_is_given_up(
    client: CanvasClient, fake_canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.client.paging.MOST_PAGES", 3)
    fake_canvas.script(*(Reply([{"id": n}], headers=link(fake_canvas, n + 2)) for n in range(5)))
    with pytest.raises(NotUnderstood, match="more than 3 pages"):
        client.get("x")
    assert len(fake_canvas.received) == 3


def test_lists_are_read_whole_wrapped_or_not(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    more = {"Link": f'<{fake_canvas.url}/api/v1/x?page=2>; rel="next"'}
    fake_canvas.script(Reply([1, 2], headers=more), Reply([3]))
    assert client.get("x") == [1, 2, 3]
    fake_canvas.script(Reply({"enrollment_terms": [1]}, headers=more), Reply({"enrollment_terms": [2]}))
    assert client.get("accounts/self/terms") == {"enrollment_terms": [1, 2]}


@pytest.mark.parametrize("answer", [{"id": 1}, {"a": [], "b": []}, 7])
def test_what_is_no_list_cannot_be_paged(client: CanvasClient, fake_canvas: FakeCanvas, answer: Any) -> None:
    fake_canvas.script(Reply(answer))
    with pytest.raises(NotUnderstood):
        client.list_sis_imports()
