"""Changes by hand: what they answer, and that they stick."""

import pytest

from tests.practice_server import Server, multipart

COURSES = "course_id,short_name,long_name,status\nC1,C1,One,active\nC2,C2,Two,published\nC3,C3,Three,active\n"
SECTIONS = "section_id,course_id,name,status\nX1,C1,Alpha,active\n"
TERMS = "term_id,name,status\nT1,Autumn,active\n"
USERS = "user_id,login_id,full_name,status\nU1,u1,Joan Del Rio,active\n"
ENROLLMENTS = "course_id,user_id,role,status\nC2,U1,student,active\n"
COURSE = "/api/v1/courses/sis_course_id:C1"
SECTION = "/api/v1/sections/sis_section_id:X1"
TERM = "/api/v1/accounts/self/terms/sis_term_id:T1"
USER = "/api/v1/users/sis_user_id:U1"


def changed(canvas: Server, path: str, **fields: str) -> dict[str, object]:
    answer = canvas.put(path, **fields)
    assert answer.status == 200, answer
    shown: dict[str, object] = canvas.get(path).json
    assert {name: answer.json[name] for name in shown if name in answer.json} == {
        name: value for name, value in shown.items() if name in answer.json
    }
    return shown


def test_a_name_changed_by_hand_sticks(canvas: Server) -> None:
    canvas.run_csv(COURSES)
    assert changed(canvas, COURSE, **{"course[name]": "Mine"})["name"] == "Mine"
    canvas.run_csv(COURSES.replace("C1,C1,One", "C1,NEW,Again"))
    shown = canvas.get(COURSE).json
    assert (shown["name"], shown["course_code"]) == ("Mine", "NEW")


def test_the_same_value_again_does_not_stick(canvas: Server) -> None:
    canvas.run_csv(COURSES)
    canvas.put(COURSE, **{"course[name]": "One"})
    canvas.run_csv(COURSES.replace("One", "Uno"))
    assert canvas.get(COURSE).json["name"] == "Uno"


def test_a_body_may_be_json_or_multipart_too(canvas: Server) -> None:
    canvas.run_csv(COURSES)
    kind = {"Content-Type": "application/json"}
    as_json = canvas.send("PUT", COURSE, b'{"course": {"name": "J", "blueprint": true}}', kind)
    assert (as_json.json["name"], as_json.json["blueprint"]) == ("J", True)

    body, form = multipart({"course[name]": "M"})
    assert canvas.send("PUT", COURSE, body, {"Content-Type": form}).json["name"] == "M"


def test_term_and_account_are_named_by_sis_id_and_dates_kept_in_utc(canvas: Server) -> None:
    canvas.run_csv(COURSES), canvas.run_csv(TERMS)
    canvas.run_csv("account_id,parent_account_id,name,status\nSUB,,Sub,active\n")
    fields = {
        "term_id": "sis_term_id:T1",
        "account_id": "sis_account_id:SUB",
        "start_at": "2026-09-01T02:00:00+02:00",
    }
    shown = changed(canvas, COURSE, **{f"course[{name}]": value for name, value in fields.items()})
    term, account = canvas.get(TERM).json, canvas.get("/api/v1/accounts/sis_account_id:SUB").json
    assert (shown["enrollment_term_id"], shown["account_id"]) == (term["id"], account["id"])
    assert (shown["start_at"], shown["end_at"]) == ("2026-09-01T00:00:00Z", None)


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("term_id", "sis_term_id:NO", 404),
        ("start_at", "soon", 400),
        ("event", "burn", 400),
        ("name", " ", 400),
    ],
)
def test_a_value_that_cannot_be_changes_nothing(canvas: Server, field: str, value: str, status: int) -> None:
    canvas.run_csv(COURSES)
    before = canvas.get(COURSE).json
    assert canvas.put(COURSE, **{"course[course_code]": "X", f"course[{field}]": value}).status == status
    assert canvas.get(COURSE).json == before


def test_a_sis_id_in_use_is_refused_and_an_empty_one_removes_it(canvas: Server) -> None:
    canvas.run_csv(COURSES)
    number = canvas.get(COURSE).json["id"]
    refused = canvas.put(COURSE, **{"course[sis_course_id]": "C2"})
    assert (refused.status, refused.json["errors"]["sis_source_id"][0]["type"]) == (400, "taken")
    assert canvas.put(COURSE, **{"course[sis_course_id]": ""}).json["sis_course_id"] is None
    assert canvas.get(f"/api/v1/courses/{number}").status == 200


def test_events_change_a_course_s_state_and_its_enrollments(canvas: Server) -> None:
    canvas.run_csv(COURSES), canvas.run_csv(USERS), canvas.run_csv(ENROLLMENTS)
    path, found = "/api/v1/courses/sis_course_id:C2", []
    for event in ("claim", "offer", "conclude", "undelete", "delete"):
        found.append(canvas.put(path, **{"course[event]": event}).json["workflow_state"])
    assert found == ["unpublished", "available", "completed", "unpublished", "deleted"]
    states = [one["enrollment_state"] for one in canvas.get(f"{USER}/enrollments?state[]=deleted").json]
    assert (states, canvas.get(path).status) == (["deleted"], 404)


def test_a_state_changed_by_hand_sticks(canvas: Server) -> None:
    canvas.run_csv(COURSES)
    canvas.put(COURSE, **{"course[event]": "conclude"})
    canvas.run_csv(COURSES)
    assert canvas.get(COURSE).json["workflow_state"] == "completed"


def test_a_section_goes_into_another_course_and_back(canvas: Server) -> None:
    canvas.run_csv(COURSES), canvas.run_csv(SECTIONS)
    home = canvas.get(COURSE).json["id"]
    moved = [canvas.send("POST", f"{SECTION}/crosslist/sis_course_id:{to}", b"").json for to in ("C2", "C3")]
    assert [(one["sis_course_id"], one["nonxlist_course_id"]) for one in moved] == [
        ("C2", home),
        ("C3", home),
    ]
    back = canvas.send("DELETE", f"{SECTION}/crosslist").json
    assert (back["sis_course_id"], back["nonxlist_course_id"]) == ("C1", None)
    canvas.run_csv(SECTIONS.replace("C1", "C2"))
    assert canvas.get(SECTION).json["sis_course_id"] == "C1"
    assert canvas.send("DELETE", f"{SECTION}/crosslist").status == 400


def test_a_cross_listed_section_is_seen_in_the_first_course_s_account(canvas: Server) -> None:
    canvas.run_csv("account_id,parent_account_id,name,status\nSUB,,Sub,active\n")
    canvas.run_csv(
        "course_id,short_name,long_name,status,account_id\nC1,C1,One,active,SUB\nC2,C2,Two,active,\n"
    )
    canvas.run_csv(SECTIONS)
    canvas.send("POST", f"{SECTION}/crosslist/sis_course_id:C2", b"")
    found = canvas.get("/api/v1/accounts/sis_account_id:SUB/courses").json
    assert [course["sis_course_id"] for course in found] == ["C1", "C2"]


def test_section_dates_changed_by_hand_stick(canvas: Server) -> None:
    canvas.run_csv(COURSES), canvas.run_csv(SECTIONS)
    shown = changed(
        canvas, SECTION, **{"course_section[start_at]": "2026-01-01", "course_section[name]": "Beta"}
    )
    assert (shown["start_at"], shown["name"]) == ("2026-01-01T00:00:00Z", "Beta")
    canvas.run_csv("section_id,course_id,name,status,end_date\nX1,C1,Alpha,active,2027-01-01\n")
    again = canvas.get(SECTION).json
    assert (again["start_at"], again["end_at"], again["name"]) == ("2026-01-01T00:00:00Z", None, "Beta")


def test_override_dates_of_a_term(canvas: Server) -> None:
    canvas.run_csv(TERMS)
    field = "enrollment_term[overrides][TaEnrollment][start_at]"
    assert canvas.put(TERM, **{field: "2026-01-01"}).status == 200
    shown = canvas.get(f"{TERM}?include[]=overrides").json["overrides"]
    assert shown == {"TaEnrollment": {"start_at": "2026-01-01T00:00:00Z", "end_at": None}}
    assert canvas.put(TERM, **{field.replace("Ta", "No"): "2026-01-01"}).status == 400


def test_the_list_name_follows_the_name_as_long_as_it_fits(canvas: Server) -> None:
    canvas.run_csv(USERS)
    assert changed(canvas, USER, **{"user[name]": "Ann Lee"})["sortable_name"] == "Lee, Ann"
    assert changed(canvas, USER, **{"user[sortable_name]": "Z, Ann"})["sortable_name"] == "Z, Ann"
    shown = changed(canvas, USER, **{"user[name]": "Bob Ray"})
    assert (shown["sortable_name"], shown["short_name"]) == ("Z, Ann", "Bob Ray")
    assert changed(canvas, USER, **{"user[sortable_name]": ""})["sortable_name"] == "Ray, Bob"


def test_account_and_group_names(canvas: Server) -> None:
    canvas.run_csv("account_id,parent_account_id,name,status\nSUB,,Sub,active\n")
    canvas.run_csv("group_id,name,status\nG1,Club,available\n")
    assert changed(canvas, "/api/v1/accounts/sis_account_id:SUB", **{"account[name]": "New"})["name"] == "New"
    assert changed(canvas, "/api/v1/groups/sis_group_id:G1", name="New")["name"] == "New"


def test_nobody_without_the_right_changes_anything(canvas: Server) -> None:
    canvas.run_csv(COURSES)
    answer = canvas.send("PUT", f"{COURSE}?course[name]=X", b"", token="practice-no-permission-token")
    assert (answer.status, canvas.get(COURSE).json["name"]) == (403, "One")


def test_an_address_changed_by_hand_is_the_first_one_and_the_old_one_stays(canvas: Server) -> None:
    canvas.run_csv("user_id,login_id,full_name,email,status\nU1,u1,Una,una@school.test,active\n")
    assert changed(canvas, USER, **{"user[email]": "hand@school.test"})["email"] == "hand@school.test"
    assert changed(canvas, USER, **{"user[email]": "UNA@school.test"})["email"] == "UNA@school.test"
    refused = canvas.put(USER, **{"user[email]": "nobody"})
    assert refused.status == 400 and b"nobody" in refused.body


def test_pronouns_are_changed_where_the_account_allows_them(canvas: Server) -> None:
    canvas.run_csv(USERS)
    refused = canvas.put(USER, **{"user[pronouns]": "she/her"})
    assert "pronouns" not in refused.json and refused.headers["x-practice-canvas-ignored"] == "user[pronouns]"
    canvas.settings(can_add_pronouns=True)
    assert changed(canvas, USER, **{"user[pronouns]": "she/her"})["pronouns"] == "she/her"
