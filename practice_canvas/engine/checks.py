"""What rows of several kinds have in common: statuses, dates, ids and lengths, and how they are refused."""

from collections.abc import Iterable

from practice_canvas.engine.base import Rejected, Row, Run
from practice_canvas.sis_csv.dates import BadDate, read_date
from practice_canvas.store import records
from practice_canvas.store.records import Entity, Record, Values

LONGEST_TEXT = 255
Dates = tuple[str | None, str | None]


def status_of(row: Row, allowed: Iterable[str], what: str) -> str:
    """Return the row's status in lower case; it must begin with an allowed word.

    Args:
        row: its column `status` is looked at.
        allowed: words in lower case.
        what: names the object in the message.

    Raises:
        Rejected: empty or another word.
    """
    status = (row["status"] or "").lower()
    if not status.startswith(tuple(allowed)):
        given = f"the status {row['status']}" if status else "no status"
        raise Rejected(f"{what} has {given}; it can be {', '.join(allowed)}.")
    return status


def word_of(row: Row, column: str, allowed: Iterable[str], what: str) -> str:
    """Return a column's value in lower case; it must be one of the allowed words as a whole.

    Raises:
        Rejected: empty or another word; it names the column and the word.
    """
    word = (row[column] or "").lower()
    if word not in (words := tuple(allowed)):
        given = f"the {column} {row[column]}" if word else f"no {column}"
        raise Rejected(f"{what} has {given}; it can be {' or '.join(words)}.")
    return word


def is_skipped(run: Run, row: Row) -> bool:
    """Say whether `skip_deletes` passes over the row."""
    return run.options.skip_deletes and "deleted" in (row["status"] or "").lower()


def dates_of(run: Run, row: Row, what: str) -> Dates:
    """Return start_date and end_date in UTC; a bad one gives a warning and counts as none.

    After a bad start the end is not read either.
    """
    start: str | None = None
    try:
        start = _date(row["start_date"])
        return start, _date(row["end_date"])
    except BadDate as bad:
        run.messages.warn(row.file, f"{what} has a bad date: {bad}.", row.number)
        return start, None


def _date(text: str | None) -> str | None:
    return read_date(text) if text and text != "<delete>" else None


def check_order(start: str | None, end: str | None, what: str) -> None:
    """Refuse dates that end before they start.

    Raises:
        Rejected: they do.
    """
    if start and end and end < start:
        raise Rejected(f"{what} ends ({end}) before it starts ({start}).")


def check_integration_id(
    run: Run, entity: Entity, record: Record | None, integration_id: str | None, what: str
) -> None:
    """Refuse an integration id that another object of the kind has, be it deleted.

    Raises:
        Rejected: another one has it.
    """
    if not integration_id:
        return
    own = record["id"] if record is not None else None
    holders = records.find_all(run.store.db, entity.table, integration_id=integration_id)
    if any(holder["id"] != own for holder in holders):
        raise Rejected(f"{what} cannot have the integration_id {integration_id}: it is in use.")


def check_lengths(values: Values, what: str) -> None:
    """Refuse texts that are longer than Canvas stores.

    Raises:
        Rejected: one is.
    """
    for column, value in values.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise Rejected(f"{what} has a {column} of more than {LONGEST_TEXT} characters.")
