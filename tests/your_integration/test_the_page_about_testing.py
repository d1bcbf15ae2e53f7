"""docs/testing-your-integration.md quotes tests that run, and its container files name what exists."""

import json
import re
from pathlib import Path

import yaml

from practice_canvas import __version__, credentials, service
from practice_canvas.__main__ import command_line
from practice_canvas.scenarios import SCENARIOS
from practice_canvas.testing import PracticeCanvas

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "testing-your-integration.md").read_text(encoding="utf-8")
CONTAINER = ROOT / "docs" / "container"


def test_the_page_quotes_the_tests_that_run() -> None:
    quoted = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert quoted[0] == (Path(__file__).parent / "test_tonights_import.py").read_text(encoding="utf-8")


def test_it_lists_all_that_the_fixture_offers() -> None:
    listed = re.findall(r"^\| `\.(\w+)", PAGE, re.MULTILINE)
    offered = [name for name in vars(PracticeCanvas) if not name.startswith("_")]
    assert sorted(listed) == sorted(offered)


def test_the_scenarios_it_names_exist() -> None:
    (row,) = re.findall(r"^\| `\.scenario\(name\)` \|(.*)\|$", PAGE, re.MULTILINE)
    assert {*re.findall(r"`(\w+)`", row)} <= {*SCENARIOS}


def instructions() -> dict[str, list[str]]:
    """The instructions of the Dockerfile by name."""
    text = (CONTAINER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, arguments = line.split(maxsplit=1)
            found.setdefault(name, []).append(arguments)
    return found


def test_the_image_is_built_from_files_that_exist() -> None:
    known = {"FROM", "COPY", "RUN", "USER", "ENV", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT"}
    assert set(instructions()) == known
    copied = [line.split()[0] for line in instructions()["COPY"]]
    sent = (CONTAINER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied and all((ROOT / name).exists() and f"!{name}" in sent for name in copied)


def test_the_image_serves_on_the_port_that_it_names() -> None:
    (start,) = instructions()["ENTRYPOINT"]
    program, *arguments = json.loads(start)
    options = command_line(arguments)
    assert program == "practice-canvas" and options.host == "0.0.0.0"  # noqa: S104 (in a container)
    assert instructions()["EXPOSE"] == [str(options.port)] == [str(service.PORT)]


def test_the_workflow_gives_the_service_its_token_and_its_secret() -> None:
    flow = yaml.safe_load((CONTAINER / "github-actions.yml").read_text(encoding="utf-8"))
    job = flow["jobs"]["test"]
    ((name, started),) = job["services"].items()
    given = {credentials.TOKEN_VARIABLE, credentials.SECRET_VARIABLE}
    assert set(started["env"]) == given == set(flow["env"])
    assert started["ports"] == [f"{service.PORT}:{service.PORT}"]
    assert started["image"].endswith(f"practice-canvas:{__version__}")
    assert job["env"]["CANVAS_API_TOKEN"] == flow["env"][credentials.TOKEN_VARIABLE]
    assert f'"{name}"' in instructions()["ENTRYPOINT"][0]
    assert any(service.SECRET_HEADER in step.get("run", "") for step in job["steps"])
