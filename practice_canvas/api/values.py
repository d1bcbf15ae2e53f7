"""Convert parameters to what the database stores."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.params import is_true

Converter = Callable[[str, str], Any]


def text(_: str, given: str) -> str | None:
    """Return a text without surrounding spaces; None if it is empty."""
    return given.strip() or None


def needed(field: str, given: str) -> str:
    """Return a text that must not be empty."""
    if not given.strip():
        raise errors.invalid(field, f"{field} must not be empty", "blank")
    return given.strip()


def flag(_: str, given: str) -> int:
    """Return a boolean as the database stores it."""
    return int(is_true(given))


def time(field: str, given: str) -> str | None:
    """Return a time in UTC, None when it is empty.

    Raises:
        ApiError: it is not an ISO 8601 time (400).
    """
    if not given.strip():
        return None
    moment = read_time(given)
    if moment is None:
        raise errors.invalid(field, f"{field} is not an ISO 8601 time: {given}")
    return moment


def read_time(given: str) -> str | None:
    """Return an ISO 8601 time in UTC, or None if it is not one; without a zone it is UTC."""
    try:
        # A `+` in a query that was not percent-encoded arrives as a space.
        moment = datetime.fromisoformat(re.sub(r"(T\S*) (?=\d\d:?\d\d$)", r"\1+", given.strip()))
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def converted(
    given: Mapping[str, str], fields: Mapping[str, tuple[str, Converter]], *expected: str
) -> dict[str, Any]:
    """Return column → value for the fields that were given.

    Args:
        given: the parameters by field name.
        fields: field name → (column, converter); others are ignored, as Canvas does.
        expected: fields that count as given but empty when they are missing.
    """
    return {
        column: convert(field, given.get(field, ""))
        for field, (column, convert) in fields.items()
        if field in given or field in expected
    }


def filled(given: Mapping[str, str], fields: Iterable[str]) -> dict[str, str]:
    """Return those of the fields that are given and not empty."""
    return {field: given[field] for field in fields if field in given and given[field].strip()}
