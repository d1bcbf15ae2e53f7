"""Controls of the practice Canvas itself, below /practice/; real Canvas does not have them."""

import json
from typing import Any

from practice_canvas import service
from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.api.params import is_true
from practice_canvas.api.routing import Route
from practice_canvas.queue import pace
from practice_canvas.store.school import settings
from practice_canvas.store.writes import import_queue

LARGEST_NUMBER = 1e6


def _pace(given: str) -> pace.Pace:
    try:
        return pace.parse(given)
    except pace.BadPace as bad:
        raise errors.invalid("pace", str(bad)) from bad


def _number(given: str) -> float:
    try:
        number = float(given)
    except ValueError:
        number = -1.0
    if not 0 <= number <= LARGEST_NUMBER:
        raise errors.invalid("number", f"{given!r} is not a number from 0 to {LARGEST_NUMBER:.0f}")
    return number


def _status(given: str) -> int:
    if given not in ("0", "403", "429"):
        raise errors.invalid("rate_limit_status", f"{given!r} is not 0 (off), 403 or 429")
    return int(given)


# Setting → what turns the given text into its value.
SETTINGS = {
    "pace": _pace,
    "allow_sis_import": is_true,
    "can_add_pronouns": is_true,
    "seconds_to_wait_after_abort": _number,
    "rate_limit_status": _status,
    "rate_limit_full": _number,
}


def health(call: Call) -> dict[str, Any]:
    """GET /practice/health: identify this server as a practice Canvas; `challenge` asks whose it is."""
    return {"practice_canvas": True, **service.identity(call.store.home, call.params.get("challenge"))}


def show_settings(call: Call) -> dict[str, Any]:
    """GET /practice/settings."""
    return call.settings


def change_settings(call: Call) -> dict[str, Any]:
    """PUT /practice/settings : change one or more settings."""
    unknown = [name for name in call.params.names() if name not in SETTINGS]
    if unknown:
        raise errors.invalid(
            unknown[0], f"{unknown[0]} is not a setting: use {', '.join(SETTINGS)}", "unknown"
        )
    changes = {
        name: read(call.params.get(name) or "") for name, read in SETTINGS.items() if name in call.params
    }
    settings.write(call.db, changes)
    call.wakes_worker = True
    return settings.read(call.db)


def last_import(call: Call) -> dict[str, int | None]:
    """GET /practice/last_import: the import that a notebook or the terminal sent last; null for none."""
    try:
        text = (call.store.home / service.LAST_IMPORT_FILE).read_text(encoding="utf-8")
        return {"id": int(json.loads(text)["id"])}
    except (OSError, ValueError, LookupError, TypeError):  # there is none, or it is damaged
        return {"id": None}


def remember_import(call: Call) -> dict[str, int | None]:
    """PUT /practice/last_import: remember an import by its `id`."""
    given = call.params.get("id") or ""
    if not given.isdecimal():
        raise errors.invalid("id", f"{given!r} is not the ID of an import")
    note = call.store.home / service.LAST_IMPORT_FILE
    note.write_text(json.dumps({"id": int(given)}), encoding="utf-8")
    return last_import(call)


def reset(call: Call) -> dict[str, Any]:
    """POST /practice/reset: reset the school to an empty root account and end all scenarios."""
    call.store.reset()
    settings.write(call.db, {"scenarios": []})
    (call.store.home / service.LAST_IMPORT_FILE).unlink(missing_ok=True)
    call.wakes_worker = True
    return {"reset": True}


def run_briskly(call: Call) -> dict[str, Any]:
    """POST /practice/sis_imports/:id/brisk: run one import at pace brisk where the pace is realistic."""
    import_id = call.arguments["id"]
    if not (import_id.isdecimal() and import_queue.set_own_pace(call.db, int(import_id), pace.BRISK)):
        raise errors.not_found()
    call.wakes_worker = True
    return {"id": int(import_id), "pace": pace.BRISK}


ROUTES = (
    Route("GET", "health", health, public=True),
    Route("GET", "settings", show_settings),
    Route("PUT", "settings", change_settings, writes=True),
    Route("GET", "last_import", last_import),
    Route("PUT", "last_import", remember_import, writes=True),
    Route("POST", "reset", reset, writes=True),
    Route("POST", "sis_imports/:id/brisk", run_briskly, writes=True),
)
