"""Run a call against a faulty server and judge what came of it."""

import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.errors import CanvasError
from tests.attacks.calls import Call
from tests.attacks.faulty_server import Fault, FaultyServer
from tests.fake_server import TOKEN
from tests.waiting import LONGEST_WAIT, wait_for

SECONDS = 0.3  # for what only a time-out ends


@dataclass(frozen=True)
class Outcome:
    """How a call ended: with an error or (None) a result, and how often it had sent what."""

    error: BaseException | None
    result: object
    sent: Counter[str]

    @property
    def complaints(self) -> Iterator[str]:
        """What no fault of a server may lead to."""
        if self.error is not None:
            yield from _complaints(self.error)
        for request, times in self.sent.items():
            if times > 1 and not request.startswith("GET "):
                yield f"{request} was sent {times} times"


def _complaints(error: BaseException) -> Iterator[str]:
    if not isinstance(error, CanvasError):
        yield "".join(traceback.format_exception(error))
        return
    if not (error.what and error.fix and len(error.what) < 2000):
        yield f"not two short sentences: {error.what[:200]!r} {error.fix[:200]!r}"
    if TOKEN in seen(error):
        yield f"the token shows in {error!r}"


def seen(error: BaseException | None) -> str:
    """Write out all that a log, a debugger or a verbose traceback shows of an error."""
    parts: list[str] = []
    while error:
        parts += [str(error), repr(error), repr(vars(error)), "".join(traceback.format_exception(error))]
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        parts += [
            f"{name}={value!r}"
            for frame in frames
            if "/tests/" not in frame.f_code.co_filename.replace("\\", "/")
            for name, value in frame.f_locals.items()
        ]
        error = error.__cause__ or error.__context__
    return " ".join(parts)


def client_of(server: FaultyServer, *, slow: bool) -> CanvasClient:
    """Return a client that soon gives up, if it is one of the faults that nothing else ends."""
    seconds = SECONDS if slow else LONGEST_WAIT
    return CanvasClient(
        Connection(server.url, TOKEN),
        timeout=(LONGEST_WAIT, seconds),
        deadline=2 * seconds,
        retries=1,
        sleep=lambda _: None,
    )


def attack(server: FaultyServer, fault: Fault, call: Call, folder: Path, *, slow: bool = False) -> Outcome:
    """Make a call while one of its requests is answered wrongly.

    Raises:
        AssertionError: it did not come to an end.
    """
    server.breaks(fault, call.where)
    error, result = _run(lambda: call.run(client_of(server, slow=slow), folder))
    wait_for(lambda: server.asked)  # a client that gives up may be quicker than the server
    sent = Counter(f"{asked.method} {asked.target}" for asked in server.asked)
    return Outcome(error, result, sent)


def _run(call: Callable[[], object]) -> tuple[BaseException | None, object]:
    """Call it in a thread of its own, so that a call without end does not end the tests."""
    found: list[tuple[BaseException | None, object]] = []

    def run() -> None:
        try:
            found.append((None, call()))
        except BaseException as error:
            found.append((error, None))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(LONGEST_WAIT)
    assert found, "the call does not end"
    return found[0]
