"""Compare the shape of what two Canvases answer: fields, types, headers and statuses, never the data.

Canvas changes. Whoever has a real Canvas finds out with this where the practice Canvas no longer matches it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from helpers.client import request_plans
from helpers.client.answers import Answer
from helpers.client.models import import_id_of
from helpers.client.request_plans import RequestPlan
from helpers.client.strict_json import parse_or_none

Ask = Callable[[RequestPlan], Answer]

READS = tuple(
    """
    users/self
    accounts/self
    accounts/self/permissions?permissions[]=import_sis&permissions[]=manage_sis
    accounts/self/sis_imports
    accounts/self/sis_imports?workflow_state[]=imported_with_messages
    accounts/self/sis_imports/:sis_import
    accounts/self/sis_imports/:sis_import/errors
    accounts/self/sis_imports/importing
    accounts/self/sis_import_errors
    accounts/self/sis_imports/999999999999999
    accounts/self/terms
    accounts/self/courses
    courses/:course
    courses/:course/sections
    courses/:course/enrollments
    courses/sis_course_id:no-such-course-in-this-school
    accounts/self/users
    users/:user
    users/:user/logins
    accounts/self/sub_accounts
    accounts/self/admins
    accounts/self/roles
    accounts/self/reports
    """.split()  # noqa: SIM905 (one call a line)
)
"""The calls, in an order in which each finds the IDs it needs in answers before it."""
_SOURCES = {
    "sis_import": "accounts/self/sis_imports?workflow_state[]=imported_with_messages",
    "course": "accounts/self/courses",
    "user": "accounts/self/users",
}
_HEADERS = ("content-type", "link", "x-request-cost", "x-rate-limit-remaining")
_SAFE_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,59}")  # a name with other characters may be data
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*")
_TYPES = {bool: "boolean", int: "integer", float: "number", list: "list", dict: "object", type(None): "null"}

Shape = Mapping[str, Counter[str]]
"""Field → how often it has which type; `[]` stands for the items of a list."""


class Difference(NamedTuple):
    """What two Canvases answer differently; `certain` unless the data alone may be the cause."""

    call: str
    what: str
    here: str
    there: str
    certain: bool = True


@dataclass
class Comparison:
    """What was found.

    Args:
        calls: how many calls both were asked.
        differences: in the order of the calls.
        left_out: calls for which one of the two had nothing to show.
    """

    calls: int = 0
    differences: list[Difference] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def certain(self) -> list[Difference]:
        """The differences that no data explain."""
        return [each for each in self.differences if each.certain]

    def report(self) -> str:
        """Return a text to paste into an issue: no data, no IDs, no domain, no token."""
        unsure = [each for each in self.differences if not each.certain]
        parts = [
            f"Canvas and the practice Canvas: {self.calls} calls compared, {len(self.certain)} differences.",
            _table(self.certain),
            "These may come from the data alone:" if unsure else "",
            _table(unsure),
            f"Not compared, because there was nothing to read: {', '.join(self.left_out)}"
            if self.left_out
            else "",
        ]
        return "\n\n".join(part for part in parts if part)


def compare(canvas: Ask, practice: Ask) -> Comparison:
    """Ask two Canvases the same and compare the shapes of their answers. It only reads.

    Calls: GET of each of READS

    Args:
        canvas: asks the real Canvas.
        practice: asks the practice Canvas.

    Raises:
        NotReachable: one of them does not answer.
    """
    found = Comparison()
    ids: list[dict[str, int]] = [{}, {}]
    for call in READS:
        plans = [_plan(call, known) for known in ids]
        if plans[0] is None or plans[1] is None:
            found.left_out.append(call)
            continue
        here, there = canvas(plans[0]), practice(plans[1])
        _note_id(call, here, ids[0])
        _note_id(call, there, ids[1])
        found.calls += 1
        found.differences += _differences(call, here, there)
    return found


def _plan(call: str, ids: Mapping[str, int]) -> RequestPlan | None:
    """Return the plan of a call, None when there is no object to ask for."""
    needed = re.findall(r"/:(\w+)", call)
    if not ids.keys() >= set(needed):
        return None
    return request_plans.get(re.sub(r"/:(\w+)", lambda name: f"/{ids[name[1]]}", call))


def _note_id(call: str, answer: Answer, ids: dict[str, int]) -> None:
    """Keep the ID of the first object of a list that later calls ask for."""
    for name, source in _SOURCES.items():
        if call == source and answer.status == 200:
            listed = parse_or_none(answer.body)
            listed = next(iter(listed.values()), []) if isinstance(listed, dict) else listed
            first = listed[0] if isinstance(listed, list) and listed else None
            if (found := import_id_of(first)) is not None:
                ids[name] = found


def _differences(call: str, here: Answer, there: Answer) -> Iterator[Difference]:
    if here.status != there.status:
        yield Difference(call, "HTTP status", str(here.status), str(there.status))
        return
    for name in _HEADERS:
        ours, theirs = _header(name, here), _header(name, there)
        if ours != theirs:
            yield Difference(call, f"header {name}", ours, theirs)
    yield from _field_differences(call, _shape(here), _shape(there))


def _header(name: str, answer: Answer) -> str:
    """Return what a header says apart from its data."""
    if name not in answer.headers:
        return "missing"
    return answer.headers[name].partition(";")[0].strip() if name == "content-type" else "present"


def _field_differences(call: str, here: Shape, there: Shape) -> Iterator[Difference]:
    for path in sorted(here.keys() | there.keys()):
        doubt = _doubt(path, here, there)
        if doubt is not None:
            name = path or "(the whole body)"
            yield Difference(call, name, _types(path, here), _types(path, there), certain=not doubt)


def _types(path: str, shape: Shape) -> str:
    return " or ".join(sorted(shape.get(path, ()))) or "missing"


def _doubt(path: str, here: Shape, there: Shape) -> bool | None:
    """Return whether only the data may make a field differ; None when it does not differ."""
    if path in here and path in there:
        values = [shape[path].keys() - {"null"} for shape in (here, there)]
        if all(values):
            return False if values[0].isdisjoint(values[1]) else None
        # Always null at one, never at the other: that may be the data.
        return True if any(values) and ("null" in here[path]) != ("null" in there[path]) else None
    has, lacks = (here, there) if path in here else (there, here)
    holder = path.rpartition(".")[0]
    if path.endswith("[]") or not lacks.get(holder, Counter())["object"]:
        return None  # an empty list, or nothing that could have the field
    return has[path].total() < has[holder]["object"]


def _shape(answer: Answer) -> Shape:
    """Return how often each field of an answer has which type."""
    shape: dict[str, Counter[str]] = {}
    for path, kind in _fields(parse_or_none(answer.body), ""):
        shape.setdefault(path, Counter())[kind] += 1
    return shape


def _fields(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield (path, type) of a value and of all in it."""
    yield path, _type(value)
    if isinstance(value, dict):
        for name, each in value.items():
            shown = name if _SAFE_NAME.fullmatch(name) else "*"
            yield from _fields(each, f"{path}.{shown}" if path else shown)
    elif isinstance(value, list):
        for each in value:
            yield from _fields(each, f"{path}[]")


def _type(value: Any) -> str:
    if isinstance(value, str):
        return "time" if _TIME.fullmatch(value) else "text"
    return _TYPES[type(value)]


def _table(rows: list[Difference]) -> str:
    if not rows:
        return ""
    lines = ["| call | what | Canvas | practice Canvas |", "|---|---|---|---|"]
    lines += [f"| GET {row.call} | {row.what} | {row.here} | {row.there} |" for row in rows]
    return "\n".join(lines)
