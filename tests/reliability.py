"""Write docs/reliability.md: what the attacks of a long run came to; those that did not run keep their rows.

python start.py test --long
"""

import ast
import os
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Self

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs/reliability.md"
PLACES = (  # every test in these folders and files is an attack
    "tests/attacks",
    "tests/mutations/test_nearly_every_change.py",
    "tests/practice_canvas/test_nothing_lost.py",
)
TRIED = "tried"  # the property by which a test says how often it tried
HEAD = """# What was tried to break it, and what came of it

`python start.py test --long` writes this page. Every row is a test, and its name is the claim. *Tried* is how
many requests, kills, files, or cases the test made; *failed* is how many of its runs showed that the claim is
wrong. A row keeps the date and the machine of its last long run; what no long run has tried yet has none.
"""
COLUMNS = ("Claim", "Tried", "Failed", "Seconds", "Date", "Machine")


@dataclass(frozen=True)
class Row:
    """What one attack came to: its name in pytest, and the cells of its row."""

    attack: str
    tried: int = 0
    failed: int = 0
    seconds: float = 0.0
    date: str = ""
    machine: str = ""

    def plus(self, report: pytest.TestReport) -> Self:
        """Add one run of the test."""
        counts = [int(str(value)) for name, value in report.user_properties if name == TRIED]
        return replace(
            self,
            tried=self.tried + (sum(counts) if counts else 1),
            failed=self.failed + report.failed,
            seconds=self.seconds + report.duration,
        )

    def __str__(self) -> str:
        seconds = f"{self.seconds:,.0f}" if self.seconds >= 1 else "under 1"
        cells = (sentence(self.attack), f"{self.tried:,}", self.failed, seconds, self.date, self.machine)
        return f"| {' | '.join(map(str, cells))} |"


def sentence(attack: str) -> str:
    """Return the name of a test as the sentence that it is."""
    return attack.rpartition("::test_")[2].replace("_", " ").capitalize()


def attacks() -> Iterator[str]:
    """Yield `file::test` for every attack."""
    for place in PLACES:
        path = ROOT / place
        for file in sorted(path.glob("test_*.py")) if path.is_dir() else [path]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    yield f"{file.relative_to(ROOT).as_posix()}::{node.name}"


def read(text: str) -> dict[str, Row]:
    """Return the rows of a page by the attack.

    Raises:
        ValueError: it has another form.
    """
    rows, file = {}, ""
    for line in text.removeprefix(HEAD).splitlines():
        if line.startswith("## "):
            file = line.partition("`")[2].rstrip("`")
        elif line.startswith("| ") and not line.startswith(f"| {COLUMNS[0]} "):
            cells = [cell.strip() for cell in line.strip()[1:-1].split("|")]
            claim, tried, failed, seconds, date, machine = cells
            attack = f"{file}::test_{claim.lower().replace(' ', '_')}"
            took = 0.0 if seconds == "under 1" else float(seconds.replace(",", ""))
            rows[attack] = Row(attack, int(tried.replace(",", "")), int(failed), took, date, machine)
    return rows


def document(rows: Iterable[Row]) -> str:
    """Return the whole page."""
    parts = [HEAD]
    for file, group in groupby(rows, lambda row: row.attack.partition("::")[0]):
        about = ast.get_docstring(ast.parse((ROOT / file).read_text(encoding="utf-8"))) or ""
        table = [f"| {' | '.join(COLUMNS)} |", "|---|--:|--:|--:|---|---|", *map(str, group)]
        parts.append(f"## `{file}`\n\n{about}\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)


def this_machine() -> str:
    """Return what the results depend on."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{system}, {os.cpu_count()} cores, Python {platform.python_version()}"


class ReliabilityPage:
    """The pytest plugin: gathers what the attacks came to, and writes the page when all tests have ended."""

    def __init__(self) -> None:
        self._known = {*attacks()}
        self._ran: dict[str, Row] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        attack = report.nodeid.partition("[")[0]
        if attack in self._known and (report.when == "call" and not report.skipped):
            self._ran[attack] = self._ran.get(attack, Row(attack)).plus(report)

    def pytest_sessionfinish(self) -> None:
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        before = read(DOCUMENT.read_text(encoding="utf-8")) if DOCUMENT.exists() else {}
        ran = {name: replace(row, date=today, machine=this_machine()) for name, row in self._ran.items()}
        rows = before | ran
        page = document(rows.get(attack, Row(attack)) for attack in attacks())
        DOCUMENT.write_text(page, encoding="utf-8", newline="\n")
