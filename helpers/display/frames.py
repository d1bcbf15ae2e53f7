"""Build pandas tables whose columns keep their type. The only module that imports pandas, when it is needed.

Whole numbers that may be missing are Int64, times are UTC, text stays text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame, Series

__all__ = ["NUMBER", "TEXT", "TIME", "TRUTH", "WHOLE", "DataFrame", "frame"]

TEXT, WHOLE, NUMBER, TRUTH, TIME = "string", "Int64", "float64", "bool", "datetime64[ns, UTC]"


def frame(rows: Iterable[Any], columns: Mapping[str, str], **computed: Callable[[Any], object]) -> DataFrame:
    """Build a table whose columns have the same types with and without rows.

    Args:
        rows: an object per row, with an attribute for each column.
        columns: name → type, in order.
        computed: the value of a column that is no attribute, from the object.
    """
    import pandas

    rows = list(rows)
    read = {name: computed.get(name) or attrgetter(name) for name in columns}
    return pandas.DataFrame(
        {name: _column(list(map(read[name], rows)), kind) for name, kind in columns.items()}
    )


def _column(values: list[Any], kind: Any) -> Series[Any]:
    import pandas

    if kind != TIME:
        plain: Series[Any] = pandas.Series(values, dtype=kind)
        return plain
    dated = pandas.Series(values, dtype="object")
    times: Series[Any] = pandas.to_datetime(dated, utc=True, errors="coerce")
    return times.astype(kind)
