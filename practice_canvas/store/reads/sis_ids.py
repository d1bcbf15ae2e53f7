"""Find records by what stands in a path: a number, `sis_course_id:X`, `hex:…`, `self` and the like."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from practice_canvas.store.reads.logins import case_key
from practice_canvas.store.school import fresh
from practice_canvas.store.sql import Query

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class _Kind:
    """How one kind of record is found: its table and prefix → condition (one `?`)."""

    table: str
    prefixes: dict[str, str]


def _sis(name: str, integration: bool = True) -> dict[str, str]:
    ways = {f"sis_{name}_id": "sis_source_id = ?"}
    return ways | {"sis_integration_id": "integration_id = ?"} if integration else ways


_BY_LOGIN = "id IN (SELECT user_id FROM pseudonyms WHERE {} AND workflow_state <> 'deleted')"

KINDS = {
    "account": _Kind("accounts", _sis("account")),
    "term": _Kind("enrollment_terms", _sis("term")),
    "course": _Kind("courses", _sis("course")),
    "section": _Kind("course_sections", _sis("section")),
    "group": _Kind("groups", _sis("group", integration=False)),
    "group_category": _Kind("group_categories", _sis("group_category", integration=False)),
    "user": _Kind(
        "users",
        {
            "sis_user_id": _BY_LOGIN.format("sis_user_id = ?"),
            "sis_login_id": _BY_LOGIN.format("unique_id_key = ?"),
            "sis_integration_id": _BY_LOGIN.format("integration_id = ?"),
        },
    ),
}


def find(db: sqlite3.Connection, kind: str, text: str, user_id: int) -> sqlite3.Row | None:
    """Return the record that a text names, deleted ones included, or None.

    Args:
        kind: account, term, course, section, user, group or group_category.
        text: what stood in the path or the parameter, decoded.
        user_id: who `self` is.
    """
    what = KINDS[kind]
    number = _special(db, kind, text, user_id) or (int(text) if re.fullmatch(r"[0-9]{1,19}", text) else None)
    if number is not None:
        return _first(db, what.table, "id = ?", number) if number <= LARGEST_ID else None
    prefix, _, value = _unhex(text).partition(":")
    if prefix == "sis_login_id":  # login names are compared without letter case
        value = case_key(value)
    condition = what.prefixes.get(prefix)
    return _first(db, what.table, condition, value) if condition else None


def _first(db: sqlite3.Connection, table: str, condition: str, value: object) -> sqlite3.Row | None:
    return Query("*", table).where(condition, value).first(db)


def _unhex(text: str) -> str:
    """Turn `hex:sis_course_id:4249` into `sis_course_id:BI`; other texts stay as they are."""
    old_form = re.fullmatch(r"hex:(\w+):([0-9A-Fa-f]+)", text)
    try:
        return f"{old_form[1]}:{bytes.fromhex(old_form[2]).decode()}" if old_form else text
    except ValueError:
        return ""


def _special(db: sqlite3.Connection, kind: str, text: str, user_id: int) -> int | None:
    """Return the id behind a word that stands for a record."""
    if kind == "user" and text == "self":
        return user_id
    if kind == "account" and text in ("self", "default"):
        return fresh.ROOT_ACCOUNT_ID
    if kind == "term" and text == "default":
        return fresh.DEFAULT_TERM_ID
    if kind == "term" and text == "current":
        return _current_term(db)
    return None


def _current_term(db: sqlite3.Connection) -> int | None:
    """Return the one term that is open now and has a date; None when there is none or more than one."""
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = db.execute(
        "SELECT id FROM enrollment_terms WHERE workflow_state = 'active'"
        " AND coalesce(start_at, end_at) IS NOT NULL"
        " AND (start_at IS NULL OR start_at <= ?) AND (end_at IS NULL OR end_at >= ?) LIMIT 2",
        (moment, moment),
    ).fetchall()
    return found[0][0] if len(found) == 1 else None
