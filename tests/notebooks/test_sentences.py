"""Sentences of the notebooks and the README that code can check are true."""

import csv
import inspect
import json
import re
import shutil
from pathlib import Path

import pytest

import helpers
from helpers.client.canvas_client import CanvasClient
from helpers.client.connect import connect
from helpers.client.polling import follow
from practice_canvas import service
from practice_canvas.engine.run import SMALL
from practice_canvas.scenarios import SCENARIOS
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.states import WORKFLOW_STATES
from tests.notebooks.runs import NOTEBOOKS, NUMBERED, ROOT, execute, read, with_tag

TEXT = {
    path.stem: "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    for path in NOTEBOOKS
}
CODE = {
    path.stem: "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "code")
    for path in NOTEBOOKS
}
START, SEND, STATUS, REQUESTS, BATCH, AUTOMATE = (
    next(path.stem for path in NUMBERED if path.stem.startswith(number))
    for number in ("00", "02", "03", "05", "06", "07")
)
PANELS = [name for name in helpers.__all__ if name.endswith("_panel")]
WORDS = {4: "four", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}


@pytest.mark.parametrize("name", TEXT)
def test_no_text_promises_that_canvas_reports_every_fault(name: str) -> None:
    assert not re.search(r"proves? (that|the)\b.*\b(fix|repair)|nothing (is )?left (to fix|that)", TEXT[name])


@pytest.mark.parametrize("name", TEXT)
def test_nobody_is_sent_to_the_canvas_administrator_whom_the_lesson_is_for(name: str) -> None:
    assert "your Canvas administrator" not in TEXT[name]


def test_what_proves_a_repair_is_said_with_its_limit() -> None:
    best = "`imported` without messages, and a check without findings, are the best proof that you can get"
    assert f"{best}: Canvas does not report every fault." in TEXT["my_import_went_wrong"]


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_is_taught(panel: str) -> None:
    assert any(f"canvas.{panel}(" in code for code in CODE.values())


def test_the_notebooks_that_are_said_to_have_a_connect_panel_have_one() -> None:
    assert "Notebooks 02, 03, and 04 each have their own panel" in TEXT[START]
    having = [name for name, code in CODE.items() if "canvas.connect_panel()" in code and name[0].isdigit()]
    assert [name[:2] for name in having] == ["00", "02", "03", "04"]


def test_each_token_is_used() -> None:
    used = CODE[START]
    assert "**You should see** four tokens" in TEXT[START]
    names = re.findall(r"`(\w+)` (?:may|belongs|is past|can read)", TEXT[START])
    assert len(names) == 4
    assert [name for name in names[1:] if f'"{name}"' not in used] == []  # connect() takes the first


def test_the_first_import_is_made_within_the_first_five_code_cells() -> None:
    first = [cell.source for cell in read(NUMBERED[0]).cells if cell.cell_type == "code"][:5]
    steps = [
        "connect_panel()",
        "import_panel(panel",
        "client.create_sis_import(",
        "status_panel(panel, first.id)",
    ]
    places = [next(index for index, cell in enumerate(first) if step in cell) for step in steps]
    assert places == sorted(places)


def test_the_guides_sections_have_notebooks_of_the_same_name() -> None:
    titles = [read(path).cells[0].source.splitlines()[0] for path in NUMBERED[1:4]]
    assert titles == ["# Install cURL", "# Import a test file", "# Check import status"]
    assert [f"# {read(path).metadata.lesson.mirrors}" for path in NUMBERED[1:4]] == titles


def test_messages_come_before_the_larger_import() -> None:
    headings = re.findall(r"^## (.*)$", TEXT[STATUS], re.MULTILINE)
    assert headings.index("Messages mean that there is work to do") < headings.index(
        "A larger import gives you something to watch"
    )


def test_counts_of_the_code_are_those_of_the_text() -> None:
    assert f"Canvas has {WORDS[len(WORKFLOW_STATES)]}" in TEXT[STATUS]
    assert f"the {WORDS[len(SCENARIOS)]} scenarios" in re.sub(r"\[(\w+)\]\([^)]*\)", r"\1", TEXT[REQUESTS])
    assert "about twenty kinds of files" in TEXT[SEND] and 18 <= len(KINDS) <= 26
    assert f"fewer than {SMALL} rows at once" in TEXT[STATUS]


def test_waits_and_retries_are_those_of_the_client() -> None:
    waits = inspect.signature(follow).parameters
    first, longest = waits["first"].default, waits["longest"].default
    assert f"from {first:.0f} second to {longest:.0f}" in TEXT[STATUS]
    retries = inspect.signature(CanvasClient).parameters["retries"].default
    assert f"up to {WORDS[retries]} times" in TEXT[REQUESTS]


def test_the_script_is_as_long_as_the_text_says() -> None:
    lines = len((ROOT / "data/scripts/nightly_import.py").read_text(encoding="utf-8").splitlines())
    assert "about 120 lines" in TEXT[AUTOMATE] and 110 <= lines <= 130


def test_the_sample_school_is_as_large_as_the_text_says() -> None:
    rows = {}
    for kind in ("accounts", "terms", "courses", "users"):
        with (ROOT / f"data/sample_school/{kind}.csv").open(encoding="utf-8", newline="") as file:
            rows[kind] = len(list(csv.DictReader(file)))
    text = f"ten sub-accounts, two terms, {rows['courses']} courses, and {rows['users']:,} people"
    assert text in TEXT[STATUS] and (rows["accounts"], rows["terms"]) == (10, 2)


def test_the_saved_list_of_imports_is_as_long_as_the_text_says() -> None:
    saved = json.loads((ROOT / "data/past_imports.json").read_text(encoding="utf-8"))
    assert f"four of the {WORDS[len(saved['sis_imports'])]} overrun" in TEXT[BATCH]


def test_the_notebooks_for_the_practice_canvas_only_send_nothing_elsewhere() -> None:
    own = re.compile(r"(create_sis_import|resend|restore|abort)\S*\(.*panel\.client|import_panel\(panel")
    for name, code in CODE.items():
        if name[:2] in ("04", "05", "06", "07"):
            assert not own.search(code)
            assert "client = panel.client" not in code
            assert re.search(r"^client = canvas\.connect\(practice\)$", code, re.MULTILINE)


def test_before_you_send_again_you_read_where_it_goes() -> None:
    notebook = read(next(path for path in NOTEBOOKS if path.stem == "my_import_went_wrong"))
    (text,) = [cell.source for cell in notebook.cells if cell.source.startswith("## You send it again")]
    assert "practice Canvas" in text and "your Canvas gets nothing" in text


def test_my_import_went_wrong_is_panels_only() -> None:
    notebook = read(next(path for path in NOTEBOOKS if path.stem == "my_import_went_wrong"))
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"][1:]
    assert 6 <= len(cells) <= 8 and all("_panel(" in cell for cell in cells)
    assert not with_tag(notebook, "exercise")
    top = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:15]
    assert any("my_import_went_wrong" in line for line in top)


def test_the_guides_are_linked_by_title_with_a_date() -> None:
    links = re.findall(r"\[([^\]]+)\]\((https://community\.canvaslms\.com/[^)]+)\)", TEXT[START])
    assert [address.rsplit("/", 1)[1] for _, address in links] == ["98", "255"]
    assert all(title.startswith("How do I ") for title, _ in links)
    assert re.search(r"addresses as of \w+ 20\d\d", TEXT[START])


def test_run_all_on_your_own_site_leaves_the_sample_school_on_the_practice_canvas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The panel is connected to another Canvas, as on the own site: only the small files arrive there."""
    own = service.find_or_start(tmp_path / "own", pace="immediate")
    try:
        notebook = read(next(path for path in NUMBERED if path.stem == STATUS))
        cell = next(cell for cell in notebook.cells if cell.id == "connect-client")
        cell.source = f"client = canvas.connect({own.url!r}, {own.token!r})\npanel = client"
        (tmp_path / "home").mkdir()
        execute(notebook, tmp_path / "home")
        client = connect(own.url, own.token)
        kinds = [kind for each in client.list_sis_imports() for kind in each.supplied_batches]
        assert kinds and set(kinds) == {"course"}
    finally:
        service.stop(own.home)
        shutil.rmtree(tmp_path / "own", ignore_errors=True)
