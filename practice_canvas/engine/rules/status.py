"""The status column: which words a kind allows, and the message about any other."""

from collections.abc import Iterable

from practice_canvas.engine.importer import Rejected, Row, Run


def status_of(row: Row, allowed: Iterable[str], what: str) -> str:
    """Return the row's status in lower case; it must start with an allowed word.

    Args:
        row: the row; its column `status` is checked.
        allowed: words in lower case.
        what: how the message names the object.

    Raises:
        Rejected: the status is empty or not allowed.
    """
    status = (row["status"] or "").lower()
    if not status.startswith(tuple(allowed)):
        given = f"the status {row['status']}" if status else "no status"
        raise Rejected(f"{what} has {given}: use {', '.join(allowed)}.")
    return status


def word_of(row: Row, column: str, allowed: Iterable[str], what: str) -> str:
    """Return a column's value in lower case; it must be exactly one of the allowed words.

    Raises:
        Rejected: the value is empty or not allowed.
    """
    word = (row[column] or "").lower()
    if word not in (words := tuple(allowed)):
        given = f"the {column} {row[column]}" if word else f"no {column}"
        raise Rejected(f"{what} has {given}: use {' or '.join(words)}.")
    return word


def is_skipped(run: Run, row: Row) -> bool:
    """Return whether `skip_deletes` skips the row."""
    return run.options.skip_deletes and "deleted" in (row["status"] or "").lower()
