"""The lesson and the wheel practice-canvas: two distributions from one repository, held together."""

import json
import os
import re
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from launcher import environment
from practice_canvas import __version__
from tests.practice_server import DIRECT
from tests.waiting import LONGEST_WAIT, wait_for

ROOT = Path(__file__).parents[1]


def project(folder: Path) -> dict[str, Any]:
    """The [project] table of a folder's pyproject.toml."""
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


LESSON = str(project(ROOT)["version"])


def test_the_lesson_has_what_the_practice_canvas_needs() -> None:
    lesson, wheel = project(ROOT), project(ROOT / "practice_canvas")
    assert set(wheel["dependencies"]) <= set(lesson["dependencies"])
    assert len(wheel["dependencies"]) == 6
    assert wheel["requires-python"] == lesson["requires-python"]


def test_both_offer_the_same_commands() -> None:
    lesson, wheel = project(ROOT), project(ROOT / "practice_canvas")
    assert wheel["scripts"].items() <= lesson["scripts"].items()


def test_both_offer_the_same_pytest_plugin() -> None:
    lesson, wheel = project(ROOT), project(ROOT / "practice_canvas")
    assert wheel["entry-points"].items() <= lesson["entry-points"].items()


@pytest.mark.parametrize(("changes", "version"), [(ROOT / "practice_canvas", __version__), (ROOT, LESSON)])
def test_the_newest_version_is_described(changes: Path, version: str) -> None:
    text = (changes / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)$", text, re.MULTILINE)[0] == version


def test_both_have_the_same_license() -> None:
    first, second = (folder / "LICENSE" for folder in (ROOT, ROOT / "practice_canvas"))
    assert first.read_bytes() == second.read_bytes()


def files_in(folder: Path) -> set[str]:
    """The files below a folder, without what Python leaves there."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if "__pycache__" not in path.parts}


TESTS = """
import urllib.request

def courses(canvas):
    request = urllib.request.Request(canvas.url + "/api/v1/accounts/self/courses")
    request.add_header("Authorization", f"Bearer {canvas.token}")
    with urllib.request.urlopen(request) as answer:
        return len(answer.read())

def test_begins_empty(practice_canvas):
    assert courses(practice_canvas) == 2
    practice_canvas.load_school()
    assert courses(practice_canvas) > 2

def test_begins_empty_again(practice_canvas):
    assert courses(practice_canvas) == 2
"""
WAITS = """
def test_waits(practice_canvas):
    print(practice_canvas.url, flush=True)
    input()
"""


class Environment:
    """A virtual environment outside the repository with nothing but what was installed."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder, self.wheel = folder, wheel
        self.programs = folder / ".venv" / ("Scripts" if os.name == "nt" else "bin")
        self.home = folder / "home"
        own = ("PYTHON", "PYTEST")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        self.variables = {**kept, "PRACTICE_CANVAS_HOME": str(self.home)}

    def start(self, program: str, *arguments: str, **more: Any) -> "subprocess.Popen[str]":
        """Start one of its programs."""
        return subprocess.Popen(
            [self.programs / program, *arguments],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            **more,
        )

    def run(self, program: str, *arguments: str) -> tuple[int, str, str]:
        """Run one of its programs, and return exit status, output and error output."""
        with self.start(program, *arguments, stdin=subprocess.DEVNULL) as process:
            out, err = process.communicate(timeout=LONGEST_WAIT)
            return process.returncode, out, err


def install(python: Path, *what: str) -> None:
    """Install packages with uv, or with pip where uv is missing or knows no index."""
    uv = environment.find_uv()
    if uv is None or subprocess.run([uv, "pip", "install", "-q", "--python", python, *what]).returncode:
        subprocess.run([python, "-m", "ensurepip"], check=True, capture_output=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *what], check=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The wheel, installed with the locked versions of what it needs, and pytest beside it."""
    folder = tmp_path_factory.mktemp("outside")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist")]
    subprocess.run([*build, str(ROOT / "practice_canvas")], check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("practice_canvas-*.whl")
    made = Environment(folder, wheel)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    pins = folder / "constraints.txt"
    locked = (ROOT / environment.TEST).read_text(encoding="utf-8")
    pins.write_text("\n".join(re.findall(r"^(\S.*?) \\$", locked, re.MULTILINE)), encoding="utf-8")
    install(made.programs / "python", "--constraint", str(pins), str(wheel), "pytest", "pytest-xdist")
    return made


@pytest.fixture
def serving(installed: Environment) -> Iterator[str]:
    """The address of a practice Canvas that the installed command serves."""
    server = installed.start("practice-canvas", "--port", "0", "--pace", "immediate", "--json")
    try:
        assert server.stdout
        yield json.loads(server.stdout.readline())["url"]
    finally:
        server.terminate()
        server.communicate()


def test_the_wheel_holds_the_whole_package_and_nothing_else(installed: Environment) -> None:
    package = ROOT / "practice_canvas"
    source = files_in(package) - {"LICENSE", "README.md", "pyproject.toml"}
    with ZipFile(installed.wheel) as archive:
        names = set(archive.namelist())
    metadata = {name for name in names if ".dist-info/" in name}
    assert {name.removeprefix("practice_canvas/") for name in names - metadata} == source
    assert any(name.endswith("licenses/LICENSE") for name in metadata)


def test_the_installed_wheel_loads_the_sample_school(serving: str) -> None:
    request = urllib.request.Request(f"{serving}/practice/school", method="PUT")
    with DIRECT.open(request, timeout=LONGEST_WAIT) as answer:
        loaded = json.load(answer)
    assert loaded["workflow_state"] == "imported"
    assert loaded["data"]["counts"]["users"] == 1200


def test_its_commands_show_empty_and_stop_it(installed: Environment, serving: str) -> None:
    status, out, _ = installed.run("practice-canvas", "status", "--json")
    shown = json.loads(out)
    assert (status, shown["running"], shown["url"], shown["version"]) == (0, True, serving, __version__)
    status, _, err = installed.run("practice-canvas", "reset")
    assert status == 2 and "--yes" in err
    assert installed.run("practice-canvas", "reset", "--yes")[0] == 0
    assert installed.run("practice-canvas", "stop")[0] == 0
    assert installed.run("practice-canvas", "status")[0] == 1


def test_the_plugin_gives_each_test_an_empty_school_in_every_worker(installed: Environment) -> None:
    (installed.folder / "test_empty.py").write_text(TESTS, encoding="utf-8")
    status, out, err = installed.run("pytest", "-n", "2", "--dist", "load", "test_empty.py")
    assert status == 0 and "2 passed" in out, out + err


def test_its_server_ends_with_a_pytest_that_is_killed(installed: Environment) -> None:
    (installed.folder / "test_waits.py").write_text(WAITS, encoding="utf-8")
    pytest_ = installed.start("pytest", "-s", "-q", "test_waits.py", stdin=subprocess.PIPE)
    with pytest_:
        assert pytest_.stdout
        url = wait_for(pytest_.stdout.readline, lambda line: line.startswith("http")).strip()
        assert answers(url)
        pytest_.kill()
    wait_for(lambda: not answers(url))


def answers(url: str) -> bool:
    """Whether a practice Canvas serves there."""
    try:
        DIRECT.open(f"{url}/practice/health", timeout=LONGEST_WAIT).close()
    except OSError:  # it is gone, or goes while it answers
        return False
    return True
