"""Send SIS data to Canvas and know what became of it: the names that a notebook needs.

They are loaded when they are first used, so that `import helpers` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.commands import commands_for
    from helpers.client.connect import connect
    from helpers.client.connection import Connection
    from helpers.client.polling import follow
    from helpers.errors import CanvasError
    from helpers.lesson.check_setup import check_setup
    from helpers.messages.explain import explain
    from helpers.preflight import check_files
    from helpers.rehearsal import rehearse
    from helpers.watching.history import History
    from helpers.widgets.connect_panel import connect_panel
    from helpers.widgets.import_panel import import_panel
    from helpers.widgets.json_view import show_json
    from helpers.widgets.status_panel import status_panel

__all__ = [
    "CanvasClient",
    "CanvasError",
    "Connection",
    "History",
    "check_files",
    "check_setup",
    "commands_for",
    "connect",
    "connect_panel",
    "explain",
    "follow",
    "import_panel",
    "rehearse",
    "show_json",
    "status_panel",
]

_HOMES = {
    "CanvasClient": "client.canvas_client",
    "CanvasError": "errors",
    "Connection": "client.connection",
    "History": "watching.history",
    "check_files": "preflight",
    "check_setup": "lesson.check_setup",
    "commands_for": "client.commands",
    "connect": "client.connect",
    "connect_panel": "widgets.connect_panel",
    "explain": "messages.explain",
    "follow": "client.polling",
    "import_panel": "widgets.import_panel",
    "rehearse": "rehearsal",
    "show_json": "widgets.json_view",
    "status_panel": "widgets.status_panel",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"helpers has no {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(f"helpers.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
