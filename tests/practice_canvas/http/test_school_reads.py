"""What an import left behind, read back over REST: every field and filter a learner may meet."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.practice_canvas.http.small_school import serving_school, timeless
from tests.practice_server import Server


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A small school on a practice Canvas of its own, only ever read."""
    with serving_school(tmp_path_factory.mktemp("school") / "home") as server:
        yield server


def read(school: Server, path: str) -> Any:
    answer = school.get(f"/api/v1/{path}")
    assert answer.status == 200, (path, answer)
    return answer.json


def names(school: Server, path: str, key: str = "name") -> list[Any]:
    return [item[key] for item in read(school, path)]


FIELDS = {
    "accounts/self": "id name workflow_state parent_account_id root_account_id uuid default_storage_quota_mb"
    " default_user_storage_quota_mb default_group_storage_quota_mb default_time_zone",
    "accounts/sis_account_id:BIO": "sis_account_id sis_import_id integration_id",
    "accounts/self/terms/sis_term_id:A26": "id name start_at end_at created_at workflow_state"
    " grading_period_group_id sis_term_id"
    " sis_import_id",
    "courses/sis_course_id:ZOO": "id name course_code account_id root_account_id"
    " enrollment_term_id start_at end_at uuid"
    " created_at workflow_state sis_course_id sis_import_id integration_id course_format"
    " restrict_enrollments_to_course_dates default_view is_public time_zone blueprint",
    "sections/sis_section_id:ZOO-A": "id name course_id nonxlist_course_id start_at end_at"
    " restrict_enrollments_to_section_dates created_at sis_section_id sis_course_id"
    " integration_id sis_import_id",
    "users/sis_user_id:S1": "id name created_at sortable_name short_name sis_user_id"
    " integration_id sis_import_id"
    " login_id email avatar_url locale effective_locale permissions first_name last_name"
    " pronouns",
    "users/sis_user_id:S1/profile": "id name short_name sortable_name title bio primary_email"
    " login_id sis_user_id"
    " integration_id avatar_url time_zone locale",
    "groups/sis_group_id:G1": "id name description is_public join_level group_category_id"
    " max_membership created_at"
    " members_count storage_quota_mb context_type course_id sis_group_id sis_import_id"
    " concluded role",
    "group_categories/sis_group_category_id:SET": "id name role self_signup group_limit"
    " auto_leader context_type course_id protected"
    " allows_multiple_memberships is_member sis_group_category_id sis_import_id",
}
LISTED_FIELDS = {
    "users/sis_user_id:S1/logins": "id user_id account_id unique_id workflow_state sis_user_id integration_id"
    " authentication_provider_id authentication_provider_type created_at declared_user_type",
    "courses/sis_course_id:ZOO/enrollments": "id user_id course_id course_section_id type role"
    " role_id enrollment_state"
    " associated_user_id limit_privileges_to_course_section start_at end_at created_at"
    " updated_at last_activity_at last_attended_at total_activity_time root_account_id"
    " sis_account_id sis_course_id course_integration_id sis_section_id"
    " section_integration_id sis_user_id sis_import_id html_url user",
    "accounts/sis_account_id:SCI/admins": "id role role_id workflow_state user",
    "groups/sis_group_id:G1/memberships": "id group_id user_id workflow_state moderator"
    " created_at sis_import_id",
    "accounts/self/users": "id name created_at sortable_name short_name sis_user_id"
    " integration_id sis_import_id"
    " login_id",
    "accounts/self/roles": "id label role base_role_type workflow_state",
}


@pytest.mark.parametrize("path", FIELDS)
def test_an_object_has_every_field_of_canvas(school: Server, path: str) -> None:
    assert set(FIELDS[path].split()) <= set(read(school, path))


@pytest.mark.parametrize("path", LISTED_FIELDS)
def test_listed_objects_have_every_field_of_canvas(school: Server, path: str) -> None:
    found = read(school, path)
    assert found
    assert all(set(LISTED_FIELDS[path].split()) <= set(item) for item in found)


WHOLE = json.loads(Path(__file__).with_name("whole_answers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", WHOLE)
def test_an_answer_is_as_it_was_down_to_its_last_value(school: Server, path: str) -> None:
    answer = school.get(f"/api/v1/{path}").body.decode().replace(school.url, "http://canvas")
    assert json.loads(answer, object_hook=timeless) == WHOLE[path]


def test_the_root_account_has_no_sis_fields(school: Server) -> None:
    assert "sis_account_id" not in read(school, "accounts/self")
    assert read(school, "accounts/sis_account_id:BIO")["root_account_id"] == 1


LISTS = {
    "accounts/self/sub_accounts": ["Science", "Arts"],
    "accounts/self/sub_accounts?recursive=true": ["Science", "Biology", "Arts"],
    "accounts": ["Practice School"],
    "accounts/self/courses": ["Zoology", "Physics", "Ink"],
    "accounts/sis_account_id:SCI/courses": ["Zoology", "Physics"],
    "accounts/self/courses?state[]=deleted": ["Old"],
    "accounts/self/courses?state[]=created&state[]=claimed": ["Zoology"],
    "accounts/self/courses?state[]=all&per_page=3": ["Zoology", "Physics", "Ink"],
    "accounts/self/courses?search_term=HYS": ["Physics"],
    "accounts/self/courses?search_term=zo%25": [],
    "accounts/self/courses?enrollment_term_id=sis_term_id:A26": ["Zoology"],
    "accounts/self/courses?sort=course_name&order=desc": ["Zoology", "Physics", "Ink"],
    "accounts/self/courses?sort=course_name": ["Ink", "Physics", "Zoology"],
    "courses/sis_course_id:ZOO/sections": ["Zoo A", "Zoo B"],
    "accounts/self/users": ["Ada Admin", "Ben Ali", "Pat Ali", "Cyd Day", "Nora Noright", "Tia Ode"],
    "accounts/self/users?search_term=ali": ["Ben Ali", "Pat Ali"],
    "accounts/self/users?search_term=STU1": ["Ben Ali"],
    "accounts/self/users?enrollment_type=teacher": ["Tia Ode"],
    "accounts/self/users?sort=sis_id&order=desc&per_page=2": ["Tia Ode", "Cyd Day"],
    "accounts/sis_account_id:SCI/users": ["Ben Ali", "Pat Ali", "Cyd Day", "Tia Ode"],
    "groups/sis_group_id:G1/users": ["Ben Ali"],
    "courses/sis_course_id:ZOO/groups": ["Red"],
    "accounts/self/groups": ["Club"],
    "courses/sis_course_id:ZOO/group_categories": ["Teams"],
    "users/sis_user_id:P1/observees": ["Ben Ali"],
    "users/sis_user_id:S1/observers": ["Pat Ali"],
    "users/sis_user_id:S1/observees": [],
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_holds_what_it_should_in_order(school: Server, path: str) -> None:
    assert names(school, path) == LISTS[path]


ENROLLED = {
    "courses/sis_course_id:ZOO/enrollments": ["S1", "T1", "P1"],
    "courses/sis_course_id:ZOO/enrollments?state[]=inactive": ["S2"],
    "courses/sis_course_id:ZOO/enrollments?state[]=active&state[]=inactive": ["S1", "S2", "T1", "P1"],
    "courses/sis_course_id:ZOO/enrollments?type[]=TeacherEnrollment": ["T1"],
    "courses/sis_course_id:ZOO/enrollments?role[]=StudentEnrollment": ["S1"],
    "courses/sis_course_id:ZOO/enrollments?user_id=sis_user_id:T1": ["T1"],
    "courses/sis_course_id:ZOO/enrollments?sis_user_id[]=S1&sis_user_id[]=T1": ["S1", "T1"],
    "courses/sis_course_id:ZOO/enrollments?sis_section_id=ZOO-B&state[]=inactive": ["S2"],
    "courses/sis_course_id:ZOO/enrollments?enrollment_term_id=default": [],
    "sections/sis_section_id:ZOO-A/enrollments": ["S1", "T1", "P1"],
    "sections/sis_section_id:ZOO-B/enrollments": [],
    "users/sis_user_id:S2/enrollments?state[]=completed": ["S2"],
    "users/sis_user_id:S2/enrollments?state[]=inactive&sis_course_id[]=PHY": [],
}


@pytest.mark.parametrize("path", ENROLLED)
def test_enrollments_can_be_narrowed(school: Server, path: str) -> None:
    assert names(school, path, "sis_user_id") == ENROLLED[path]


def test_an_observer_enrollment_names_the_observed(school: Server) -> None:
    (found,) = read(school, "courses/sis_course_id:ZOO/enrollments?type[]=ObserverEnrollment")
    assert found["associated_user_id"] == read(school, "users/sis_user_id:S1")["id"]
    assert "grades" not in found


def test_a_student_has_grades_without_scores(school: Server) -> None:
    found = read(school, "courses/sis_course_id:ZOO/enrollments?type[]=StudentEnrollment")[0]
    assert found["grades"]["current_score"] is None
    assert found["user"]["name"] == "Ben Ali"


COURSE_INCLUDES = {
    "term": ("term", {"name": "Autumn"}),
    "teachers": ("teachers", [{"display_name": "Tia Ode"}]),
    "total_students": ("total_students", 1),
    "account_name": ("account_name", "Biology"),
    "concluded": ("concluded", False),
}


@pytest.mark.parametrize("name", COURSE_INCLUDES)
def test_a_course_can_include_more(school: Server, name: str) -> None:
    key, wanted = COURSE_INCLUDES[name]
    found = read(school, f"courses/sis_course_id:ZOO?include[]={name}")[key]
    if isinstance(wanted, list):
        found, wanted = found[0], wanted[0]
    assert {k: found[k] for k in wanted} == wanted if isinstance(wanted, dict) else found == wanted
    assert key not in read(school, "courses/sis_course_id:ZOO")


def test_times_are_utc_and_states_as_canvas_shows_them(school: Server) -> None:
    zoo, physics = read(school, "courses/sis_course_id:ZOO"), read(school, "courses/sis_course_id:PHY")
    assert (zoo["start_at"], zoo["workflow_state"]) == ("2026-09-02T06:00:00Z", "unpublished")
    assert (physics["workflow_state"], "course_format" in physics) == ("available", False)


def test_a_deleted_course_is_not_found_unless_all_are_asked_for(school: Server) -> None:
    assert school.get("/api/v1/courses/sis_course_id:OLD").status == 404
    assert read(school, "courses/sis_course_id:OLD?include[]=all_courses")["workflow_state"] == "deleted"
    assert school.get("/api/v1/courses/sis_course_id:OLD/sections").status == 404


def test_a_section_can_include_people(school: Server) -> None:
    path = "sections/sis_section_id:ZOO-A?include[]=students&include[]=total_students&include[]=enrollments"
    found = read(school, path)
    assert [user["name"] for user in found["students"]] == ["Ben Ali"]
    assert (found["total_students"], len(found["enrollments"])) == (1, 3)


def test_terms_are_listed_under_a_key_and_by_state(school: Server) -> None:
    def term_names(query: str) -> set[str]:
        return {term["name"] for term in read(school, f"accounts/self/terms{query}")["enrollment_terms"]}

    assert term_names("") == {"Default Term", "Autumn"}
    assert term_names("?workflow_state[]=deleted") == {"Gone"}
    assert term_names("?workflow_state[]=all") == {"Default Term", "Autumn", "Gone"}
    assert school.get("/api/v1/accounts/sis_account_id:SCI/terms").status == 400
    assert read(school, "accounts/self/terms/sis_term_id:A26?include[]=course_count")["course_count"] == 1


def test_a_deleted_user_has_a_body_by_number_but_404(school: Server) -> None:
    assert school.get("/api/v1/users/sis_user_id:X1").status == 404
    numbers = [school.get(f"/api/v1/users/{number}") for number in range(3, 8)]
    (gone,) = [answer for answer in numbers if answer.status == 404]
    assert gone.json["name"] == "Gone Girl"


def test_names_split_and_pronouns_only_when_set(school: Server) -> None:
    ben, cyd = read(school, "users/sis_user_id:S1"), read(school, "users/sis_user_id:S2")
    assert (ben["first_name"], ben["last_name"], ben["pronouns"]) == ("Ben", "Ali", "he/him")
    assert ("pronouns" in cyd, cyd["email"], cyd["short_name"]) == (False, None, "Cyd Day")


def test_the_list_of_users_includes_what_is_asked_for(school: Server) -> None:
    plain = read(school, "accounts/self/users?search_term=ben")[0]
    more = read(school, "accounts/self/users?search_term=ben&include[]=email&include[]=uuid")[0]
    assert set(more) - set(plain) == {"email", "uuid"}
    assert more["email"] == "ben@school.test"


def test_logins_of_an_account_s_user(school: Server) -> None:
    user = read(school, "users/sis_user_id:S1")
    found = read(school, f"accounts/self/logins?user[id]={user['id']}")
    assert [login["unique_id"] for login in found] == ["stu1"]
    assert school.get("/api/v1/accounts/self/logins").status == 404


def test_admins_of_one_account_only_and_by_user(school: Server) -> None:
    (admin,) = read(school, "accounts/sis_account_id:SCI/admins")
    assert (admin["role"], admin["user"]["name"]) == ("AccountAdmin", "Tia Ode")
    assert names(school, f"accounts/self/admins?user_id[]={admin['user']['id']}", "role") == []


def test_a_search_needs_two_characters(school: Server) -> None:
    assert school.get("/api/v1/accounts/self/users?search_term=a").status == 400


def test_a_group_tells_its_owner_and_its_members(school: Server) -> None:
    red, club = read(school, "groups/sis_group_id:G1"), read(school, "groups/sis_group_id:CLUB")
    assert (red["context_type"], red["members_count"], "account_id" in red) == ("Course", 1, False)
    assert (club["context_type"], club["account_id"], "course_id" in club) == ("Account", 1, False)
