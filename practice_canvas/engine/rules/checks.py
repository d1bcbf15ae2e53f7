"""Checks that several kinds of rows share: dates, IDs and lengths."""

from practice_canvas.engine.importer import Rejected, Row, Run
from practice_canvas.sis_csv.dates import BadDate, in_order, read_date
from practice_canvas.store.records import Entity, Record, Values

LONGEST_TEXT = 255
Dates = tuple[str | None, str | None]


def dates_of(run: Run, row: Row, what: str) -> Dates:
    """Return start_date and end_date in UTC; an invalid one gives a warning and counts as missing.

    After an invalid start date, the end date is not read either.
    """
    if not row.get("start_date") and not row.get("end_date"):
        return None, None
    start: str | None = None
    try:
        start = _date(row["start_date"], run.now)
        return start, _date(row["end_date"], run.now)
    except BadDate as bad:
        run.messages.warn(row.file, f"{what} has an invalid date: {bad}.", row)
        return start, None


def _date(text: str | None, now: str) -> str | None:
    return read_date(text, now) if text and text != "<delete>" else None


def check_order(start: str | None, end: str | None, what: str) -> None:
    """Check that an object does not end before it starts.

    Raises:
        Rejected: the end is before the start.
    """
    if start and end and in_order(end) < in_order(start):
        raise Rejected(f"{what} ends ({end}) before it starts ({start}).")


def check_integration_id(
    run: Run, entity: Entity, record: Record | None, integration_id: str | None, what: str
) -> None:
    """Check that no other object of the kind, deleted ones included, has the integration ID.

    Raises:
        Rejected: another object has it.
    """
    if not integration_id:
        return
    own = record["id"] if record is not None else None
    holders = run.records.find_all(entity.table, "integration_id", integration_id)
    if any(holder["id"] != own for holder in holders):
        raise Rejected(f"{what} cannot have the integration_id {integration_id}: it is already in use.")


def check_lengths(values: Values, what: str) -> None:
    """Check that no text is longer than Canvas stores.

    Raises:
        Rejected: a text is too long.
    """
    for column, value in values.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise Rejected(f"{what} has a {column} that is longer than {LONGEST_TEXT} characters.")
