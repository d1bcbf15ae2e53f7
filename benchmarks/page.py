"""Write docs/benchmarks.md, its pictures, and the figures that other texts quote, from docs/benchmarks.json.

python -m benchmarks.page
"""

import ast
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.growth_chart import chart
from benchmarks.quoted import QUOTING, with_figures
from benchmarks.results import Goal, Result, Row, cells, titles
from tests.reliability import this_machine

ROOT = Path(__file__).parents[1]
FIGURES, PAGE = "docs/benchmarks.json", "docs/benchmarks.md"
BENCHMARKS = {
    "upload": "Uploading a file",
    "watching": "Watching an import",
    "preflight": "Checking files before sending",
    "rows_import": "Importing each kind of file",
    "rehearsal": "Rehearsing an import",
    "status_reads": "Reading an import's status",
    "crowded_zip": "A zip with 100,000 files",
    "explaining": "Explaining messages",
    "imports": "Loading the helpers",
    "first_success": "The first success",
    "room": "A room of 200 seats",
    "hub": "A learner on a JupyterHub",
    "load": "A room at once, and a long soak",
    "growth": "Growth",
}
"""The modules, in the order of the page, with their headings."""
HEAD = """# Benchmarks: what it takes in time and memory

`python -m benchmarks` measures all of this and writes this page; `python -m benchmarks NAME …` measures some
of it, and the rest keeps its figures. Each figure is compared with what people use otherwise, on the same
machine, in turns, each in a process of its own. *CPU seconds* are processor time, which other work on the
machine affects least. The last column, such as *× curl*, compares seconds for uploads and rehearsals, and
processor time everywhere else. *Load* is the load average when the measurement began: with more than one,
the ratios are what counts.
"""
BENDS = {
    "upload": """\
Up to 100,000 rows (8 MB), what counts is the time of one request; then the time grows with the file. The
client reads the file while it sends it, so its memory does not grow.""",
    "check": """\
Up to 100,000 rows, what counts is the time that all the queries take even for an empty table; then the time
grows with the rows. DuckDB may use up to 450 MB beside what the program itself needs: what does not fit is
on disk.""",
    "import": """\
From 10,000 rows on, the time grows with the rows. Beyond a million, each row takes longer, for executemany,
too: the indexes no longer fit in the cache, so that most new rows need a page that has to be read again. An
import holds only a chunk of the file at a time, at most 20,000 rows. What grows is that chunk, its cache of
the database, up to 64 MB, and what it remembers of people and places; executemany has all rows in memory
before it begins.""",
    "rehearsal": """\
Up to 10,000 rows, what counts is the time in which a scratch Canvas starts with a copy of the database; then
the time grows with the rows, as that of the import does.""",
}
"""Why the lines of each picture bend."""
Figures = dict[str, dict[str, Any]]


def read(root: Path = ROOT) -> Figures:
    """Return the figures of all benchmarks by name."""
    file = root / FIGURES
    figures: Figures = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return figures


def keep(name: str, result: Result, load: float, root: Path = ROOT) -> None:
    """Keep what a benchmark came to, with when and where, and write everything that shows it."""
    where = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": this_machine(), "load": round(load, 1)}
    figures = {**read(root), name: {**where, **asdict(result)}}
    write({each: figures[each] for each in BENCHMARKS if each in figures}, root)


def write(figures: Figures, root: Path = ROOT) -> None:
    """Write the figures, and everything that shows them."""
    text = json.dumps(figures, ensure_ascii=False, indent=1) + "\n"
    for path, content in {FIGURES: text, **files(figures, root)}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8", newline="\n")


def files(figures: Figures, root: Path = ROOT) -> dict[str, str]:
    """Return the content of the page, of its pictures, and of all texts that quote figures, by path."""
    pictures = {f"docs/benchmarks/{work}.svg": chart(work, rows) for work, rows in growths(figures)}
    texts = {path: (root / path).read_text(encoding="utf-8") for path in QUOTING if (root / path).exists()}
    quoting = {path: with_figures(text, figures) for path, text in texts.items()}
    return {PAGE: document(figures), **pictures, **quoting}


def growths(figures: Figures) -> Iterable[tuple[str, list[Row]]]:
    """Yield each work whose growth was measured, with its rows."""
    for work, rows in groupby(figures.get("growth", {}).get("rows", []), lambda row: row["Work"]):
        yield work, list(rows)


def document(figures: Figures) -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(_section(name, entry) for name, entry in figures.items())])


def _section(name: str, entry: dict[str, Any]) -> str:
    how = [f"`python -m benchmarks {name}`", entry["date"], entry["machine"], f"load {entry['load']}"]
    how.append(f"medians of {entry['runs']}" if entry["runs"] > 1 else "one run")
    parts = [f"## {BENCHMARKS[name]}", _about(name), " · ".join(how)]
    if name == "growth":
        parts += [_growth(work, rows) for work, rows in growths({name: entry})]
    else:
        parts.append(_table(entry["rows"]))
    goals = [f"- {Goal(**goal)}" for goal in entry["goals"]]
    return "\n\n".join([*parts, *(["\n".join(goals)] if goals else [])]) + "\n"


def _about(name: str) -> str:
    """Return the text of a benchmark's docstring, without its commands and how it ends."""
    source = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    paragraphs = (ast.get_docstring(ast.parse(source)) or "").split("\n\n")
    return "\n\n".join(each for each in paragraphs if not each.startswith((" ", "Ends")))


def _table(rows: list[Row]) -> str:
    columns = titles(rows)
    lines = [columns, ["---", *["--:"] * (len(columns) - 1)], *cells(rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _growth(work: str, rows: list[Row]) -> str:
    picture = f"![Time and peak memory of {work} over rows](benchmarks/{work}.svg)"
    figures = [{title: value for title, value in row.items() if title != "Work"} for row in rows]
    return f"### {work.capitalize()}\n\n{picture}\n\n{BENDS[work]}\n\n{_table(figures)}"


if __name__ == "__main__":
    write(read())
