"""Another program where a practice Canvas or a room should be: asking it ends, and nobody is misled."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from practice_canvas import controls, fetching, joining, service
from practice_canvas.service import Practice, PracticeCanvasFault
from tests.attacks.attack import SECONDS
from tests.attacks.faults import FAULTS, LIGHT
from tests.attacks.faulty_server import Asked, FaultyServer, Proper
from tests.waiting import LONGEST_WAIT

EACH = 9  # without --long, every so many-th fault
TOKEN = "the token of a seat"


def find(url: str, folder: Path) -> Any:
    noted = {"url": url, "token": "t", "tokens": {}, "pid": 1, "secret": "s", "key": "k"}
    (folder / service.STATE_FILE).write_text(json.dumps(noted), encoding="utf-8")
    return service.find(folder)


CALLS: dict[str, Callable[[str, Path], object]] = {
    "find": find,
    "is_practice_canvas": lambda url, _: joining.is_practice_canvas(url),
    "find_seat": lambda url, _: joining.find_seat(url, TOKEN),
    "ask_for_seat": lambda url, _: joining.ask_for_seat(url, "Ana", ""),
    "controls": lambda url, _: controls.read_settings(Practice(url, "t", {}, 1, None)),
}
TELL = ("find", "is_practice_canvas")  # what tells a practice Canvas from another program


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    for module, name in ((fetching, "SECONDS_TO_ANSWER"), (joining, "SECONDS_FOR_A_SEAT")):
        monkeypatch.setattr(module, name, SECONDS)
    server = FaultyServer(lambda asked, url: Proper(proper(asked)))
    yield server
    server.close()


def proper(asked: Asked) -> dict[str, object]:
    """Return what looks like a seat, and is none."""
    return {"url": "http://127.0.0.1:1", "token": TOKEN} if asked.target == "/seat" else {"id": 1}


def meet(server: FaultyServer, folder: Path, call: str, names: list[str]) -> None:
    for name in names:
        server.breaks(FAULTS[name].send, "")
        ended = outcome(lambda: CALLS[call](server.url, folder))
        assert not isinstance(ended, Exception) or isinstance(ended, PracticeCanvasFault), (name, ended)
        assert not (ended and call in TELL), (name, ended)


def outcome(ask: Callable[[], object]) -> object:
    """Return what is returned or raised, from a thread: a call without end must not end the tests."""
    ended: list[object] = []

    def run() -> None:
        try:
            ended.append(ask())
        except Exception as fault:
            ended.append(fault)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(LONGEST_WAIT)
    assert ended, "it does not end"
    return ended[0]


SLOW = [name for name, row in FAULTS.items() if row.slow]


@pytest.mark.parametrize("call", CALLS)
def test_asking_another_program_ends(server: FaultyServer, tmp_path: Path, call: str) -> None:
    begin = [*CALLS].index(call)
    meet(server, tmp_path, call, LIGHT[begin::EACH] + SLOW[begin :: len(CALLS)])


@pytest.mark.long
@pytest.mark.parametrize("call", CALLS)
def test_asking_any_other_program_ends(
    server: FaultyServer, tmp_path: Path, call: str, tried: Callable[[int], None]
) -> None:
    tried(len(FAULTS))
    meet(server, tmp_path, call, [*FAULTS])
