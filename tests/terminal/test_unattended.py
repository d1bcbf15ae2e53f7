"""Questions in the terminal: seen by whoever is there, and nothing is sent where nobody is."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from tests.practice_server import Server, serving
from tests.terminal.person_at_terminal import REPOSITORY, Person
from tests.waiting import LONGEST_WAIT
from tests.zips import write_zip

SCHOOL = REPOSITORY / "data" / "small_school"
FULL_BATCH = (
    *("--option", "batch_mode=true"),
    *("--option", "batch_mode_term_id=sis_term_id:2028-spring"),
    *("--option", "change_threshold=100"),
)
PRODUCTION = "school.instructure.com"
TOKEN = "7~SentinelTokenSentinelTokenSentinelToken"

has_terminals = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")


@dataclass
class Lesson:
    """A practice Canvas with Monday's school in it, and the file that would delete half of it."""

    server: Server
    half: Path

    @property
    def environment(self) -> dict[str, str]:
        home = {"PRACTICE_CANVAS_HOME": str(self.server.home), "PYTHONUTF8": "1"}
        return {**os.environ, **home, "CANVAS_API_TOKEN": ""}

    def imports(self) -> int:
        client = CanvasClient(Connection(self.server.url, self.server.token))
        return len(client.list_sis_imports())

    def run(
        self, *words: object, token: str = "", through: Sequence[str] = ()
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command as cron does: with nothing to read and no terminal; `through` is what starts it."""
        return subprocess.run(
            [*through, sys.executable, "-m", "helpers.terminal", *map(str, words)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            start_new_session=True,
            env={**self.environment, "CANVAS_API_TOKEN": token},
            cwd=REPOSITORY,
            encoding="utf-8",
            timeout=LONGEST_WAIT,
            check=False,
        )

    def rehearse(self, *more: str, through: Sequence[str] = ()) -> "subprocess.CompletedProcess[str]":
        return self.run("import", self.half, "--rehearse", *FULL_BATCH, *more, through=through)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("unattended") / "home") as server:
        yield server


@pytest.fixture
def lesson(school: Server, tmp_path: Path) -> Lesson:
    assert school.send("POST", "/practice/reset", b"").status == 200
    lesson = Lesson(school, write_zip(SCHOOL / "half", tmp_path / "half.zip"))
    assert lesson.run("import", write_zip(SCHOOL / "monday", tmp_path / "monday.zip")).returncode == 0
    return lesson


# ---- nobody there


def test_without_a_terminal_a_rehearsal_is_not_followed_by_the_import(lesson: Lesson) -> None:
    result = lesson.rehearse()
    assert result.returncode == 2, result.stdout + result.stderr
    assert "75 %" in result.stdout and "--yes" in result.stderr
    assert "nothing was sent" in result.stderr and "Accepted" not in result.stdout
    assert lesson.imports() == 1


def test_with_yes_the_import_is_sent_after_its_rehearsal(lesson: Lesson) -> None:
    result = lesson.rehearse("--yes")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.index("75 %") < result.stdout.index("Accepted as SIS import 2")
    assert lesson.imports() == 2


@pytest.mark.parametrize("waived", [(), ("--waive", "rehearsal")])
def test_yes_sends_nothing_whose_rehearsal_a_threshold_stopped(
    waived: tuple[str, ...], lesson: Lesson
) -> None:
    result = lesson.rehearse("--option", "change_threshold=10", "--yes", *waived)
    assert result.returncode == 2, result.stdout + result.stderr
    assert "did not succeed" in result.stderr and "Nothing was sent" in result.stderr
    assert lesson.imports() == 1


def test_yes_sends_no_plain_import_whose_rehearsal_failed(lesson: Lesson, tmp_path: Path) -> None:
    headless = tmp_path / "courses.csv"
    headless.write_text("N1,N 1,Night school,active\n", encoding="utf-8")
    result = lesson.run("import", headless, "--rehearse", "--yes")
    assert result.returncode == 2, result.stdout + result.stderr
    assert "failed_with_messages" in result.stderr and lesson.imports() == 1


def test_a_plain_import_needs_nobody(lesson: Lesson) -> None:
    assert lesson.run("import", REPOSITORY / "data" / "test_course.csv").returncode == 0
    assert lesson.imports() == 2


@has_terminals
@pytest.mark.parametrize("closed", ["<&-", "<&- >&-"])
def test_standard_input_may_be_closed(closed: str, lesson: Lesson) -> None:
    result = lesson.rehearse(through=["sh", "-c", f'exec "$@" {closed}', "sh"])
    assert (result.returncode, "--yes" in result.stderr) == (2, True), result.stderr
    assert lesson.imports() == 1


@has_terminals
def test_who_offers_no_way_to_answer_is_not_asked_although_a_terminal_is_near(
    lesson: Lesson, tmp_path: Path
) -> None:
    with Person(lesson.environment, tmp_path / "log.txt") as person:
        person.start("import", lesson.half, "--rehearse", *FULL_BATCH, stdin=subprocess.DEVNULL)
        assert person.exit_status() == 2
        assert "Send it?" not in person.screen + person.log and lesson.imports() == 1


@pytest.mark.parametrize("more", [[], ["--rehearse", "--yes"]])
def test_nobody_confirms_production_and_yes_does_not(more: list[str], lesson: Lesson) -> None:
    words = ["import", "data/test_course.csv", "--domain", PRODUCTION, *more]
    result = lesson.run(*words, token=TOKEN)
    assert (result.returncode, f"--yes-production {PRODUCTION}" in result.stderr) == (2, True)


def test_nobody_types_a_token(lesson: Lesson) -> None:
    result = lesson.run("status", "1", "--domain", "school.test.instructure.com")
    assert (result.returncode, "CANVAS_API_TOKEN" in result.stderr) == (2, True)


# ---- somebody there, and the output in a file


@has_terminals
@pytest.mark.parametrize(
    ("typed", "controlled", "status", "imports"),
    [("yes\n", True, 0, 2), ("no\n", False, 2, 1), ("\x04", True, 2, 1)],
    ids=["yes", "no", "Ctrl+D"],
)
def test_the_question_and_what_it_is_about_are_on_the_terminal(
    typed: str, controlled: bool, status: int, imports: int, lesson: Lesson, tmp_path: Path
) -> None:
    with Person(lesson.environment, tmp_path / "log.txt") as person:
        person.start("import", lesson.half, "--rehearse", *FULL_BATCH, controlled=controlled)
        assert person.sees("Send it? Type yes: "), person.log
        assert "deleted (75 %)" in person.screen and lesson.imports() == 1
        person.types(typed)
        assert person.exit_status() == status, person.log
        assert "Send it?" not in person.log and "deleted (75 %)" in person.log
        assert lesson.imports() == imports


@has_terminals
def test_what_would_be_erased_is_asked_once(lesson: Lesson, tmp_path: Path) -> None:
    with Person(lesson.environment, tmp_path / "log.txt") as person:
        person.start("reset")
        assert person.sees("Erase it? Type yes: "), person.log
        assert person.screen.count("This empties the practice school") == 1
        person.types("no\n")
        assert person.exit_status() == 2 and lesson.imports() == 1


@has_terminals
def test_a_rehearsal_that_the_terminal_shows_is_not_shown_twice(lesson: Lesson) -> None:
    with Person(lesson.environment) as person:
        person.start("import", lesson.half, "--rehearse", *FULL_BATCH)
        assert person.sees("Send it? Type yes: ")
        assert person.screen.count("Rehearsal of half.zip") == 1
        person.types("\x03")
        assert person.exit_status() == 1 and "Stopped." in person.screen
        assert lesson.imports() == 1


@has_terminals
def test_production_is_confirmed_on_the_terminal(lesson: Lesson, tmp_path: Path) -> None:
    environment = {**lesson.environment, "CANVAS_API_TOKEN": TOKEN}
    with Person(environment, tmp_path / "log.txt") as person:
        person.start("import", "data/test_course.csv", "--domain", PRODUCTION)
        assert person.sees("Type its domain to import there: "), person.log
        person.types("other.instructure.com\n")
        assert person.exit_status() == 2
        assert "Type its domain" not in person.log and "is not confirmed" in person.log


@has_terminals
def test_a_token_is_typed_on_the_terminal_and_shown_nowhere(lesson: Lesson, tmp_path: Path) -> None:
    of_somebody_else = {"PRACTICE_CANVAS_HOME": str(tmp_path / "home")}
    with Person({**lesson.environment, **of_somebody_else}, tmp_path / "log.txt") as person:
        person.start("status", 1, "--domain", lesson.server.url)
        assert person.sees("Access token for "), person.log
        person.types(f"{lesson.server.token}\n")
        assert person.exit_status() == 0, person.log
        assert lesson.server.token not in person.screen + person.log
        assert '"workflow_state": "imported"' in person.log
