"""Whether Canvas may have done what was asked although no good answer came, and how to find out.

The one place where that is decided: to send again on a guess may import twice.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from helpers.client.answers import TURNED_DOWN
from helpers.client.connection import Connection
from helpers.client.models import import_id_in_cut
from helpers.client.pages import page_of
from helpers.client.request_plans import RequestPlan
from helpers.errors import (
    AnswerNotJson,
    BadInput,
    CanvasError,
    NotAccepted,
    NotReachable,
    NotUnderstood,
    Refused,
    WrongDomain,
)


class _Way(NamedTuple):
    """What Canvas may have done with the requests of a path, and where to look whether it has."""

    path: re.Pattern[str]
    done: str
    subject: str
    python: str
    terminal: str = ""
    page: str = ""


_IMPORT = _Way(
    re.compile(r"/sis_imports/(\d+(?:~\d+)?)\b"),
    *("done it", "SIS import {0}", "client.get_sis_import({0})", "status {0}", "sis_imports/{0}"),
)
_LATEST = ("the latest imports", "client.list_sis_imports(5)", "status", "sis_imports")
_WAYS = (
    _IMPORT,
    _Way(re.compile("/sis_imports/abort_all_pending"), "done it", *_LATEST),
    _Way(re.compile("/sis_imports"), "received the import", *_LATEST),
    _Way(re.compile("/api/v1/(.*)"), "done it", "what is there now", 'client.get("{0}")'),
)


@contextmanager
def doubting(plan: RequestPlan, connection: Connection) -> Iterator[None]:
    """Let each error in this block say whether Canvas may have carried out the plan, and how to find out."""
    try:
        yield
    except CanvasError as error:
        if plan.method != "GET" and not error.may_have_worked and not _proves_nothing_done(error):
            error.may_have_worked = True
            if isinstance(error, AnswerNotJson) and plan.file:
                error.import_id = import_id_in_cut(error.body)
            error.advise(_fix(error, plan, connection))
        raise


@contextmanager
def doubting_file(import_id: int | None, connection: Connection, *, arrived: bool) -> Iterator[None]:
    """Let each error in this block say what is known of an import that waits for its file.

    Args:
        import_id: the import.
        connection: where it is.
        arrived: whether the file has arrived for certain.
    """
    try:
        yield
    except CanvasError as error:
        error.import_id = import_id
        error.may_have_worked = arrived or not _proves_nothing_done(error)
        look = _look(_IMPORT, (str(import_id),), connection)
        again = f"abort it (client.abort_sis_import({import_id}) in Python) and send the file again"
        if arrived:
            known = f"The file has arrived for SIS import {import_id}: do not send it again. Check {look}."
        elif error.may_have_worked:
            known = (
                f"The file may have arrived for SIS import {import_id}. Check {look}. As long as it is in"
                f" initializing, the file is not there: {again}. In any other state, do not send it again."
            )
        else:
            known = f"SIS import {import_id} has no file and never runs: {again}. {error.fix}"
        error.advise(known)
        raise


def how_to_check(plan: RequestPlan, connection: Connection, import_id: int | None = None) -> str:
    """Return what Canvas may have done with a plan, and where to look before it is sent again.

    Args:
        plan: what was sent.
        connection: where it was sent.
        import_id: the import that Canvas made of it, where that is known.
    """
    if import_id is not None:
        look = _look(_IMPORT, (str(import_id),), connection)
        return f"Canvas has it as SIS import {import_id}: do not send it again. Check {look}."
    way, found = next((way, found) for way in _WAYS if (found := way.path.search(plan.path)))
    look = _look(way, found.groups(), connection)
    waits = " An import in initializing has no file: abort it." if plan.announced else ""
    return f"Canvas may have {way.done}. Before you send it again, check {look}.{waits}"


def _look(way: _Way, values: tuple[str, ...], connection: Connection) -> str:
    """Name the places to look: in Python, in the terminal, and on the page of the practice Canvas."""
    practice = connection.environment == "practice"
    domain = "" if practice and not connection.seat else f" --domain {connection.domain}"
    places = [f"{way.python} in Python"]
    if way.terminal:
        places.append(f"python start.py {way.terminal}{domain} in the terminal")
    if way.page and practice:
        places.append(f"{page_of(connection, way.page)} in the browser")
    return f"{way.subject}: {', '.join(places)}".format(*values)


def _proves_nothing_done(error: CanvasError) -> bool:
    if isinstance(error, NotReachable):
        return not error.sent
    if isinstance(error, Refused | NotUnderstood):
        return error.status in TURNED_DOWN
    return isinstance(error, BadInput)


def _fix(error: CanvasError, plan: RequestPlan, connection: Connection) -> str:
    check = how_to_check(plan, connection, error.import_id)
    return f"{check} {error.fix}" if isinstance(error, WrongDomain | NotAccepted) else check
