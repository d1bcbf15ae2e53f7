"""The list of dependencies stands in three files for three tools; these tests hold them to each other."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-test.lock"]
PINS = re.compile(r"^(?P<pin>[A-Za-z0-9._-]+==\S+)(?: ; (?P<marker>[^\\]+?))? \\$", re.MULTILINE)
CONDA_NAMES = {"python-duckdb": "duckdb"}  # what conda-forge calls otherwise
LISTS = ["pyproject.toml", "environment.yml", *LOCKS]


def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def ranges(lines: list[str]) -> dict[str, SpecifierSet]:
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}


def conda_list() -> list[Any]:
    listed: list[Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    return listed


def pins(lock: str) -> dict[str, list[str]]:
    """Every version in the lock by name; a package may have several, each for other Pythons."""
    found: dict[str, list[str]] = {}
    for match in PINS.finditer((ROOT / lock).read_text(encoding="utf-8")):
        name, version = match["pin"].split("==")
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def test_conda_gets_the_same_packages_in_the_same_ranges() -> None:
    tools = {"python", "pip"}
    listed = ranges(
        [line for line in conda_list() if isinstance(line, str) and line.split("=")[0] not in tools]
    )
    renamed = {CONDA_NAMES.get(name, name): versions for name, versions in listed.items()}
    assert renamed == ranges(project()["dependencies"])


def test_conda_pins_a_python_that_the_project_allows() -> None:
    (python,) = [line for line in conda_list() if isinstance(line, str) and line.startswith("python=")]
    version = python.removeprefix("python=")
    assert re.fullmatch(r"3\.\d+", version)
    assert version in SpecifierSet(project()["requires-python"])


def test_conda_takes_only_the_lesson_itself_from_pip() -> None:
    assert {"pip": ["-e ."]} in conda_list()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked_inside_its_range(lock: str) -> None:
    wanted = ranges(project()["dependencies"])
    if lock == "requirements-test.lock":
        wanted |= ranges(project()["optional-dependencies"]["test"])
    locked = pins(lock)
    assert wanted
    assert not [f"{n} {v}" for n, spec in wanted.items() for v in locked.get(n, ["missing"]) if v not in spec]


def test_the_test_lock_extends_the_lesson_lock() -> None:
    lesson, test = (pins(lock) for lock in LOCKS)
    assert lesson == {name: test.get(name) for name in lesson}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_carries_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) == sum(map(len, pins(lock).values()))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_an_address(name: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links", (ROOT / name).read_text(encoding="utf-8"))


def test_start_asks_for_the_python_the_project_asks_for() -> None:
    text = (ROOT / "start.py").read_text(encoding="utf-8")
    (version,) = re.findall(r"^if sys\.version_info < \((\d+, \d+)\):", text, re.MULTILINE)
    assert f">={version.replace(', ', '.')}" == project()["requires-python"]
