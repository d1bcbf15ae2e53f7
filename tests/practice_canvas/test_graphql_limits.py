"""How much a GraphQL query may ask for, and how its lists are cut into pages."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from practice_canvas.api import graphql
from practice_canvas.api.graphql_query import DEEPEST, MOST_SELECTIONS, BadQuery, Selection, read_query
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import SECTION, courses, csv


def depth(selections: list[Selection]) -> int:
    return 1 + max((depth(one.selections) for one in selections), default=0) if selections else 0


def test_a_query_may_be_so_deep_and_no_deeper() -> None:
    assert depth(read_query("{a" * DEEPEST + "}" * DEEPEST, {})) == DEEPEST
    with pytest.raises(BadQuery, match=f"more than {DEEPEST} levels"):
        read_query("{a" * (DEEPEST + 1) + "}" * (DEEPEST + 1), {})
    wide = "{" + "a {b} " * DEEPEST * 2 + "}"
    assert len(read_query(wide, {})) == DEEPEST * 2


def test_a_query_may_have_so_many_selections_and_no_more() -> None:
    most = "{" + "a {b} " * (MOST_SELECTIONS - 1) + "}"
    assert len(read_query(most, {})) == MOST_SELECTIONS - 1
    with pytest.raises(BadQuery, match=f"more than {MOST_SELECTIONS} selections"):
        read_query(most.replace("{a", "{a {b} a", 1), {})


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("{a b}", ["a", "b"]),
        ("query {a}", ["a"]),
        ("query Name {a}", ["a"]),
        ("query Name($x: [Int!]! = [1], $y: String) {a b}", ["a", "b"]),
        ("fragment F on Query {b c} {a ...F d}", ["a", "b", "c", "d"]),
        ("query {a ...F} fragment F on Query {b}", ["a", "b"]),
        ("{... on Query {a} ... {b} c}", ["a", "b", "c"]),
        ("{a} query Second {b}", ["a"]),
        ("{x: a}", ["a"]),
    ],
)
def test_the_fields_of_the_first_operation_are_read(query: str, names: list[str]) -> None:
    assert [one.name for one in read_query(query, {})] == names


def test_variables_fill_in_arguments_and_have_defaults() -> None:
    query = "query ($a: Int = 1, $b: [String!] = [x], $c: Int) {f(a: $a, b: $b, c: $c, d: true)}"
    (field,) = read_query(query, {"a": 7, "z": 9})
    assert field.arguments == {"a": 7, "b": ["x"], "c": None, "d": True}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("subscription {a}", "A subscription is not available"),
        ("{a(b 1)}", "has '1' where it needs ':'"),
        ("{a: {b}}", "has '{' where it needs a name"),
        ("{a ...Gone}", "no fragment Gone"),
        ("{a", "ends too early"),
        ("fragment F on Query {a}", "no query"),
    ],
)
def test_a_query_that_cannot_be_read_says_where(query: str, said: str) -> None:
    with pytest.raises(BadQuery, match=said):
        read_query(query, {})


@pytest.fixture
def school(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    rows = [f"S{number},C,Section {number},active" for number in range(5)]
    import_files(store, {"courses.csv": courses("C"), "sections.csv": csv(SECTION, *rows)})
    return store


def ask(store: Store, query: str) -> Any:
    call: Any = SimpleNamespace(db=store.db)
    return graphql._Answer(call).root(read_query(query, {}))


INFO = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")


def page(store: Store, arguments: str = "") -> tuple[list[str], dict[str, Any], list[str]]:
    parts = f"nodes {{sisId}} edges {{cursor n: node {{sisId}}}} pageInfo {{{' '.join(INFO)}}}"
    found = ask(store, f'{{course(sisId: "C") {{s: sectionsConnection{arguments} {{{parts}}}}}}}')
    shown = found["course"]["s"]
    assert [edge["n"] for edge in shown["edges"]] == shown["nodes"]
    cursors = [edge["cursor"] for edge in shown["edges"]]
    return [node["sisId"] for node in shown["nodes"]], shown["pageInfo"], cursors


def test_pages_lead_through_a_list_and_say_where_they_are(school: Store) -> None:
    found, arguments, more = [], "(first: 2)", []
    while arguments:
        names, info, cursors = page(school, arguments)
        found.append(names)
        more.append((info["hasPreviousPage"], info["hasNextPage"]))
        assert (info["startCursor"], info["endCursor"]) == (cursors[0], cursors[-1])
        arguments = f'(first: 2, after: "{cursors[-1]}")' if info["hasNextPage"] else ""
    assert found == [["S0", "S1"], ["S2", "S3"], ["S4"]]
    assert more == [(False, True), (True, True), (True, False)]


@pytest.mark.parametrize(
    ("arguments", "number", "more"), [("", 5, False), ("(first: 5)", 5, False), ("(first: 4)", 4, True)]
)
def test_a_page_that_holds_all_has_no_next_one(
    school: Store, arguments: str, number: int, more: bool
) -> None:
    names, info, _ = page(school, arguments)
    assert (len(names), info["hasNextPage"]) == (number, more)


def test_a_page_past_the_end_is_empty_and_has_no_cursors(school: Store) -> None:
    _, _, cursors = page(school)
    names, info, _ = page(school, f'(after: "{cursors[-1]}")')
    assert (names, list(info.values())) == ([], [False, True, None, None])


def test_a_page_has_between_1_and_so_many_records(school: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql, "MOST_NODES", 3)
    lengths = [len(page(school, f"(first: {first})")[0]) for first in (-1, 1, 2, 3, 4)]
    assert lengths == [1, 1, 2, 3, 3]
    assert len(page(school)[0]) == 3


def test_an_answer_has_at_most_so_many_fields(school: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    query = '{course(sisId: "C") {sectionsConnection {nodes {sisId}}}}'
    monkeypatch.setattr(graphql, "MOST_FIELDS", 6)
    assert len(ask(school, query)["course"]["sectionsConnection"]["nodes"]) == 5
    monkeypatch.setattr(graphql, "MOST_FIELDS", 5)
    with pytest.raises(BadQuery, match="more than 5 fields"):
        ask(school, query)
