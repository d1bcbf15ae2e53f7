"""A slip in a cell shows two sentences, never pages of code, and our own errors keep theirs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHELL = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
shell.run_cell("import helpers as canvas, pandas as pd")
shell.run_cell({cell!r})
print("%tb:", sys.last_value is not None)
"""


def shown(cell: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", SHELL.format(cell=cell)],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return ended.stdout


@pytest.mark.parametrize(
    ("cell", "first", "advice"),
    [
        (
            "ok = 1\nfirst, secnd",
            "NameError (line 2 of this cell): name 'first' is not defined",
            "Check the spelling",
        ),
        ("pd.DataFrame([[1]], columns=['a', 'b'])", "ValueError (line 1 of this cell): ", "Compare the cell"),
        ("canvas.Connection('', '')", "ConnectionInputError: ", ""),
    ],
)
def test_a_slip_is_two_sentences(cell: str, first: str, advice: str) -> None:
    lines = [line for line in shown(cell).splitlines() if line.strip()]
    assert lines[0].startswith(first)
    assert lines[1].startswith(f"What to do: {advice}")
    assert lines[2:] == ["%tb: True"]
