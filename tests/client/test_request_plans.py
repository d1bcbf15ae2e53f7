from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers.client import request_plans
from helpers.client.connection import Connection
from helpers.client.request_plans import RequestPlan
from helpers.errors import BadInput
from tests.fake_server import TOKEN

HERE = Connection("school.test.instructure.com", TOKEN)
IMPORTS = "/api/v1/accounts/self/sis_imports"


def test_creating_an_import_has_the_address_of_the_lesson() -> None:
    plan = request_plans.create_sis_import("test_course.csv")
    assert plan.url(HERE) == f"https://{HERE.domain}{IMPORTS}.json?import_type=instructure_csv"
    assert (plan.method, plan.file) == ("POST", Path("test_course.csv"))


@pytest.mark.parametrize(
    ("plan", "method", "target"),
    [
        (request_plans.get_sis_import(7), "GET", f"{IMPORTS}/7"),
        (request_plans.get_sis_import(" 12~34 "), "GET", f"{IMPORTS}/12~34"),
        (request_plans.list_sis_imports(), "GET", f"{IMPORTS}?per_page=100"),
        (request_plans.importing_sis_imports(), "GET", f"{IMPORTS}/importing"),
        (request_plans.abort_sis_import(7), "PUT", f"{IMPORTS}/7/abort"),
        (request_plans.abort_all_pending(), "PUT", f"{IMPORTS}/abort_all_pending"),
        (request_plans.restore_states(7), "PUT", f"{IMPORTS}/7/restore_states"),
        (
            request_plans.restore_states(7, undelete_only=True),
            "PUT",
            f"{IMPORTS}/7/restore_states?undelete_only=true",
        ),
        (request_plans.list_sis_import_errors(7), "GET", f"{IMPORTS}/7/errors?per_page=100"),
        (
            request_plans.list_sis_import_errors(failure=True),
            "GET",
            "/api/v1/accounts/self/sis_import_errors?failure=true&per_page=100",
        ),
        (request_plans.get_self(), "GET", "/api/v1/users/self"),
        (request_plans.get_account(), "GET", "/api/v1/accounts/self"),
        (
            request_plans.get_account("sis_account_id:Arts & Crafts/1"),
            "GET",
            "/api/v1/accounts/sis_account_id:Arts%20%26%20Crafts%2F1",
        ),
    ],
)
def test_every_call_has_canvass_own_path(plan: RequestPlan, method: str, target: str) -> None:
    assert plan.method == method
    assert plan.url(HERE) == HERE.base_url + target


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("accounts/self/courses", "/api/v1/accounts/self/courses"),
        ("/api/v1/accounts/self/courses/", "/api/v1/accounts/self/courses"),
        (
            "accounts/self/courses?per_page=5&state[]=all",
            "/api/v1/accounts/self/courses?per_page=5&state%5B%5D=all",
        ),
        ("courses/sis_course_id:BIO 101 é", "/api/v1/courses/sis_course_id:BIO%20101%20%C3%A9"),
        ("courses/sis_course_id:A#1", "/api/v1/courses/sis_course_id:A%231"),
        ("courses/sis_course_id:100% a%20b", "/api/v1/courses/sis_course_id:100%25%20a%20b"),
        (
            f"courses/{request_plans.path_part('sis_course_id:50%/A?')}/sections",
            "/api/v1/courses/sis_course_id:50%25%2FA%3F/sections",
        ),
    ],
)
def test_any_path_can_be_read_and_is_percent_encoded(path: str, target: str) -> None:
    assert request_plans.get(path).url(HERE) == HERE.base_url + target


def test_parameters_are_spelled_as_canvas_spells_them() -> None:
    plan = request_plans.get("x", include=["term", "sections"], active=True, page=2, left_out=None)
    assert plan.params == (
        ("include[]", "term"),
        ("include[]", "sections"),
        ("active", "true"),
        ("page", "2"),
    )


def test_imports_can_be_listed_by_state_and_time() -> None:
    since = datetime(2026, 2, 3, 9, 15, tzinfo=UTC)
    plan = request_plans.list_sis_imports(created_since=since, workflow_state="imported")
    asked = dict(plan.params)
    assert datetime.fromisoformat(asked["created_since"]) == since
    assert asked["workflow_state[]"] == "imported"
    assert "created_before" not in asked


@pytest.mark.parametrize("wrong", [None, "", "abc", "../../users", "7/abort", 1.5])
def test_an_import_id_must_be_a_number(wrong: object) -> None:
    with pytest.raises(BadInput, match="not the ID of an import") as caught:
        request_plans.get_sis_import(wrong)  # type: ignore[arg-type]
    assert "created" in caught.value.fix


def test_a_path_with_a_domain_is_refused() -> None:
    with pytest.raises(BadInput, match="contains a domain"):
        request_plans.get("https://elsewhere.example/api/v1/users/self")


def test_a_plan_cannot_be_changed_and_holds_no_token() -> None:
    plan = request_plans.create_sis_import("a.csv")
    with pytest.raises(FrozenInstanceError):
        plan.path = "/elsewhere"  # type: ignore[misc]
    assert "Sentinel" not in repr(plan) + plan.url(HERE)


def test_an_object_is_edited_by_fields_grouped_as_canvas_groups_them() -> None:
    plan = request_plans.update("courses/7", course={"name": "Biology", "event": "offer"}, offer=True)
    assert (plan.method, plan.path) == ("PUT", "/api/v1/courses/7")
    assert plan.params == (("course[name]", "Biology"), ("course[event]", "offer"), ("offer", "true"))
