"""Which Canvas a command goes to, and with whose token."""

from pathlib import Path
from typing import Any

import pytest

from helpers.terminal import prompts
from helpers.terminal.arguments import parse
from tests.terminal.fake_terminal import TOKEN, Canvas, FakeTerminal


def test_the_address_of_the_practice_canvas_needs_no_token(terminal: FakeTerminal) -> None:
    for domain in ("127.0.0.1:8765", " http://localhost:8765/"):
        terminal.run("status", "--domain", domain)
        assert terminal.canvas and terminal.canvas.connection.authorization == "Bearer practice-admin-token"
    terminal.typed = TOKEN
    terminal.run("status", "--domain", "127.0.0.1:8766")
    assert terminal.canvas and terminal.canvas.connection.authorization == f"Bearer {TOKEN}"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the questions for a token; the token is typed."""
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        return TOKEN

    monkeypatch.setattr(prompts, "ask_secret", ask)
    return questions


@pytest.mark.parametrize("command", ["import", "check", "rehearse", "status", "explain", "compare"])
@pytest.mark.parametrize("domain", ["nonsense", "http://school.test.instructure.com", "x y.example", TOKEN])
def test_a_wrong_domain_is_refused_before_the_token_is_asked_for(
    command: str, domain: str, terminal: FakeTerminal, file: Path, asked: list[str]
) -> None:
    words: dict[str, list[Any]] = {"status": [12], "explain": [12], "compare": []}
    assert terminal.run(command, *words.get(command, [file]), "--domain", domain) == 2
    assert (asked, terminal.canvas) == ([], None)
    assert terminal.err.getvalue().count("\n") == 2, "what is wrong, and what to do"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (" https://School.test.instructure.com/login/canvas", "school.test.instructure.com"),
        ("http://trainer:8900", "trainer:8900"),
        ("'http://trainer:8900/'", "trainer:8900"),
    ],
    ids=["pasted", "a seat in a training room", "the seat, pasted"],
)
def test_the_token_is_asked_for_with_the_domain_alone(
    typed: str, shown: str, terminal: FakeTerminal, asked: list[str]
) -> None:
    terminal.run("status", "--domain", typed)
    assert asked == [f"Access token for {shown} (it stays hidden while you type): "]


@pytest.mark.parametrize("domain", ["practice", " Practice"])
def test_the_practice_canvas_has_a_name_of_its_own(
    domain: str, terminal: FakeTerminal, file: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("get_self", "pages"):
        monkeypatch.setattr(Canvas, name, lambda *_: [], raising=False)
    for words in (["import", file], ["status"], ["check", file]):
        terminal.canvas = None
        assert terminal.run(*words, "--domain", domain) == 0
        assert terminal.canvas and terminal.canvas.connection.authorization == "Bearer practice-admin-token"
    assert asked == []


@pytest.mark.parametrize(
    ("words", "practice"),
    [
        (["status"], True),
        (["check", "a.csv"], False),
        (["check", "a.csv", "--domain", "practice"], True),
        (["check", "a.csv", "--domain", "school.test.instructure.com"], False),
        (["stop"], False),
    ],
)
def test_the_practice_canvas_starts_early_only_where_it_is_needed(words: list[str], practice: bool) -> None:
    assert parse(words).practice is practice


def test_what_is_removed_after_a_domain_is_said_in_a_learner_s_words(
    terminal: FakeTerminal, asked: list[str]
) -> None:
    terminal.run("status", "--domain", "school.test.instructure.com/login")
    assert "Note: Removed what followed the domain: the lesson adds the path itself." in terminal.shown
