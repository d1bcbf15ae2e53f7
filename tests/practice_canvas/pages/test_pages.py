"""The pages to look at, over HTTP: what they show, what they escape, what they say when there is nothing."""

import asyncio
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from practice_canvas.pages.site import Site
from tests.practice_canvas.pages.reader import Page, look, send
from tests.practice_server import Server
from tests.zips import zipped

EVIL = "<script>alert('x')</script>"
EVIL_FILE = "<img src=x onerror=alert(1)>.zip"
EVIL_SCHOOL = {
    "accounts.csv": f'account_id,parent_account_id,name,status\nE,,"{EVIL} account",active\n',
    "terms.csv": f'term_id,name,status\nE,"{EVIL} term",active\n',
    "courses.csv": "course_id,short_name,long_name,account_id,term_id,status\n"
    f'E,"{EVIL} code","{EVIL} course",E,E,active\n',
    "sections.csv": f'section_id,course_id,name,status\nE,E,"{EVIL} section",active\n',
    "users.csv": "user_id,login_id,full_name,sortable_name,email,status\n"
    f'E,evil,"{EVIL} user","{EVIL}",e@x.test,active\n',
    "enrollments.csv": "course_id,user_id,role,section_id,status\nE,E,student,E,active\n",
    "groups.csv": f'group_id,course_id,name,status\nE,E,"{EVIL} group",available\n',
    "group_memberships.csv": "group_id,user_id,status\nE,E,accepted\n",
}
PAGES = [
    ("/", "Practice School", "1,202"),
    ("/accounts", "Sub-accounts", "School of Sciences"),
    ("/accounts/sis_account_id:0110", "School of Sciences", "Mathematics"),
    ("/terms", "Terms", "2026-fall"),
    ("/courses", "Courses", "92 courses, page 1 of 4"),
    ("/courses/sis_course_id:ENGL-102-2026-fall", "Poetry (Fall 2026)", "62 enrollments"),
    ("/sections", "Sections", "184 sections, page 1 of 8"),
    ("/users", "Users", "u0000840@lindenford.test"),
    ("/enrollments", "Enrollments", "ObserverEnrollment of"),
    ("/users/sis_user_id:0000148", "Ana Brook", "BIOL 101, section 02"),
    ("/sis_imports", "SIS imports", "school.zip"),
    ("/sis_imports/1", "SIS import 1", "5,160"),
    ("/sis_imports/2", "SIS import 2", "NOWHERE"),
]
PATHS = [path for path, *_ in PAGES]


@pytest.mark.parametrize(("path", "heading", "told"), PAGES)
def test_each_page_shows_its_part_of_the_school(school: Server, path: str, heading: str, told: str) -> None:
    page = look(school, path)
    assert f"<h1>{heading}</h1>" in page.html
    assert told in page.text
    assert "● PRACTICE" in page.text


@pytest.mark.parametrize("path", PATHS)
def test_each_page_can_be_read_without_seeing_it(school: Server, path: str) -> None:
    page = look(school, path)
    assert page.all("html")[0]["lang"] == "en"
    assert all(len(page.all(landmark)) == 1 for landmark in ("header", "main", "footer", "title", "h1"))
    assert all("aria-label" in navigation for navigation in page.all("nav"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all("scope" in header for header in page.all("th"))
    labelled = {label.get("for") for label in page.all("label")}
    fields = [f for f in page.all("input", "select") if f.get("type") not in ("hidden", "checkbox")]
    assert {field["id"] for field in fields} <= labelled
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PATHS)
def test_nothing_on_a_page_comes_from_elsewhere_or_stands_inline(school: Server, path: str) -> None:
    page = look(school, path)
    addresses = [
        a for _, each in page.elements for name, a in each.items() if name in ("href", "src", "action")
    ]
    assert not [address for address in addresses if re.match(r"/|https?:", address)]
    assert all("src" in script for script in page.all("script"))
    assert not [each for _, each in page.elements if "style" in each or any(n.startswith("on") for n in each)]
    policy = school.get(path).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")


def test_every_link_leads_somewhere(school: Server) -> None:
    waiting, seen = ["/"], set[str]()
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        answer = school.get(path, token=None)
        assert answer.status == 200, path
        seen.add(path)
        if answer.headers["content-type"].startswith("text/html"):
            found = [urlsplit(urljoin(school.url + path, link)) for link in Page(answer.body.decode()).links]
            there = [f"{link.path}?{link.query}" if link.query else link.path for link in found]
            waiting += [each for each in dict.fromkeys(there) if each not in seen and each not in waiting]


@pytest.mark.parametrize("path", PATHS)
def test_the_api_call_that_a_page_names_answers(school: Server, path: str) -> None:
    (call,) = re.findall(r"<code>GET (/api/v1/[^<]+)</code>", look(school, path).html)
    assert school.get(call).status == 200


def test_no_token_is_needed_and_none_is_shown(school: Server) -> None:
    assert not [path for path in PATHS if "practice-admin-token" in look(school, path).html]


def test_a_section_tells_whence_it_was_cross_listed(school: Server) -> None:
    there = look(school, "/courses/sis_course_id:CITIES-2027-spring").text
    assert "2 sections" in there
    assert re.search(r"from Cities \(Spring 2027\) [1-9][0-9] ", there)
    assert "into Cities: History" in look(school, "/courses/sis_course_id:HIST-103-2027-spring").text


def test_what_was_changed_by_hand_is_reported(canvas: Server) -> None:
    canvas.run_csv("course_id,short_name,long_name,status\nC,C,Course,active\n")
    canvas.form("PUT", "/api/v1/courses/sis_course_id:C", {"course[name]": "Renamed"})
    assert "Changed manually (sticky) name" in look(canvas, "/courses/sis_course_id:C").text


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/sis_imports/1", ["../sis_imports"]),
        ("/courses/1", ["../courses"]),
        ("/users/3", ["../users"]),
        ("/accounts/sis_account_id:0110", ["../accounts", "../accounts/1", "../accounts/2"]),
        ("/courses?account=2", ["./accounts", "./accounts/2"]),
        ("/courses", []),
    ],
)
def test_a_page_links_to_the_pages_above_it(school: Server, path: str, above: list[str]) -> None:
    html = look(school, path).html
    trail = re.search(r'<nav class="crumbs" aria-label="Breadcrumb">(.*?)</nav>', html, re.DOTALL)
    assert re.findall('href="([^"]+)"', trail[1] if trail else "") == above


def test_every_total_of_the_overview_is_a_link(school: Server) -> None:
    (totals,) = re.findall('<ul class="totals".*?</ul>', look(school, "/").html, re.DOTALL)
    links = Page(totals).links
    assert len(links) == totals.count("<li>") == 6
    assert all(school.get(link.removeprefix(".")).status == 200 for link in links)


@pytest.mark.parametrize(
    ("path", "copied"),
    [
        ("/courses/sis_course_id:ENGL-102-2026-fall", "ENGL-102-2026-fall"),
        ("/users/sis_user_id:0000148", "0000148"),
        ("/sis_imports/2", "2"),
        ("/courses", "MATH-101-2026-fall"),
    ],
)
def test_an_id_has_a_button_that_copies_it(school: Server, path: str, copied: str) -> None:
    buttons = [button for button in look(school, path).all("button") if button.get("data-copy") == copied]
    assert buttons[0]["aria-label"] == f"Copy {copied}"


def test_names_that_are_scripts_stay_names(canvas: Server) -> None:
    canvas.wait(send(canvas, zipped(EVIL_SCHOOL), EVIL_FILE))
    canvas.run_csv(f'course_id,short_name,long_name,account_id,status\n"{EVIL}",B,B,"{EVIL}",active\n')
    paths = ["/accounts", "/accounts/2", "/terms", "/courses", "/courses/1", "/users", "/users/3"]
    for path in ["/", *paths, "/sis_imports", "/sis_imports/1", "/sis_imports/2"]:
        page = look(canvas, path)
        assert "<script>alert" not in page.html and "<img" not in page.html, path
        assert EVIL in page.text or EVIL_FILE in page.text, path


@pytest.mark.parametrize("path", ["/users", "/courses", "/sis_imports", "/nothing", "/courses/x"])
def test_an_address_that_is_a_script_stays_an_address(school: Server, path: str) -> None:
    answer = school.get(f'{path}?search="><script>alert(1)</script>&page="><b>&deleted=<i>')
    assert b"<script>alert" not in answer.body
    assert b"<b>" not in answer.body and b"<i>" not in answer.body


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "No imports yet."),
        ("/accounts", "1 account "),
        ("/accounts/1", "this is the root account"),
        ("/terms", "Default Term"),
        ("/courses", "Send courses.csv in a SIS import"),
        ("/sections", "Send sections.csv in a SIS import"),
        ("/enrollments", "Send enrollments.csv in a SIS import"),
        ("/users", "2 users"),
        ("/users/1", "AccountAdmin"),
        ("/sis_imports", "No imports yet."),
    ],
)
def test_an_empty_school_says_so(canvas: Server, path: str, told: str) -> None:
    assert told in look(canvas, path).text


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/courses/999",
        "/courses/sis_course_id:NO",
        "/sis_imports/x",
        "/sis_imports/٣",
        "/a/b/c",
        "/courses/1/2",
        "/%00",
        "/courses/%ff",
    ],
)
def test_an_unknown_page_says_where_to_begin_again(school: Server, path: str) -> None:
    answer = school.get(path, token=None)
    assert answer.status == 404
    page = Page(answer.body.decode())
    assert "There is nothing at this address" in page.text
    assert urljoin(school.url + path, page.links[-1]) == school.url + "/"


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/nothing", "/practice/nothing", "/files/1/download"]
)
def test_what_is_no_page_keeps_answering_json(school: Server, path: str) -> None:
    answer = school.get(path)
    assert answer.status == 404
    assert answer.json["errors"]


def test_pages_only_read(school: Server) -> None:
    assert school.send("POST", "/courses", b"").status == 404
    assert school.send("DELETE", "/courses/1").json["errors"]


def test_a_head_request_gets_no_body(school: Server) -> None:
    answer = school.send("HEAD", "/courses")
    assert (answer.status, answer.body) == (200, b"")


def test_pages_answer_to_their_own_host_name_only(school: Server) -> None:
    assert school.get("/courses", headers={"Host": "evil.test"}).status == 403


def test_a_fault_is_reported_without_its_traceback(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site._store.db.executescript("DROP TABLE courses")
    page = asyncio.run(site.answer("/courses", {}))
    assert page.status == 500
    assert "Something went wrong" in page.body
    assert "Traceback" not in page.body and "no such table" not in page.body
