"""No command of the terminal shows a traceback or a token, whatever the server sends."""

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import TOKEN_VARIABLE
from helpers.client.polling import follow
from helpers.terminal import cli, import_command, output
from tests.attacks.attack import SECONDS
from tests.attacks.calls import IMPORT, proper, small
from tests.attacks.faults import FAULTS, LIGHT, body
from tests.attacks.faulty_server import FaultyServer
from tests.attacks.odd_shapes import variants
from tests.fake_server import TOKEN

EACH, EACH_SHAPE = 18, 47  # without --long, every so many-th fault
# command → which of its requests is answered wrongly
COMMANDS = {
    "import FILE": "^POST",
    "import FILE --json": "/1$",
    "status 1": "/1$",
    "status 1 --json": "/1$",
    "status": "",
    "explain 1": "/1$",
    "explain 1 --all": "/errors",
    "check FILE": "courses",
}


class Terminal:
    """Runs commands against a faulty server and keeps what they show."""

    def __init__(self, server: FaultyServer, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server, self.file, self._monkeypatch = server, file, monkeypatch

    def run(self, command: str) -> tuple[int, str]:
        """Return the exit status and all that was shown."""
        shown = io.StringIO()
        for console in ("console", "errors"):
            self._monkeypatch.setattr(output, console, Console(file=shown, width=80, highlight=False))
        words = command.replace("FILE", "{}").split()
        arguments = [str(self.file) if word == "{}" else word for word in words]
        return cli.main([*arguments, "--domain", self.server.url]), shown.getvalue()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    defaults = CanvasClient.__init__.__kwdefaults__ or {}
    quick = {"timeout": (SECONDS, SECONDS), "deadline": 2 * SECONDS, "retries": 1, "sleep": lambda _: None}
    for name, value in quick.items():
        monkeypatch.setitem(defaults, name, value)
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    monkeypatch.setattr(import_command, "remember_import", lambda *_: None)
    monkeypatch.setattr(import_command, "follow", partial(follow, wait=lambda _: False, deadline=SECONDS))
    server = FaultyServer(proper)
    yield Terminal(server, small(tmp_path), monkeypatch)
    server.close()


def meet(terminal: Terminal, command: str, faults: list[str]) -> None:
    for name in faults:
        terminal.server.breaks(FAULTS[name].send, COMMANDS[command])
        check(*terminal.run(command), name)


def check(status: int, shown: str, what: str) -> None:
    assert status in (0, 1, 2), what
    assert shown.strip(), what
    assert "Traceback" not in shown and TOKEN not in shown, what
    assert "\x1b" not in shown, what


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_survives_a_faulty_server(terminal: Terminal, command: str) -> None:
    meet(terminal, command, LIGHT[[*COMMANDS].index(command) % EACH :: EACH])


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_survives_every_faulty_server(
    terminal: Terminal, command: str, tried: Callable[[int], None]
) -> None:
    tried(len(FAULTS))
    meet(terminal, command, [*FAULTS])


def odd(terminal: Terminal, command: str, every: int) -> None:
    for what, answer in [*variants(IMPORT)][::every]:
        terminal.server.breaks(body(answer), "/1$")
        check(*terminal.run(command), what)


SHOWING_AN_IMPORT = [command for command, where in COMMANDS.items() if where == "/1$"]


@pytest.mark.parametrize("command", SHOWING_AN_IMPORT)
def test_a_command_survives_odd_answers(terminal: Terminal, command: str) -> None:
    odd(terminal, command, EACH_SHAPE)


@pytest.mark.long
@pytest.mark.parametrize("command", SHOWING_AN_IMPORT)
def test_a_command_survives_every_odd_answer(
    terminal: Terminal, command: str, tried: Callable[[int], None]
) -> None:
    tried(len([*variants(IMPORT)]))
    odd(terminal, command, 1)
