"""Whatever a server sends, a call ends with a result or an error of our own, and changes nothing twice."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from helpers.client import request_plans, rest_client, sis_export
from helpers.client.connection import MASK
from helpers.errors import CanvasError, NotUnderstood
from tests.attacks.attack import attack
from tests.attacks.calls import CALLS, LIMIT, proper
from tests.attacks.faults import FAULTS, LIGHT, body
from tests.attacks.faulty_server import Fault, FaultyServer, Wire, http
from tests.attacks.odd_shapes import json_values, variants
from tests.examples import examples
from tests.fake_server import TOKEN

EACH = 14  # without --long, a call other than the first two meets every so many-th fault
READ, WRITE = "get_sis_import", "create_sis_import"
MOST_DOWNLOADED = 50_000_000  # bytes; some servers never stop sending
PROOF = ("400", "401", "403", "404", "429")  # after these, nothing was done for certain
OTHERS = [name for name in CALLS if name not in (READ, WRITE)]


@pytest.fixture(scope="module")
def other_server() -> Iterator[FaultyServer]:
    """A server to which no token may go."""
    server = FaultyServer(proper)
    yield server
    server.close()


@pytest.fixture(scope="module")
def server(other_server: FaultyServer) -> Iterator[FaultyServer]:
    server = FaultyServer(proper)
    server.other_url = other_server.url
    yield server
    server.close()


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sis_export, "DEADLINE", 0.2)
    monkeypatch.setattr(request_plans, "MOST_IN_ONE_REQUEST", LIMIT)
    for download in ("MOST_IN_MEMORY", "MOST_IN_A_FILE"):
        monkeypatch.setattr(rest_client, download, MOST_DOWNLOADED)


@pytest.fixture(autouse=True)
def no_token_elsewhere(other_server: FaultyServer) -> Iterator[None]:
    yield
    assert not [asked for asked in other_server.asked if TOKEN.encode() in asked.head]


@pytest.mark.parametrize("name", FAULTS)
def test_a_read_ends_as_the_table_says(server: FaultyServer, tmp_path: Path, name: str) -> None:
    row = FAULTS[name]
    outcome = attack(server, row.send, CALLS[READ], tmp_path, slow=row.slow)
    assert not [*outcome.complaints]
    assert isinstance(outcome.error, row.raises) if row.raises else outcome.error is None


@pytest.mark.parametrize("name", FAULTS)
def test_an_import_is_never_sent_twice(server: FaultyServer, tmp_path: Path, name: str) -> None:
    row = FAULTS[name]
    outcome = attack(server, row.send, CALLS[WRITE], tmp_path, slow=row.slow)
    assert not [*outcome.complaints]
    assert sum(asked.method == "POST" for asked in server.asked) == 1
    if isinstance(outcome.error, CanvasError) and not name.startswith(PROOF):
        assert outcome.error.may_have_worked


@pytest.mark.parametrize("call", OTHERS)
def test_every_call_ends_with_an_error_of_ours(server: FaultyServer, tmp_path: Path, call: str) -> None:
    assert not complaints(server, tmp_path, call, LIGHT[OTHERS.index(call) % EACH :: EACH])


@pytest.mark.long
@pytest.mark.parametrize("call", OTHERS)
def test_every_call_meets_every_fault(
    server: FaultyServer, tmp_path: Path, call: str, tried: Callable[[int], None]
) -> None:
    assert not complaints(server, tmp_path, call, [*FAULTS])
    tried(len(FAULTS))


def complaints(server: FaultyServer, folder: Path, call: str, names: list[str]) -> list[str]:
    return [
        f"{name}: {complaint}"
        for name in names
        for complaint in attack(
            server, FAULTS[name].send, CALLS[call], folder, slow=FAULTS[name].slow
        ).complaints
    ]


@pytest.mark.parametrize("call", CALLS)
def test_no_odd_shape_breaks_a_call(server: FaultyServer, tmp_path: Path, call: str) -> None:
    for what, fault in odd_answers(server, tmp_path, call)[len(call) % 97 :: 97]:
        assert not [*attack(server, fault, CALLS[call], tmp_path).complaints], what


@pytest.mark.long
@pytest.mark.parametrize("call", CALLS)
def test_no_odd_shape_at_all_breaks_a_call(
    server: FaultyServer, tmp_path: Path, call: str, tried: Callable[[int], None]
) -> None:
    odd = odd_answers(server, tmp_path, call)
    tried(len(odd))
    found = [(what, [*attack(server, fault, CALLS[call], tmp_path).complaints]) for what, fault in odd]
    assert not [(what, complaints) for what, complaints in found if complaints]


def odd_answers(server: FaultyServer, folder: Path, call: str) -> list[tuple[str, Fault]]:
    """Return the proper answer to a call with each of its values replaced by each odd one, by what is odd."""
    seen: list[Wire] = []

    def look(wire: Wire) -> None:
        seen.append(wire)
        wire.send(wire.proper.content)

    attack(server, look, CALLS[call], folder)
    good = seen[0].proper
    if isinstance(good.body, bytes):
        return []  # a file
    return [(what, body(odd, good.status, good.headers)) for what, odd in variants(good.body)]


@settings(examples(0.25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=json_values)
def test_no_json_breaks_a_call(
    server: FaultyServer, tmp_path: Path, tried: Callable[[int], None], answer: object
) -> None:
    tried(1)
    for call in (READ, WRITE, "list_sis_import_errors", "sis_export, waiting"):
        assert not [*attack(server, body(answer), CALLS[call], tmp_path).complaints]


def test_an_answer_that_unpacks_to_gigabytes_takes_little_memory(
    server: FaultyServer, tmp_path: Path
) -> None:
    tracemalloc.start()
    try:
        outcome = attack(server, FAULTS["gzip bomb"].send, CALLS[READ], tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(outcome.error, NotUnderstood)


@pytest.mark.parametrize("pages", [1, 2])
@pytest.mark.parametrize("call", ["create_sis_import, its check before", "list_sis_imports", "get", "pages"])
def test_pages_that_come_again_end_every_list(
    server: FaultyServer, tmp_path: Path, call: str, pages: int
) -> None:
    def again(wire: Wire) -> None:
        number = len(server.asked)
        items = {"sis_imports": [{"id": number % pages + 1, "workflow_state": "created"}]}
        here = wire.asked.target.partition("?")[0]
        wire.send(http(items, headers=f'Link: <{wire.url}{here}?page={number}>; rel="next"\r\n'))

    outcome = attack(server, again, CALLS[call], tmp_path)
    assert isinstance(outcome.error, NotUnderstood) and not [*outcome.complaints]
    assert len(server.asked) == pages + 1


TELLING = {
    "as it is": TOKEN,
    "escaped for JSON": TOKEN.replace("~", "\\u007e").replace("S", "\\u0053"),
    "escaped for addresses": TOKEN.replace("~", "%7e").replace("T", "%54"),
    "escaped twice": TOKEN.replace("~", "%257E").replace("M", "\\u00254D"),
}


@pytest.mark.parametrize("spelling", TELLING)
@pytest.mark.parametrize("status", ["200 OK", "302 Found", "400 Bad Request", "500 Error"])
def test_a_token_that_comes_back_is_masked(
    server: FaultyServer, tmp_path: Path, spelling: str, status: str
) -> None:
    text = TELLING[spelling]
    echo = body(f'{{"errors": [{{"message": "for {text}"}}]}}', status, f"Location: /{text}\r\n")
    outcome = attack(server, echo, CALLS[READ], tmp_path)
    assert outcome.error and not [*outcome.complaints]
    assert text not in str(outcome.error) and "Sentinel" not in str(outcome.error)
    got = attack(server, body(f'["{text}"]'), CALLS["get"], tmp_path)
    assert got.result == [MASK]
