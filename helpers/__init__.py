"""Send SIS data to Canvas and know what became of it: every name that a notebook or a script needs.

Names are loaded when they are first used, so that `import helpers` stays quick: the imports below are read as
a table.
"""

import ast
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

# isort: off
if TYPE_CHECKING:  # in the order in which the lesson needs them
    # connect
    from helpers.client.connect import connect, start_practice
    from helpers.widgets.connect_panel import connect_panel
    from helpers.client.connection import Connection
    from helpers.client.canvas_client import CanvasClient
    from helpers.errors import CanvasError

    # send
    from helpers.widgets.import_panel import import_panel
    from helpers.client.commands import commands_for
    from helpers.client import request_plans

    # watch
    from helpers.widgets.status_panel import status_panel
    from helpers.client.connect import page_url
    from helpers.client.models import SisImport
    from practice_canvas.states import WORKFLOW_STATES
    from helpers.watching.history import History
    from helpers.watching.progress_chart import progress_chart
    from helpers.watching.batch_windows import windows_chart
    from helpers.watching.frames import counts_frame, imports_frame

    # find out what went wrong
    from helpers.widgets.results_panel import results_panel
    from helpers.messages.explain import explain
    from helpers.messages.report import explain_import
    from helpers.messages.explained_messages import messages_frame

    # check before sending
    from helpers.widgets.preflight_panel import preflight_panel
    from helpers.preflight.check import check_files
    from helpers.client.school_ids import ExportedIds, server_ids
    from helpers.widgets.rehearsal_panel import rehearsal_panel
    from helpers.rehearsal.rehearsing import rehearse

    # repair
    from helpers.repair import repair_file, write_failed_rows, resend, write_change_sis_id, bisect_file
    from helpers.repair import abort, restore_preview
    from helpers.repair.restore import restore

    # show
    from helpers.widgets.json_view import show_json
    from helpers.display.tables import show_table, show_values

    # the lesson itself
    from helpers.lesson.check_setup import check_setup
    from helpers.lesson import checks
    from helpers.lesson.progress import progress
    from helpers.lesson.work_folder import new_folder
    from helpers.lesson.school_files import broken_file, courses_of_term
    from helpers.lesson.card import card
    from helpers.widgets.prediction import predict
    from practice_canvas import controls
# isort: on

_TABLE = ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8")))
_HOMES = {
    alias.name: str(node.module)
    for node in _TABLE
    if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("helpers", "practice_canvas"))
    for alias in node.names
}

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


if isinstance(sys.stdout, TextIOWrapper):  # a console in cp1252 shows ? for a mark that it does not have
    sys.stdout.reconfigure(errors="replace")

if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()):
    import_module("helpers.lesson.slips").install(_shell)  # no page of code for a slip in a cell
