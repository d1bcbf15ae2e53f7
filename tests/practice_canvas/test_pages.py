"""The pages to look at, over HTTP: what they show, what they escape, what they say when there is nothing."""

import asyncio
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from practice_canvas.pages.causes import shape
from practice_canvas.pages.site import Site
from tests.practice_server import HELD, IMPORTS, Server, multipart, serving

SAMPLE = Path(__file__).parents[2] / "data/sample_school"
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
BROKEN = "course_id,short_name,long_name,account_id,status\nB1,B,Broken,NOWHERE,active\nB2,,,,active\n"
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


class Page(HTMLParser):
    """A page taken apart: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html = html.replace("<wbr>", "")
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.text = " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def links(self) -> list[str]:
        return [link["href"] for link in self.all("a")]


def look(server: Server, path: str) -> Page:
    answer = server.get(path, token=None)
    assert answer.status == 200, (path, answer)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.body.decode())


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def send(server: Server, content: bytes, name: str) -> int:
    body, kind = multipart({}, name, content, "application/zip")
    return int(server.send("POST", IMPORTS, body, {"Content-Type": kind}).json["id"])


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A practice Canvas that holds the sample school, and an import with messages."""
    with serving(tmp_path_factory.mktemp("pages") / "home") as server:
        files = {path.name: path.read_text(encoding="utf-8") for path in SAMPLE.glob("*.csv")}
        server.wait(send(server, zipped(files), "school.zip"))
        server.run_csv(BROKEN, "broken.csv")
        server.run_csv("course_id,short_name,long_name,status\n100%,P,100 % Proof,active\n", "percent.csv")
        yield server


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


# finding


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


def test_a_section_tells_whence_it_was_cross_listed(school: Server) -> None:
    there = look(school, "/courses/sis_course_id:CITIES-2027-spring").text
    assert "2 sections" in there
    assert re.search(r"from Cities \(Spring 2027\) [1-9][0-9] ", there)
    assert "into Cities: History" in look(school, "/courses/sis_course_id:HIST-103-2027-spring").text


def test_deleted_records_appear_only_when_asked_for(canvas: Server) -> None:
    canvas.run_csv("account_id,parent_account_id,name,status\nGONE,,Gone,active\n")
    canvas.run_csv("account_id,parent_account_id,name,status\nGONE,,Gone,deleted\n")
    assert "1 account " in look(canvas, "/accounts").text
    assert "✖ deleted" in look(canvas, "/accounts?deleted=1").text
    assert "✖ deleted" in look(canvas, "/accounts/sis_account_id:GONE").text


def test_what_was_changed_by_hand_is_told(canvas: Server) -> None:
    canvas.run_csv("course_id,short_name,long_name,status\nC,C,Course,active\n")
    canvas.form("PUT", "/api/v1/courses/sis_course_id:C", {"course[name]": "Renamed"})
    assert "Changed manually (sticky) name" in look(canvas, "/courses/sis_course_id:C").text


# an import: what matters first


def courses_csv(number: int, account: str = "") -> str:
    rows = (f"N{i:03},N{i},New course {i},{account},active" for i in range(number))
    return "\n".join(["course_id,short_name,long_name,account_id,status", *rows, ""])


def test_messages_come_first_and_equal_ones_once(canvas: Server) -> None:
    import_id = canvas.run_csv(f"{courses_csv(30, 'NOWHERE')}B2,,,,active\n", "courses.csv")["id"]
    page = look(canvas, f"/sis_imports/{import_id}")
    assert "31 warnings with 2 causes" in page.text
    assert page.text.count("NOWHERE") == 1
    assert "courses.csv , row 2 · 29 more like this" in page.text
    assert page.text.index("NOWHERE") < page.text.index("Details") < page.text.index("Sent by")
    (like,) = (link.partition("#")[0] for link in page.links if link.startswith("?like="))
    alike = look(canvas, f"/sis_imports/{import_id}{like}")
    assert "30 messages, page 1 of 2 with one cause" in alike.text
    assert "of course N024 does not exist" in alike.text and "B2" not in alike.text
    assert "of course N029" in look(canvas, f"/sis_imports/{import_id}?page=2&like={like[6:]}").text
    assert canvas.get(f"/sis_imports/{import_id}?like=999999").status == 404


def test_errors_come_before_warnings_however_few(canvas: Server) -> None:
    files = {"courses.csv": courses_csv(3, "NOWHERE"), "odd.csv": "a,b\n1,2\n"}
    import_id = send(canvas, zipped(files), "mixed.zip")
    canvas.wait(import_id)
    text = look(canvas, f"/sis_imports/{import_id}").text
    assert text.index("✖ error The header of odd.csv") < text.index("▲ warning The account NOWHERE")
    assert "✖ Failed failed_with_messages" in text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The account A1 of course B1 does not exist.", "The account X of course b-2 does not exist.", True),
        ("The user jo does not exist (course C).", "The user kim does not exist (section (none)).", True),
        ("The status “actve” is not allowed.", "The status “dropped out” is not allowed.", True),
        (
            "The login al has the status actve: use on.",
            "The login b has the status off: use on.",
            True,
        ),
        ("Course C1 has no short_name.", "Course C1 has no long_name.", False),
        ("The row has no user_id.", "The row has no course_id.", False),
        ("The user A does not exist.", "The user A cannot observe themselves.", False),
    ],
)
def test_messages_have_one_cause_if_they_differ_in_ids_only(one: str, other: str, same: bool) -> None:
    assert (shape(one) == shape(other)) is same


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/sis_imports/1", "✔ Done imported Took"),
        ("/sis_imports/1", "applied 6,770 rows of 13 kinds"),
        ("/sis_imports/2", "▲ Done with messages imported_with_messages Took"),
        ("/sis_imports/2", "applied no rows"),
        ("/sis_imports/3", "applied 1 course"),
    ],
)
def test_an_import_that_ended_says_what_it_took_and_did(school: Server, path: str, shown: str) -> None:
    page = look(school, path)
    assert shown in page.text
    assert not page.all("progress") and "0 %" not in page.text


def test_what_batch_mode_deleted_is_said(canvas: Server) -> None:
    canvas.run_csv("term_id,name,status\nT,Term,active\n", "terms.csv")
    header = "course_id,short_name,long_name,term_id,status\n"
    canvas.run_csv(f"{header}A,A,A,T,active\nB,B,B,T,active\nC,C,C,T,active\n")
    ended = canvas.run_csv(f"{header}A,A,A,T,active\n", batch_mode="1", batch_mode_term_id="sis_term_id:T")
    told = look(canvas, f"/sis_imports/{ended['id']}").text
    assert "applied 1 course · batch mode deleted 2 courses" in told


def test_the_fields_that_a_sentence_names_are_links(school: Server) -> None:
    page = look(school, "/sis_imports/2")
    assert "some rows were skipped: read the 2 warnings below ." in page.text
    assert "#messages" in page.links
    assert "processing_warnings" not in page.text


def test_an_import_that_ended_is_news(school: Server) -> None:
    for path in ("/sis_imports/2", "/sis_imports/2?severity=warnings"):
        assert "SIS import 2: Done with messages, 2 warnings." in look(school, path).text
    assert "SIS import 3: Done." in look(school, "/users").text


# lists


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


# escaping


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


# nothing, and what is not there


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


def test_a_fault_is_told_without_its_traceback(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site._store.db.executescript("DROP TABLE courses")
    page = asyncio.run(site.answer("/courses", {}))
    assert page.status == 500
    assert "Something went wrong" in page.body
    assert "Traceback" not in page.body and "no such table" not in page.body


# while an import runs


def test_a_running_import_is_told_on_every_page_with_its_progress(canvas: Server) -> None:
    canvas.settings(pace=HELD)
    import_id = canvas.post_csv(BROKEN).json["id"]
    canvas.wait(import_id, until=lambda shown: shown["workflow_state"] == "importing")
    for path in ("/", "/users", "/sis_imports", f"/sis_imports/{import_id}", "/nothing"):
        page = Page(canvas.get(path).body.decode())
        assert "data-busy" in page.all("main")[0], path
        assert "▶ Importing" in page.text, path
        assert page.all("progress")[0]["aria-label"] == f"Progress of SIS import {import_id}", path
        assert re.search("<title>[0-9]+ % · ", page.html), path
    canvas.send("PUT", f"{IMPORTS}/{import_id}/abort", b"")
    canvas.wait(import_id)
    assert "<title>Aborted · SIS import" in look(canvas, f"/sis_imports/{import_id}").html
    assert "data-busy" not in look(canvas, "/").all("main")[0]


def test_files_are_offered_under_their_verifier(school: Server) -> None:
    link = next(each for each in look(school, "/sis_imports/2").links if "verifier=" in each)
    answer = school.get(urljoin(f"{school.url}/sis_imports/2", link), token=None)
    assert answer.status == 200
    assert b"NOWHERE" in answer.body
