"""Importing a file in the terminal: confirmed, rehearsed, sent, watched, and how it ended."""

import errno
import io
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import pytest
from rich.console import Console

from helpers.client import packing, request_plans
from helpers.client.connection import Connection
from helpers.client.models import SisImport
from helpers.client.request_plans import RequestPlan, create_sis_import
from helpers.errors import NoRoute, NotAccepted
from helpers.messages.report import Report
from helpers.terminal import arguments, connecting, import_command, output
from practice_canvas import service
from practice_canvas.service import Practice
from tests.terminal.fake_terminal import TOKEN, Canvas, FakeTerminal, sis_import

CLEAN = sis_import("imported", 100)


def test_a_clean_import_shows_command_answer_progress_and_counts(terminal: FakeTerminal, file: Path) -> None:
    terminal.looks[:0] = [sis_import("created"), sis_import("importing", 40)]
    assert terminal.run("import", file) == 0
    for part in (
        "curl ",
        "$CANVAS_API_TOKEN",
        "import 12, workflow_state created",
        "importing 40 %",
        "courses",
    ):
        assert part in terminal.shown
    (curl,) = [line for line in terminal.shown.splitlines() if line.startswith("curl ")]
    assert "practice-admin-token" not in curl


def test_the_token_that_the_command_needs_is_shown_where_it_is_public(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_command, "SHELLS", {})
    assert terminal.run("import", file) == 0
    set_it, curl = terminal.shown.split("The same with cURL\n")[1].splitlines()[:2]
    assert set_it == "export CANVAS_API_TOKEN=practice-admin-token" and curl.startswith("curl ")


@pytest.mark.parametrize(
    ("token", "shown"),
    [("practice-expired-token", "export CANVAS_API_TOKEN=practice-expired-token"), (TOKEN, "")],
)
def test_the_token_shown_is_the_one_that_the_request_has(
    token: str, shown: str, terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_command, "SHELLS", {})
    monkeypatch.setenv("CANVAS_API_TOKEN", token)
    assert terminal.run("import", file, "--domain", "127.0.0.1:8765") == 0
    assert [line for line in terminal.shown.splitlines() if "export" in line] == ([shown] if shown else [])


def test_no_token_is_shown_where_it_is_one_person_s(
    terminal: FakeTerminal, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Practice("http://127.0.0.1:8765", TOKEN, {}, 1, tmp_path, own_tokens=True)
    monkeypatch.setattr(connecting, "start_practice", lambda: own)
    monkeypatch.setattr(service, "find", lambda home: own)
    assert terminal.run("import", file) == 0
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    assert terminal.run("import", file, "--domain", "school.test.instructure.com") == 0
    assert "export" not in terminal.shown


def test_who_else_may_see_the_token_is_said_where_the_token_is_not_public(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert terminal.run("import", file) == 0
    assert "other users of the same computer" not in terminal.shown
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    assert terminal.run("import", file, "--domain", "school.test.instructure.com") == 0
    assert ("other users of the same computer" in terminal.shown) is (os.name != "nt")


def test_a_large_file_is_shown_and_sent_in_three_requests(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_plans, "MOST_IN_ONE_REQUEST", 10)
    assert terminal.run("import", file) == 0
    assert "# Three requests" in terminal.shown and "UPLOAD_URL" in terminal.shown
    assert terminal.canvas and terminal.canvas.sent[0].announced


def test_an_import_with_messages_shows_them_with_what_to_do_and_ends_with_1(
    terminal: FakeTerminal, file: Path
) -> None:
    terminal.looks[:] = [sis_import("imported_with_messages", 100)]
    assert terminal.run("import", file) == 1
    assert "courses.csv, row 3: Status [b]odd[/b] unknown for course C1" in terminal.shown
    assert "Why: " in terminal.shown
    assert "Fix: " in terminal.shown


def test_a_clean_import_takes_at_most_40_lines(terminal: FakeTerminal, file: Path) -> None:
    raw = {**CLEAN.raw, "data": {"counts": {f"kind{n}": 0 for n in range(30)} | {"courses": 1}}}
    terminal.looks[:] = [SisImport.from_json(raw)]
    assert terminal.run("import", file) == 0
    assert len(terminal.shown.splitlines()) <= 40 and "kind7" not in terminal.shown
    assert terminal.shown.split("data.counts")[1].split()[0] == "number", "messages are counted there, too"
    for part in ('"id": 12', '"workflow_state": "imported"', "courses", "Done: Canvas reports no fault."):
        assert part in terminal.shown


def test_a_clean_import_points_to_the_check_which_finds_more(terminal: FakeTerminal, file: Path) -> None:
    assert terminal.run("import", file) == 0
    assert terminal.shown.rstrip().endswith("python start.py check FILE may find more.")


def test_after_messages_it_points_to_the_check_which_finds_more_in_a_row(
    terminal: FakeTerminal, file: Path
) -> None:
    terminal.looks[:] = [sis_import("imported_with_messages", 100)]
    assert terminal.run("status", 12) == 1
    assert "python start.py check" not in terminal.shown, "it may be an import of long ago"
    assert terminal.run("import", file) == 1
    last = terminal.shown.splitlines()[-1]
    assert last.startswith("Canvas does not report every fault.") and last.endswith("start.py check FILE")


def test_the_csv_files_of_a_folder_are_sent_as_one_zip(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = file.parent
    sent: list[str] = []
    (folder / "sections.csv").write_text(
        "section_id,course_id,name,status\nS1,C1,S,active\n", encoding="utf-8"
    )
    (folder / "notes.txt").touch()

    def send(canvas: Canvas, plan: RequestPlan, **given: Any) -> SisImport:
        assert plan.file
        with ZipFile(plan.file) as archive:
            sent[:] = [plan.file.name, *archive.namelist()]
        given["before_sending"]()
        return sis_import("created")

    monkeypatch.setattr(Canvas, "send_import", send)
    assert terminal.run("import", folder) == 0
    assert sent == [f"{folder.name}.zip", "sections.csv", "test_course.csv"]
    assert f"Taken from {folder}: sections.csv, test_course.csv\n" in terminal.shown
    assert "without subfolders: notes.txt\n" in terminal.shown
    assert f"attachment=@{folder.name}.zip" in terminal.shown and f"{folder.name}.zip " in terminal.shown


def test_a_zip_that_cannot_be_deleted_at_the_end_is_no_failure(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete(name: str, ignore_errors: bool = False, **_: object) -> None:
        if not ignore_errors:
            raise PermissionError(errno.EACCES, "it is in use", name)

    monkeypatch.setattr(TemporaryDirectory, "_rmtree", staticmethod(delete))
    assert terminal.run("import", file) == 0


@pytest.mark.parametrize("system", ["nt", "posix"])
def test_just_the_files_of_a_folder_that_are_sent_are_packed_for_a_command_of_your_own(
    system: str, terminal: FakeTerminal, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "it's [new]"
    folder.mkdir()
    file.rename(folder / file.name)
    for name in ("USERS.CSV", "._users.csv"):
        (folder / name).write_text("user_id,login_id,full_name,status\n", encoding="utf-8")
    monkeypatch.setattr(import_command, "PACK", {os.name: import_command.PACK[system]})
    assert terminal.run("import", folder) == 0
    [pack] = [line for line in terminal.shown.splitlines() if line.startswith(("zip ", "Compress-Archive "))]
    assert file.name in pack and "USERS.CSV" in pack and "._" not in pack and "*" not in pack
    assert ("it''s [new]" in pack) is (system == "nt") is ("in PowerShell:" in terminal.shown)


def test_the_files_at_the_root_of_a_drive_are_sent_too(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file.parent / "users.csv").write_text("user_id,login_id,full_name,status\n", encoding="utf-8")
    monkeypatch.setattr(Path, "resolve", lambda path: Path(path.anchor))
    assert terminal.run("import", file.parent) == 0 and terminal.canvas
    assert terminal.canvas.sent[0].file and terminal.canvas.sent[0].file.name == "files.zip"


def test_the_rows_of_a_folder_are_found_for_its_messages(terminal: FakeTerminal, file: Path) -> None:
    terminal.looks[:] = [sis_import("imported_with_messages", 100)]
    (file.parent / "courses.csv").write_text(
        "course_id,short_name,long_name,status\nC0,C,C,active\nC1,C,C,odd\n", encoding="utf-8"
    )
    assert terminal.run("import", file.parent) == 1
    assert "C1" in terminal.shown.split("courses.csv, row 3")[1]


def test_a_folder_with_one_file_sends_that_file(terminal: FakeTerminal, file: Path) -> None:
    assert terminal.run("import", file.parent) == 0 and terminal.canvas
    assert terminal.canvas.sent[0].file == file


@pytest.mark.parametrize("bad", ["empty.csv", ""])
def test_a_folder_with_nothing_to_send_or_a_bad_file_is_refused(
    bad: str, terminal: FakeTerminal, file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    if bad:
        (folder / bad).touch()
        file.rename(folder / file.name)
    assert terminal.run("import", folder) == 2
    assert (bad or "No CSV files") in terminal.err.getvalue() and terminal.canvas is None


def test_json_shows_the_whole_answer(terminal: FakeTerminal, file: Path) -> None:
    assert terminal.run("import", file, "--json") == 0
    assert '"counts"' in terminal.shown


@pytest.mark.parametrize("system", ["nt", "posix"])
def test_the_command_is_one_for_the_shells_of_this_system(
    system: str, terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        import_command, "SHELLS", {os.name: import_command.SHELLS["nt"]} if system == "nt" else {}
    )
    assert terminal.run("import", file) == 0
    assert (
        ("%CANVAS_API_TOKEN%" in terminal.shown)
        is ("$env:CANVAS_API_TOKEN" in terminal.shown)
        is (system == "nt")
    )
    assert ('Bearer $CANVAS_API_TOKEN"' in terminal.shown) is (system == "posix")


def test_the_plan_that_is_shown_is_checked_once_and_sent(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Path] = []
    shown: list[RequestPlan] = []

    def write(plan: RequestPlan, connection: Connection) -> str:
        shown.append(plan)
        return "curl"

    for module in (arguments, packing, request_plans):
        monkeypatch.setattr(module, "check_file", checked.append)
    monkeypatch.setattr(import_command, "COMMANDS", {"cURL": write})
    monkeypatch.setattr(import_command, "SHELLS", {})
    assert terminal.run("import", file) == 0 and terminal.canvas
    assert checked == [file] and [plan is terminal.canvas.sent[0] for plan in shown] == [True]


def test_the_files_of_a_folder_and_their_zip_are_checked_once_each(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    for module in (arguments, packing, request_plans):
        monkeypatch.setattr(module, "check_file", lambda path: checked.append(path.name))
    (file.parent / "sections.csv").write_text("section_id,name\n", encoding="utf-8")
    assert terminal.run("import", file.parent) == 0
    assert checked == ["sections.csv", file.name, f"{file.parent.name}.zip"]


def test_options_reach_canvas(terminal: FakeTerminal, file: Path) -> None:
    assert (
        terminal.run("import", file, "--option", "skip_deletes=true", "--option", "change_threshold=10") == 0
    )
    assert terminal.canvas
    assert terminal.canvas.sent == [create_sis_import(file, skip_deletes=True, change_threshold=10)]


def test_an_import_that_was_sent_never_ends_with_2(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> Report:
        raise NoRoute("No answer.", "Try again.")

    terminal.looks = [sis_import("imported_with_messages", 100)]
    monkeypatch.setattr(import_command, "explain_import", unreachable)
    assert terminal.run("import", file) == 1
    terminal.accepts = NoRoute("The connection ended.", "Look.")
    terminal.accepts.may_have_worked = True
    assert terminal.run("import", file) == 1
    terminal.accepts = NoRoute("No answer.", "Try again.")
    assert terminal.run("import", file) == 2, "nothing was sent"


def test_notes_name_commands(terminal: FakeTerminal, file: Path) -> None:
    note = "The last import, 11, left messages: read list_sis_import_errors(11)."
    terminal.accepts = replace(sis_import("created"), notes=(note,))
    assert terminal.run("import", file) == 0
    assert "left messages: python start.py status 11 shows them." in terminal.shown


@pytest.mark.parametrize("option", ["skip_delets=true", "file=x.csv", "progress=1", "skip_deletes=perhaps"])
def test_an_option_canvas_does_not_have_is_bad_use(option: str, terminal: FakeTerminal, file: Path) -> None:
    assert terminal.run("import", file, "--option", option) == 2
    assert terminal.canvas is None


def test_a_missing_file_is_bad_use_and_nothing_starts(terminal: FakeTerminal, tmp_path: Path) -> None:
    assert terminal.run("import", tmp_path / "missing.csv") == 2
    assert "missing.csv" in terminal.err.getvalue()
    assert terminal.canvas is None


def test_stopping_to_watch_says_that_the_import_goes_on(terminal: FakeTerminal, file: Path) -> None:
    terminal.looks[:] = [sis_import("importing", 10), KeyboardInterrupt()]
    assert terminal.run("import", file) == 1
    assert "Stopped watching import 12. Canvas is still processing it." in terminal.shown
    assert "python start.py status 12\n" in terminal.shown


@pytest.mark.parametrize("step", ["remember_import", "run_briskly"])
def test_stopping_just_after_the_file_was_sent_says_so_too(
    terminal: FakeTerminal, file: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_command, step, stop)
    assert terminal.run("import", file) == 1
    assert "Stopped watching import 12. Canvas is still processing it." in terminal.shown
    assert "python start.py status 12\n" in terminal.shown


def test_a_watch_that_breaks_off_says_how_to_look_again(terminal: FakeTerminal, file: Path) -> None:
    terminal.looks[:] = [sis_import("importing", 10), sis_import("exploded")]
    assert terminal.run("import", file) == 1
    assert "python start.py status 12\n" in terminal.shown
    assert "unknown workflow_state: 'exploded'" in terminal.err.getvalue()


def test_a_terminal_gets_a_moving_line_instead_of_new_ones(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(
        output, "console", Console(file=screen, force_terminal=True, width=80, highlight=False)
    )
    terminal.looks[:0] = [sis_import("importing", 40)]
    assert terminal.run("import", file) == 0
    assert "100%" in screen.getvalue()
    assert " s  imported 100 %" not in screen.getvalue()


def test_stopping_while_the_file_is_sent_says_that_canvas_may_have_it(
    terminal: FakeTerminal, file: Path
) -> None:
    terminal.accepts = KeyboardInterrupt()
    assert terminal.run("import", file) == 1
    told = terminal.err.getvalue()
    assert "Canvas may have received the import." in told and "python start.py status in the terminal" in told


def test_the_id_of_an_import_with_an_odd_answer_is_kept_and_reported(
    terminal: FakeTerminal, file: Path
) -> None:
    terminal.accepts = NotAccepted("Odd.", "Canvas has it as SIS import 12: do not send it again.")
    terminal.accepts.import_id = 12
    assert terminal.run("import", file) == 1
    assert "SIS import 12" in terminal.err.getvalue() and terminal.remembered == [12]
