"""The commands in the terminal: their words, the token, one import and many."""

import json
import sys
from pathlib import Path

import pytest

from helpers.client.models import ImportMessage
from helpers.client.shapes import Comparison
from helpers.errors import CanvasError, NoRoute, NoSuchThing, NotAllowed, TokenNotAccepted
from helpers.terminal import __main__ as entry
from helpers.terminal import cli, comparing, import_command, output
from practice_canvas import service
from practice_canvas.service import Practice
from tests.terminal.fake_terminal import TOKEN, Canvas, FakeTerminal, sis_import

DATA = Path(__file__).parents[2] / "data"


def test_json_is_alone_on_standard_output(terminal: FakeTerminal, file: Path) -> None:
    final = sis_import("imported", 100, counts={"courses": 1})
    assert terminal.run("status", 12, "--json") == 0
    assert json.loads(terminal.shown) == final.raw and "Canvas at" in terminal.err.getvalue()
    terminal.out.seek(terminal.out.truncate(0))
    assert terminal.run("import", file, "--json") == 0
    assert json.loads(terminal.shown) == final.raw and '"created"' in terminal.err.getvalue()
    terminal.out.seek(terminal.out.truncate(0))
    assert terminal.run("status", "--json") == 0
    assert final.id in [each["id"] for each in json.loads(terminal.shown)["sis_imports"]]


def test_a_json_file_that_is_not_one_is_refused_as_json(terminal: FakeTerminal, tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text('PRACTICE Canvas at http://127.0.0.1\n{"id": 12}\n', encoding="utf-8")
    assert terminal.run("explain", saved) == 2
    said = terminal.err.getvalue()
    assert "does not contain JSON alone" in said and "has the columns" not in said


def test_a_bad_status_shows_one_cause_for_many_messages(
    terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.looks[:] = [sis_import("imported_with_messages", 100)]
    many = [
        ImportMessage(12, "courses.csv", f"Course C{n} has no long_name.", n, "warning") for n in range(2, 40)
    ]
    monkeypatch.setattr(Canvas, "list_sis_import_errors", lambda self, import_id: many)
    assert terminal.run("status", 12) == 1
    assert "(38 messages)" in terminal.shown
    assert "35 more; python start.py explain 12 --all shows all of them" in terminal.shown
    assert len(terminal.shown.splitlines()) < 40
    assert terminal.run("status", 12, "--all") == 1
    assert all(f"C{n} has no long_name" in terminal.shown for n in range(2, 40))


def test_a_refused_header_points_to_the_check_that_names_the_column(
    terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.looks[:] = [sis_import("failed_with_messages", 100)]
    refused = ImportMessage(12, "courses.csv", "The header of courses.csv matches no kind.", None, "error")
    monkeypatch.setattr(Canvas, "list_sis_import_errors", lambda self, import_id: [refused])
    for command in ("explain", "status"):
        assert terminal.run(command, 12) == 1
    assert terminal.shown.count("Fix: python start.py check FILE names the column that is wrong.") == 2


@pytest.mark.parametrize("command", ["import", "status", "check", "explain", "rehearse"])
def test_the_help_of_each_command_has_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main([command, "--help"])
    shown = capsys.readouterr().out
    assert exit_.value.code == 0 and f"python start.py {command} " in shown and "exit status: 0" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["import"],
        ["status", "twelve"],
        ["import", "f.csv", "--option", "x"],
        ["import", "f.csv", "--tok"],
    ],
)
def test_words_that_make_no_command_are_bad_use(arguments: list[str], terminal: FakeTerminal) -> None:
    with pytest.raises(SystemExit) as exit_:
        terminal.run(*arguments)
    assert exit_.value.code == 2


def test_what_canvas_refuses_is_reported_and_ends_with_1(terminal: FakeTerminal) -> None:
    terminal.looks[:] = [NotAllowed("You may not look at [imports].", "Ask for the permission.", status=403)]
    assert terminal.run("status", 12) == 1
    assert terminal.err.getvalue() == "You may not look at [imports].\nAsk for the permission.\n"


def test_a_canvas_that_nothing_was_sent_to_ends_with_2(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = NoRoute("Nothing listens there any more.", "Start it again.")

    def look(*_: object, **__: object) -> None:
        raise gone  # after it has tried for a minute

    terminal.accepts = NoRoute("Nothing listens there.", "Check the domain.")
    assert terminal.run("import", file) == 2
    terminal.accepts = sis_import("created")
    monkeypatch.setattr(import_command, "follow", look)
    assert terminal.run("import", file) == 1, "the import was sent"
    terminal.looks[:] = [gone]
    assert terminal.run("status", 12) == 2


@pytest.mark.parametrize("command", ["status", "explain"])
def test_an_import_that_is_not_there_is_answered_with_where_to_find_its_id(
    command: str, terminal: FakeTerminal
) -> None:
    terminal.typed = TOKEN
    for domain in ((), ("--domain", "school.test.instructure.com")):
        terminal.looks[:] = [NoSuchThing("There is nothing.", "Check it.", status=404)]
        assert terminal.run(command, 99, *domain) == 1
        last = terminal.err.getvalue().splitlines()[-1]
        assert last.endswith(" ".join(["python start.py status", *domain]))


def test_a_canvas_without_a_list_of_imports_is_not_answered_with_that_list(
    terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise NoSuchThing("There is nothing.", "Check it.", status=404)

    monkeypatch.setattr(Canvas, "list_sis_imports", refuse)
    assert terminal.run("status") == 1
    assert terminal.err.getvalue() == "There is nothing.\nCheck it.\n"


def test_a_check_says_what_a_domain_adds_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["check", "--help"])
    assert "also check what the files refer to" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--token", TOKEN], [f"--token={TOKEN}"]])
def test_a_token_on_the_command_line_is_refused_and_not_repeated(
    words: list[str], terminal: FakeTerminal, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        terminal.run("import", file, *words)
    told = capsys.readouterr().err
    assert exit_.value.code == 2
    assert "CANVAS_API_TOKEN" in told
    assert TOKEN not in told


def test_your_own_canvas_gets_the_token_of_the_environment(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    assert terminal.run("import", file, "--domain", "school.test.instructure.com") == 0
    assert terminal.canvas
    assert terminal.canvas.connection.authorization == f"Bearer {TOKEN}"
    assert "TEST Canvas at https://school.test.instructure.com" in terminal.shown


def test_without_one_the_token_is_asked_for(terminal: FakeTerminal) -> None:
    terminal.typed = TOKEN
    assert terminal.run("status", 12, "--domain", "school.test.instructure.com") == 0
    assert terminal.canvas
    assert terminal.canvas.connection.authorization == f"Bearer {TOKEN}"


@pytest.mark.parametrize("typed", [None, ""])
def test_without_token_and_answer_it_says_where_to_put_the_token(
    typed: str | None, terminal: FakeTerminal
) -> None:
    terminal.typed = typed
    assert terminal.run("status", 12, "--domain", "school.test.instructure.com") == 2
    assert "CANVAS_API_TOKEN" in terminal.err.getvalue()


def test_a_check_says_where_repair_file_is(terminal: FakeTerminal) -> None:
    broken = DATA / "broken"
    assert (
        terminal.run("check", broken / "semicolons" / "courses.csv", broken / "not_utf8" / "users.csv") == 1
    )
    assert (
        terminal.shown.count('canvas.repair_file("FILE"') == 1 and "python start.py opens" in terminal.shown
    )
    before = terminal.shown
    terminal.run("check", DATA / "sample_school" / "sections.csv")
    alone = terminal.shown.removeprefix(before)
    assert "--domain" in alone and "server=" not in alone and "repair_file" not in alone


def test_a_long_check_ends_with_its_summary_and_where_to_begin(terminal: FakeTerminal) -> None:
    assert terminal.run("check", DATA / "broken") == 1
    first, *_, summary, begin = terminal.shown.strip().split("\n")
    assert summary == first and begin.startswith("Begin at the top") and "archive" not in terminal.shown
    before = terminal.shown
    assert terminal.run("check", DATA / "broken" / "semicolons") == 1
    assert "Begin at" not in terminal.shown.removeprefix(before)


NO_ROUTE = NoRoute("Nothing listens there.", "Check the domain.")
NOT_ACCEPTED = TokenNotAccepted("Canvas does not accept the token.", "Create a new one.", status=401)


@pytest.mark.parametrize("fault", [NO_ROUTE, NOT_ACCEPTED])
@pytest.mark.parametrize("call", ["get_self", "pages"])
def test_a_check_against_a_canvas_that_does_not_answer_is_no_all_clear(
    call: str, fault: CanvasError, terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise fault

    for name in ("get_self", "pages"):
        monkeypatch.setattr(Canvas, name, fails if name == call else lambda *_: [], raising=False)
    terminal.typed = TOKEN
    enrollments = DATA / "sample_school" / "enrollments.csv"
    assert terminal.run("check", enrollments, "--domain", "school.test.instructure.com") == 2
    assert fault.what in terminal.err.getvalue() and "no problems" not in terminal.shown


@pytest.mark.parametrize(("domain", "itself"), [("127.0.0.1:8765", True), ("school.instructure.com", False)])
def test_a_comparison_of_the_practice_canvas_with_itself_is_called_that(
    domain: str, itself: bool, terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "compare_with_practice", lambda client: Comparison(23))
    terminal.typed = TOKEN
    assert terminal.run("compare", "--domain", domain) == 0
    assert "23 calls compared, 0 differences" in terminal.shown
    assert ("with itself" in terminal.shown) is ("compare --domain" in terminal.shown) is itself


def test_an_empty_domain_is_refused(terminal: FakeTerminal, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        terminal.run("check", DATA / "test_course.csv", "--domain", "")
    assert exit_.value.code == 2 and "the domain is empty" in capsys.readouterr().err
    assert terminal.canvas is None


@pytest.mark.parametrize("name", ["past_imports.json", "README.md", "test_course.csv"])
def test_a_file_that_explain_cannot_use_is_answered_with_what_it_can(
    name: str, terminal: FakeTerminal
) -> None:
    assert terminal.run("explain", DATA / name) == 2
    said = terminal.err.getvalue()
    assert "JSON of one import" in said and "sis_imports/ID" in said and "errors_attachment" in said
    assert "python start.py check FILE" in said


def test_saved_messages_without_the_files_are_answered_with_how_to_add_these(
    terminal: FakeTerminal, tmp_path: Path
) -> None:
    errors, sent = tmp_path / "errors.csv", tmp_path / "courses.csv"
    text = "sis_import_id,file,message,row\n412,courses.csv,Course C1 has no short_name.,2\n"
    errors.write_text(text, encoding="utf-8")
    sent.write_text("course_id,short_name,long_name,status\nC1,,Course,active\n", encoding="utf-8")
    assert terminal.run("explain", errors) == 1
    assert "Add --sent with the files" in terminal.shown
    before = terminal.shown
    assert terminal.run("explain", errors, "--sent", sent) == 1
    assert "Add --sent" not in terminal.shown.removeprefix(before)


@pytest.mark.parametrize("second", ["13", "test_course.csv"])
def test_an_id_beside_other_sources_is_refused(second: str, terminal: FakeTerminal) -> None:
    assert terminal.run("explain", 12, second) == 2
    assert (
        "takes one ID, or saved files" in terminal.err.getvalue() and "no file" not in terminal.err.getvalue()
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "a.csv", "--domian", TOKEN], "no option --domian. Did you mean --domain?"),
        (["import", "a.csv", "--dom", TOKEN], "no option --dom. Did you mean --domain?"),
        (["progress", f"--rset={TOKEN}"], "no option --rset. Did you mean --reset?"),
        (["import", "a.csv", "--wave", "rehearsal"], "no option --wave.\n"),
        (["import", "a.csv", "--yess"], "no option --yess.\n"),
        (["check", "a.csv", "--option", "x=y"], "no option --option.\n"),
        (
            ["import", "--file", "a.csv"],
            "needs no option. Put it after the command: python start.py import FILE",
        ),
        (
            ["check", f"--files={TOKEN}"],
            "needs no option. Put it after the command: python start.py check FILE",
        ),
        (["import", "a.csv", "b.csv"], "import takes one file, and b.csv is one more."),
        (["stop", "it"], "stop does not take it"),
    ],
)
def test_a_word_that_a_command_does_not_take_is_named_with_its_usage(
    words: list[str], said: str, terminal: FakeTerminal, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        terminal.run(*words)
    shown = capsys.readouterr().err
    assert exit_.value.code == 2 and said in shown and f"usage: python start.py {words[0]}" in shown
    assert TOKEN not in shown


def test_a_running_import_is_no_failure(terminal: FakeTerminal) -> None:
    terminal.looks[:] = [sis_import("importing", 10)]
    assert terminal.run("status", 12) == 0


def test_control_characters_of_a_message_do_not_reach_the_terminal(terminal: FakeTerminal) -> None:
    output.line("red \x1b[31m and\nnext")
    assert terminal.shown == "red �[31m and\nnext\n"


def test_the_latest_imports_are_listed_without_an_id(terminal: FakeTerminal) -> None:
    assert terminal.run("status") == 0
    assert "importing" in terminal.shown and "40 %" in terminal.shown and "imported" in terminal.shown


def test_a_list_that_leaves_imports_out_says_how_to_see_them(
    terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [sis_import("imported", 100)] * 11
    monkeypatch.setattr(Canvas, "list_sis_imports", lambda self, limit: many[:limit])
    assert terminal.run("status") == 0
    assert terminal.shown.count("imported") == 10 and terminal.shown.endswith("all of them, add --all.\n")
    before = terminal.shown
    assert terminal.run("status", "--all") == 0
    assert terminal.shown.removeprefix(before).count("imported") == 11 and terminal.shown.count("--all") == 1
    del many[10]
    assert terminal.run("status") == 0
    assert terminal.shown.count("--all") == 1


@pytest.mark.parametrize("variable", ["PRACTICE_CANVAS_ROOM", "CANVAS_DOMAIN"])
def test_no_practice_canvas_starts_here_where_a_seat_may_be_used(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    started: list[Path] = []
    monkeypatch.setattr(service, "find_or_start", started.append)
    monkeypatch.setattr(cli, "run", lambda options: 0)
    monkeypatch.setattr(sys, "argv", ["start.py", "status"])
    for name in ("PRACTICE_CANVAS_ROOM", "CANVAS_DOMAIN"):
        monkeypatch.delenv(name, raising=False)
    assert entry.main() == 0 and len(started) == 1
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    assert entry.main() == 0 and len(started) == 1


def test_a_card_that_cannot_be_written_is_reported_plainly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["card", str(tmp_path / "missing" / "card.html")]) == 2
    assert "No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("stopped", [True, False])
def test_stop_names_the_room_that_it_leaves_open(
    terminal: FakeTerminal, stopped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [Practice("http://127.0.0.1:8900", "", {}, 4711, tmp_path), None]
    monkeypatch.setattr(service, "stop", lambda home: stopped)
    monkeypatch.setattr(service, "find_room", lambda: rooms.pop(0))
    assert terminal.run("stop") == 0
    assert "The room at http://127.0.0.1:8900 is still open" in terminal.shown and "4711\n" in terminal.shown
    before = terminal.shown
    assert terminal.run("stop") == 0
    assert "room" not in terminal.shown.removeprefix(before)


def test_a_practice_canvas_that_refuses_is_reported_plainly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(options: object) -> int:
        raise service.PracticeCanvasFault("An import is running.")

    monkeypatch.setitem(cli.RUN, "reset", refuse)
    assert cli.main(["reset", "--yes"]) == 1
    assert "An import is running." in capsys.readouterr().err


def test_a_domain_in_the_environment_that_is_not_used_is_named(
    terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANVAS_DOMAIN", "school.test.instructure.com")
    assert terminal.run("status") == 0
    assert "add --domain school.test.instructure.com" in terminal.shown.replace("\n", " ")


def test_without_a_domain_in_the_environment_nothing_is_said_of_it(
    terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANVAS_DOMAIN", raising=False)
    assert terminal.run("status") == 0
    assert "add --domain" not in terminal.shown
