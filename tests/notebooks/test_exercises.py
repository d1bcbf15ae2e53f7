"""The table of exercises and the notebooks agree: every exercise has its cells, and no cell is extra."""

import re
from collections import Counter

import pytest

from helpers.lesson.exercises import EXERCISES
from tests.notebooks.runs import NOTEBOOKS, NUMBERED, ROOT, Cell, read, solution_of, with_tag

CASE = {"case_find", "case_prove"}


def checked(cell: Cell) -> str:
    """Return the ID of the exercise that a check cell checks."""
    found = re.fullmatch(r"canvas\.checks\.(\w+)\(.*\)", cell.source)
    assert found, f"{cell.id} does more than check"
    return found[1]


def test_each_exercise_is_checked_once_in_its_notebook_and_in_this_order() -> None:
    in_notebooks = [
        (checked(cell), path.stem) for path in NOTEBOOKS for cell in with_tag(read(path), "check")
    ]
    assert Counter(in_notebooks) == Counter((each.id, each.notebook) for each in EXERCISES.values())
    assert [name for name, _ in in_notebooks] == list(EXERCISES)


def test_each_exercise_has_its_title_above_it() -> None:
    headings = {
        heading.lower()
        for path in NOTEBOOKS
        for cell in read(path).cells
        for heading in re.findall(r"^### (?:Exercise|Case): (.*)$", cell.source, re.MULTILINE)
    }
    assert headings == {each.title.lower() for each in EXERCISES.values()}


def test_there_are_enough_exercises_in_every_notebook() -> None:
    count = Counter(each.notebook for each in EXERCISES.values() if each.id not in CASE)
    assert len(EXERCISES) >= 18
    assert {
        name: number for name, number in count.items() if name != "00_start_here" and not 2 <= number <= 4
    } == {}


def test_a_seeded_exercise_is_made_in_the_notebook() -> None:
    text = {path.stem: "\n".join(cell.source for cell in read(path).cells) for path in NOTEBOOKS}
    missing = [
        each.id
        for each in EXERCISES.values()
        if each.make and f"canvas.checks.{each.id}.new()" not in text[each.notebook]
    ]
    assert missing == []


def test_the_readme_says_how_many_there_are() -> None:
    assert f"{len(EXERCISES)} exercises" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", range(20))
def test_the_solution_that_reads_answers_decides_rightly_about_each(seed: int) -> None:
    notebook = next(read(path) for path in NUMBERED if path.stem.startswith("02"))
    [exercise] = (cell for cell in with_tag(notebook, "exercise") if "go-on-or-stop" in cell.id)
    names = {"task": EXERCISES["go_on_or_stop"].new(seed)}
    exec(solution_of(notebook, exercise), names)  # noqa: S102 (our own)
    assert names["decisions"] == names["task"].answer
