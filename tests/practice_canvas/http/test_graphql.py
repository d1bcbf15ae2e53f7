"""GraphQL reads by SIS ID: what comes back, and how a query that cannot be answered is refused."""

import json
from typing import Any

import pytest

from practice_canvas.api.graphql_query import BadQuery, read_query
from tests.practice_server import Server

SCHOOL = {
    "accounts": "account_id,parent_account_id,name,status\nA1,,Arts,active\n",
    "terms": "term_id,name,status\nT1,Autumn,active\n",
    "courses": "course_id,short_name,long_name,account_id,term_id,status\nC1,C1,One,A1,T1,active\n",
    "sections": "section_id,course_id,name,status\nS1,C1,Alpha,active\nS2,C1,Beta,active\n",
    "users": "user_id,login_id,full_name,status\nU1,u1,Joan Rio,active\n",
    "enrollments": "section_id,user_id,role,status\nS1,U1,teacher,active\n",
}


def ask(canvas: Server, query: str, **variables: Any) -> Any:
    body = json.dumps({"query": query, "variables": variables}).encode()
    answer = canvas.send("POST", "/api/graphql", body, {"Content-Type": "application/json"})
    assert answer.status == 200, answer
    return answer.json


@pytest.fixture
def school(canvas: Server) -> Server:
    for text in SCHOOL.values():
        assert canvas.run_csv(text)["workflow_state"] == "imported"
    return canvas


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ('{account(sisId: "A1") {name sisId}}', {"account": {"name": "Arts", "sisId": "A1"}}),
        (
            '{section(sisId: "S1") {enrollmentsConnection'
            " {nodes {user {enrollmentsConnection {nodes {type}}}}}}}",
            {
                "section": {
                    "enrollmentsConnection": {
                        "nodes": [
                            {"user": {"enrollmentsConnection": {"nodes": [{"type": "TeacherEnrollment"}]}}}
                        ]
                    }
                }
            },
        ),
        ('{term(sisId: "T1") {name sisTermId}}', {"term": {"name": "Autumn", "sisTermId": "T1"}}),
        (
            'query Q {it: course(sisId: "C1") {__typename courseCode term {sisTermId} account {sisId}}}',
            {
                "it": {
                    "__typename": "Course",
                    "courseCode": "C1",
                    "term": {"sisTermId": "T1"},
                    "account": {"sisId": "A1"},
                }
            },
        ),
        (
            '{section(sisId: "S1") {name enrollmentsConnection {nodes {type state user {...P}}}}}'
            " fragment P on User {loginId sisId}",
            {
                "section": {
                    "name": "Alpha",
                    "enrollmentsConnection": {
                        "nodes": [
                            {
                                "type": "TeacherEnrollment",
                                "state": "active",
                                "user": {"loginId": "u1", "sisId": "U1"},
                            }
                        ]
                    },
                }
            },
        ),
        ('{user(sisId: "NONE") {name}}', {"user": None}),
    ],
)
def test_a_record_is_read_by_its_sis_id(school: Server, query: str, data: Any) -> None:
    assert ask(school, query) == {"data": data}


def test_variables_ids_and_pages(school: Server) -> None:
    query = """query ($sis: String!, $first: Int = 1, $after: String) {
      course(sisId: $sis) {  # a comment
        _id id
        sectionsConnection(first: $first, after: $after) {
          edges { cursor node { name } } pageInfo { hasNextPage endCursor }
        }
      }
    }"""
    course = ask(school, query, sis="C1")["data"]["course"]
    page = course["sectionsConnection"]
    assert [edge["node"]["name"] for edge in page["edges"]] == ["Alpha"]
    assert page["pageInfo"]["hasNextPage"]
    told = ask(school, query, sis="C1", after=page["pageInfo"]["endCursor"])
    page = told["data"]["course"]["sectionsConnection"]
    assert [edge["node"]["name"] for edge in page["edges"]] == ["Beta"]
    assert not page["pageInfo"]["hasNextPage"]
    for root in (f'course(id: "{course["_id"]}")', f'course(id: "{course["id"]}")'):
        assert ask(school, f"{{{root} {{name}}}}")["data"]["course"]["name"] == "One"
    node = f'{{node(id: "{course["id"]}") {{... on Course {{name}}}}}}'
    assert ask(school, node)["data"]["node"]["name"] == "One"
    legacy = f'{{legacyNode(type: Course, _id: "{course["_id"]}") {{... on Course {{name}}}}}}'
    assert ask(school, legacy)["data"]["legacyNode"]["name"] == "One"


def test_records_lead_to_those_that_belong_to_them(school: Server) -> None:
    school.run_csv("user_id,login_id,full_name,status\nU2,u2,Pat Rio,active\n")
    school.run_csv("section_id,user_id,role,status,associated_user_id\nS2,U2,observer,active,U1\n")
    school.run_csv("account_id,parent_account_id,name,status\nB1,A1,Ballet,active\n")
    account = f"parentAccount {{n: name}} {all_of('subAccounts', 'n: name')} {all_of('courses')}"
    course = f"account {{sisId}} term {{sisId}} {all_of('sections')} {all_of('users')}"
    person = "sisRole user {sisId} associatedUser {sisId}"
    people, placed = all_of("enrollments", person), all_of("enrollments", f"{person} section {{sisId}}")
    asked = (
        f"root: account(id: 1) {{{account}}}",
        f'arts: account(sisId: "A1") {{{account}}}',
        f'one: course(sisId: "C1") {{{course} {people}}}',
        f'beta: section(sisId: "S2") {{course {{sisId}} {placed}}}',
        f'joan: user(sisId: "U1") {{{all_of("enrollments", "course {sisId}")}}}',
    )
    told = ask(school, f"{{{' '.join(asked)}}}")
    one, arts, ballet, root = {"sisId": "C1"}, {"n": "Arts"}, {"n": "Ballet"}, {"n": "Practice School"}
    teacher = {"sisRole": "teacher", "user": {"sisId": "U1"}, "associatedUser": None}
    observer = {"sisRole": "observer", "user": {"sisId": "U2"}, "associatedUser": {"sisId": "U1"}}
    assert told["data"] == {
        "root": {"parentAccount": None, "subAccountsConnection": of(arts), "coursesConnection": of(one)},
        "arts": {"parentAccount": root, "subAccountsConnection": of(ballet), "coursesConnection": of(one)},
        "one": {
            "account": {"sisId": "A1"},
            "term": {"sisId": "T1"},
            "sectionsConnection": of({"sisId": "S1"}, {"sisId": "S2"}),
            "usersConnection": of({"sisId": "U1"}, {"sisId": "U2"}),
            "enrollmentsConnection": of(teacher, observer),
        },
        "beta": {"course": one, "enrollmentsConnection": of({**observer, "section": {"sisId": "S2"}})},
        "joan": {"enrollmentsConnection": of({"course": one})},
    }


def all_of(connected: str, fields: str = "sisId") -> str:
    return f"{connected}Connection {{nodes {{{fields}}}}}"


def of(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": list(nodes)}


def test_a_name_changed_by_an_import_is_read(school: Server) -> None:
    school.run_csv(SCHOOL["courses"].replace("One", "Two"))
    assert ask(school, '{course(sisId: "C1") {name}}')["data"]["course"]["name"] == "Two"


@pytest.mark.parametrize(
    ("query", "mentions"),
    [
        ("", "no query"),
        ("{course", "too early"),
        ("{account(id: 1) {grades}}", "grades"),
        ("{account(id: 1)}", "braces"),
        ('{node(id: "UGxhbmV0LTE=") {name}}', "names the type Planet: use one of Account, Term"),
        ('{node(id: "UGxhb!mV0LTE=") {name}}', "names the type (none)"),
        ('{legacyNode(type: Planet, _id: "1") {name}}', "names the type Planet"),
        ('{planets(sisId: "C1") {name}}', "planets"),
        ("mutation {createCourse {course {name}}}", "REST"),
        ('{course(sisId: "C1") {...Gone}}', "Gone"),
        ('{course(sisId: "C1") {name @skip(if: true)}}', "irectives"),
        ("{account(id: 1) {coursesConnection {names}}}", "names"),
        ('{course(sisId: "C\x00) {name}}', "unexpected"),
        ("{a" * 40, "levels deep"),
        (f"{{course(id: {'[' * 5000}", "levels deep"),
        ("{...F} fragment F on Query {...F}", "levels deep"),
        (
            "{...F0} "
            + "".join(f"fragment F{n} on Query {{...F{n + 1} ...F{n + 1}}} " for n in range(25))
            + "fragment F25 on Query {x}",
            "selections",
        ),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(canvas: Server, query: str, mentions: str) -> None:
    told = ask(canvas, query)
    assert "data" not in told and mentions in told["errors"][0]["message"]


def test_an_administrator_s_token_is_needed(canvas: Server) -> None:
    body, kind = b'{"query": "{account(id: 1) {name}}"}', {"Content-Type": "application/json"}
    for token, status in (("practice-no-permission-token", 403), ("wrong", 401), (None, 401)):
        assert canvas.send("POST", "/api/graphql", body, kind, token=token).status == status


def test_texts_are_read_as_graphql_writes_them() -> None:
    [field] = read_query('{f(a: "q\\"\\u00e9", b: """two\nlines""", c: [1, -2.5], d: {e: RED}, g: null)}', {})
    assert field.arguments == {"a": 'q"é', "b": "two\nlines", "c": [1, -2.5], "d": {"e": "RED"}, "g": None}
    with pytest.raises(BadQuery):
        read_query('{f(a: "\\q")}', {})
