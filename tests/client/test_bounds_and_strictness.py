"""What is accepted from a server: JSON, addresses, sizes, times and cookies."""

import io
import json
import re
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.client import transport
from helpers.client.addresses import resolve
from helpers.client.answers import Answer
from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import MASK, Connection
from helpers.client.models import SisImport, json_object, json_objects, whole_number
from helpers.client.strict_json import MOST_NESTED, parse, parse_or_none
from helpers.client.timed_http import Deadline, _TimedReader
from helpers.errors import AnswerNotJson, ConnectionLost, FileNotUsable, NotUnderstood
from tests.attacks.odd_shapes import json_values
from tests.fake_server import TOKEN, FakeCanvas, Reply
from tests.waiting import LONGEST_WAIT


def client_of(canvas: FakeCanvas, retries: int = 4) -> CanvasClient:
    return CanvasClient(
        Connection(canvas.url, TOKEN),
        timeout=(LONGEST_WAIT, LONGEST_WAIT),
        deadline=LONGEST_WAIT,
        retries=retries,
        sleep=lambda _: None,
    )


@given(json_values)
def test_json_is_read_as_it_was_written(value: object) -> None:
    assert parse(json.dumps(value)) == value


@given(json_values)
def test_an_import_has_the_types_it_promises_or_is_refused(value: object) -> None:
    for raw in (value, {"id": 1, "workflow_state": "x", "data": value, "created_at": value}):
        try:
            found = SisImport.from_json(raw)
        except NotUnderstood:
            continue
        assert type(found.id) is int and 0 <= found.progress <= 100
        assert all(type(number) is int for number in found.counts.values())
        assert found.created_at is None or isinstance(found.created_at, str)


def test_json_may_be_nested_to_the_limit_and_no_deeper() -> None:
    for depth, read in ((MOST_NESTED, True), (MOST_NESTED + 1, False)):
        assert (parse_or_none("[" * depth + "]" * depth) is not None) is read


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity", "1e999", "", "{}{}"])
def test_what_json_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def test_half_characters_are_replaced_and_whole_ones_stay() -> None:
    assert parse(r'{"a\ud800": ["\ud83d\ude00", "\udfff!"]}') == {"a�": ["😀", "�!"]}


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("/files/9?a=b", "https://school.example/files/9?a=b"),
        ("https://store.example:8443/x", "https://store.example:8443/x"),
    ],
)
def test_an_address_is_made_whole(given: str, whole: str) -> None:
    assert resolve("https://school.example/x", given) == whole


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("http://school.example/x", "http://school.example/x"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("https://[", "https://["),
        ("https://a:b/", "https://a:b/"),
        ("x:y", "x:y"),
        (None, "NoneType"),
        (7, "int"),
    ],
)
def test_what_is_no_address_or_not_encrypted_is_not_opened(given: object, shown: str) -> None:
    with pytest.raises(NotUnderstood, match=f"cannot be used: '{re.escape(shown)}'"):
        resolve("https://school.example/x", given)


def test_plain_http_stays_where_it_is_already() -> None:
    assert resolve("http://127.0.0.1:8765/x", "http://127.0.0.1:9000/y") == "http://127.0.0.1:9000/y"


@pytest.mark.parametrize(
    "spelling",
    [TOKEN, TOKEN.replace("~", "%7E"), TOKEN.replace("~", "\\u007e"), TOKEN.replace("S", "%2553")],
)
def test_a_token_is_masked_in_every_spelling(spelling: str) -> None:
    connection = Connection("school.test.instructure.com", TOKEN)
    assert connection.redact(f"for {spelling}!") == f"for {MASK}!"


def test_other_texts_are_not_masked() -> None:
    connection = Connection("school.test.instructure.com", TOKEN)
    for text in (TOKEN.lower(), TOKEN[:-1], "1234", "%7E"):
        assert connection.redact(text) == text


def test_a_long_text_is_masked_quickly() -> None:
    begun = time.process_time()
    Connection("school.test.instructure.com", TOKEN).redact("1234%7" * 500_000)
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("header", ["<" * 60_000, "<x>;" * 15_000, "<x>; " + " " * 60_000])
def test_a_link_header_takes_time_by_its_length_only(header: str) -> None:
    begun = time.process_time()
    assert Answer(200, {"link": header}, "", "school", "GET /x").next_link is None
    assert time.process_time() - begun < 5  # by the square of the length it took 22 seconds


@given(st.text())
def test_any_retry_after_is_seconds_or_nothing(header: str) -> None:
    asked = Answer(429, {"retry-after": header}, "", "school", "GET /x").retry_after
    assert asked is None or asked >= 0


def test_no_cookie_is_sent_back(fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"id": 1}, headers={"Set-Cookie": "canvas_session=1; Path=/"}))
    client = client_of(fake_canvas)
    client.get_self()
    client.get_self()
    assert all("cookie" not in request.headers for request in fake_canvas.received)


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
def test_an_answer_may_have_its_limit_and_no_more(
    fake_canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch, size: int, fits: bool
) -> None:
    monkeypatch.setattr(transport, "MOST_IN_AN_ANSWER", 1000)
    fake_canvas.script(Reply(b'"' + b"x" * (size - 2) + b'"'))
    if fits:
        assert len(client_of(fake_canvas).get("x")) == size - 2
    else:
        with pytest.raises(NotUnderstood, match="larger than 0 MB"):
            client_of(fake_canvas).get("x")


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
def test_a_download_may_have_its_limit_and_no_more(
    fake_canvas: FakeCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, fits: bool
) -> None:
    monkeypatch.setattr("helpers.client.rest_client.MOST_IN_A_FILE", 1000)
    fake_canvas.script(Reply(b"x" * size, headers={"Content-Type": "text/csv"}))
    if fits:
        assert client_of(fake_canvas).download("/file", tmp_path / "a.csv") == tmp_path / "a.csv"
    else:
        with pytest.raises(NotUnderstood, match="larger"):
            client_of(fake_canvas).download("/file", tmp_path / "a.csv")


def test_a_download_that_broke_off_is_written_again_from_the_start(
    fake_canvas: FakeCanvas, tmp_path: Path
) -> None:
    csv = {"Content-Type": "text/csv"}
    fake_canvas.script(Reply(b"x" * 600_000, cut=True, headers=csv), Reply(b"id\n7\n", headers=csv))
    file = tmp_path / "errors.csv"
    client_of(fake_canvas).download("/file", file)
    assert file.read_bytes() == b"id\n7\n"
    fake_canvas.script(Reply(b"x" * 600_000, cut=True, headers=csv), Reply(b"id\n8\n", headers=csv))
    assert client_of(fake_canvas).download("/file") == b"id\n8\n"


class FullDisk(io.BytesIO):
    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


class Pipe(io.BytesIO):
    def seek(self, position: int, whence: int = 0) -> int:
        raise OSError(29, "Illegal seek")


@pytest.mark.parametrize(("sink", "reason"), [(FullDisk(), "No space left"), (Pipe(), "Illegal seek")])
def test_what_cannot_be_written_is_no_broken_connection(
    fake_canvas: FakeCanvas, sink: io.BytesIO, reason: str
) -> None:
    fake_canvas.script(Reply("id\n7\n", headers={"Content-Type": "text/csv"}))
    with pytest.raises(FileNotUsable, match=reason):
        client_of(fake_canvas)._transport.download("/file", sink, 1000)
    assert len(fake_canvas.received) == 1


def test_tries_end_when_they_have_used_up_the_deadline(
    fake_canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 10**9, 100))  # each look at the clock is 100 seconds after the one before
    monkeypatch.setattr("helpers.client.transport.time.monotonic", lambda: float(next(clock)))
    fake_canvas.script(Reply(hang_up=True))
    with pytest.raises(ConnectionLost):
        client_of(fake_canvas, retries=20).get_self()
    assert len(fake_canvas.received) < 5


def test_a_download_earns_time_as_it_grows() -> None:
    deadline = Deadline(10)
    deadline.extend(1_000_000)
    assert 100 < deadline.left <= 110
    deadline.begin()
    assert deadline.left <= 10


@pytest.mark.parametrize(
    ("silence", "seconds", "longest"),
    [(60_000, 10_000, 10_000), (5_000, 10_000, 5_000), (None, 10_000, 10_000)],
)
def test_no_silence_lasts_beyond_the_deadline(silence: float | None, seconds: float, longest: float) -> None:
    reading, writing = socket.socketpair()
    with reading, writing:
        reading.settimeout(silence)
        writing.sendall(b"x")
        assert _TimedReader(reading, Deadline(seconds)).read(1) == b"x"
        assert longest / 2 <= (reading.gettimeout() or 0) <= longest


def test_after_the_deadline_nothing_more_is_read() -> None:
    reading, writing = socket.socketpair()
    with reading, writing, pytest.raises(TimeoutError, match="not complete in time"):
        _TimedReader(reading, Deadline(-1)).read(1)


def test_a_byte_order_mark_is_no_fault(fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply(b'\xef\xbb\xbf{"id": 1}'))
    assert client_of(fake_canvas).get_self() == {"id": 1}
    fake_canvas.script(Reply('{"id": 1}'.encode("utf-16")))
    with pytest.raises(AnswerNotJson):
        client_of(fake_canvas).get_self()


@pytest.mark.parametrize("odd", [None, [], {}, "a", "1.5", 1.5e300, True, 10**19, "٣", -(10**19)])
def test_what_is_no_whole_number_is_none(odd: object) -> None:
    assert whole_number(odd) is None


@pytest.mark.parametrize("odd", ["abc", [1], {"a": 1}, True, 10**30, "1~4", 0, -1])
def test_the_id_of_an_import_is_a_whole_number(odd: object) -> None:
    with pytest.raises(NotUnderstood, match="not a whole number"):
        SisImport.from_json({"id": odd, "workflow_state": "created"})


@pytest.mark.parametrize(
    ("stamp", "kept"),
    [
        ("2026-03-02T08:00:00Z", True),
        ("2026-03-02T08:00:00-07:00", True),
        ("2026-03-02T08:00:00", False),
        ("9999-12-31T23:59:59Z", False),
        ("yesterday", False),
        ("", False),
        ({}, False),
    ],
)
def test_a_time_is_kept_only_if_one_can_calculate_with_it(stamp: object, kept: bool) -> None:
    found = SisImport.from_json({"id": 1, "workflow_state": "created", "ended_at": stamp})
    assert found.ended_at == (stamp if kept else None)


def test_statistics_are_numbers_of_kinds_and_of_all() -> None:
    odd = {"Course": {"created": 2, "deleted": "x"}, "User": [], "total_state_changes": 2, "x": None}
    found = SisImport.from_json({"id": 1, "workflow_state": "imported", "data": {"statistics": odd}})
    assert found.statistics == {"Course": {"created": 2}, "total_state_changes": 2}


def test_offered_files_have_a_name_an_address_and_a_size() -> None:
    raw = {"id": 1, "workflow_state": "imported", "csv_attachments": [{"url": "/a", "filename": "a.csv"}, 7]}
    found = SisImport.from_json({**raw, "errors_attachment": {"url": [], "size": -1}})
    assert found.files("csv_attachments") == [("a.csv", "/a", 0)]
    assert found.files("errors_attachment") == [("a file without a name", "", 0)]
    assert found.files("diffed_csv_attachments") == []


def test_objects_are_taken_from_a_list_or_a_named_list() -> None:
    assert json_objects([{"a": 1}, 2]) == json_objects({"x": [{"a": 1}]}, "x") == [{"a": 1}]
    assert json_objects(7) == json_objects({}, "x") == json_objects([7], "x") == []
    with pytest.raises(NotUnderstood):
        json_object([])
