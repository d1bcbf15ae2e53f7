"""The controls of the practice Canvas from Python: scenarios, copies of its school, settings."""

import json
import urllib.error
from typing import Any
from urllib.parse import quote

from practice_canvas.service import Practice, PracticeCanvasFault, ask


def scenarios(practice: Practice) -> dict[str, str]:
    """Return each scenario with a sentence that tells what happens in it.

    Calls: GET /practice/scenarios
    """
    return {each["name"]: each["sentence"] for each in _ask(practice, "GET", "scenarios")}


def under_way(practice: Practice) -> list[str]:
    """Return the names of the scenarios that have begun and not ended. Calls: GET /practice/scenarios."""
    return [each["name"] for each in _ask(practice, "GET", "scenarios") if each["active"]]


def begin(practice: Practice, scenario: str) -> str:
    """Begin a scenario and return its sentence; it goes on until `end`.

    Calls: POST /practice/scenarios/:name

    Raises:
        PracticeCanvasFault: there is no such scenario.
    """
    begun = _ask(practice, "POST", "scenarios", scenario)
    return next(str(each["sentence"]) for each in begun if each["name"] == scenario)


def end(practice: Practice) -> None:
    """End all scenarios. Calls: DELETE /practice/scenarios."""
    _ask(practice, "DELETE", "scenarios")


def keep(practice: Practice, name: str) -> None:
    """Keep the school as it is under a name; an older one of that name is replaced.

    Calls: POST /practice/snapshots/:name

    Raises:
        PracticeCanvasFault: an import is under way, or the name has signs that it must not have.
    """
    _ask(practice, "POST", "snapshots", name)


def bring_back(practice: Practice, name: str) -> None:
    """Make the school again what it was when it was kept; its imports, too.

    Calls: POST /practice/snapshots/:name/restore

    Raises:
        PracticeCanvasFault: nothing was kept under that name.
    """
    _ask(practice, "POST", "snapshots", name, "restore")


def settings(practice: Practice, **changes: object) -> dict[str, Any]:
    """Change settings, such as pace="immediate", and return all of them.

    Calls: PUT /practice/settings

    Raises:
        PracticeCanvasFault: there is no such setting, or it takes no such value.
    """
    changed: dict[str, Any] = _ask(practice, "PUT", "settings", body=changes)
    return changed


def _ask(practice: Practice, method: str, *path: str, body: object = None) -> Any:
    address = "/".join(quote(part, safe="") for part in path)
    try:
        return ask(practice, method, address, body)
    except urllib.error.HTTPError as refusal:
        raise PracticeCanvasFault(_said(refusal)) from None


def _said(refusal: urllib.error.HTTPError) -> str:
    """Return the sentence of a refusal, whichever of Canvas's shapes it has."""
    found = json.loads(refusal.read())
    while not isinstance(found, str):
        found = found.get("message") or next(iter(found.values())) if isinstance(found, dict) else found[0]
    return found
