"""The lesson and the wheel practice-canvas: two distributions from one repository, held together."""

import json
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.waiting import LONGEST_WAIT

ROOT = Path(__file__).parents[1]


def project(folder: Path) -> dict[str, Any]:
    """The [project] table of a folder's pyproject.toml."""
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def test_the_lesson_has_what_the_practice_canvas_needs() -> None:
    lesson, wheel = project(ROOT), project(ROOT / "practice_canvas")
    assert set(wheel["dependencies"]) <= set(lesson["dependencies"])
    assert len(wheel["dependencies"]) == 6
    assert wheel["requires-python"] == lesson["requires-python"]


def test_both_offer_the_same_commands() -> None:
    lesson, wheel = project(ROOT), project(ROOT / "practice_canvas")
    assert wheel["scripts"].items() <= lesson["scripts"].items()


def files_in(folder: Path) -> set[str]:
    """The files below a folder, without what Python leaves there."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the repository with nothing but what the wheel holds."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist")]
    subprocess.run([*build, str(ROOT / "practice_canvas")], check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("practice_canvas-*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_the_whole_package_and_nothing_else(installed: Path) -> None:
    package = ROOT / "practice_canvas"
    source = files_in(package) - {"README.md", "pyproject.toml"}
    assert files_in(installed / "practice_canvas") == source
    assert {path.suffix for path in installed.iterdir()} == {"", ".dist-info"}


def test_the_installed_wheel_loads_the_sample_school(installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "practice_canvas", "--port", "0", "--pace", "immediate", "--json"]
    server = subprocess.Popen(
        [*command, "--home", str(tmp_path / "home")],
        cwd=installed,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    try:
        assert server.stdout
        url = json.loads(server.stdout.readline())["url"]
        request = urllib.request.Request(f"{url}/practice/school", method="PUT")
        with urllib.request.urlopen(request, timeout=LONGEST_WAIT) as answer:
            loaded = json.load(answer)
        assert loaded["workflow_state"] == "imported"
        assert loaded["data"]["counts"]["users"] == 1200
    finally:
        server.terminate()
        server.communicate()
