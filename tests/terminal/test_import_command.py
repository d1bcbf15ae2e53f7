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
from tests.terminal.desk import TOKEN, Canvas, Desk, sis_import

CLEAN = sis_import("imported", 100)


def test_a_clean_import_shows_command_answer_progress_and_counts(desk: Desk, file: Path) -> None:
    desk.looks[:0] = [sis_import("created"), sis_import("importing", 40)]
    assert desk.run("import", file) == 0
    for part in (
        "curl ",
        "$CANVAS_API_TOKEN",
        "import 12, workflow_state created",
        "importing 40 %",
        "courses",
    ):
        assert part in desk.shown
    (curl,) = [line for line in desk.shown.splitlines() if line.startswith("curl ")]
    assert "practice-admin-token" not in curl


def test_the_token_that_the_command_needs_is_shown_where_it_is_public(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_command, "SHELLS", {})
    assert desk.run("import", file) == 0
    set_it, curl = desk.shown.split("The same with cURL\n")[1].splitlines()[:2]
    assert set_it == "export CANVAS_API_TOKEN=practice-admin-token" and curl.startswith("curl ")


def test_no_token_is_shown_where_it_is_one_person_s(
    desk: Desk, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Practice("http://127.0.0.1:8765", TOKEN, {}, 1, tmp_path, own_tokens=True)
    monkeypatch.setattr(connecting, "start_practice", lambda: own)
    monkeypatch.setattr(service, "find", lambda home: own)
    assert desk.run("import", file) == 0
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    assert desk.run("import", file, "--domain", "school.test.instructure.com") == 0
    assert "export" not in desk.shown


def test_a_large_file_is_shown_and_sent_in_three_requests(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_plans, "MOST_IN_ONE_REQUEST", 10)
    assert desk.run("import", file) == 0
    assert "# Three requests" in desk.shown and "UPLOAD_URL" in desk.shown
    assert desk.canvas and desk.canvas.sent[0].announced


def test_an_import_with_messages_shows_them_with_what_to_do_and_ends_with_1(desk: Desk, file: Path) -> None:
    desk.looks[:] = [sis_import("imported_with_messages", 100)]
    assert desk.run("import", file) == 1
    assert "courses.csv, row 3: Status [b]odd[/b] unknown for course C1" in desk.shown
    assert "Why: " in desk.shown
    assert "Fix: " in desk.shown


def test_a_clean_import_takes_at_most_40_lines(desk: Desk, file: Path) -> None:
    raw = {**CLEAN.raw, "data": {"counts": {f"kind{n}": 0 for n in range(30)} | {"courses": 1}}}
    desk.looks[:] = [SisImport.from_json(raw)]
    assert desk.run("import", file) == 0
    assert len(desk.shown.splitlines()) <= 40 and "kind7" not in desk.shown
    for part in ('"id": 12', '"workflow_state": "imported"', "courses", "Done: every row was applied."):
        assert part in desk.shown


def test_a_clean_import_points_to_the_check_which_finds_more(desk: Desk, file: Path) -> None:
    assert desk.run("import", file) == 0
    assert desk.shown.rstrip().endswith("python start.py check FILE may find more.")


def test_the_csv_files_of_a_folder_are_sent_as_one_zip(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
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
    assert desk.run("import", folder) == 0
    assert sent == [f"{folder.name}.zip", "sections.csv", "test_course.csv"]
    assert f"Taken from {folder}: sections.csv, test_course.csv\n" in desk.shown
    assert "without subfolders: notes.txt\n" in desk.shown
    assert f"attachment=@{folder.name}.zip" in desk.shown and f"{folder.name}.zip " in desk.shown


def test_a_zip_that_cannot_be_deleted_at_the_end_is_no_failure(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete(name: str, ignore_errors: bool = False, **_: object) -> None:
        if not ignore_errors:
            raise PermissionError(errno.EACCES, "it is in use", name)

    monkeypatch.setattr(TemporaryDirectory, "_rmtree", staticmethod(delete))
    assert desk.run("import", file) == 0


@pytest.mark.parametrize("system", ["nt", "posix"])
def test_just_the_files_of_a_folder_that_are_sent_are_packed_for_a_command_of_your_own(
    system: str, desk: Desk, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "it's [new]"
    folder.mkdir()
    file.rename(folder / file.name)
    for name in ("USERS.CSV", "._users.csv"):
        (folder / name).write_text("user_id,login_id,full_name,status\n", encoding="utf-8")
    monkeypatch.setattr(import_command, "PACK", {os.name: import_command.PACK[system]})
    assert desk.run("import", folder) == 0
    [pack] = [line for line in desk.shown.splitlines() if line.startswith(("zip ", "Compress-Archive "))]
    assert file.name in pack and "USERS.CSV" in pack and "._" not in pack and "*" not in pack
    assert ("it''s [new]" in pack) is (system == "nt") is ("in PowerShell:" in desk.shown)


def test_the_files_at_the_root_of_a_drive_are_sent_too(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file.parent / "users.csv").write_text("user_id,login_id,full_name,status\n", encoding="utf-8")
    monkeypatch.setattr(Path, "resolve", lambda path: Path(path.anchor))
    assert desk.run("import", file.parent) == 0 and desk.canvas
    assert desk.canvas.sent[0].file and desk.canvas.sent[0].file.name == "files.zip"


def test_the_rows_of_a_folder_are_found_for_its_messages(desk: Desk, file: Path) -> None:
    desk.looks[:] = [sis_import("imported_with_messages", 100)]
    (file.parent / "courses.csv").write_text(
        "course_id,short_name,long_name,status\nC0,C,C,active\nC1,C,C,odd\n", encoding="utf-8"
    )
    assert desk.run("import", file.parent) == 1
    assert "C1" in desk.shown.split("courses.csv, row 3")[1]


def test_a_folder_with_one_file_sends_that_file(desk: Desk, file: Path) -> None:
    assert desk.run("import", file.parent) == 0 and desk.canvas
    assert desk.canvas.sent[0].file == file


@pytest.mark.parametrize("bad", ["empty.csv", ""])
def test_a_folder_with_nothing_to_send_or_a_bad_file_is_refused(
    bad: str, desk: Desk, file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    if bad:
        (folder / bad).touch()
        file.rename(folder / file.name)
    assert desk.run("import", folder) == 2
    assert (bad or "No CSV files") in desk.err.getvalue() and desk.canvas is None


def test_json_shows_the_whole_answer(desk: Desk, file: Path) -> None:
    assert desk.run("import", file, "--json") == 0
    assert '"counts"' in desk.shown


@pytest.mark.parametrize("system", ["nt", "posix"])
def test_the_command_is_one_for_the_shells_of_this_system(
    system: str, desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        import_command, "SHELLS", {os.name: import_command.SHELLS["nt"]} if system == "nt" else {}
    )
    assert desk.run("import", file) == 0
    assert ("%CANVAS_API_TOKEN%" in desk.shown) is ("$env:CANVAS_API_TOKEN" in desk.shown) is (system == "nt")
    assert ('Bearer $CANVAS_API_TOKEN"' in desk.shown) is (system == "posix")


def test_the_plan_that_is_shown_is_checked_once_and_sent(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
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
    assert desk.run("import", file) == 0 and desk.canvas
    assert checked == [file] and [plan is desk.canvas.sent[0] for plan in shown] == [True]


def test_the_files_of_a_folder_and_their_zip_are_checked_once_each(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    for module in (arguments, packing, request_plans):
        monkeypatch.setattr(module, "check_file", lambda path: checked.append(path.name))
    (file.parent / "sections.csv").write_text("section_id,name\n", encoding="utf-8")
    assert desk.run("import", file.parent) == 0
    assert checked == ["sections.csv", file.name, f"{file.parent.name}.zip"]


def test_options_reach_canvas(desk: Desk, file: Path) -> None:
    assert desk.run("import", file, "--option", "skip_deletes=true", "--option", "change_threshold=10") == 0
    assert desk.canvas
    assert desk.canvas.sent == [create_sis_import(file, skip_deletes=True, change_threshold=10)]


def test_an_import_that_was_sent_never_ends_with_2(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> Report:
        raise NoRoute("No answer.", "Try again.")

    desk.looks = [sis_import("imported_with_messages", 100)]
    monkeypatch.setattr(import_command, "explain_import", unreachable)
    assert desk.run("import", file) == 1
    desk.accepts = NoRoute("The connection ended.", "Look.")
    desk.accepts.may_have_worked = True
    assert desk.run("import", file) == 1
    desk.accepts = NoRoute("No answer.", "Try again.")
    assert desk.run("import", file) == 2, "nothing was sent"


def test_notes_name_commands(desk: Desk, file: Path) -> None:
    note = "The last import, 11, left messages: read list_sis_import_errors(11)."
    desk.accepts = replace(sis_import("created"), notes=(note,))
    assert desk.run("import", file) == 0
    assert "left messages: python start.py status 11 shows them." in desk.shown


@pytest.mark.parametrize("option", ["skip_delets=true", "file=x.csv", "progress=1", "skip_deletes=perhaps"])
def test_an_option_canvas_does_not_have_is_bad_use(option: str, desk: Desk, file: Path) -> None:
    assert desk.run("import", file, "--option", option) == 2
    assert desk.canvas is None


def test_a_missing_file_is_bad_use_and_nothing_starts(desk: Desk, tmp_path: Path) -> None:
    assert desk.run("import", tmp_path / "missing.csv") == 2
    assert "missing.csv" in desk.err.getvalue()
    assert desk.canvas is None


def test_stopping_to_watch_says_that_the_import_goes_on(desk: Desk, file: Path) -> None:
    desk.looks[:] = [sis_import("importing", 10), KeyboardInterrupt()]
    assert desk.run("import", file) == 1
    assert "Stopped watching import 12. Canvas is still processing it." in desk.shown
    assert "python start.py status 12\n" in desk.shown


@pytest.mark.parametrize("step", ["remember_import", "run_briskly"])
def test_stopping_just_after_the_file_was_sent_says_so_too(
    desk: Desk, file: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_command, step, stop)
    assert desk.run("import", file) == 1
    assert "Stopped watching import 12. Canvas is still processing it." in desk.shown
    assert "python start.py status 12\n" in desk.shown


def test_a_watch_that_breaks_off_says_how_to_look_again(desk: Desk, file: Path) -> None:
    desk.looks[:] = [sis_import("importing", 10), sis_import("exploded")]
    assert desk.run("import", file) == 1
    assert "python start.py status 12\n" in desk.shown
    assert "unknown workflow_state: 'exploded'" in desk.err.getvalue()


def test_a_terminal_gets_a_moving_line_instead_of_new_ones(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(
        output, "console", Console(file=screen, force_terminal=True, width=80, highlight=False)
    )
    desk.looks[:0] = [sis_import("importing", 40)]
    assert desk.run("import", file) == 0
    assert "100%" in screen.getvalue()
    assert " s  imported 100 %" not in screen.getvalue()


def test_stopping_while_the_file_is_sent_says_that_canvas_may_have_it(desk: Desk, file: Path) -> None:
    desk.accepts = KeyboardInterrupt()
    assert desk.run("import", file) == 1
    told = desk.err.getvalue()
    assert "Canvas may have received the import." in told and "python start.py status in the terminal" in told


def test_the_id_of_an_import_with_an_odd_answer_is_kept_and_reported(desk: Desk, file: Path) -> None:
    desk.accepts = NotAccepted("Odd.", "Canvas has it as SIS import 12: do not send it again.")
    desk.accepts.import_id = 12
    assert desk.run("import", file) == 1
    assert "SIS import 12" in desk.err.getvalue() and desk.remembered == [12]
