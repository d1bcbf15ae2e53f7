"""The lesson as a person goes through it: exercises first wrong, then right, and another day to the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from helpers.lesson.exercises import EXERCISES
from practice_canvas import controls, service
from tests.browser.lab import Lab
from tests.browser.running import save_widget_state
from tests.browser.test_notebooks import complaints
from tests.browser.walker import Walker, saved_outputs
from tests.notebooks.runs import NUMBERED, read, solve

START, INSTALL, SEND, STATUS, *REST = NUMBERED
WRONG = {
    "exercise-find-account-do": 'my_account_id = "self"',
    "exercise-go-on-or-stop-do": 'decisions = ["go on"]',
    "exercise-send-second-course-do": "sent = client.create_sis_import(test_course)",
    "exercise-rename-course-do": """test_course.write_text(rows, encoding="utf-8")
renamed = client.create_sis_import(test_course)""",
    "exercise-fix-row-do": "fixed = client.create_sis_import(two_courses)",
    "exercise-find-row-do": "bad_row = 1",
    "exercise-find-flawed-import-do": "flawed_id = 0",
}
LARGE_ROWS, FILLER = 1000, "x" * 60_000  # 60 MB of which Canvas ignores all but a few kilobytes


@pytest.fixture
def walker(lab: Lab) -> Iterator[Walker]:
    """A person at a JupyterLab that saves no widget state, as everyone's does."""
    lab.page.set_viewport_size({"width": 1280, "height": 1400})
    lab.set_pace("immediate")
    controls.erase_progress(lab.practice)
    save_widget_state(lab.server.home, False)
    yield Walker(lab)
    save_widget_state(lab.server.home, True)


def test_the_lesson_from_the_first_cell_to_the_page_that_says_it_is_completed(
    walker: Walker, tmp_path: Path
) -> None:
    lab = walker.lab
    start_here(walker)
    import_a_test_file(walker, tmp_path)
    saved = check_import_status(walker)
    the_next_day(walker, saved)
    run_solved(lab, INSTALL)
    expect(lab.page.get_by_text("Everything is ready.")).to_be_visible()
    for path in REST:
        run_solved(lab, path)
    lab.page.goto(f"{lab.practice.url}/exercises")
    expect(lab.page.get_by_role("heading", name="You have completed the lesson")).to_be_visible()
    expect(lab.page.get_by_text(f"{len(EXERCISES)} of {len(EXERCISES)} exercises done.")).to_be_visible()


def start_here(walker: Walker) -> None:
    """Type tokens that are refused before the right one; see the first import to its end; predict."""
    lab = walker.lab

    def connect() -> None:
        practice = lab.practice
        expect(lab.line("Connect")).to_contain_text("Connected.")
        lab.connect_to(practice.url, practice.tokens["expired"], "○ NOT CONNECTED")
        expect(lab.line("Connect")).to_contain_text("expired")
        lab.connect_to(practice.url, practice.tokens["no_permission"], "● PRACTICE")
        expect(lab.panel("Connect")).to_contain_text("not read SIS imports")
        lab.connect_to(practice.url, practice.tokens["admin"], "● PRACTICE")
        expect(lab.line("Connect")).to_contain_text("Ada Admin")

    def predict() -> None:
        lab.page.get_by_label("production", exact=True).check()
        expect(lab.page.get_by_text("As you predicted.")).to_be_visible()

    def see_the_end() -> None:
        expect(lab.panel("Status of a SIS import")).to_contain_text("imported, 100 percent")

    walker.open(START)
    walker.walk(WRONG, {"connect-panel": connect, "first-wait": see_the_end, "badge-domains-guess": predict})
    assert complaints(lab) == []


def import_a_test_file(walker: Walker, tmp_path: Path) -> None:
    """Send a file with the panel, and then a large one that is uploaded."""
    lab = walker.lab

    def send() -> None:
        accepted = lab.line("Import a file")
        sent_before = len(lab.client().list_sis_imports())
        lab.button("Import").click()
        expect(accepted).to_contain_text(re.compile(r"Accepted: SIS import \d+"))
        lab.choose(large_file(tmp_path))
        expect(lab.button("Import")).to_be_disabled()
        lab.button("Import").click(force=True)  # the file before is not sent meanwhile
        expect(lab.upload_button).to_have_text("large_courses.csv")
        lab.button("Import").click()
        expect(accepted).to_contain_text(re.compile(r"Accepted: SIS import \d+"))
        client = lab.client()
        ended = client.wait_for(client.list_sis_imports(limit=1)[0])
        assert (ended.workflow_state, ended.counts["courses"]) == ("imported", LARGE_ROWS)
        assert len(client.list_sis_imports()) == sent_before + 2

    walker.open(SEND)
    walker.walk(WRONG, {"panel-import": send})
    assert complaints(lab) == []


def large_file(folder: Path) -> Path:
    path = folder / "large_courses.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("course_id,short_name,long_name,status,ignored\n")
        file.writelines(f"L-{n},L {n},Large {n},active,{FILLER}\n" for n in range(LARGE_ROWS))
    return path


def check_import_status(walker: Walker) -> Path:
    """See the way of a larger import drawn, and close the notebook."""
    lab = walker.lab

    def see_the_way() -> None:
        chart = lab.panel("Status of a SIS import").first.locator("svg[role=img]")
        expect(chart).to_have_attribute("aria-label", re.compile("imported"))

    saved = walker.open(STATUS)
    walker.walk(
        WRONG,
        {
            "larger-zip": lambda: lab.set_pace("3"),
            "larger-await": see_the_way,
            "queue-await": lambda: lab.set_pace("immediate"),
        },
    )
    expect(lab.page.get_by_alt_text(re.compile("the test course behind it"))).to_have_count(1)
    assert complaints(lab) == []
    walker.close()
    return saved


def the_next_day(walker: Walker, saved: Path) -> None:
    """Come back to pictures, a practice Canvas that remembers, and panels that work after a run."""
    lab = walker.lab
    service.stop(lab.practice.home)
    lab.set_pace("immediate")  # which starts it again
    outputs = saved_outputs(saved)
    assert "Run the cells above to use it again." in outputs and lab.practice.token not in outputs
    lab.page.set_viewport_size({"width": 1280, "height": 12_000})  # so that JupyterLab draws every cell
    lab.reopen(saved)
    panels = lab.page.locator(".sis-still").filter(visible=True)
    expect(panels.filter(has_text="Connect to Canvas")).to_have_count(1)
    expect(panels.filter(has_text="Status of a SIS import")).to_have_count(2)
    expect(lab.page.locator(".sis-panel.jupyter-widgets").filter(visible=True)).to_have_count(0)
    expect(lab.page.get_by_text("Error displaying widget").filter(visible=True)).to_have_count(0)
    lab.page.set_viewport_size({"width": 1280, "height": 1400})
    walker.walk(last="connect-client")
    expect(lab.line("Connect")).to_contain_text("Connected.")
    lab.page.goto(f"{lab.practice.url}/exercises")
    expect(lab.page.get_by_text(f"{len(WRONG)} of {len(EXERCISES)} exercises done.")).to_be_visible()


def run_solved(lab: Lab, path: Path) -> None:
    """Run a notebook with its exercises solved."""
    solved = solve(read(path))
    copy = lab.server.files / path.parent.name / path.name
    nbformat.write(solved, copy)
    lab.reopen(copy)
    lab.run_all()
    assert complaints(lab) == []
