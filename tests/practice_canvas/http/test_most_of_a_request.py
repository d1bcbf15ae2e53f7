"""As much as one request may ask for, and one more."""

import pytest

from tests.practice_server import Server

COURSES = "/api/v1/accounts/self/courses"
CLASSROOM = "/practice/classroom"


def test_five_hundred_courses_are_changed_in_one_request_and_no_more(canvas: Server) -> None:
    courses = {"event": "delete", "course_ids[]": list(range(1000, 1500))}
    assert canvas.form("PUT", COURSES, courses).json["message"] == "0 of 500 courses processed"
    courses["course_ids[]"] = [*courses["course_ids[]"], 1500]
    refused = canvas.form("PUT", COURSES, courses)
    assert refused.status == 400
    assert "takes 1 to 500 courses, and this request has 501" in str(refused.json)


@pytest.mark.parametrize(("characters", "status"), [(300, 200), (301, 400)])
def test_an_announcement_has_at_most_three_hundred_characters(
    canvas: Server, characters: int, status: int
) -> None:
    answer = canvas.put(CLASSROOM, announcement="x" * characters)
    assert answer.status == status
    assert ("has 301 characters. Use at most 300." in str(answer.json)) == (status == 400)


def test_a_user_is_shown_with_at_most_a_thousand_enrollments(canvas: Server) -> None:
    sections = range(1001)
    canvas.run_csv("course_id,short_name,long_name,status\nC1,C1,One,active\n")
    canvas.run_csv("user_id,login_id,full_name,status\nU1,u1,Una,active\n")
    canvas.run_csv(
        "section_id,course_id,name,status\n" + "".join(f"S{each},C1,S,active\n" for each in sections)
    )
    canvas.run_csv(
        "section_id,user_id,role,status\n" + "".join(f"S{each},U1,student,active\n" for each in sections)
    )
    (user,) = canvas.get("/api/v1/courses/sis_course_id:C1/users?include[]=enrollments").json
    assert len(user["enrollments"]) == 1000


def test_a_section_is_shown_with_at_most_a_thousand_people(canvas: Server) -> None:
    people = range(1001)
    canvas.run_csv("course_id,short_name,long_name,status\nC1,C1,One,active\n")
    canvas.run_csv("section_id,course_id,name,status\nS1,C1,S,active\n")
    canvas.run_csv(
        "user_id,login_id,full_name,status\n" + "".join(f"U{each},u{each},Una,active\n" for each in people)
    )
    canvas.run_csv(
        "section_id,user_id,role,status\n" + "".join(f"S1,U{each},student,active\n" for each in people)
    )
    path = "/api/v1/sections/sis_section_id:S1"
    shown = canvas.get(f"{path}?include[]=students&include[]=enrollments&include[]=total_students").json
    assert (len(shown["students"]), len(shown["enrollments"]), shown["total_students"]) == (1000, 1000, 1001)
