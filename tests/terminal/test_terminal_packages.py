"""What requirements-terminal.lock lists is all that the terminal commands and the practice Canvas load."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from tests.waiting import LONGEST_WAIT

ROOT = Path(__file__).parents[2]
COURSES = str(ROOT / "data" / "test_course.csv")
# Python runs this first in every process: what the lock does not list cannot be imported.
ONLY = """
import sys
class Only:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {others!r}:
            raise ModuleNotFoundError(f"{{name}} is not in the lock", name=name)
sys.meta_path.insert(0, Only())
"""


def others(lock: str) -> set[str]:
    """The top-level modules of all installed distributions that the lock does not list."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    locked = {_normal(name) for name in pins}
    lesson = "canvas-sis-import-lesson"
    return {
        module
        for module, owners in metadata.packages_distributions().items()
        if not {_normal(owner) for owner in owners} & {*locked, lesson}
    }


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture
def variables(tmp_path: Path) -> Iterator[dict[str, str]]:
    home = tmp_path / "practice"
    yield {**os.environ, "PRACTICE_CANVAS_HOME": str(home), "PRACTICE_CANVAS_PACE": "immediate"}


@pytest.mark.parametrize(
    ("lock", "commands"),
    [
        (
            "requirements-terminal.lock",
            [["import", COURSES], ["status", "1"], ["explain", "1"], ["progress"], ["card", "card.html"]],
        ),
        ("requirements-check.lock", [["check", COURSES], ["rehearse", COURSES]]),
    ],
)
def test_the_commands_run_with_what_their_lock_lists(
    lock: str, commands: list[list[str]], variables: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(ONLY.format(others=others(lock)), encoding="utf-8")
    variables["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(ROOT)])

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "helpers.terminal", *words]
        return subprocess.run(
            line,
            env=variables,
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_WAIT,
            check=False,
        )

    try:
        for words in commands:
            ended = run(*words)
            assert (ended.returncode, ended.stderr) == (0, ""), ended
    finally:
        run("stop")


def test_the_check_can_fail() -> None:
    assert "duckdb" in others("requirements-terminal.lock") - others("requirements-check.lock")
