"""GraphQL: read accounts, terms, courses, sections, users and enrollments by SIS ID or ID."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from practice_canvas.api.call import Call
from practice_canvas.api.graphql_query import BadQuery, Selection, read_query
from practice_canvas.api.params import to_integer
from practice_canvas.api.routing import Route
from practice_canvas.store import records
from practice_canvas.store.reads import accounts, courses, enrollments, sections, sis_ids, users
from practice_canvas.store.records import Record
from practice_canvas.store.sql import Query

MOST_NODES = 100
MOST_FIELDS = 20_000
NUMBER = re.compile(r"\d{1,18}")


@dataclass(frozen=True)
class Link:
    """A field that leads to one other record.

    Args:
        kind: of the other record, one of KINDS.
        column: this record's column with its ID.
    """

    kind: str
    column: str


@dataclass(frozen=True)
class Connection:
    """A field that leads to a list of records, page by page.

    Args:
        kind: of its records.
        query: this record → the list.
    """

    kind: str
    query: Callable[[Record], Query]


Field = str | Link | Connection | Callable[[Record], Any]


NAMES: dict[str, Field] = {"name": "name", "createdAt": "created_at"}
# kind → GraphQL field → column, link, list or what is computed; `id` and `_id` are everywhere.
KINDS: dict[str, dict[str, Field]] = {
    "Account": {
        "name": "name",
        "sisId": "sis_source_id",
        "workflowState": "workflow_state",
        "parentAccount": Link("Account", "parent_account_id"),
        "subAccountsConnection": Connection(
            "Account", lambda record: accounts.sub_accounts(record["id"], recursive=False)
        ),
        "coursesConnection": Connection("Course", lambda record: courses.of_account(record["id"], [])),
    },
    "Term": {
        "name": "name",
        "sisId": "sis_source_id",
        "sisTermId": "sis_source_id",
        "startAt": "start_at",
        "endAt": "end_at",
    },
    "Course": {
        **NAMES,
        "courseCode": "course_code",
        "sisId": "sis_source_id",
        "state": "workflow_state",
        "account": Link("Account", "account_id"),
        "term": Link("Term", "enrollment_term_id"),
        "sectionsConnection": Connection("Section", lambda record: sections.of_course(record["id"])),
        "enrollmentsConnection": Connection(
            "Enrollment", lambda record: enrollments.listed("course", record["id"])
        ),
        "usersConnection": Connection("User", lambda record: users.of_course(record["id"])),
    },
    "Section": {
        **NAMES,
        "sisId": "sis_source_id",
        "course": Link("Course", "course_id"),
        "enrollmentsConnection": Connection(
            "Enrollment", lambda record: enrollments.listed("section", record["id"])
        ),
    },
    "User": {
        **NAMES,
        "shortName": lambda record: record["short_name"] or record["name"],
        "sortableName": "sortable_name",
        "sisId": "sis_user_id",
        "integrationId": "integration_id",
        "loginId": "login_id",
        "email": "email",
        "pronouns": "pronouns",
        "enrollmentsConnection": Connection(
            "Enrollment", lambda record: enrollments.listed("user", record["id"])
        ),
    },
    "Enrollment": {
        "state": "enrollment_state",
        "type": "type",
        "sisRole": lambda record: record["type"].removesuffix("Enrollment").lower(),
        "createdAt": "created_at",
        "updatedAt": "updated_at",
        "user": Link("User", "user_id"),
        "associatedUser": Link("User", "associated_user_id"),
        "section": Link("Section", "course_section_id"),
        "course": Link("Course", "course_id"),
    },
}
# kind → how one record is read by its ID, where that is more than a row of a table.
READERS: dict[str, Callable[[Any, int], Record | None]] = {
    "Account": lambda db, id_: records.find(db, "accounts", id=id_),
    "Term": lambda db, id_: records.find(db, "enrollment_terms", id=id_),
    "Course": lambda db, id_: records.find(db, "courses", id=id_),
    "Section": lambda db, id_: records.find(db, "course_sections", id=id_),
    "User": lambda db, id_: users.users().equal("users.id", id_).first(db),
    "Enrollment": lambda db, id_: enrollments.one(db, id_),
}
# What a query begins with: each takes `id` or `sisId`.
ROOTS = {"account": "Account", "term": "Term", "course": "Course", "section": "Section", "user": "User"}


def answer(call: Call) -> dict[str, Any]:
    """POST /api/graphql: answer a query; what is wrong with it is said in `errors`, with status 200."""
    call.require_admin()
    try:
        selections = read_query(call.params.get("query") or "", _variables(call))
        return {"data": _Answer(call).root(selections)}
    except BadQuery as bad:
        return {"errors": [{"message": str(bad)}]}


def _variables(call: Call) -> Mapping[str, Any]:
    if "variables" not in call.params:
        return call.params.nested("variables")
    try:
        found = json.loads(call.params.get("variables") or "{}")
    except ValueError as bad:
        raise BadQuery("The variables are not JSON.") from bad
    return found if isinstance(found, dict) else {}


class _Answer:
    """Fills in the answer to one query, up to a number of fields."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._fields = 0

    def root(self, selections: list[Selection]) -> dict[str, Any]:
        """Return what the outermost fields ask for."""
        return {one.alias: self._root(one) for one in selections}

    def _root(self, field: Selection) -> Any:
        if field.name == "__typename":
            return "Query"
        if field.name == "legacyNode":
            kind = str(field.arguments.get("type", ""))
            return self._object(kind, self._record(kind, field.arguments.get("_id")), field)
        if field.name == "node":
            kind, _, number = _decoded(field.arguments.get("id")).rpartition("-")
            return self._object(kind, self._record(kind, number), field)
        if field.name not in ROOTS:
            raise BadQuery(f"The query asks for {field.name}, which is not one of {', '.join(ROOTS)}.")
        kind, sis_id = ROOTS[field.name], field.arguments.get("sisId")
        if sis_id is not None:
            found = sis_ids.find(self._call.db, field.name, f"sis_{field.name}_id:{sis_id}", 0)
            return self._object(kind, self._record(kind, found["id"] if found else 0), field)
        if (identifier := field.arguments.get("id")) is None:
            raise BadQuery(f"The field {field.name} has neither an id nor a sisId: give one of them.")
        return self._object(kind, self._record(kind, identifier), field)

    def _record(self, kind: str, identifier: Any) -> Record | None:
        """Return the living record with an ID: a number, or GraphQL's own ID."""
        if kind not in READERS:
            raise BadQuery(f"The ID names the type {kind or '(none)'}: use one of {', '.join(READERS)}.")
        text = str(identifier)
        number = text if NUMBER.fullmatch(text) else _decoded(text).removeprefix(f"{kind}-")
        record = READERS[kind](self._call.db, int(number)) if NUMBER.fullmatch(number) else None
        return record if record is not None and record["workflow_state"] != "deleted" else None

    def _object(self, kind: str, record: Record | None, field: Selection) -> Any:
        if record is None:
            return None
        if not field.selections:
            raise BadQuery(f"The field {field.name} needs fields of its own in braces.")
        return {one.alias: self._value(kind, record, one) for one in field.selections}

    def _value(self, kind: str, record: Record, field: Selection) -> Any:
        self._fields += 1
        if self._fields > MOST_FIELDS:
            raise BadQuery(f"The answer would have more than {MOST_FIELDS} fields: ask for less.")
        if field.name in ("_id", "id", "__typename"):
            return {
                "_id": str(record["id"]),
                "id": _encoded(f"{kind}-{record['id']}"),
                "__typename": kind,
            }[field.name]
        what = KINDS[kind].get(field.name)
        if isinstance(what, str):
            return record[what]
        if isinstance(what, Link):
            linked = record[what.column]
            return self._object(what.kind, self._record(what.kind, linked) if linked else None, field)
        if isinstance(what, Connection):
            return self._connection(what, record, field)
        if what is None:
            raise BadQuery(f"The type {kind} has no field {field.name} here: use {', '.join(KINDS[kind])}.")
        return what(record)

    def _connection(self, what: Connection, record: Record, field: Selection) -> dict[str, Any]:
        size = min(max(to_integer(str(field.arguments.get("first") or MOST_NODES)), 1), MOST_NODES)
        start = to_integer(_decoded(field.arguments.get("after")))
        rows = what.query(record).rows(self._call.db, size + 1, start)
        shown = rows[:size]
        end = _encoded(str(start + len(shown)))
        known: dict[str, Callable[[Selection], Any]] = {
            "nodes": lambda part: [self._object(what.kind, row, part) for row in shown],
            "edges": lambda part: [
                {
                    edge.alias: self._object(what.kind, row, edge)
                    if edge.name == "node"
                    else _encoded(str(start + number))
                    for edge in part.selections
                }
                for number, row in enumerate(shown, 1)
            ],
            "pageInfo": lambda part: {
                "hasNextPage": len(rows) > size,
                "hasPreviousPage": start > 0,
                "endCursor": end if shown else None,
                "startCursor": _encoded(str(start + 1)) if shown else None,
            },
        }
        for part in field.selections:
            if part.name not in known:
                raise BadQuery(f"The field {field.name} has no {part.name}: use {', '.join(known)}.")
        return {part.alias: known[part.name](part) for part in field.selections}


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _decoded(text: Any) -> str:
    """Return what a GraphQL ID or cursor holds, "" if it is not one."""
    try:
        return base64.b64decode(str(text or ""), validate=True).decode("ascii", "replace")
    except (binascii.Error, ValueError):
        return ""


ROUTES = (Route("POST", "graphql", answer),)
