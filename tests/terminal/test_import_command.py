"""Importing a file in the terminal: confirmed, rehearsed, sent, watched, and how it ended."""

import errno
import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import pytest
from rich.console import Console

from helpers import rehearsal
from helpers.client import request_plans
from helpers.client.connection import Connection
from helpers.client.guards import GUARDS
from helpers.client.models import SisImport
from helpers.client.request_plans import RequestPlan, create_sis_import
from helpers.errors import HeldBack, NoRoute, NotAccepted
from helpers.messages.report import Report
from helpers.rehearsal import Rehearsal
from helpers.rehearsal.bundle import fingerprint
from helpers.terminal import connecting, import_command, output, prompts
from helpers.terminal.wording import fix_in_terminal
from practice_canvas import service
from practice_canvas.service import Practice
from tests.rehearsal.made import made
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


def test_yes_without_a_rehearsal_is_refused(desk: Desk, file: Path) -> None:
    assert desk.run("import", file, "--yes") == 2
    assert "there is no --rehearse" in desk.err.getvalue() and desk.canvas is None


def test_the_plan_that_is_shown_is_checked_once_and_sent(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Path] = []
    shown: list[RequestPlan] = []

    def write(plan: RequestPlan, connection: Connection) -> str:
        shown.append(plan)
        return "curl"

    monkeypatch.setattr(request_plans, "check_file", checked.append)
    monkeypatch.setattr(import_command, "COMMANDS", {"cURL": write})
    monkeypatch.setattr(import_command, "SHELLS", {})
    assert desk.run("import", file) == 0 and desk.canvas
    assert checked == [file] and [plan is desk.canvas.sent[0] for plan in shown] == [True]


def test_options_reach_canvas(desk: Desk, file: Path) -> None:
    assert desk.run("import", file, "--option", "skip_deletes=true", "--option", "change_threshold=10") == 0
    assert desk.canvas
    assert desk.canvas.sent == [create_sis_import(file, skip_deletes=True, change_threshold=10)]


def test_guards_are_waived_by_name(desk: Desk, file: Path) -> None:
    assert desk.run("import", file, "--waive", "last_import", "--waive", "rehearsal") == 0
    assert desk.canvas and desk.canvas.waived == ["last_import", "rehearsal"]
    with pytest.raises(SystemExit):
        desk.run("import", file, "--waive", "confirmation")


BATCH = ("--option", "batch_mode=true", "--option", "batch_mode_term_id=1")
REHEARSED_BATCH = ("--rehearse", *BATCH)


@pytest.fixture
def rehearsed(file: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Rehearsal]:
    """Have the batch import of the file to the practice Canvas rehearsed as the test wants."""

    def rehearse(state: str = "imported", **more: Any) -> Rehearsal:
        params = create_sis_import(file, batch_mode="true", batch_mode_term_id="1").params
        fits = {"params": params, "domain": "127.0.0.1:8765", "digests": fingerprint([file])}
        found = made(state, **{**fits, **more})
        monkeypatch.setattr(rehearsal, "rehearse_plan", lambda *_, **__: found)
        return found

    return rehearse


@pytest.mark.parametrize(("typed", "status"), [("yes", 0), ("YES", 0), ("no", 2), ("", 2), (None, 2)])
def test_a_rehearsal_is_shown_and_handed_over_after_a_yes(
    typed: str | None, status: int, desk: Desk, file: Path, rehearsed: Callable[..., Rehearsal]
) -> None:
    found, desk.typed = rehearsed(), typed
    assert desk.run("import", file, *REHEARSED_BATCH) == status
    assert "26 deleted (58 %)" in desk.shown and desk.canvas
    assert len(desk.canvas.sent) == (1 if status == 0 else 0)
    assert desk.canvas.rehearsed is (found if status == 0 else None)
    assert ("--yes" in desk.err.getvalue()) is (status == 2)


@pytest.mark.parametrize(
    ("typed", "status", "questions"),
    [(["y", "yes"], 0, 2), (["Y", "y"], 2, 2), (["y", None], 2, 2), (["n"], 2, 1), ([""], 2, 1)],
)
def test_a_y_is_asked_once_more_for_the_whole_word(
    typed: list[str | None],
    status: int,
    questions: int,
    desk: Desk,
    file: Path,
    rehearsed: Callable[..., Rehearsal],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rehearsed()
    asked: list[str] = []

    def ask(question: str, about: str = "") -> str | None:
        asked.append(question)
        return typed[len(asked) - 1]

    monkeypatch.setattr(prompts, "ask", ask)
    assert desk.run("import", file, *REHEARSED_BATCH) == status
    assert len(asked) == questions and "whole word" not in asked[0]
    assert questions == 1 or "whole word" in asked[1]
    assert desk.canvas and len(desk.canvas.sent) == (status == 0)


def test_yes_hands_a_rehearsal_over_without_asking(
    desk: Desk, file: Path, rehearsed: Callable[..., Rehearsal]
) -> None:
    found, desk.typed = rehearsed("imported_with_messages"), "no"
    assert desk.run("import", file, *REHEARSED_BATCH, "--yes") == 0
    assert desk.canvas and desk.canvas.rehearsed is found


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"state": "failed_with_messages"}, "did not succeed"),
        ({"beyond": made()}, "a threshold stops it from removing"),
        ({"gaps": ("3 messages came up.",)}, "may have missed something. 3 messages came up."),
        ({"domain": None}, "on an empty Canvas"),
        ({"digests": frozenset()}, "has changed since"),
    ],
)
@pytest.mark.parametrize("words", [(), ("--yes",), ("--yes", "--waive", "rehearsal")])
def test_a_rehearsal_with_a_doubt_is_enough_for_nobody_but_a_person(
    more: dict[str, Any],
    why: str,
    words: tuple[str, ...],
    desk: Desk,
    file: Path,
    rehearsed: Callable[..., Rehearsal],
) -> None:
    rehearsed(**more)
    assert desk.run("import", file, *REHEARSED_BATCH, *words) == 2
    assert why in desk.err.getvalue() and desk.canvas and desk.canvas.sent == []
    desk.typed = "yes"
    assert desk.run("import", file, *REHEARSED_BATCH) == 0  # the guards have their say in the client


@pytest.mark.parametrize(
    ("guard", "option"),
    [
        ("rehearsal", "Add --rehearse"),
        ("last_import", "--waive last_import"),
        ("confirmation", "--yes-production"),
    ],
)
def test_what_holds_an_import_back_is_answered_with_the_terminal_s_options(
    guard: str, option: str, desk: Desk, file: Path
) -> None:
    desk.accepts = HeldBack("Held back.", "Python: rehearsed=…, waive='last_import', confirm=…", guard=guard)
    assert desk.run("import", file) == 2
    assert option in desk.err.getvalue() and "=" not in desk.err.getvalue()


def test_no_command_is_shown_of_an_import_that_is_held_back(desk: Desk, file: Path) -> None:
    desk.accepts = HeldBack("Held back.", "", guard="rehearsal")
    assert desk.run("import", file, *BATCH) == 2
    assert "curl" not in desk.shown


def test_a_full_batch_without_its_term_is_refused_before_anything_starts(desk: Desk, file: Path) -> None:
    for words in (("import", file), ("import", file, "--rehearse"), ("rehearse", file)):
        assert desk.run(*words, "--option", "batch_mode=true") == 2
    said = desk.err.getvalue()
    assert said.count("--option batch_mode_term_id=sis_term_id:… with the term_id") == 3
    assert desk.canvas is None


def test_commands_in_a_fix_or_a_note_go_to_the_same_canvas(desk: Desk, file: Path) -> None:
    desk.typed = TOKEN
    to_school = ("--domain", "school.test.instructure.com")
    desk.accepts = HeldBack("Held back.", "", guard="last_import")
    assert desk.run("import", file, *to_school) == 2
    assert f"python start.py status {' '.join(to_school)}." in desk.err.getvalue()
    note = "The last import, 11, left messages: read list_sis_import_errors(11)."
    desk.accepts = replace(sis_import("created"), notes=(note,))
    assert desk.run("import", file, *to_school) == 0
    assert f"python start.py status 11 {' '.join(to_school)} shows them." in " ".join(desk.shown.split())


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


def test_every_guard_has_its_fix_for_the_terminal() -> None:
    for guard in GUARDS:
        assert "--" in fix_in_terminal(HeldBack("Held back.", "", guard=guard))


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


@pytest.mark.parametrize(
    ("typed", "status"), [("School.instructure.com", 0), ("", 2), ("other.instructure.com", 2)]
)
def test_a_production_import_wants_its_domain_typed(
    typed: str, status: int, desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    desk.typed = typed
    assert desk.run("import", file, "--domain", "school.instructure.com") == status
    assert desk.canvas
    assert len(desk.canvas.sent) == (1 if status == 0 else 0)
    assert desk.canvas.confirmed == ("school.instructure.com" if status == 0 else "")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 2),
        (["--yes-production", "other.instructure.com"], 2),
        (["--yes-production", "school.instructure.com"], 0),
    ],
)
def test_without_a_keyboard_production_needs_the_domain_as_argument(
    words: list[str], status: int, desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    assert desk.run("import", file, "--domain", "school.instructure.com", *words) == status


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


def test_leaving_a_question_with_ctrl_c_sends_nothing(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(question: str, about: str = "") -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    monkeypatch.setattr(prompts, "ask", leave)
    assert desk.run("import", file, "--domain", "school.instructure.com") == 1
    assert desk.canvas and desk.canvas.sent == [] and "Stopped." in desk.shown
    before = desk.shown
    assert desk.run("import", file, "--domain", "school.instructure.com", "--json") == 1
    assert desk.shown == before and "Stopped." in desk.err.getvalue(), "there is JSON or nothing"


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
