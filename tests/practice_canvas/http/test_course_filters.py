"""The filters of an account's list of courses."""

from collections.abc import Iterator

import pytest

from tests.conformance.runner import packed
from tests.practice_server import IMPORTS, Server, multipart, serving

FILES = {
    "accounts.csv": "account_id,parent_account_id,name,status\n"
    "ART,,Arts,active\nINK,ART,Inks,active\nSCI,,Sciences,active\n",
    "terms.csv": "term_id,name,status,start_date,end_date\nOLD,Old,active,2020-01-01,2020-06-01\n"
    "NEW,New,active,2035-01-01,2035-06-01\n",
    "courses.csv": "course_id,short_name,long_name,account_id,term_id,status,start_date,end_date\n"
    "A,A,Aquarelle,INK,OLD,published,,\nB,B,Botany,SCI,NEW,active,,\nC,C,Chemistry,SCI,,completed,,\n"
    "D,D,Drawing,ART,,published,2031-01-01,2031-06-01\nE,E,Empty,SCI,,active,,\n",
    "users.csv": "user_id,login_id,full_name,status\n"
    "T1,t1,Tia Ode,active\nT2,t2,Uwe Vo,active\nS,s,Sam,active\n",
    "enrollments.csv": "course_id,user_id,role,status\n"
    "A,T1,teacher,active\nB,T2,teacher,active\nB,S,student,active\n"
    "C,S,student,completed\nD,S,student,deleted\n",
}
EVERY = "ABCDE"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    name, content, kind = packed({name: text.encode() for name, text in FILES.items()})
    body, content_type = multipart({}, name, content, kind)
    with serving(tmp_path_factory.mktemp("courses") / "home") as server:
        answer = server.send("POST", IMPORTS, body, {"Content-Type": content_type})
        assert server.wait(answer.json["id"])["workflow_state"] == "imported"
        yield server


def listed(school: Server, query: str) -> str:
    answer = school.get(f"/api/v1/accounts/self/courses?per_page=100&{query}")
    assert answer.status == 200 and "x-practice-canvas-ignored" not in answer.headers, answer
    return "".join(course["sis_course_id"] for course in answer.json)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", EVERY),
        ("with_enrollments=true", "ABC"),
        ("with_enrollments=false", "DE"),
        ("hide_enrollmentless_courses=1", "ABC"),
        ("published=true", "AD"),
        ("published=0", "BCE"),
        ("completed=true", "AC"),
        ("completed=false", "BDE"),
        ("blueprint=true", ""),
        ("blueprint=false", EVERY),
        ("enrollment_type[]=student", "BC"),
        ("enrollment_type[]=student&enrollment_type[]=teacher", "ABC"),
        ("enrollment_type[]=designer", ""),
        ("by_teachers[]=sis_user_id:T1", "A"),
        ("by_teachers[]=sis_user_id:T1&by_teachers[]=sis_user_id:T2", "AB"),
        ("by_teachers[]=sis_user_id:S", ""),
        ("by_teachers[]=sis_user_id:NOBODY", ""),
        ("by_subaccounts[]=sis_account_id:ART", "AD"),
        ("by_subaccounts[]=sis_account_id:INK&by_subaccounts[]=sis_account_id:SCI", "ABCE"),
        ("enrollment_term_id=sis_term_id:NEW", "B"),
        ("enrollment_term_id=sis_term_id:NONE", ""),
        ("starts_before=2025-01-01", "ACE"),
        ("starts_before=2031-01-01T00:00:00Z", "ACDE"),
        ("ends_after=2031-06-01T00:00:00Z", "BCDE"),
        ("ends_after=2032-01-01T00:00:00Z", "BCE"),
        ("search_term=bot", "B"),
        ("search_term=tia&search_by=teacher", "A"),
        ("search_term=tia&search_by=course", ""),
        ("state[]=completed", "C"),
        ("published=true&with_enrollments=true", "A"),
        ("sort=course_name&order=desc", "EDCBA"),
        ("sort=teacher&order=desc&with_enrollments=true&enrollment_type[]=teacher", "BA"),
    ],
)
def test_each_filter_keeps_its_courses(school: Server, query: str, expected: str) -> None:
    assert listed(school, query) == expected


def test_a_date_that_is_not_one_is_refused(school: Server) -> None:
    answer = school.get("/api/v1/accounts/self/courses?starts_before=soon")
    assert answer.status == 400 and b"starts_before" in answer.body
