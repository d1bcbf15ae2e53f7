"""docs/workshop.md and workshop/ stay true: what they name exists, plans add up, settings have known keys."""

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpers.lesson.exercises import EXERCISES
from launcher import main as launcher
from practice_canvas.room import arguments as room
from practice_canvas.scenarios import SCENARIOS
from tests.notebooks.runs import NUMBERED

ROOT = Path(__file__).parents[1]
WORKSHOP = ROOT / "workshop"
TEXT = (ROOT / "docs/workshop.md").read_text(encoding="utf-8")
PLANS = re.findall(r"^### (\d+) minutes:.*?\n(.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL)
EXERCISES_OF = {
    path.stem: [each.id for each in EXERCISES.values() if each.notebook == path.stem] for path in NUMBERED
}
ANY, NUMBER, TEXT_OR_NUMBER = object(), (int, float), (str, int, float)
# What the chart's published schema (values.schema.yaml) allows, of the parts that are used here.
CHART: dict[str, Any] = {
    "hub": {"config": ANY},  # JupyterHub's own configuration
    "singleuser": {
        "image": {"name": str, "tag": str},
        "cmd": list,
        "defaultUrl": str,
        "startTimeout": int,
        "memory": {"limit": TEXT_OR_NUMBER, "guarantee": TEXT_OR_NUMBER},
        "cpu": {"limit": NUMBER, "guarantee": NUMBER},
        "storage": {"type": str, "capacity": str, "homeMountPath": str},
    },
    "cull": {"enabled": bool, "timeout": int, "every": int},
    "prePuller": {"hook": {"enabled": bool}, "continuous": {"enabled": bool}},
    "scheduling": {"userPlaceholder": {"enabled": bool, "replicas": int}},
}


def section(heading: str) -> str:
    """The text below a heading, up to the next one of its level."""
    level = heading.split()[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^{level} |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def test_every_plan_takes_as_long_as_it_says() -> None:
    minutes = {
        int(name): sum(map(int, re.findall(r"^\| (\d+) \|", plan, re.MULTILINE))) for name, plan in PLANS
    }
    assert minutes == {60: 60, 120: 120, 240: 240}


def test_plans_name_exercises_of_the_notebook_in_the_same_row() -> None:
    for row in re.findall(r"^\| \d+ \|.*$", "".join(plan for _, plan in PLANS), re.MULTILINE):
        words = re.findall(r"`(\w+)`", row)
        notebook = next((word for word in words if word in EXERCISES_OF), None)
        known = {*EXERCISES_OF.get(notebook or "", []), notebook, *SCENARIOS}
        assert not set(words) - known, row


def test_sections_that_plans_name_are_in_the_notebooks() -> None:
    headings = "".join(path.read_text(encoding="utf-8") for path in NUMBERED)
    named = re.findall(r"to \*([^*]+)\*", TEXT)
    assert named
    assert not [each for each in named if f"## {each}" not in headings]


@pytest.mark.parametrize("notebook", EXERCISES_OF)
def test_the_notes_of_a_notebook_have_its_exercises_in_order(notebook: str) -> None:
    named = re.findall(r"Exercise `(\w+)`", section(f"### {notebook}"))
    assert named == EXERCISES_OF[notebook]


def test_every_incident_is_described_and_no_other() -> None:
    named = re.findall(r"^\| `(\w+)` \|", section("## Incidents worth firing"), re.MULTILINE)
    assert sorted(named) == sorted(SCENARIOS)


def commands(text: str) -> Iterator[list[str]]:
    """The commands of start.py in a text."""
    for line in re.findall(r"python start\.py ?([^`\n]*)", text):
        yield shlex.split(re.split(r"\s{2,}", line.replace("--seats N", "--seats 30"))[0])


@pytest.mark.parametrize("document", ["docs/workshop.md", "README.md"])
def test_the_commands_for_a_room_are_understood(document: str, tmp_path: Path) -> None:
    given = [each for each in commands((ROOT / document).read_text(encoding="utf-8")) if each[:1] == ["room"]]
    assert given
    for each in given:
        room.parse(each[1:], "room")


def test_the_other_commands_are_those_of_start() -> None:
    known = {*launcher.IN_TERMINAL, *launcher.ON_THE_LESSON, "stop"}
    assert {each[0] for each in commands(TEXT) if each} <= known


def test_files_that_it_names_are_there() -> None:
    named = re.findall(r"`(workshop/\w[\w./]*)`", TEXT)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_chart_knows_every_setting() -> None:
    assert problems(yaml.safe_load((WORKSHOP / "values.yaml").read_text(encoding="utf-8")), CHART) == []


def test_an_unknown_setting_is_noticed() -> None:
    wrong = {"singleuser": {"memory": {"limits": "1G"}, "startTimeout": "300"}}
    assert problems(wrong, CHART) == ["singleuser.memory.limits", "singleuser.startTimeout"]


def problems(given: Any, allowed: Any, path: str = "") -> list[str]:
    """The paths of settings that are unknown or of the wrong type."""
    if allowed is ANY:
        return []
    if not isinstance(allowed, dict):
        return [] if isinstance(given, allowed) and not (allowed is int and given is True) else [path]
    below = [(f"{path}.{name}".strip("."), name, value) for name, value in given.items()]
    unknown = [where for where, name, _ in below if name not in allowed]
    return unknown + [
        each
        for where, name, value in below
        if name in allowed
        for each in problems(value, allowed[name], where)
    ]


def test_the_image_has_what_the_settings_start() -> None:
    settings = yaml.safe_load((WORKSHOP / "values.yaml").read_text(encoding="utf-8"))["singleuser"]
    image = (WORKSHOP / "Dockerfile").read_text(encoding="utf-8")
    program = settings["cmd"][-1]
    assert program in image
    assert (ROOT / Path(program).relative_to("/opt/lesson")).exists()
    assert "COPY . /opt/lesson" in image
    assert settings["storage"]["homeMountPath"] in image
    hub = re.search(r"ARG JUPYTERHUB=(\S+)", image)
    tested = (ROOT / "requirements-test.lock").read_text(encoding="utf-8")
    assert hub and f"\njupyterhub=={hub[1]} " in tested
    assert (ROOT / settings["defaultUrl"].removeprefix("/lab/tree/lesson/")).exists()


def test_a_seat_gets_what_is_missing_and_keeps_what_is_there(tmp_path: Path) -> None:
    give = runpy.run_path(str(WORKSHOP / "start_seat.py"))["give"]
    work = tmp_path / "test_course.csv"
    work.write_text("mine", encoding="utf-8")
    give(ROOT / "data", tmp_path)
    assert work.read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "sample_school/courses.csv").exists()
