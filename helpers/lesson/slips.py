"""A slip in a cell shows its name and its line instead of pages of other people's code."""

import sys
import traceback
from types import TracebackType
from typing import Any

ADVICE = {
    "NameError": "Check the spelling, and run the cells above first.",
    "FileNotFoundError": "Check the spelling of the path, and run the cells above first.",
    "TypeError": "Check what the parentheses contain.",
    "KeyError": "There is nothing by that name in it: check the spelling.",
    "IndexError": "The list is shorter than that.",
}
OTHERWISE = "Compare the cell with the ones above it."
CELL_FILES = ("<ipython-input", "ipykernel_")
"""What the names of files begin with, or contain, that are really cells."""


def install(shell: Any) -> None:
    """Let this IPython shell show slips in short; `%tb` still shows everything."""
    shell.set_custom_exc((Exception,), _show)


def sentence(error: BaseException, place: TracebackType | None) -> list[str]:
    """Return what to show: what went wrong and where, then what to do."""
    own = getattr(error, "_render_traceback_", None)
    if own is not None:  # our errors have their own two sentences
        return list(own())
    name = type(error).__name__
    line = _line(place)
    where = f" (line {line} of this cell)" if line else ""
    text = str(error).strip().partition("\n")[0]
    return [f"{name}{where}: {text}", f"What to do: {ADVICE.get(name, OTHERWISE)}"]


def _line(place: TracebackType | None) -> int | None:
    """Return the last line of a cell that was being run."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(place)
        if any(part in frame.filename for part in CELL_FILES)
    ]
    return lines[-1] if lines else None


def _show(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    place: TracebackType | None,
    tb_offset: int | None = None,
) -> list[str]:
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, place  # for %tb
    lines = sentence(error, place)
    shell._showtraceback(kind, error, lines)
    return lines
