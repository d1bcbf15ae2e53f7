"""What a learner must understand or change is Python for people who do not program."""

import ast
import re
from pathlib import Path

import pytest

from tests.notebooks.runs import each_notebook, read, tags

SHELL = re.compile(r"^\s*(!|%|\w+ = !)")
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def too_hard(text: str) -> list[str]:
    """Return what a piece of Python has that the lesson does not ask of anybody."""
    source = "\n".join(line for line in text.splitlines() if not SHELL.match(line))
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Lambda):
            found.append("lambda")
        if isinstance(node, COMPREHENSIONS):
            found.append("a comprehension")
        if isinstance(node, ast.Starred):
            found.append("*names")
        if (isinstance(node, ast.keyword) and node.arg is None) or (
            isinstance(node, ast.Dict) and None in node.keys
        ):
            found.append("**names")
        if isinstance(node, ast.arguments) and (node.vararg or node.kwarg):
            found.append("def with * or **")
        if isinstance(node, ast.alias) and node.name == "mkdtemp":
            found.append("mkdtemp")
        if isinstance(node, ast.Attribute) and node.attr == "DataFrame":
            found.append("a CSV file that is not written as text")
    return found


@each_notebook
def test_cells_and_solutions_are_simple(path: Path) -> None:
    cells = read(path).cells
    pieces = {
        cell.id: cell.source for cell in cells if cell.cell_type == "code" and "script" not in tags(cell)
    }
    for cell in cells:
        if cell.cell_type == "markdown":
            pieces[cell.id] = "\n".join(re.findall(r"```python\n(.*?)```", cell.source, re.DOTALL))
    assert {name: too_hard(text) for name, text in pieces.items() if too_hard(text)} == {}


@pytest.mark.parametrize(
    "text",
    [
        "sorted(names, key=lambda name: name)",
        "[name for name in names]",
        "first, *_ = names",
        "send(file, **options)",
        "{**options}",
        "def send(file, **options): ...",
        "from tempfile import mkdtemp",
        "pd.DataFrame(rows)",
    ],
)
def test_what_is_too_hard_is_found(text: str) -> None:
    assert too_hard(text)


def test_await_and_shell_lines_are_read_over() -> None:
    assert too_hard("!curl --version\nanswer = !curl -s {address}\nhistory = await watching") == []
