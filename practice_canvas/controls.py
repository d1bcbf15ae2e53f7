"""Control the practice Canvas from Python: scenarios, snapshots of its school, settings.

Every call raises PracticeCanvasFault where the practice Canvas refuses it or does not answer.
"""

import urllib.error
from typing import Any
from urllib.parse import quote

from practice_canvas.refusals import why_refused
from practice_canvas.service import Practice, PracticeCanvasFault, ask, default_pace

SECONDS_TO_LOAD = 120.0  # the sample school; two or three where nothing else runs


def scenarios(practice: Practice) -> dict[str, str]:
    """Return each scenario with a sentence that says what happens in it.

    Calls: GET /practice/scenarios
    """
    return {each["name"]: each["sentence"] for each in _ask(practice, "GET", "scenarios")}


def active_scenarios(practice: Practice) -> list[str]:
    """Return the names of the scenarios that are active. Calls: GET /practice/scenarios."""
    return [each["name"] for each in _ask(practice, "GET", "scenarios") if each["active"]]


def begin_scenario(practice: Practice, scenario: str) -> str:
    """Begin a scenario and return its sentence; it goes on until `end_scenarios`.

    Calls: POST /practice/scenarios/:name

    Raises:
        PracticeCanvasFault: there is no such scenario.
    """
    begun = _ask(practice, "POST", "scenarios", scenario)
    return next(str(each["sentence"]) for each in begun if each["name"] == scenario)


def end_scenarios(practice: Practice) -> None:
    """End all scenarios. Calls: DELETE /practice/scenarios."""
    _ask(practice, "DELETE", "scenarios")


def save_snapshot(practice: Practice, name: str) -> None:
    """Save the school under a name; an older snapshot of that name is replaced.

    Calls: POST /practice/snapshots/:name

    Raises:
        PracticeCanvasFault: an import is running, or the name has characters that are not allowed.
    """
    _ask(practice, "POST", "snapshots", name)


def restore_snapshot(practice: Practice, name: str) -> None:
    """Restore the school, and its imports, as they were when the snapshot was saved.

    Calls: POST /practice/snapshots/:name/restore

    Raises:
        PracticeCanvasFault: there is no snapshot of that name.
    """
    _ask(practice, "POST", "snapshots", name, "restore")


def define_exercises(practice: Practice, exercises: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Replace the list of the lesson's exercises, and return it with the progress of each.

    Calls: PUT /practice/exercises

    Args:
        practice: where the progress is stored.
        exercises: each with id, notebook, title and can, in the lesson's order.
    """
    found: list[dict[str, Any]] = _ask(practice, "PUT", "exercises", body={"exercises": exercises})
    return found


def report_verdict(practice: Practice, exercise: str, **verdict: str) -> None:
    """Add a verdict (state, why, notebook) on an exercise. Calls: PUT /practice/exercises/:id."""
    _ask(practice, "PUT", "exercises", exercise, body=verdict)


def erase_progress(practice: Practice) -> int:
    """Erase every verdict, and return how many exercises were done. Calls: DELETE /practice/exercises."""
    return int(_ask(practice, "DELETE", "exercises")["erased"])


def run_briskly(practice: Practice, import_id: int) -> None:
    """Run one import at pace brisk where the pace is realistic; other settings are left as they are.

    Calls: POST /practice/sis_imports/:id/brisk

    Raises:
        PracticeCanvasFault: there is no such import.
    """
    _ask(practice, "POST", "sis_imports", str(import_id), "brisk")


def classroom(practice: Practice) -> dict[str, Any]:
    """Return whether the learner's hand is up, and what the trainer says. Calls: GET /practice/classroom.

    Returns:
        hand_raised_at (None while it is down), announcement ("" for nothing) and announced_at.
    """
    found: dict[str, Any] = _ask(practice, "GET", "classroom")
    return found


def raise_hand(practice: Practice, *, raised: bool) -> dict[str, Any]:
    """Raise the learner's hand or lower it, and return like `classroom`. Calls: PUT /practice/classroom."""
    found: dict[str, Any] = _ask(practice, "PUT", "classroom", body={"hand": raised})
    return found


def last_import(practice: Practice) -> int | None:
    """Return the ID of the import sent last, None if there is none. Calls: GET /practice/last_import."""
    found: int | None = _ask(practice, "GET", "last_import")["id"]
    return found


def remember_import(practice: Practice, import_id: int) -> None:
    """Remember which import was sent last; a reset forgets it. Calls: PUT /practice/last_import."""
    _ask(practice, "PUT", "last_import", body={"id": import_id})


def reset_school(practice: Practice) -> None:
    """Empty the school and its list of imports; snapshots and progress stay. Calls: POST /practice/reset."""
    _ask(practice, "POST", "reset")


def load_school(practice: Practice) -> None:
    """Replace the school by the sample school. Calls: PUT /practice/school."""
    _ask(practice, "PUT", "school", timeout=SECONDS_TO_LOAD)


def read_settings(practice: Practice) -> dict[str, Any]:
    """Return all settings. Calls: GET /practice/settings."""
    settings: dict[str, Any] = _ask(practice, "GET", "settings")
    return settings


def change_settings(practice: Practice, **changes: object) -> dict[str, Any]:
    """Change settings, such as pace="immediate", and return all of them.

    Calls: PUT /practice/settings

    Raises:
        PracticeCanvasFault: there is no such setting, or it takes no such value.
    """
    changed: dict[str, Any] = _ask(practice, "PUT", "settings", body=changes)
    return changed


def reset_pace(practice: Practice) -> dict[str, Any]:
    """Set the pace that a practice Canvas starts with, and return all settings.

    Calls: PUT /practice/settings
    """
    return change_settings(practice, pace=default_pace())


def _ask(
    practice: Practice, method: str, *path: str, body: object = None, timeout: float | None = None
) -> Any:
    address = "/".join(quote(part, safe="") for part in path)
    try:
        return ask(practice, method, address, body, timeout=timeout)
    except urllib.error.HTTPError as refusal:
        otherwise = (
            f"Another program than the practice Canvas answered with status {refusal.code}: start it again."
        )
        raise PracticeCanvasFault(why_refused(refusal) or otherwise) from None
    except (OSError, ValueError) as fault:
        raise PracticeCanvasFault(
            f"The practice Canvas at {practice.url} does not answer. If it ended, connect again to start it."
        ) from fault
