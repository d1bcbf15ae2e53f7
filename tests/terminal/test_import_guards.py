"""What an import in the terminal needs before it is sent: a rehearsal, a yes, a waived guard, the domain."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers import rehearsal
from helpers.client.guards import GUARDS
from helpers.client.request_plans import create_sis_import
from helpers.errors import HeldBack
from helpers.rehearsal import Rehearsal
from helpers.rehearsal.bundle import fingerprint
from helpers.terminal import prompts
from helpers.terminal.wording import fix_in_terminal
from tests.rehearsal.made import made
from tests.terminal.fake_terminal import TOKEN, FakeTerminal, sis_import

BATCH = ("--option", "batch_mode=true", "--option", "batch_mode_term_id=1")
REHEARSED_BATCH = ("--rehearse", *BATCH)


def test_yes_without_a_rehearsal_is_refused(terminal: FakeTerminal, file: Path) -> None:
    assert terminal.run("import", file, "--yes") == 2
    assert "there is no --rehearse" in terminal.err.getvalue() and terminal.canvas is None


def test_guards_are_waived_by_name(terminal: FakeTerminal, file: Path) -> None:
    assert terminal.run("import", file, "--waive", "last_import", "--waive", "rehearsal") == 0
    assert terminal.canvas and terminal.canvas.waived == ["last_import", "rehearsal"]
    with pytest.raises(SystemExit):
        terminal.run("import", file, "--waive", "confirmation")


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
    typed: str | None, status: int, terminal: FakeTerminal, file: Path, rehearsed: Callable[..., Rehearsal]
) -> None:
    found, terminal.typed = rehearsed(), typed
    assert terminal.run("import", file, *REHEARSED_BATCH) == status
    assert "26 deleted (58 %)" in terminal.shown and terminal.canvas
    assert len(terminal.canvas.sent) == (1 if status == 0 else 0)
    assert terminal.canvas.rehearsed is (found if status == 0 else None)
    assert ("--yes" in terminal.err.getvalue()) is (typed is None), "who typed something can answer"


@pytest.mark.parametrize(
    ("typed", "status", "questions"),
    [(["y", "yes"], 0, 2), (["Y", "y"], 2, 2), (["y", None], 2, 2), (["n"], 2, 1), ([""], 2, 1)],
)
def test_a_y_is_asked_once_more_for_the_whole_word(
    typed: list[str | None],
    status: int,
    questions: int,
    terminal: FakeTerminal,
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
    assert terminal.run("import", file, *REHEARSED_BATCH) == status
    assert len(asked) == questions and "whole word" not in asked[0]
    assert questions == 1 or "whole word" in asked[1]
    assert terminal.canvas and len(terminal.canvas.sent) == (status == 0)


def test_yes_hands_a_rehearsal_over_without_asking(
    terminal: FakeTerminal, file: Path, rehearsed: Callable[..., Rehearsal]
) -> None:
    found, terminal.typed = rehearsed("imported_with_messages"), "no"
    assert terminal.run("import", file, *REHEARSED_BATCH, "--yes") == 0
    assert terminal.canvas and terminal.canvas.rehearsed is found


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
    terminal: FakeTerminal,
    file: Path,
    rehearsed: Callable[..., Rehearsal],
) -> None:
    rehearsed(**more)
    assert terminal.run("import", file, *REHEARSED_BATCH, *words) == 2
    said = terminal.err.getvalue()
    assert why in said and terminal.canvas and terminal.canvas.sent == []
    assert ("--yes" in said) is ("--yes" in words)
    terminal.typed = "yes"
    assert terminal.run("import", file, *REHEARSED_BATCH) == 0  # the guards have their say in the client


@pytest.mark.parametrize(
    ("guard", "option"),
    [
        ("rehearsal", "Add --rehearse"),
        ("last_import", "--waive last_import"),
        ("confirmation", "--yes-production"),
    ],
)
def test_what_holds_an_import_back_is_answered_with_the_terminal_s_options(
    guard: str, option: str, terminal: FakeTerminal, file: Path
) -> None:
    terminal.accepts = HeldBack(
        "Held back.", "Python: rehearsed=…, waive='last_import', confirm=…", guard=guard
    )
    assert terminal.run("import", file) == 2
    assert option in terminal.err.getvalue() and "=" not in terminal.err.getvalue()


def test_no_command_is_shown_of_an_import_that_is_held_back(terminal: FakeTerminal, file: Path) -> None:
    terminal.accepts = HeldBack("Held back.", "", guard="rehearsal")
    assert terminal.run("import", file, *BATCH) == 2
    assert "curl" not in terminal.shown


def test_a_full_batch_without_its_term_is_refused_before_anything_starts(
    terminal: FakeTerminal, file: Path
) -> None:
    for words in (("import", file), ("import", file, "--rehearse"), ("rehearse", file)):
        assert terminal.run(*words, "--option", "batch_mode=true") == 2
    said = terminal.err.getvalue()
    assert said.count("--option batch_mode_term_id=sis_term_id:… with the term_id") == 3
    assert terminal.canvas is None


def test_commands_in_a_fix_or_a_note_go_to_the_same_canvas(terminal: FakeTerminal, file: Path) -> None:
    terminal.typed = TOKEN
    to_school = ("--domain", "school.test.instructure.com")
    terminal.accepts = HeldBack("Held back.", "", guard="last_import")
    assert terminal.run("import", file, *to_school) == 2
    assert f"python start.py status {' '.join(to_school)}." in terminal.err.getvalue()
    note = "The last import, 11, left messages: read list_sis_import_errors(11)."
    terminal.accepts = replace(sis_import("created"), notes=(note,))
    assert terminal.run("import", file, *to_school) == 0
    assert f"python start.py status 11 {' '.join(to_school)} shows them." in " ".join(terminal.shown.split())


def test_every_guard_has_its_fix_for_the_terminal() -> None:
    for guard in GUARDS:
        assert "--" in fix_in_terminal(HeldBack("Held back.", "", guard=guard))


@pytest.mark.parametrize(
    ("typed", "status"), [("School.instructure.com", 0), ("", 2), ("other.instructure.com", 2)]
)
def test_a_production_import_wants_its_domain_typed(
    typed: str, status: int, terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    terminal.typed = typed
    assert terminal.run("import", file, "--domain", "school.instructure.com") == status
    assert terminal.canvas
    assert len(terminal.canvas.sent) == (1 if status == 0 else 0)
    assert terminal.canvas.confirmed == ("school.instructure.com" if status == 0 else "")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 2),
        (["--yes-production", "other.instructure.com"], 2),
        (["--yes-production", "school.instructure.com"], 0),
    ],
)
def test_without_a_keyboard_production_needs_the_domain_as_argument(
    words: list[str], status: int, terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    assert terminal.run("import", file, "--domain", "school.instructure.com", *words) == status


def test_leaving_a_question_with_ctrl_c_sends_nothing(
    terminal: FakeTerminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(question: str, about: str = "") -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    monkeypatch.setattr(prompts, "ask", leave)
    assert terminal.run("import", file, "--domain", "school.instructure.com") == 1
    assert terminal.canvas and terminal.canvas.sent == [] and "Stopped." in terminal.shown
    before = terminal.shown
    assert terminal.run("import", file, "--domain", "school.instructure.com", "--json") == 1
    assert terminal.shown == before and "Stopped." in terminal.err.getvalue(), "there is JSON or nothing"
