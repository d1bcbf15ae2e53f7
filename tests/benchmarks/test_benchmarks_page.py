"""docs/benchmarks.md is made from the figures, and every text that gives a figure gives that of the page."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.growth_chart import chart
from benchmarks.quoted import QUOTED, QUOTING, figure, with_figures

ROOT = Path(__file__).parents[2]
FIGURES = page.read()
FILES = page.files(FIGURES)
NUMBER = re.compile(
    r"(?<![\w.`{/-])\d[\d,.]*[ \u00a0]?"
    r"(?:s|ms|[KMG]i?B|seconds?|minutes?|hours?|rows(?:/s| (?:a|per) second)|× \w+)\b"
)
NOT_MEASURED = {  # what a person chose or a plan says
    "docs/workshop.md": [
        "1 GB of free disk",
        "### 60 minutes",
        "### 120 minutes",
        "### 240 minutes",
        "learners × 512 MiB + 1 GiB: 16 GiB for a class of 30, 51 GiB for 100. A learner's limit is 1.5 GiB",
        "fits into 400 MiB",
        "**Disk:** 50 MB for each learner; 1 GiB is the smallest volume",
    ],
    "notebooks/03_check_import_status.ipynb": ["the waits grow from 1 second to 15"],
    "notebooks/07_automate.ipynb": ["after 26 hours", "about 35 MB in that time", "above 25 MB"],
}
TAKES = re.compile(r"\*\*Takes\*\* \d+ minutes")  # computed from the notebook: tests/notebooks/minutes.py


@pytest.mark.parametrize("path", FILES)
def test_what_is_committed_is_what_the_figures_say(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert text == FILES[path], "out of date: run  python -m benchmarks.page  and commit what it writes"


def test_every_benchmark_is_on_the_page_with_its_date_machine_and_load() -> None:
    missing = [name for name in page.BENCHMARKS if name not in FIGURES]
    assert not missing, f"run these once: python -m benchmarks {' '.join(missing)}"
    for name, entry in FIGURES.items():
        assert (page.ROOT / "benchmarks" / f"{name}.py").exists()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["date"])
        assert re.fullmatch(r"\w+ \w+, \d+ cores, Python 3\.\d+\.\d+", entry["machine"])
        assert entry["load"] >= 0


@pytest.mark.parametrize("path", QUOTING)
def test_a_number_on_speed_or_memory_is_a_figure_of_the_page(path: str) -> None:
    text = "\n".join(prose(ROOT / path))
    for phrase in NOT_MEASURED.get(path, []):
        assert phrase in text, "no longer there: delete it from the list"
        text = text.replace(phrase, "")
    unknown = [match["path"] for match in QUOTED.finditer(text) if figure(match["path"], FIGURES) is None]
    assert not unknown, "no such figure is in docs/benchmarks.json"
    others = QUOTED.sub("", TAKES.sub("", text))
    found = [match[0] for match in NUMBER.finditer(others)]
    assert not found, (
        "benchmarks/quoted.py says how to name the figure; NOT_MEASURED has what nobody measures"
    )


def prose(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return [text]
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]


def test_numbers_are_found() -> None:
    text = "1.2 s, 3 ms, 400 MiB, 5 minutes, 21,000 rows/s, 0.87 × curl; not `5 s`, 5 courses, or v1.2"
    found = [match[0] for match in NUMBER.finditer(text)]
    assert found == ["1.2 s", "3 ms", "400 MiB", "5 minutes", "21,000 rows/s", "0.87 × curl"]


def test_a_quoted_figure_follows_what_was_measured() -> None:
    figures = {"room": {"rows": [{"Part": "burst", "Seconds": 1234.56}]}}
    text = "in 1.2 s<!-- figure: room; burst; Seconds -->, or 7 seconds<!-- figure: room; burst; Seconds -->"
    quoted = with_figures(text, figures)
    assert re.sub("<!--.*?-->", "", quoted) == "in 1,234.6 s, or 1,235 seconds"
    unknown = text.replace("burst", "lesson")
    assert with_figures(unknown, figures) == unknown


def test_a_picture_has_a_mark_for_every_figure() -> None:
    pictures = dict(page.growths(FIGURES))
    assert pictures.keys() == page.BENDS.keys()
    for work, rows in pictures.items():
        tooltips = re.findall(r"<title>[\d,]+ rows: (Seconds|Peak MB) [\d.,]+</title>", chart(work, rows))
        assert Counter(tooltips) == {"Seconds": len(rows), "Peak MB": len(rows)}


def measured(names: list[str], folder: Path) -> page.Figures:
    """Run the command with the smallest files."""
    command = [sys.executable, "-m", "benchmarks", *names, "--quick", "--to", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr  # 1 where a goal is missed, as it may be with small files
    assert not done.stderr
    figures = page.read(folder)
    assert (folder / page.PAGE).read_text(encoding="utf-8") == page.document(figures)
    return figures


@pytest.mark.skipif(sys.platform == "win32", reason="measures with what POSIX offers")
def test_the_command_measures_and_writes_the_page(tmp_path: Path) -> None:
    figures = measured(["explaining"], tmp_path)
    ((pandas, ours), *_) = [entry["rows"] for entry in figures.values()]
    assert pandas["× pandas"] == 1.0
    assert ours["Seconds"] > 0 < ours["CPU seconds"]


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="measures with what POSIX offers")
def test_every_benchmark_runs(tmp_path: Path) -> None:
    figures = measured([], tmp_path)
    assert [*figures] == [*page.BENCHMARKS]
    empty = [name for name, entry in figures.items() if not entry["rows"]]
    assert empty == ["first_success", "hub"], "these need a network, and are left out"
    assert (tmp_path / "docs/benchmarks/check.svg").exists()


def test_an_unknown_name_is_refused_with_the_ones_that_exist() -> None:
    command = [sys.executable, "-m", "benchmarks", "uploads"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no benchmark uploads: choose from upload, watching" in done.stderr
