"""Build pandas tables whose columns keep their type. The only module that imports pandas.

Whole numbers that may be missing are Int64, times are UTC, text stays text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas
from pandas import DataFrame, Series

__all__ = ["NUMBER", "TEXT", "TIME", "TRUTH", "WHOLE", "DataFrame", "frame"]

TEXT, WHOLE, NUMBER, TRUTH, TIME = "string", "Int64", "float64", "bool", "datetime64[ns, UTC]"


def frame(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str]) -> DataFrame:
    """Build a table whose columns have the same types with and without rows.

    Args:
        rows: one mapping per row, with a value for each column.
        columns: name → type, in order.
    """
    return DataFrame({name: _column([row[name] for row in rows], kind) for name, kind in columns.items()})


def _column(values: list[Any], kind: Any) -> Series[Any]:
    if kind != TIME:
        plain: Series[Any] = Series(values, dtype=kind)
        return plain
    times: Series[Any] = pandas.to_datetime(Series(values, dtype="object"), utc=True, errors="coerce")
    return times.astype(kind)
