"""Plain tables for a notebook's cell: rows or names and values, left-aligned, without an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from helpers.display.text import aligned
from helpers.errors import BadInput

_CELL = 'style="text-align: left; vertical-align: top"'


class Table:
    """A table that shows itself: as HTML in a notebook, as aligned text elsewhere."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.columns = tuple(columns)
        self.rows = [tuple(row) for row in rows]

    def __repr__(self) -> str:
        return aligned([self.columns, *self.rows])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" {_CELL}>{escape(name)}</th>' for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td {_CELL}>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def show_table(rows: Any, columns: Sequence[str] | None = None) -> Table:
    """Return a table to look at.

    Args:
        rows: a pandas table, a list of rows (lists, tuples or mappings), or a list of objects.
        columns: the columns to show and their order; needed for rows without names.

    Raises:
        BadInput: rows without names were given, and no names for them.
    """
    if hasattr(rows, "to_dict"):  # a pandas table, without importing pandas for the others
        columns = list(rows.columns) if columns is None else columns
        rows = rows.to_dict("records")
    rows = list(rows)
    if columns is None:
        if not (rows and isinstance(rows[0], Mapping)):
            raise BadInput(
                "These rows have no column names.",
                "Name the columns: show_table(rows, ['first', 'second']).",
            )
        columns = list(rows[0])
    return Table(columns, [[_text(cell) for cell in _cells(row, columns)] for row in rows])


def show_values(values: Mapping[str, Any], names: tuple[str, str] = ("name", "value")) -> Table:
    """Return a table of names and values to look at.

    Args:
        values: value by name.
        names: the headings of the two columns.
    """
    return Table(names, [[str(name), _text(value)] for name, value in values.items()])


def _cells(row: Any, columns: Sequence[str]) -> Iterable[Any]:
    if isinstance(row, Mapping):
        return [row[name] for name in columns]
    if isinstance(row, (list, tuple)) and not hasattr(row, "_fields"):
        return row
    return [getattr(row, name) for name in columns]


def _text(value: Any) -> str:
    if value is None or value != value:  # (pandas writes what is missing as NaN)
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
