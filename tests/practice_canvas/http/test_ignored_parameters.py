"""No parameter is ignored silently: one without effect is named in a header, in the log and in the docs."""

from collections.abc import Iterator
from typing import Any

import pytest

from docs.practice_canvas import API, calls, read_cases, routes_of
from practice_canvas.api.dispatch import IGNORED
from practice_canvas.api.not_honored import NOT_HONORED
from practice_canvas.api.routing import Route, Routes
from practice_canvas.app import RESOURCES
from tests.conformance.runner import CaseRun
from tests.practice_server import Answer, Server

FILES = {
    "courses.csv": "course_id,short_name,long_name,status\nX,X,One,active\n",
    "sections.csv": "section_id,course_id,name,status\nX,X,One,active\n",
    "users.csv": "user_id,login_id,full_name,status\nX,x,One,active\n",
    "terms.csv": "term_id,name,status\nX,One,active\n",
    "groups.csv": "group_id,name,status\nX,One,available\n",
}
KINDS = ("terms", "courses", "sections", "users", "groups")
ROUTES = routes_of(RESOURCES)


def ignored(answer: Answer) -> set[str]:
    assert answer.status < 400, answer
    return set(answer.headers.get(IGNORED.lower(), "").split(", ")) - {""}


def address(path: str) -> str:
    """Return a path with the objects of FILES in it."""
    kind = next((each for each in KINDS if f"{each}/:id" in path), "")
    return API + path.replace(":account", "self").replace(":id", f"sis_{kind.removesuffix('s')}_id:X")


@pytest.fixture
def school(canvas: Server) -> Server:
    for name, text in FILES.items():
        canvas.run_csv(text, name)
    return canvas


@pytest.mark.parametrize("call", NOT_HONORED)
def test_each_parameter_of_the_table_is_reported(school: Server, call: str) -> None:
    method, path = call.split()
    names = NOT_HONORED[call].split()
    pairs = [name if "=" in name else f"{name}=1" for name in names]
    for pair, name in zip(pairs, names, strict=True):
        answer = school.send(method, f"{address(path)}?{pair}", b"" if method == "PUT" else None)
        assert ignored(answer) == {name}, pair


def test_every_call_of_the_table_exists() -> None:
    assert set(NOT_HONORED) <= {f"{route.method} {route.path}" for route in ROUTES}


class Asking(Server):
    """Sends a parameter that nobody knows with the first request that a route answers."""

    def look_for(self, route: Route) -> None:
        self.__dict__.update(route=route, found=None, routes=Routes(ROUTES))

    def send(self, method: str, path: str, *args: Any, **more: Any) -> Answer:
        below = path.removeprefix(self.url).removeprefix(API).partition("?")[0]
        match = self.__dict__["routes"].find(method, below)
        if self.__dict__["found"] or not match or match[0] is not self.__dict__["route"]:
            return super().send(method, path, *args, **more)
        answer = super().send(method, f"{path}{'&' if '?' in path else '?'}nobody_knows=1", *args, **more)
        if answer.status < 400:
            self.__dict__["found"] = ignored(answer)
        return answer


def cases_by_route() -> Iterator[Any]:
    """Yield (route, a case that makes this call successfully) for each route that has one."""
    table = Routes(ROUTES)
    found: dict[Route, Any] = {}
    for case in read_cases():
        refused = any(step.get("expect", {}).get("status", 200) >= 400 for step in case["steps"])
        for match in () if refused else [match for call in calls(case) if (match := table.find(*call))]:
            found.setdefault(match[0], case)
    for route, case in found.items():
        yield pytest.param(route, case, id=f"{route.method} {route.path}")


@pytest.mark.parametrize(("route", "case"), list(cases_by_route()))
def test_every_call_reports_what_it_does_not_know(canvas: Server, route: Route, case: dict[str, Any]) -> None:
    asking = Asking(**vars(canvas))
    asking.look_for(route)
    CaseRun(asking).run(case)
    assert "nobody_knows" in asking.__dict__["found"]


def test_what_has_an_effect_is_not_reported_even_if_nothing_is_listed(canvas: Server) -> None:
    path = "/api/v1/accounts/self/courses?include[]=term&state[]=all&sort=teacher&order=desc&page=2"
    assert ignored(canvas.get(path)) == set()


def test_of_a_list_only_the_values_without_effect_are_reported(canvas: Server) -> None:
    path = "/api/v1/accounts/self/courses?include[]=term&include[]=nonsense&sort=nonsense"
    assert ignored(canvas.get(path)) == {"include[]=nonsense", "sort=nonsense"}


def test_parameters_of_a_form_and_of_an_upload_are_reported(school: Server) -> None:
    answer = school.put(address("courses/:id"), **{"course[name]": "A", "course[nonsense]": "B"})
    assert ignored(answer) == {"course[nonsense]"}
    assert ignored(school.post_csv(FILES["users.csv"], skip_delete="true")) == {"skip_delete"}


def test_the_header_holds_no_value_and_no_line_end_of_the_sender(canvas: Server) -> None:
    answer = canvas.get("/api/v1/accounts/self?se%0D%0Acret=%0D%0Avalue&%C3%A4=1")
    assert ignored(answer) == {"se%0D%0Acret", "%C3%A4"}
