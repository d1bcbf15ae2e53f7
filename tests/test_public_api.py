"""The public API: what notebooks and scripts import, and that all of it is taught."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import helpers

ROOT = Path(__file__).parents[1]
HEAVY = ("pandas", "duckdb", "ipywidgets", "requests", "IPython", "rich", "starlette")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SCRIPTS = sorted((ROOT / "data" / "scripts").glob("*.py"))


def cells(notebook: Path, kind: str) -> Iterator[str]:
    """The texts of a notebook's cells of one kind."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == kind:
            yield "".join(cell["source"])


def code_in(path: Path) -> str:
    """The Python of a script, or of a notebook and the solutions in it, without IPython's own lines."""
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8")
    fenced = [
        code for text in cells(path, "markdown") for code in re.findall(r"```python\n(.*?)```", text, re.S)
    ]
    lines = "\n".join([*cells(path, "code"), *fenced]).split("\n")
    return "\n".join(line for line in lines if not re.match(r"\s*(!|%|\w+ = !)", line))


def in_a_fresh_process(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.strip()


@pytest.mark.parametrize("path", [*NOTEBOOKS, *SCRIPTS], ids=lambda path: path.name)
def test_learners_import_nothing_from_deeper_than_helpers(path: Path) -> None:
    nodes = [
        node for node in ast.walk(ast.parse(code_in(path))) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    ours = {name for name in names if name.split(".")[0] in ("helpers", "practice_canvas")}
    assert ours == {"helpers"}


@pytest.mark.parametrize("name", helpers.__all__)
def test_each_name_is_used_or_taught(name: str) -> None:
    used = "\n".join(code_in(path) for path in [*NOTEBOOKS, *SCRIPTS])
    taught = "\n".join(text for path in NOTEBOOKS for text in cells(path, "markdown"))
    taught += (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"canvas\.{name}\b", used + taught)


@pytest.mark.parametrize("name", helpers.__all__)
def test_each_name_is_there_and_documented(name: str) -> None:
    thing = getattr(helpers, name)
    if isinstance(thing, ModuleType):
        assert thing.__name__.endswith(f".{name}") and thing.__doc__
    elif callable(thing):
        assert thing.__name__ == name and thing.__doc__


def test_importing_helpers_loads_nothing_heavy() -> None:
    loaded = in_a_fresh_process("import helpers, sys; print(*sys.modules)").split()
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize("name", ["explain", "check_setup", "connect"])
@pytest.mark.parametrize(
    "first",
    ["helpers.widgets", "helpers.messages.explain", "helpers.lesson.check_setup", "helpers.client.connect"],
)
def test_a_function_named_like_its_module_stays_the_function(name: str, first: str) -> None:
    code = f"import {first}; from helpers import {name}; print(callable({name}))"
    assert in_a_fresh_process(code) == "True"


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"helpers has no 'conect'; it has .*connect"):
        helpers.conect  # noqa: B018
