"""Record and show the learner's progress: /practice/exercises. It is kept beside the school."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.api.routing import Route
from practice_canvas.store import exercises


def index(call: Call) -> list[dict[str, Any]]:
    """GET /practice/exercises: each exercise with its state and its verdicts, in the lesson's order."""
    return exercises.progress(call.store.home)


def define(call: Call) -> list[dict[str, Any]]:
    """PUT /practice/exercises: replace the list (`exercises`); the verdicts stay."""
    columns = [call.params.all(f"exercises[][{field}]") for field in exercises.FIELDS]
    if len({len(column) for column in columns}) > 1:
        raise errors.invalid("exercises", f"each exercise needs {', '.join(exercises.FIELDS)}")
    rows = [dict(zip(exercises.FIELDS, row, strict=True)) for row in zip(*columns, strict=True)]
    exercises.define(call.store.home, rows)
    return index(call)


def judge(call: Call) -> list[dict[str, Any]]:
    """PUT /practice/exercises/:id: add a verdict (`state`, `why`, `notebook`)."""
    state, why, notebook = (call.params.get(name) or "" for name in ("state", "why", "notebook"))
    if state not in exercises.STATES:
        raise errors.invalid("state", f"{state!r} is not a state: use {', '.join(exercises.STATES)}")
    exercises.judge(call.store.home, call.arguments["id"], notebook, state, why)
    return index(call)


def forget(call: Call) -> dict[str, int]:
    """DELETE /practice/exercises: erase every verdict; the school stays."""
    return {"erased": exercises.forget(call.store.home)}


ROUTES = (
    Route("GET", "exercises", index),
    Route("PUT", "exercises", define, writes=True),
    Route("PUT", "exercises/:id", judge, writes=True),
    Route("DELETE", "exercises", forget, writes=True),
)
