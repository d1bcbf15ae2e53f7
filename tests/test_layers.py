"""Who may import whom: the house's table, held by reading every import statement in helpers/."""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

HELPERS = Path(__file__).parents[1] / "helpers"

# module or package → what of ours it may import
CLIENT = {
    "states": "",
    "errors": "",
    "sis_csv": "",
    "connection": "errors",
    "models": "errors states",
    "doubt": "answers connection errors models requests_plan",
    "import_options": "errors",
    "upload": "errors",
    "answers": "errors",
    "requests_plan": "connection errors import_options",
    "transport": "answers connection errors upload",
    "guards": "connection errors import_options models requests_plan states",
    "sis_export": "errors models requests_plan",
    "client": """answers connection doubt errors guards import_options models requests_plan sis_export states
        transport upload""",
    "commands": "connection requests_plan",
    "history": "errors models states",
    "polling": "errors history models",
    "import_fields": "",
    "explain": "errors import_fields models",
    "html_parts": "",
    "results": "errors explain html_parts models sis_csv states",
    "repair": "errors html_parts models polling requests_plan results sis_csv",
    "preflight": "html_parts sis_csv",
    "server_ids": "errors preflight requests_plan",
    "svg": "",
    "chart_parts": "history models svg",
    "charts": "chart_parts history svg",
    "windows": "history models",
    "window_chart": "chart_parts charts history models svg windows",
    "tables": "history models",
    "rehearsal": """chart_parts charts client connection errors guards import_options models polling preflight
        requests_plan sis_csv svg upload practice_canvas.scratch practice_canvas.service""",
    "session": "client connection errors practice_canvas.service",
    "check_setup": "practice_canvas.service",
    "checks": "errors polling practice_canvas.controls requests_plan results",
    "terminal": "errors explain models polling",
    "cli": """client commands connection doubt errors guards import_options models polling rehearsal
        requests_plan session terminal upload practice_canvas.service""",
    "widgets": """charts checks client commands connection doubt errors explain guards history html_parts
        import_options models polling preflight rehearsal repair requests_plan results server_ids session
        states tables upload""",
}
PRACTICE_CANVAS = {
    "service": "",
    "pace": "",
    "scenarios": "",
    "store": "",
    "engine": "store sis_csv",
    "driving": "engine pace store states",
    "reports": "store",
    "jobs": "driving engine pace reports scenarios store",
    "worker": "driving jobs store",
    "supervisor": "",
    "api": "pace scenarios service store states",
    "pages": "api states store",
    "app": "api pages store supervisor",
    "__main__": "api app pace service store",
    "controls": "service",
    "scratch": "service",
    "scratch_server": "__main__ store",
}
# What shows itself as a chart or a table loads them when it is first asked to.
WHEN_ASKED_FOR = {
    ("history", "charts"),
    ("history", "tables"),
    ("results", "tables"),
    ("preflight", "tables"),
    ("rehearsal", "tables"),
}

# third-party package → who may import it
OWNERS = {
    "requests": "transport",
    "urllib3": "transport",
    "pandas": "tables",
    "duckdb": "preflight",
    "rich": "terminal",
    "ipywidgets": "widgets",
    "IPython": "widgets",
    "traitlets": "widgets",
    "sqlite3": "practice_canvas.store",
    "starlette": "practice_canvas.app practice_canvas.api",
    "python_multipart": "practice_canvas.api",
    "uvicorn": "practice_canvas.__main__",
    "jinja2": "practice_canvas.pages",
}


class Imported(NamedTuple):
    """One module imported by another, at its start or inside a function."""

    by: str
    module: str
    at_start: bool


def own(name: str) -> str:
    """Give the parts of practice_canvas that are its own their full name."""
    return f"practice_canvas.{name}" if name in PRACTICE_CANVAS else name


ALLOWED = {name: set(may.split()) for name, may in CLIENT.items()}
ALLOWED |= {own(name): set(map(own, may.split())) for name, may in PRACTICE_CANVAS.items()}


def place(parts: tuple[str, ...]) -> str:
    """Return the row of the table for a module path below helpers."""
    return ".".join(parts[: 2 if parts[0] == "practice_canvas" else 1])


def modules() -> dict[tuple[str, ...], Path]:
    """Every module below helpers but the public face, by its path."""
    found = {}
    for path in HELPERS.rglob("*.py"):
        parts = path.relative_to(HELPERS).with_suffix("").parts
        if parts != ("__init__",):
            found[parts[:-1] if parts[-1] == "__init__" else parts] = path
    return found


def statements(tree: ast.AST, at_start: bool = True) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Every import that runs; what stands under `if TYPE_CHECKING` does not."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, at_start
        elif not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)):
            yield from statements(
                node, at_start and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            )


def full_names(node: ast.Import | ast.ImportFrom, parts: tuple[str, ...], is_package: bool) -> list[str]:
    """The dotted names an import statement loads, relative ones resolved."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    package = ("helpers", *(parts if is_package else parts[:-1]))
    base = package[: len(package) - node.level + 1] if node.level else ()
    module = ".".join([*base, *([node.module] if node.module else [])])
    return [
        f"{module}.{alias.name}" if tuple(f"{module}.{alias.name}".split(".")[1:]) in MODULES else module
        for alias in node.names
    ]


MODULES = modules()
IMPORTS = [
    Imported(place(parts), name, at_start)
    for parts, path in MODULES.items()
    for node, at_start in statements(ast.parse(path.read_text(encoding="utf-8")))
    for name in full_names(node, parts, path.name == "__init__.py")
]
OURS = [
    Imported(item.by, place(tuple(item.module.split(".")[1:]) or ("__init__",)), item.at_start)
    for item in IMPORTS
    if item.module.split(".")[0] == "helpers"
]


def test_every_module_has_its_row_and_every_row_its_module() -> None:
    assert {place(parts) for parts in MODULES} - {"practice_canvas"} == set(ALLOWED)


def test_the_table_has_no_circle() -> None:
    assert list(TopologicalSorter(ALLOWED).static_order())


@pytest.mark.parametrize("name", [*ALLOWED, "practice_canvas"])
def test_a_module_imports_only_what_stands_in_its_row(name: str) -> None:
    wrong = {item.module for item in OURS if item.by == name} - ALLOWED.get(name, set()) - {name}
    assert {(name, module) for module in wrong} <= WHEN_ASKED_FOR


def test_what_is_loaded_when_asked_for_is_imported_in_functions() -> None:
    found = [item for item in OURS if (item.by, item.module) in WHEN_ASKED_FOR]
    assert {(item.by, item.module) for item in found} == WHEN_ASKED_FOR
    assert not [item for item in found if item.at_start]


def test_only_the_owners_import_what_is_not_ours() -> None:
    free = (sys.stdlib_module_names | {"helpers"}) - set(OWNERS)
    foreign = {(item.by, item.module.split(".")[0]) for item in IMPORTS} - {
        (i.by, n) for i in IMPORTS for n in free
    }
    assert not {f"{by} imports {name}" for by, name in foreign if by not in OWNERS.get(name, "").split()}


def test_importers_see_no_file_no_thread_and_no_clock() -> None:
    paths = [
        path for parts, path in MODULES.items() if parts[:3] == ("practice_canvas", "engine", "importers")
    ]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    names = {
        name for tree in trees for node, _ in statements(tree) for name in full_names(node, ("x",), False)
    }
    assert paths
    assert not names & {"asyncio", "io", "pathlib", "threading", "time", "zipfile"}
