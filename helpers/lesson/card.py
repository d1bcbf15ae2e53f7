"""The lesson on one page to print: the commands, the states, the kinds of files, and what never to do."""

from __future__ import annotations

from html import escape
from pathlib import Path

from helpers.client import request_plans
from helpers.client.commands import as_curl
from helpers.client.connection import Connection
from helpers.display import html
from helpers.display.html import stylesheet
from helpers.errors import FileNotUsable
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.sis_csv.model import Column, Kind
from practice_canvas.states import WORKFLOW_STATES, WorkflowState

PAGES = (".html", ".htm")
EXAMPLE_DOMAIN = "school.test.instructure.com"
NEVER = (
    "Never send the next import before the last one has ended well.",
    "Never treat imported_with_messages as a success: rows were skipped.",
    "Never send a full batch or a diffing import without a rehearsal and a change_threshold.",
    "Never send a file twice because the connection broke: read the list of imports first.",
    "Never open a file with IDs in a spreadsheet: it drops leading zeros.",
    "Never put a token into a command, a cell, a file, or a chat.",
    "Never use a production token on a computer that other people administer.",
    "Never try something for the first time on production.",
)


class Card:
    """The printable page. It shows itself in a notebook; `save()` writes it as a file."""

    def __init__(self) -> None:
        self.page = _page()

    def save(self, path: str | Path = "card.html") -> Path:
        """Write the page as HTML, which any browser prints, and return its path.

        Raises:
            FileNotUsable: there is a file of that name that is no web page.
        """
        target = Path(path).resolve()
        if target.exists() and target.suffix.lower() not in PAGES:
            raise FileNotUsable(f"{target.name} is there already.", "Name a new file, such as card.html.")
        target.write_text(self.page, encoding="utf-8")
        return target

    def __repr__(self) -> str:
        return "The lesson on one page: card().save() writes it, and your browser prints it."

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, so that its styles stay there."""
        frame = 'style="width: 100%; height: 640px; border: 1px solid #8886"'
        return f'<iframe title="The lesson on one page" srcdoc="{escape(self.page)}" {frame}></iframe>'


def card() -> Card:
    """Return the lesson on one page, made from the same tables that the practice Canvas works with."""
    return Card()


def _page() -> str:
    title = "SIS imports on one page"
    style = stylesheet(Path(__file__).with_suffix(".css"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{style}</head>'
        f"<body><h1>{title}</h1><main>{_commands()}{_never()}{_states()}{_kinds()}</main></body></html>"
    )


def _commands() -> str:
    connection = Connection(EXAMPLE_DOMAIN, "replaced-by-its-variable")
    send = as_curl(request_plans.create_sis_import("test_course.csv"), connection)
    check = as_curl(request_plans.get_sis_import(6670997), connection)
    steps = {
        "Is cURL there?": "curl --version",
        "Send a file; id and workflow_state come back": send,
        "Check its status, with that id": check,
    }
    return _part(
        "Three commands",
        "".join(f"<h3>{escape(step)}</h3><pre>{escape(line)}</pre>" for step, line in steps.items()),
    )


def _never() -> str:
    return _part("Never", html.bullets(NEVER))


def _states() -> str:
    rows = [[state.name, state.sentence, what_to_do(state)] for state in WORKFLOW_STATES.values()]
    return _part("workflow_state, and what to do", html.table(["state", "meaning", "next"], rows))


def what_to_do(state: WorkflowState) -> str:
    """Return what a person or a script does next when an import is in this state."""
    if not state.terminal:
        return "wait, check again"
    return "go on" if state.good else "stop, troubleshoot"


def _kinds() -> str:
    rows = [[kind.name, required_columns(kind)] for kind in KINDS if not kind.feature]
    legend = "<p>+ only for new objects. Canvas knows a file by its header, and ignores other columns.</p>"
    return _part(
        "Kinds of files and the columns they require", html.table(["kind", "columns"], rows) + legend
    )


def required_columns(kind: Kind) -> str:
    """Return the columns that a row of this kind must fill; a `+` marks those of new objects only."""
    needed: dict[str, None] = {}
    for column in kind.columns:
        if column.required or column.if_new:
            needed[_alternatives(kind, column)] = None
    return ", ".join(needed)


def _alternatives(kind: Kind, column: Column) -> str:
    """Return a column with the one that may replace it, in the order of the table."""
    either = [each.name for each in kind.columns if each.name in (column.name, column.unless)]
    return " or ".join(either) + "+" * column.if_new


def _part(heading: str, inner: str) -> str:
    return f"<section><h2>{escape(heading)}</h2>{inner}</section>"
