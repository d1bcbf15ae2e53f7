"""How Canvas derives a user's names from the name columns of users.csv."""

from practice_canvas.engine.importer import Row
from practice_canvas.store.records import Values
from practice_canvas.store.writes.names import sortable_name


def new_user_names(row: Row) -> Values:
    """Return all names of the user that this row creates, whichever name columns it fills."""
    name = _full(row) or row["sortable_name"] or row["short_name"] or row["login_id"] or ""
    return {"sortable_name": row["sortable_name"] or sortable_name(name), **changed_names(row), "name": name}


def changed_names(row: Row) -> Values:
    """Return the names that this row changes for an existing user."""
    names = {
        "name": _full(row),
        "sortable_name": row["sortable_name"] or _sortable(row),
        "short_name": row["short_name"],
    }
    return {column: name for column, name in names.items() if name}


def _full(row: Row) -> str | None:
    return row["full_name"] or _joined(" ", row["first_name"], row["last_name"])


def _sortable(row: Row) -> str | None:
    if row["full_name"]:
        return sortable_name(row["full_name"])
    return _joined(", ", row["last_name"], row["first_name"])


def _joined(separator: str, *parts: str | None) -> str | None:
    return separator.join(part for part in parts if part) or None
