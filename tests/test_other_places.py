"""The files by which Codespaces, Binder and a hub open the lesson name what exists; none of them is run."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from packaging.specifiers import SpecifierSet

from launcher.doctor import PORTS
from practice_canvas import service

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
BUILD = (ROOT / ".binder" / "postBuild").read_text(encoding="utf-8")
LOCKED, LINKED = "install --require-hashes -r requirements.lock", "install --no-deps -e ."


def allows(python: str) -> bool:
    """Whether the lesson runs with a version of Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return python in SpecifierSet(project["requires-python"])


def test_the_development_container_installs_what_is_locked() -> None:
    assert allows(CONTAINER["image"].removeprefix("python:"))
    assert LOCKED in CONTAINER["postCreateCommand"] and LINKED in CONTAINER["postCreateCommand"]


def test_the_development_container_forwards_the_ports_in_use() -> None:
    assert sorted(PORTS.values()) == CONTAINER["forwardPorts"]
    assert {each["label"]: int(port) for port, each in CONTAINER["portsAttributes"].items()} == PORTS
    assert PORTS["practice Canvas"] == service.PORT


def test_the_development_container_opens_a_notebook_that_exists() -> None:
    assert all((ROOT / name).is_file() for name in CONTAINER["customizations"]["codespaces"]["openFiles"])


def test_binder_installs_what_is_locked() -> None:
    version = (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip()
    assert allows(version.removeprefix("python-"))
    commands = BUILD.replace("--no-cache-dir ", "")
    assert LOCKED in commands and LINKED in commands


def test_binder_can_run_its_build_script() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--stage", ".binder/postBuild"], cwd=ROOT, capture_output=True, text=True
    )
    assert BUILD.startswith("#!") and "\r" not in BUILD
    assert listed.returncode or listed.stdout.startswith("100755")  # a copy without git has no modes


def test_the_nbgitpuller_link_opens_a_notebook_that_exists() -> None:
    (link,) = re.findall(r"https://HUB/hub/user-redirect/git-pull\?[^`\s]+", README)
    query = parse_qs(urlsplit(link).query)
    assert query["repo"] == ["REPOSITORY"]
    (opened,) = query["urlpath"]
    assert opened.startswith("lab/tree/FOLDER/")
    assert (ROOT / opened.removeprefix("lab/tree/FOLDER/")).is_file()


def test_the_readme_explains_every_command_of_start() -> None:
    commands = re.findall(
        r"^python start\.py (\w+)", (ROOT / "start.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert commands
    assert not [name for name in commands if f"python start.py {name}" not in README]
