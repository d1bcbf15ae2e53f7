"""Start and end scenarios: GET /practice/scenarios lists them."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.api.routing import Route
from practice_canvas.scenarios import SCENARIOS
from practice_canvas.store.school import settings


def index(call: Call) -> list[dict[str, Any]]:
    """GET /practice/scenarios: list the scenarios and whether each is active."""
    active = settings.read(call.db)["scenarios"]
    return [
        {"name": name, "sentence": sentence, "active": name in active} for name, sentence in SCENARIOS.items()
    ]


def begin(call: Call) -> list[dict[str, Any]]:
    """POST /practice/scenarios/:name: start a scenario; others stay active."""
    return _set(call, call.settings["scenarios"] + [_known(call)])


def end(call: Call) -> list[dict[str, Any]]:
    """DELETE /practice/scenarios/:name: end one."""
    name = _known(call)
    return _set(call, [active for active in call.settings["scenarios"] if active != name])


def end_all(call: Call) -> list[dict[str, Any]]:
    """DELETE /practice/scenarios: end all of them."""
    return _set(call, [])


def _known(call: Call) -> str:
    name = call.arguments["name"]
    if name not in SCENARIOS:
        raise errors.invalid("scenario", f"{name} is not a scenario: use {', '.join(SCENARIOS)}", "unknown")
    return name


def _set(call: Call, active: list[str]) -> list[dict[str, Any]]:
    settings.write(call.db, {"scenarios": sorted(set(active))})
    call.wakes_worker = True
    return index(call)


ROUTES = (
    Route("GET", "scenarios", index),
    Route("DELETE", "scenarios", end_all, writes=True),
    Route("POST", "scenarios/:name", begin, writes=True),
    Route("DELETE", "scenarios/:name", end, writes=True),
)
