"""Send SIS data to Canvas and know what became of it: every name that a notebook or a script needs.

Names are loaded when they are first used, so that `import helpers` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.client import request_plans
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.commands import commands_for
    from helpers.client.connect import connect, start_practice
    from helpers.client.connection import Connection
    from helpers.client.models import SisImport
    from helpers.client.school_ids import ExportedIds, server_ids
    from helpers.display.tables import show_table, show_values
    from helpers.errors import CanvasError
    from helpers.lesson import checks
    from helpers.lesson.check_setup import check_setup
    from helpers.messages.explain import explain
    from helpers.messages.explained_messages import messages_frame
    from helpers.messages.report import explain_import
    from helpers.preflight.check import check_files
    from helpers.rehearsal.rehearsing import rehearse
    from helpers.repair import (
        abort,
        bisect_file,
        repair_file,
        resend,
        restore_preview,
        write_change_sis_id,
        write_failed_rows,
    )
    from helpers.repair.restore import restore
    from helpers.watching.batch_windows import windows_chart
    from helpers.watching.frames import counts_frame, imports_frame
    from helpers.watching.history import History
    from helpers.watching.progress_chart import progress_chart
    from helpers.widgets.connect_panel import connect_panel
    from helpers.widgets.import_panel import import_panel
    from helpers.widgets.json_view import show_json
    from helpers.widgets.preflight_panel import preflight_panel
    from helpers.widgets.rehearsal_panel import rehearsal_panel
    from helpers.widgets.results_panel import results_panel
    from helpers.widgets.status_panel import status_panel
    from practice_canvas import controls
    from practice_canvas.states import WORKFLOW_STATES

# module → the public names in it, in the order in which the lesson needs them
_PUBLIC = {
    # connect
    "helpers.client.connect": "connect start_practice",
    "helpers.widgets.connect_panel": "connect_panel",
    "helpers.client.connection": "Connection",
    "helpers.client.canvas_client": "CanvasClient",
    "helpers.errors": "CanvasError",
    # send
    "helpers.widgets.import_panel": "import_panel",
    "helpers.client.commands": "commands_for",
    "helpers.client": "request_plans",
    # watch
    "helpers.widgets.status_panel": "status_panel",
    "helpers.client.models": "SisImport",
    "practice_canvas.states": "WORKFLOW_STATES",
    "helpers.watching.history": "History",
    "helpers.watching.progress_chart": "progress_chart",
    "helpers.watching.batch_windows": "windows_chart",
    "helpers.watching.frames": "counts_frame imports_frame",
    # find out what went wrong
    "helpers.widgets.results_panel": "results_panel",
    "helpers.messages.explain": "explain",
    "helpers.messages.report": "explain_import",
    "helpers.messages.explained_messages": "messages_frame",
    # check before sending
    "helpers.widgets.preflight_panel": "preflight_panel",
    "helpers.preflight.check": "check_files",
    "helpers.client.school_ids": "ExportedIds server_ids",
    "helpers.widgets.rehearsal_panel": "rehearsal_panel",
    "helpers.rehearsal.rehearsing": "rehearse",
    # repair
    "helpers.repair": """repair_file write_failed_rows resend write_change_sis_id bisect_file
        abort restore_preview restore""",
    # show
    "helpers.widgets.json_view": "show_json",
    "helpers.display.tables": "show_table show_values",
    # the lesson itself
    "helpers.lesson.check_setup": "check_setup",
    "helpers.lesson": "checks",
    "practice_canvas": "controls",
}
_HOMES = {name: module for module, names in _PUBLIC.items() for name in names.split()}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"helpers has no {name!r}; it has {', '.join(__all__)}")
    try:
        value = getattr(import_module(_HOMES[name]), name)
    except AttributeError:  # the name of a module
        value = import_module(f"{_HOMES[name]}.{name}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
