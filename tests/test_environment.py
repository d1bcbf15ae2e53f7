"""The list of dependencies stands in three files for three tools; these tests hold them to each other."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-test.lock"]
SMALLER = ["requirements-terminal.lock", "requirements-check.lock"]
PINS = re.compile(r"^(?P<pin>[A-Za-z0-9._-]+==\S+)(?: ; (?P<marker>[^\\]+?))? \\$", re.MULTILINE)
CONDA_NAMES = {"python-duckdb": "duckdb"}  # what conda-forge calls otherwise
EVERY_LOCK = ["requirements-installer.lock", "requirements-windows.lock", *SMALLER, *LOCKS]
LISTS = ["pyproject.toml", "environment.yml", *EVERY_LOCK]


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


def hashes(lock: str) -> dict[str, set[str]]:
    """The hashes of every version in the lock, by its pin."""
    blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip())
    return {block.split()[0]: set(re.findall(r"--hash=sha256:[0-9a-f]{64}", block)) for block in blocks}


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


@pytest.mark.parametrize(("small", "large"), list(pairwise([*SMALLER, *LOCKS])))
def test_a_lock_extends_the_smaller_one(small: str, large: str) -> None:
    assert len(hashes(small)) < len(hashes(large))
    assert hashes(small) == {pin: hashes(large).get(pin) for pin in hashes(small)}


@pytest.mark.parametrize("lock", SMALLER)
def test_a_small_lock_has_what_its_group_lists(lock: str) -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    group = groups[lock.removeprefix("requirements-").removesuffix(".lock")]
    names = {canonicalize_name(name) for name in group if isinstance(name, str)}
    assert names <= ranges(project()["dependencies"]).keys()
    assert names <= pins(lock).keys()


@pytest.mark.parametrize("lock", EVERY_LOCK)
def test_every_locked_version_carries_hashes(lock: str) -> None:
    assert len(hashes(lock)) == sum(map(len, pins(lock).values()))
    assert all(hashes(lock).values())


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_an_address(name: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links", (ROOT / name).read_text(encoding="utf-8"))


def test_start_asks_for_the_python_the_project_asks_for() -> None:
    text = (ROOT / "start.py").read_text(encoding="utf-8")
    (version,) = re.findall(r"^if sys\.version_info < \((\d+, \d+)\):", text, re.MULTILINE)
    assert f">={version.replace(', ', '.')}" == project()["requires-python"]
