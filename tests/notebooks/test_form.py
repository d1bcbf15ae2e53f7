"""Every notebook keeps the lesson's form: short loops, one set-up, exercises that one can check."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.notebooks.runs import (
    NOTEBOOKS,
    ROOT,
    Cell,
    each_notebook,
    each_numbered,
    read,
    solution_of,
    tags,
    with_tag,
)

KNOWN_TAGS = {"set-up", "predict", "error-on-purpose", "exercise", "check", "script"}
MOST_WORDS, MOST_LINES, MOST_SETUP_LINES, MOST_KEYPOINTS = 120, 10, 6, 5


def headings(path: Path) -> list[str]:
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    return re.findall(r"^## (.*)$", text, re.MULTILINE)


def prose(cell: Cell) -> str:
    """Return a cell's text without its tables, code, heading and solution."""
    text = re.sub(r"<details>.*?</details>|```.*?```", "", cell.source, flags=re.DOTALL)
    return "\n".join(line for line in text.splitlines() if not line.startswith(("|", "#")))


def markdown(path: Path) -> list[Cell]:
    return [cell for cell in read(path).cells if cell.cell_type == "markdown"]


def code(path: Path) -> list[Cell]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


@each_notebook
def test_it_begins_with_title_minutes_and_objectives(path: Path) -> None:
    notebook = read(path)
    title = notebook.cells[0].source
    assert title.startswith("# ")
    assert f"**Takes** {notebook.metadata.lesson.minutes} minutes" in title
    assert "**For** " in title and "After this notebook you can\n\n- " in title and "guide" in title


def test_all_have_the_same_short_set_up() -> None:
    setups = [with_tag(read(path), "set-up") for path in NOTEBOOKS]
    assert all(len(cells) == 1 for cells in setups)
    assert len({cells[0].source for cells in setups}) == 1
    assert len(setups[0][0].source.splitlines()) <= MOST_SETUP_LINES
    assert all(code(path)[0].id == cells[0].id for path, cells in zip(NOTEBOOKS, setups, strict=True))


@each_notebook
def test_no_cell_reaches_for_hidden_code(path: Path) -> None:
    assert not [cell.id for cell in code(path)[1:] if re.search(r"%run|sys\.path\.\w|%load", cell.source)]


def test_the_set_up_finds_the_helpers_in_a_plain_clone() -> None:
    set_up = code(NOTEBOOKS[0])[0].source
    shown = f"{set_up}\nprint(canvas.WORKFLOW_STATES['imported'].name)"
    apart = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    hide = "import sys; sys.meta_path = [f for f in sys.meta_path if 'editable' not in repr(f)]; "
    hide += "sys.path = [p for p in sys.path if not (pathlib.Path(p or '.') / 'helpers').is_dir()]"
    command = [sys.executable, "-c", f"import pathlib; {hide}\n{shown}"]
    ended = subprocess.run(
        command, cwd=ROOT / "notebooks", env=apart, capture_output=True, text=True, check=False
    )
    assert (ended.stdout, ended.stderr) == ("imported\n", "")


@each_notebook
def test_the_keypoints_are_few_sentences(path: Path) -> None:
    points = re.findall(r"^- (.*)$", markdown(path)[-1].source, re.MULTILINE)
    assert headings(path)[-1] == "Keypoints" and 3 <= len(points) <= MOST_KEYPOINTS
    assert [point for point in points if not point.endswith(".") or ". " in point] == []
    assert "**Next:**" in markdown(path)[-1].source


@each_notebook
def test_texts_are_short(path: Path) -> None:
    long = {cell.id: len(prose(cell).split()) for cell in markdown(path)[:-1]}
    assert {name: words for name, words in long.items() if words > MOST_WORDS} == {}


@each_notebook
def test_code_cells_are_short(path: Path) -> None:
    assert [cell.id for cell in code(path) if len(cell.source.splitlines()) > MOST_LINES] == []


@each_notebook
def test_every_heading_with_code_says_what_you_should_see(path: Path) -> None:
    sections = re.split(r"^## ", "\n".join(marked(cell) for cell in read(path).cells), flags=re.MULTILINE)
    silent = [
        text.splitlines()[0] for text in sections if "\x00code" in text and "**You should see**" not in text
    ]
    assert silent == []


def marked(cell: Cell) -> str:
    """Return a cell's text; of a code cell only a mark, and nothing of the cells that need no telling."""
    if cell.cell_type == "markdown":
        return str(cell.source)
    return "" if {"set-up", "predict", "exercise", "check"} & set(tags(cell)) else "\x00code"


@each_notebook
def test_every_exercise_is_followed_by_its_check_and_its_solution(path: Path) -> None:
    notebook = read(path)
    for exercise in with_tag(notebook, "exercise"):
        after = notebook.cells[notebook.cells.index(exercise) + 1 :]
        assert "check" in tags(after[0])
        assert "<details>" in after[1].source
        assert solution_of(notebook, exercise) != exercise.source


@each_numbered
def test_there_is_an_exercise_a_prediction_and_an_error_on_purpose(path: Path) -> None:
    notebook = read(path)
    assert all(with_tag(notebook, tag) for tag in ("exercise", "predict", "error-on-purpose"))


@each_notebook
def test_each_prediction_has_a_place_to_answer_before_the_run(path: Path) -> None:
    cells = read(path).cells
    asked = [index for index, cell in enumerate(cells) if "**Predict.**" in cell.source]
    places = [index for index, cell in enumerate(cells) if "predict" in tags(cell)]
    assert places == [index + 1 for index in asked]
    assert all(re.fullmatch(r'canvas\.predict\("[\w-]+"\)', cells[index].source) for index in places)
    assert all("predict" not in tags(cells[index + 1]) for index in places)


@each_notebook
def test_only_known_tags_are_used(path: Path) -> None:
    assert {tag for cell in read(path).cells for tag in tags(cell)} <= KNOWN_TAGS


@each_notebook
def test_nobody_shouts(path: Path) -> None:
    assert [cell.id for cell in markdown(path) if "!" in re.sub(r"`[^`]*`|!\[", "", cell.source)] == []


@each_notebook
def test_links_lead_to_notebooks_that_are_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)]+\.ipynb)\)", "\n".join(cell.source for cell in markdown(path)))
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []
