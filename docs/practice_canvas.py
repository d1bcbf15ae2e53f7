"""Write docs/practice-canvas.md from the code and the conformance cases, so that it matches the code.

python -m docs.practice_canvas
"""

import csv
import inspect
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from practice_canvas.api.not_honored import NOT_HONORED
from practice_canvas.api.routing import Route, Routes
from practice_canvas.app import CONTROL_MODULES, RESOURCES
from practice_canvas.engine.importers import IMPORTERS
from practice_canvas.pages.site import PAGES
from practice_canvas.sis_csv.kinds import KINDS, recognize
from practice_canvas.sis_csv.model import LONGEST_TEXT, Column, Kind

ROOT = Path(__file__).parents[1]
DOCUMENT = Path(__file__).with_name("practice-canvas.md")
PROSE = Path(__file__).with_name("practice_canvas_prose.md")
CONFORMANCE = ROOT / "tests/conformance"
API = "/api/v1/"
VERBS = ("get", "put", "post", "delete")
# What a case's step "import" sends: the upload, and a look at what became of it.
IMPORTING = [("POST", "accounts/self/sis_imports"), ("GET", "accounts/self/sis_imports/1")]
UNKNOWN_IDS = {
    "refused": "",
    "silent": ", unknown ones are ignored",
    "reported": ", unknown ones give a warning",
}
Case = dict[str, Any]


def document() -> str:
    """Return the whole text."""
    cases, disputed = read_cases(), read_disputed()
    parts = {
        "summary": summary(cases, disputed),
        "disputed": disputed_list(disputed),
        "endpoints": endpoint_tables(cases),
        "not_honored": not_honored(),
        "kinds": kind_table(cases),
        "columns": "\n".join(f"- **{kind.name}**: {columns_of(kind)}" for kind in KINDS),
        "unread": ", ".join(f"`{kind.name}`" for kind in KINDS if kind.name not in IMPORTERS),
        "controls": route_table(routes_of(CONTROL_MODULES), "/practice/"),
        "pages": route_table(PAGES, "/"),
        "rules": rules(cases, disputed),
    }
    prose = PROSE.read_text(encoding="utf-8")
    check_paths(prose)
    return re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], prose)


def check_paths(prose: str) -> None:
    """Refuse prose that names a file or folder which is not there.

    Raises:
        FileNotFoundError: which one.
    """
    for path in re.findall(r"\]\(\.\./([^)]+)\)", prose):
        if not (ROOT / path).exists():
            raise FileNotFoundError(f"{PROSE.name} names {path}, which is not there.")


# the cases


def read_cases() -> list[Case]:
    """Return all conformance cases."""
    files = sorted((CONFORMANCE / "cases").glob("*.json"))
    return [case for path in files for case in json.loads(path.read_text(encoding="utf-8"))]


def read_disputed() -> dict[str, str]:
    """Return id → reason of the cases held to be wrong."""
    text = (CONFORMANCE / "disputed.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {part.split(maxsplit=1)[0]: part.split(maxsplit=1)[1].strip() for part in sections}


def summary(cases: list[Case], disputed: dict[str, str]) -> str:
    """Return how many cases there are and how they end."""
    left = f"; {len(disputed)} more are disputed and left failing" if disputed else ""
    return f"{len(cases) - len(disputed)} cases pass{left}."


def disputed_list(disputed: dict[str, str]) -> str:
    """Return the disputed cases with their reasons."""
    return (
        "\n".join(f"- `{name}`: {' '.join(reason.split())}" for name, reason in disputed.items()) or "None."
    )


def rules(cases: list[Case], disputed: dict[str, str]) -> str:
    """Return what each case holds, by topic."""
    by_topic = sorted(cases, key=lambda case: (topic_of(case), case["id"]))
    return "\n\n".join(topic(name, list(group), disputed) for name, group in groupby(by_topic, topic_of))


def topic_of(case: Case) -> str:
    """Return a case's topic; the cases of our own stand with the others."""
    return str(case["topic"]).removeprefix("own_")


def topic(name: str, cases: list[Case], disputed: dict[str, str]) -> str:
    """Return the rules of one topic, folded."""
    lines = [
        f"- {plain(case['behaviour'])}{' (disputed)' if case['id'] in disputed else ''}" for case in cases
    ]
    inner = "\n".join(lines)
    return f"<details><summary>{name}: {len(cases)} rules</summary>\n\n{inner}\n\n</details>"


def plain(text: str) -> str:
    """Return a sentence so that Markdown leaves it alone, begun with a capital letter."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("*", r"\*").replace("_", r"\_")
    return escaped[0].upper() + escaped[1:]


# the calls


def routes_of(modules: Iterable[Any]) -> list[Route]:
    """Return the routes of some modules, in their order."""
    return [route for module in modules for route in module.ROUTES]


def endpoint_tables(cases: list[Case]) -> str:
    """Return one table of calls per resource."""
    using = cases_per_route(cases)
    tables = []
    for module in sorted(RESOURCES, key=lambda module: module is not sis_imports_module()):
        heading = (module.__doc__ or "").split("\n")[0]
        tables.append(f"**{heading}**\n\n{route_table(module.ROUTES, API, using)}")
    return "\n\n".join(tables)


def sis_imports_module() -> Any:
    """Return the resource that the lesson is about: it comes first."""
    return next(module for module in RESOURCES if module.__name__.endswith(".sis_imports"))


def cases_per_route(cases: list[Case]) -> Counter[Route]:
    """Return how many cases make each call."""
    routes, using = Routes(routes_of(RESOURCES)), Counter[Route]()
    for case in cases:
        matches = [routes.find(*call) for call in calls(case)]
        using.update({match[0] for match in matches if match})
    return using


def calls(case: Case) -> Iterator[tuple[str, str]]:
    """Yield (method, path below /api/v1/) of each request that a case makes."""
    for step in case["steps"]:
        if "import" in step:
            yield from IMPORTING
        for verb in VERBS:
            if step.get(verb, "").startswith(API):
                yield verb.upper(), step[verb][len(API) :].partition("?")[0]


def route_table(routes: Iterable[Route], prefix: str, using: Counter[Route] | None = None) -> str:
    """Return calls as a table, with the number of cases that make them where there are any."""
    header = ["call", "what it does"] + (["cases"] if using is not None else [])
    rows = [
        [f"`{r.method} {prefix}{r.path}`", purpose(r)] + ([str(using[r] or "–")] if using is not None else [])
        for r in routes
    ]
    return table(header, rows)


def not_honored() -> str:
    """Return the documented parameters that have no effect, by call."""
    lists = {call: ", ".join(f"`{name}`" for name in names.split()) for call, names in NOT_HONORED.items()}
    return "\n".join(f"- `{call}`: {names}" for call, names in lists.items())


def purpose(route: Route) -> str:
    """Return what a handler's docstring says beyond the call itself."""
    first = (inspect.getdoc(route.handler) or "").split("\n\n")[0].replace("\n", " ")
    said = re.sub(rf"^{route.method} /[^ ]*?(: | (?=with )|\.$|$)", "", first).strip() or usual_purpose(route)
    return (said[:1].upper() + said[1:]).replace("|", r"\|")


def usual_purpose(route: Route) -> str:
    """Return what such a call does when its handler says no more about it."""
    last = route.path.rsplit("/", 1)[-1]
    if route.method == "GET":
        return "Show one." if last.startswith(":") else "List." if last.endswith("s") else "Show."
    return f"{route.handler.__name__.replace('_', ' ')}."


# the kinds


def kind_table(cases: list[Case]) -> str:
    """Return the kinds in the order in which they are imported."""
    using = Counter(kind for case in cases for kind in kinds_in(case))
    rows = [
        [
            str(at),
            f"`{kind.name}`",
            header_of(kind),
            f"`{kind.count_key}`",
            handling(kind),
            str(using[kind.name]),
        ]
        for at, kind in enumerate(KINDS, 1)
    ]
    return table(["", "kind", "recognized by the columns", "counted as", "its rows", "cases"], rows)


def header_of(kind: Kind) -> str:
    """Return what a header needs to be of this kind."""
    groups = [" or ".join(f"`{name}`" for name in group) for group in kind.signature]
    needed = " and ".join(f"({group})" if " or " in group and len(groups) > 1 else group for group in groups)
    return needed + (f", without {' and '.join(f'`{name}`' for name in kind.unless)}" if kind.unless else "")


def handling(kind: Kind) -> str:
    """Return what is done with the rows of a kind, as its importer says."""
    if kind.name not in IMPORTERS:
        return "Not recognized: the account does not have the feature."
    module = inspect.getmodule(IMPORTERS[kind.name])
    said = re.split(r"(?<=\.) |\n", inspect.getdoc(module) or "")[0]
    about = re.sub(r"^Import \S+\.csv(: |\.$)", "", said)
    return f"{about[:1].upper()}{about[1:]}" if about else "Imported."


def kinds_in(case: Case) -> set[str]:
    """Return the kinds of the CSV files that a case sends."""
    texts = [text for step in case["steps"] for text in step.get("import", {}).get("files", {}).values()]
    texts += [step["attachment"]["text"] for step in case["steps"] if "text" in step.get("attachment", {})]
    headers = [next(csv.reader(text.lstrip("\ufeff").splitlines()[:1]), []) for text in texts]
    return {kind.name for header in headers if (kind := recognize(header))}


def columns_of(kind: Kind) -> str:
    """Return the columns that are read of a kind."""
    return ", ".join(f"`{column.name}`{remarks(column)}" for column in kind.columns)


def remarks(column: Column) -> str:
    """Return what is asked of a column, in brackets."""
    notes = []
    if column.required:
        notes.append("needed" + (f" unless `{column.unless}` is filled" if column.unless else ""))
    if column.if_new:
        notes.append("needed for a new one")
    if column.refers_to:
        notes.append(f"SIS ID of {column.refers_to}{UNKNOWN_IDS[column.unknown]}")
    if column.values:
        notes.append(("begins with " if column.begins else "") + " / ".join(column.values))
    if column.holds != "text":
        notes.append(column.holds)
    if column.longest != LONGEST_TEXT:
        notes.append(f"at most {column.longest} characters")
    return f" ({'; '.join(notes)})" if notes else ""


def table(header: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8", newline="\n")
