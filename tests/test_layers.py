"""Who may import whom: the tables of the two packages, held by reading every import statement in them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]

# module or package of helpers → what it may import: of helpers, and of practice_canvas
HELPERS = {
    "errors": "",
    "near_misses": "",
    "scratch_database": "",
    "display": "errors",
    "place": "practice_canvas.hub",
    "jupyter_server": "place practice_canvas.hub practice_canvas.joining practice_canvas.processes",
    "client": """errors near_misses place practice_canvas.controls practice_canvas.hub practice_canvas.joining
        practice_canvas.seat_tokens practice_canvas.service practice_canvas.sis_csv practice_canvas.states""",
    "watching": "errors client display practice_canvas.states",
    "messages": "errors client display near_misses practice_canvas.sis_csv practice_canvas.states",
    "preflight": "errors client display near_misses scratch_database practice_canvas.sis_csv",
    "repair": "errors client display messages near_misses preflight practice_canvas.sis_csv",
    "rehearsal": """errors client display place watching scratch_database practice_canvas.scratch
        practice_canvas.service practice_canvas.sis_csv""",
    "lesson": """errors client display messages place practice_canvas.controls practice_canvas.service
        practice_canvas.sis_csv practice_canvas.states""",
    "widgets": """errors client display lesson messages place preflight rehearsal repair watching
        practice_canvas.states""",
    "terminal": """errors client lesson messages near_misses place preflight rehearsal
        practice_canvas.controls practice_canvas.joining practice_canvas.scratch practice_canvas.service""",
}
FACTS = "sis_csv states"  # CSV files and workflow states: every part of the practice Canvas may read them
PRACTICE_CANVAS = {
    "sis_csv": "",
    "states": "",
    "scenarios": "",
    "processes": "",
    "sample_school": "",
    "store": "diagnosis",
    "credentials": "",
    "diagnosis": "",
    "listening": "",
    "logs": "",
    "fetching": "",
    "hub": "",
    "lifetime": "",
    "server": "lifetime",
    "service": "credentials diagnosis fetching hub logs processes store",
    "relay": "processes service",
    "seat_tokens": "",
    "joining": "credentials fetching refusals service",
    "arguments": "api queue service",
    "refusals": "",
    "controls": "refusals service",
    "classroom": "credentials store",
    "scratch": "processes service",
    "testing": "controls scratch service",
    "pytest_plugin": "testing",
    "commands": "arguments controls service",
    "engine": "store",
    "queue": "credentials engine logs processes scenarios store",
    "api": "classroom diagnosis engine queue sample_school scenarios service store",
    "pages": "api store",
    "app": "api pages processes queue store",
    "homes": "credentials diagnosis logs queue service store",
    "room": """api app arguments classroom credentials diagnosis homes listening logs pages processes queue
        refusals scenarios seat_tokens server service store""",
    "__main__": """api app arguments commands credentials diagnosis homes lifetime listening logs room
        server service store""",
    "scratch_server": "__main__ hub store",
}

# third-party package → who may import it
OWNERS = {
    "requests": "helpers.client",
    "urllib3": "helpers.client",
    "pandas": "helpers.display",
    "duckdb": "helpers.scratch_database",
    "rich": "helpers.terminal",
    "anywidget": "helpers.widgets",
    "ipywidgets": "helpers.widgets",
    "IPython": "helpers.widgets",
    "traitlets": "helpers.widgets",
    "platformdirs": "practice_canvas.service",
    "sqlite3": "practice_canvas.store",
    "starlette": "practice_canvas.app practice_canvas.api practice_canvas.room practice_canvas.server",
    "python_multipart": "practice_canvas.api",
    "h11": "practice_canvas.server",
    "uvicorn": "practice_canvas.server",
    "jinja2": "practice_canvas.pages practice_canvas.room",
    "pytest": "practice_canvas.pytest_plugin",
}


class Imported(NamedTuple):
    """One module imported by another, at its start or inside a function."""

    by: str
    module: str


def full(row: str) -> set[str]:
    """Return the names of a row of HELPERS in full."""
    return {name if "." in name else f"helpers.{name}" for name in row.split()}


ALLOWED = {f"helpers.{name}": full(row) for name, row in HELPERS.items()}
ALLOWED |= {
    f"practice_canvas.{name}": {f"practice_canvas.{each}" for each in f"{row} {FACTS}".split()}
    - {f"practice_canvas.{each}" for each in (name, *(FACTS.split() if name in FACTS.split() else ()))}
    for name, row in PRACTICE_CANVAS.items()
}


def modules() -> dict[str, Path]:
    """Every module of the two packages by its dotted name; `helpers` itself is the public face."""
    found = {}
    for path in [*ROOT.glob("helpers/**/*.py"), *ROOT.glob("practice_canvas/**/*.py")]:
        found[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()


def box(module: str) -> str:
    """Return the row of the table for a dotted name."""
    return ".".join(module.split(".")[:2])


def statements(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import statement, lazy ones and those for type checkers included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def names_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The dotted names an import statement loads."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    assert node.level == 0, "imports are absolute"
    whole = [f"{node.module}.{alias.name}" for alias in node.names]
    return [name if name in MODULES else str(node.module) for name in whole]


IMPORTS = [
    Imported(module, name)
    for module, path in MODULES.items()
    for node in statements(ast.parse(path.read_text(encoding="utf-8")))
    for name in names_of(node)
]
OURS = [each for each in IMPORTS if each.module.split(".")[0] in ("helpers", "practice_canvas")]


def test_every_module_has_its_row_and_every_row_its_module() -> None:
    assert {box(name) for name in MODULES} - {"helpers", "practice_canvas"} == set(ALLOWED)


def test_no_package_is_in_a_circle_with_another() -> None:
    assert list(TopologicalSorter(ALLOWED).static_order())


@pytest.mark.parametrize("row", ALLOWED)
def test_a_module_imports_only_what_its_row_allows(row: str) -> None:
    found = {(each.by, each.module) for each in OURS if box(each.by) == row}
    own = {row, "practice_canvas"} if row.startswith("practice_canvas") else {row}
    assert not {pair for pair in found if box(pair[1]) not in ALLOWED[row] | own}


def test_every_row_is_needed_in_full() -> None:
    used = {(box(each.by), box(each.module)) for each in OURS}
    allowed = {
        (name, other)
        for name, row in ALLOWED.items()
        for other in row
        if other.split(".")[-1] not in FACTS.split()
    }
    assert not allowed - used


def test_the_practice_canvas_package_itself_imports_nothing() -> None:
    assert not [each for each in IMPORTS if each.by == "practice_canvas"]


def test_importing_helpers_loads_neither_a_server_nor_a_database() -> None:
    code = "import helpers, sys; print(*{'starlette', 'uvicorn', 'sqlite3'} & sys.modules.keys())"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert loaded.stdout.split() == []


def test_only_the_owners_import_what_is_not_ours() -> None:
    free = (sys.stdlib_module_names | {"helpers", "practice_canvas"}) - set(OWNERS)
    foreign = {(box(each.by), each.module.split(".")[0]) for each in IMPORTS}
    foreign = {(by, name) for by, name in foreign if name not in free}
    assert not {f"{by} imports {name}" for by, name in foreign if by not in OWNERS.get(name, "").split()}


def test_importers_see_no_file_no_thread_and_no_clock() -> None:
    found = {each.module for each in IMPORTS if each.by.startswith("practice_canvas.engine.importers")}
    assert found
    assert not found & {"asyncio", "io", "pathlib", "threading", "time", "zipfile"}


def test_all_sql_is_in_the_store() -> None:
    with_sql = {"execute", "executemany", "where", "where_any", "where_not"}
    written = [
        (box(module), ast.unparse(node))
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in with_sql
        if node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
    ]
    assert {by for by, _ in written} == {"practice_canvas.store", "helpers.scratch_database"}, written


SQL = re.compile(r"\?|=|<>|\b(SELECT|FROM|WHERE|JOIN|UPDATE|INSERT|DELETE|AND|OR|IN|IS|NOT|ORDER|CASE)\b")


def is_sql_of_ours(value: ast.FormattedValue) -> bool:
    """Whether an f-string may take this into SQL: a constant, a number (`:d`), what our functions made."""
    named = value.value.attr if isinstance(value.value, ast.Attribute) else ast.unparse(value.value)
    number = value.format_spec is not None and ast.unparse(value.format_spec) == "f'd'"
    return named.isupper() or number or isinstance(value.value, ast.Call)


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("practice_canvas.store.")])
def test_no_value_is_written_into_sql(module: str) -> None:
    if module == "practice_canvas.store.sql":
        return  # its parts are typed Sql, so that mypy finds any other text
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    built = [node.values for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    texts = ["".join(str(part.value) for part in parts if isinstance(part, ast.Constant)) for parts in built]
    assert not [
        ast.unparse(value)
        for parts, text in zip(built, texts, strict=True)
        for value in parts
        if SQL.search(text) and isinstance(value, ast.FormattedValue) and not is_sql_of_ours(value)
    ]


def test_reads_change_nothing_and_one_module_has_the_messages() -> None:
    texts = {name: path.read_text(encoding="utf-8") for name, path in MODULES.items()}
    reads = [name for name in texts if name.startswith("practice_canvas.store.reads.")]
    assert reads
    assert not [
        name for name in reads if re.search(r'"(INSERT|UPDATE|DELETE)|records\.(insert|update)', texts[name])
    ]
    assert [name for name, text in texts.items() if "sis_batch_errors" in text] == [
        "practice_canvas.store.messages"
    ]
