"""The script of notebook 07 against the practice Canvas: good nights, bad nights, what it leaves behind."""

import importlib.util
import logging
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from types import ModuleType
from zipfile import ZipFile

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.guards import AHEAD, BAD_ENDS
from helpers.errors import CanvasError, FileNotUsable, HeldBack
from tests.notebooks.runs import NOTEBOOKS, read, with_tag
from tests.practice_server import Server

SCRIPTS = Path(__file__).parents[1] / "data" / "scripts"
SCRIPT = SCRIPTS / "nightly_import.py"
POWERSHELL = (SCRIPTS / "nightly_import.ps1").read_text(encoding="utf-8")
COURSES = "course_id,short_name,long_name,status\n"
GOOD = f"{COURSES}N1,N 1,Night school,active\n"
ONE_BAD_ROW = f"{GOOD}N2,N 2,Nobody's course,running\n"
NO_HEADER = "N1,N 1,Night school,active\n"
NOISE = '[[noise]]\nkind = "course-status"\npattern = "N2"\nreason = "N2 leaves the feed in June."\n'


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("nightly_import", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Night:
    """An outbox, an archive, and the script between them."""

    def __init__(self, script: ModuleType, canvas: Server, folder: Path) -> None:
        self.script, self.canvas = script, canvas
        self.client = CanvasClient(Connection(canvas.url, canvas.token))
        self.outbox, self.archive = folder / "outbox", folder / "archive"
        self.outbox.mkdir()

    def write(self, text: str, name: str = "courses.csv") -> None:
        (self.outbox / name).write_text(text, encoding="utf-8")

    def run(self) -> int:
        status: int = self.script.nightly_import(self.client, self.outbox, self.archive)
        return status

    def imports(self) -> list[str]:
        """The states of all imports, oldest first."""
        return [each.workflow_state for each in self.client.list_sis_imports()][::-1]

    def kept(self, name: str) -> list[Path]:
        return sorted(self.archive.rglob(name))


@pytest.fixture
def night(script: ModuleType, canvas: Server, tmp_path: Path) -> Night:
    return Night(script, canvas, tmp_path)


def test_a_good_night_ends_with_0_and_moves_the_files_into_the_archive(night: Night) -> None:
    night.write(GOOD)
    night.write("section_id,course_id,name,status\nS1,N1,One,active\n", "sections.csv")
    assert night.run() == 0
    assert night.client.get("courses/sis_course_id:N1")["name"] == "Night school"
    assert list(night.outbox.iterdir()) == []
    assert ZipFile(night.kept("sis_import.zip")[0]).namelist() == ["courses.csv", "sections.csv"]
    assert night.kept("sis_import.json") and night.kept("report.html")


def test_skipped_rows_end_with_1_and_their_messages_are_kept(
    night: Night, caplog: pytest.LogCaptureFixture
) -> None:
    night.write(ONE_BAD_ROW)
    assert night.run() == 1
    assert "N2" in night.kept("messages.csv")[0].read_text(encoding="utf-8")
    warned = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warned) == 1 and "imported_with_messages" in warned[0]


def test_messages_that_the_site_expects_wake_nobody(night: Night) -> None:
    night.archive.mkdir()
    (night.archive / "noise.toml").write_text(NOISE, encoding="utf-8")
    night.write(ONE_BAD_ROW)
    assert night.run() == 0


def test_an_empty_outbox_is_a_fault(night: Night) -> None:
    with pytest.raises(CanvasError, match=r"contains no CSV file. — Find out why"):
        night.run()
    assert night.imports() == [] and not night.archive.exists()


def test_a_file_that_canvas_would_reject_whole_is_not_sent(night: Night) -> None:
    night.write(NO_HEADER)
    with pytest.raises(CanvasError):
        night.run()
    assert night.imports() == []
    assert [file.name for file in night.outbox.iterdir()] == ["courses.csv"]


def test_after_a_failed_import_nothing_is_sent_and_the_files_stay(night: Night) -> None:
    night.canvas.run_csv(NO_HEADER)
    night.write(GOOD)
    with pytest.raises(HeldBack):
        night.run()
    assert night.imports() == ["failed_with_messages"]
    assert [file.name for file in night.outbox.iterdir()] == ["courses.csv"]


def test_it_waits_for_the_import_that_is_ahead(night: Night, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert night.canvas.send("POST", "/practice/scenarios/stuck_in_created", b"").status == 200
    night.canvas.post_csv(GOOD)
    night.write(GOOD)
    with ThreadPoolExecutor(1) as beside:
        status = beside.submit(night.run)
        while not any("waiting until it has ended" in record.getMessage() for record in caplog.records):
            assert not status.done()
            sleep(0.01)
        assert night.canvas.send("DELETE", "/practice/scenarios", b"").status == 200
        assert status.result() == 0
    first, second = reversed(night.client.list_sis_imports())
    assert first.ended_at and second.created_at and first.ended_at <= second.created_at


def test_the_options_travel_along(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night.script, "OPTIONS", {"skip_deletes": True})
    night.write(GOOD)
    assert night.run() == 0
    assert night.client.list_sis_imports()[0].raw["skip_deletes"] is True


def test_the_token_is_in_nothing_that_is_kept(night: Night) -> None:
    night.write(ONE_BAD_ROW)
    night.run()
    assert night.kept("*.*")
    kept = [file for file in night.kept("*.*") if file.is_file()]
    assert [file for file in kept if night.canvas.token.encode() in file.read_bytes()] == []


def run_program(*arguments: Path | str, **environment: str) -> "subprocess.CompletedProcess[str]":
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CANVAS_")}
    paths = {"PYTHONPATH": str(SCRIPTS.parents[1]), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], env={**ours, **paths, **environment},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_as_a_program_it_is_silent_when_all_is_well(night: Night) -> None:
    night.write(GOOD)
    place = {"CANVAS_DOMAIN": night.canvas.url, "CANVAS_API_TOKEN": night.canvas.token}
    ended = run_program(night.outbox, night.archive, **place)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert "all that Canvas counted" in (night.archive / "nightly_import.log").read_text(encoding="utf-8")


def test_as_a_program_it_ends_with_2_when_the_token_is_wrong(night: Night) -> None:
    night.write(GOOD)
    place = {"CANVAS_DOMAIN": night.canvas.url, "CANVAS_API_TOKEN": "a-token-of-nobody-0000"}
    ended = run_program(night.outbox, night.archive, **place)
    assert ended.returncode == 2
    assert "does not accept the token" in ended.stderr and "Traceback" not in ended.stderr
    assert "a-token-of-nobody" not in ended.stderr + (night.archive / "nightly_import.log").read_text("utf-8")


def test_without_a_domain_it_sends_nothing_anywhere(night: Night) -> None:
    night.write(GOOD)
    ended = run_program(night.outbox, night.archive)
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
    assert night.imports() == []


def test_used_wrongly_it_says_how_and_ends_with_2(tmp_path: Path) -> None:
    ended = run_program(tmp_path)
    assert ended.returncode == 2 and "usage:" in ended.stderr


def test_a_faulty_noise_list_is_reported(night: Night) -> None:
    night.archive.mkdir()
    (night.archive / "noise.toml").write_text("[[noise]]\nkind = 'course-status'\n", encoding="utf-8")
    night.write(GOOD)
    with pytest.raises(FileNotUsable, match=r"noise\.toml"):
        night.run()


def test_the_notebooks_cells_are_the_script() -> None:
    notebook = read(next(path for path in NOTEBOOKS if path.stem == "07_automate"))
    texts = [cell.source for cell in with_tag(notebook, "script")]
    told = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = re.search(r'```python\n(if __name__ == "__main__":.*?)```', told, re.DOTALL)
    assert found
    whole = "\n\n".join([*texts, found[1]])
    assert without_gaps(whole) == without_gaps(SCRIPT.read_text(encoding="utf-8"))


def without_gaps(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def words_of_powershell(name: str) -> tuple[str, ...]:
    """Return the list that a variable of the PowerShell script is set to."""
    found = re.search(rf"^\${name} = ('.*')$", POWERSHELL, re.MULTILINE)
    assert found, name
    return tuple(word.strip("'") for word in found[1].split(", "))


def test_the_powershell_script_knows_the_same_states() -> None:
    assert words_of_powershell("UnderWay") == AHEAD
    assert words_of_powershell("BadEnds") == BAD_ENDS


def test_the_powershell_script_has_the_same_statuses(script: ModuleType) -> None:
    found = re.search(r"^\$Success, \$Act, \$Stopped = (\d), (\d), (\d)$", POWERSHELL, re.MULTILINE)
    assert found
    assert tuple(map(int, found.groups())) == (script.SUCCESS, script.ACT, script.STOPPED)


def test_powershell_is_started_without_questions() -> None:
    told = [POWERSHELL, *(cell.source for path in NOTEBOOKS for cell in read(path).cells)]
    commands = [line for text in told for line in text.splitlines() if "nightly_import.ps1 -Outbox" in line]
    assert len(commands) == 2 and all("-NonInteractive" in line for line in commands)
