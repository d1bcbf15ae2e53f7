"""The lists on the pages: searched, page after page, with what is deleted and where it came from."""

import pytest

from tests.practice_canvas.pages.reader import courses_csv, look
from tests.practice_server import Server


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/courses?search=poetry", "2 courses"),
        ("/courses?search=ENGL-102-2026-fall", "1 course "),
        ("/courses?search=100%25", "1 course "),
        ("/courses?term=2", "45 courses"),
        ("/courses?account=7&term=3", "courses"),
        ("/courses?state=completed", "No courses match this search."),
        ("/accounts?search=mathematics", "1 account "),
        ("/terms?search=spring", "1 term "),
        ("/users?search=Brook%2C+Ana", "1 user "),
        ("/users?search=U0000148", "1 user "),
        ("/users?search=0000148@lindenford", "1 user "),
        ("/users?search=nobody-at-all", "No users match this search."),
        ("/courses/sis_course_id:ENGL-102-2026-fall?search=alder", "1 enrollment "),
        ("/sis_imports?search=school.zip", "1 SIS import "),
        ("/sis_imports?state=imported_with_messages", "1 SIS import "),
        ("/sis_imports/2?search=nowhere", "1 message "),
        ("/sis_imports/2?severity=errors", "No messages match this search."),
        ("/sis_imports/2?severity=warnings", "2 messages"),
    ],
)
def test_a_search_finds_what_fits(school: Server, path: str, found: str) -> None:
    assert found in look(school, path).text


def test_a_search_keeps_what_was_typed(school: Server) -> None:
    page = look(school, "/users?search=+%22Ana%22+&deleted=1")
    assert {field.get("value") for field in page.all("input")} == {'"Ana"', "1"}
    assert "checked" in page.all("input")[1]


def test_pages_follow_each_other_and_keep_the_search(school: Server) -> None:
    first, second = look(school, "/users?search=lindenford"), look(school, "/users?search=lindenford&page=2")
    assert "1,200 users, page 2 of 48" in second.text
    assert "?search=lindenford&page=2#users" in first.links
    shown = [{link for link in page.links if "users/" in link} for page in (first, second)]
    assert [len(each) for each in shown] == [25, 25] and not shown[0] & shown[1]


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("0", "1 of 4"),
        ("-3", "1 of 4"),
        ("x", "1 of 4"),
        ("٣", "1 of 4"),
        ("99", "4 of 4"),
        ("9" * 40, "1 of 4"),
    ],
)
def test_a_page_that_is_not_there_shows_the_nearest(school: Server, page: str, shown: str) -> None:
    assert f"page {shown}" in look(school, f"/courses?page={page}").text


def test_deleted_records_appear_only_when_asked_for(canvas: Server) -> None:
    canvas.run_csv("account_id,parent_account_id,name,status\nGONE,,Gone,active\n")
    canvas.run_csv("account_id,parent_account_id,name,status\nGONE,,Gone,deleted\n")
    assert "1 account " in look(canvas, "/accounts").text
    assert "✖ deleted" in look(canvas, "/accounts?deleted=1").text
    assert "✖ deleted" in look(canvas, "/accounts/sis_account_id:GONE").text


def test_the_last_import_is_named_once_and_where_it_differs(canvas: Server) -> None:
    canvas.run_csv(courses_csv(5))
    page = look(canvas, "/courses")
    assert "5 courses · last import: SIS import 1 Course" in page.text
    assert page.links.count("./sis_imports/1") == 1
    canvas.run_csv(courses_csv(1).replace("New course", "Changed"))
    page = look(canvas, "/courses")
    assert "last import: SIS import 1 , except where another is shown" in page.text
    assert [page.links.count(f"./sis_imports/{number}") for number in (1, 2)] == [1, 1]


def test_a_list_can_be_searched_from_26_entries_on(canvas: Server) -> None:
    canvas.run_csv(courses_csv(25))
    page = look(canvas, "/courses")
    assert not page.all("form") and "?state=all" in page.links
    canvas.run_csv(courses_csv(26))
    assert look(canvas, "/courses").all("form")
    assert look(canvas, "/terms?search=default").all("form"), "a search can be changed and cleared"
