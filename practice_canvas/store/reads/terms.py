"""Enrollment terms and their dates per enrollment type."""

import sqlite3

from practice_canvas.store import records
from practice_canvas.store.reads import roles
from practice_canvas.store.sql import Query

ENROLLMENT_TYPES = tuple(each for each in roles.ENROLLMENT_TYPES if each != roles.OBSERVER)
"""The types for which a term may have dates of their own."""


def listed(states: set[str]) -> Query:
    """List terms: active ones, or those in the asked states (`all`: every one)."""
    query = Query("*", "enrollment_terms", order="start_at, name, id")
    if "all" in states:
        return query
    return query.where_in("workflow_state", sorted(states & {"active", "deleted"}) or ["active"])


def overrides(db: sqlite3.Connection, term_id: int) -> list[sqlite3.Row]:
    """Return the term's dates per enrollment type."""
    return records.find_all(db, "enrollment_dates_overrides", enrollment_term_id=term_id)


def name(db: sqlite3.Connection, term_id: int) -> str:
    """Return the term's name."""
    return str(records.one(db, "enrollment_terms", term_id)["name"])


def course_count(db: sqlite3.Connection, term_id: int) -> int:
    """Return how many courses of the term are not deleted."""
    query = "SELECT count(*) FROM courses WHERE enrollment_term_id = ? AND workflow_state <> 'deleted'"
    return int(db.execute(query, (term_id,)).fetchone()[0])


def with_sis_id(db: sqlite3.Connection, term_id: str | None) -> sqlite3.Row | None:
    """Return the term of that SIS id unless it is deleted."""
    return (
        records.find(db, "enrollment_terms", sis_source_id=term_id, workflow_state="active")
        if term_id
        else None
    )
