"""The table of faults: what a broken or hostile server sends, and what becomes of a read that meets it."""

import gzip
import json
import zlib
from dataclasses import dataclass

from helpers.errors import (
    AnswerNotJson,
    CanvasError,
    ConnectionLost,
    NoSuchThing,
    NotAllowed,
    NotUnderstood,
    RateLimited,
    RequestRefused,
    ServerFault,
    TimedOut,
    TokenNotAccepted,
    WrongDomain,
)
from tests.attacks.faulty_server import Fault, Wire, bomb, http


@dataclass(frozen=True)
class Row:
    """One fault: what is sent, and what reading one import raises then; None where it still succeeds.

    `slow` marks those that only a time-out or a deadline ends.
    """

    send: Fault
    raises: type[CanvasError] | None
    slow: bool = False


GOOD = json.dumps({"id": 1, "workflow_state": "imported", "progress": 100})


def body(content: object, status: str = "200 OK", headers: str = "") -> Fault:
    return lambda wire: wire.send(http(content, status, headers))


def raw(*pieces: bytes) -> Fault:
    return lambda wire: wire.send(*pieces)


def header(lines: str, status: str = "200 OK") -> Fault:
    """Answer properly, with more headers; `{url}` and `{other}` are the two servers."""
    return lambda wire: wire.send(
        http(wire.proper.body, status, lines.format(url=wire.url, other=wire.other_url) + "\r\n")
    )


def chunked(*pieces: bytes) -> Fault:
    return raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", *pieces
    )


def then_reset(*pieces: bytes) -> Fault:
    def send(wire: Wire) -> None:
        wire.send(*pieces)
        wire.reset()

    return send


def then_silence(*pieces: bytes) -> Fault:
    def send(wire: Wire) -> None:
        wire.send(*pieces)
        wire.silence()

    return send


def then_forever(start: bytes, again: bytes) -> Fault:
    def send(wire: Wire) -> None:
        wire.send(start)
        wire.forever(again)

    return send


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def zipped(content: bytes, encoding: str = "gzip") -> Fault:
    return body(content, headers=f"Content-Encoding: {encoding}\r\n")


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
OK = HEAD + b"Content-Length: 60\r\n\r\n"
OBJECT = ('{"a":', "}")

CONNECTION = {
    "closed at once": Row(raw(), ConnectionLost),
    "reset at once": Row(then_reset(), ConnectionLost),
    "reset in the status line": Row(then_reset(b"HTTP/1.1 2"), ConnectionLost),
    "reset in the head": Row(then_reset(HEAD), ConnectionLost),
    "reset after the head": Row(then_reset(OK), ConnectionLost),
    "reset in the body": Row(then_reset(OK, b'{"id": 1, '), ConnectionLost),
    "reset in a chunk": Row(then_reset(HEAD, b"Transfer-Encoding: chunked\r\n\r\n40\r\n{"), ConnectionLost),
    "half of the body": Row(raw(OK, b'{"id": 1, '), ConnectionLost),
    "no answer": Row(then_silence(), TimedOut, slow=True),
    "silence in the head": Row(then_silence(HEAD), TimedOut, slow=True),
    "silence in the body": Row(then_silence(OK, b'{"id":'), TimedOut, slow=True),
    "silence in a chunk": Row(
        then_silence(HEAD, b"Transfer-Encoding: chunked\r\n\r\n40\r\n{"), TimedOut, slow=True
    ),
    "a status line that drips": Row(lambda wire: wire.drip(b"HTTP/1.1 200 " + b"O" * 60_000), TimedOut, True),
    "a header that drips": Row(lambda wire: wire.drip(HEAD + b"X: " + b"x" * 60_000), TimedOut, True),
    "a body that drips": Row(lambda wire: wire.drip(HEAD + b"\r\n" + b" " * 10**6), TimedOut, True),
    "a chunk that drips": Row(
        lambda wire: wire.drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n" + b" " * 10**6),
        TimedOut,
        True,
    ),
    "interim answers without end": Row(
        then_forever(b"", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 100), TimedOut, slow=True
    ),
    "headers without end": Row(then_forever(HEAD, b"X: y\r\n" * 100), ConnectionLost),
    "a header line without end": Row(then_forever(HEAD + b"X: ", b"x" * 4096), ConnectionLost),
    "a body without end": Row(then_forever(HEAD + b"\r\n", b" " * 65536), NotUnderstood),
    "chunks without end": Row(
        then_forever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
        NotUnderstood,
    ),
    "trailers without end": Row(
        then_forever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 100), TimedOut, True
    ),
    "empty gzip members without end": Row(
        then_forever(HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 1000), TimedOut, True
    ),
}

HTTP = {
    "no HTTP": Row(raw(b"220 smtp.school.example ESMTP ready\r\n"), ConnectionLost),
    "TLS alert": Row(raw(b"\x15\x03\x01\x00\x02\x02\x28"), ConnectionLost),
    "NUL bytes": Row(raw(b"\0" * 4096), ConnectionLost),
    "status word": Row(raw(b"HTTP/1.1 OK\r\n\r\n"), ConnectionLost),
    "status 99": Row(raw(b"HTTP/1.1 99 Low\r\n\r\n"), ConnectionLost),
    "status 1000": Row(raw(b"HTTP/1.1 1000 High\r\n\r\n"), ConnectionLost),
    "status 999": Row(body("{}", "999 Denied"), ServerFault),
    "HTTP/2 preface": Row(raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ConnectionLost),
    "HTTP/0.9": Row(raw(GOOD.encode()), ConnectionLost),
    "HTTP/1.0": Row(raw(b"HTTP/1.0 200 OK\r\n\r\n" + GOOD.encode()), None),
    "100 Continue first": Row(raw(b"HTTP/1.1 100 Continue\r\n\r\n", http(GOOD)), None),
    "102 Processing first": Row(raw(b"HTTP/1.1 102 Processing\r\n\r\n", http(GOOD)), NotUnderstood),
    "101 Switching Protocols": Row(
        raw(b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n"), NotUnderstood
    ),
    "204 No Content": Row(raw(b"HTTP/1.1 204 No Content\r\n\r\n"), AnswerNotJson),
    "205 with a body": Row(body(GOOD, "205 Reset Content"), None),
    "206 Partial Content": Row(body(GOOD, "206 Partial Content"), None),
    "negative Content-Length": Row(raw(HEAD + b"Content-Length: -5\r\n\r\n" + GOOD.encode()), None),
    "Content-Length is a word": Row(raw(HEAD + b"Content-Length: many\r\n\r\n" + GOOD.encode()), None),
    "two Content-Lengths": Row(
        raw(HEAD + b"Content-Length: 5\r\nContent-Length: 60\r\n\r\n" + GOOD.encode()), ConnectionLost
    ),
    "Content-Length too small": Row(raw(HEAD + b"Content-Length: 9\r\n\r\n" + GOOD.encode()), AnswerNotJson),
    "Content-Length of an exabyte": Row(
        raw(HEAD + b"Content-Length: 1152921504606846976\r\n\r\n" + GOOD.encode()), ConnectionLost
    ),
    "Content-Length of 5,000 digits": Row(
        raw(HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + GOOD.encode()), None
    ),
    "header without colon": Row(raw(HEAD + b"garbage\r\n\r\n" + GOOD.encode()), None),
    "header with NUL": Row(raw(HEAD + b"X: a\0b\r\n\r\n" + GOOD.encode()), None),
    "header in other bytes": Row(raw(HEAD + b"X: \xff\xfe\xe9\r\n\r\n" + GOOD.encode()), None),
    "folded headers": Row(raw(HEAD + b"X: a\r\n b\r\n\tc\r\n\r\n" + GOOD.encode()), None),
    "bare line feeds": Row(raw(HEAD.replace(b"\r", b"") + b"\n" + GOOD.encode()), None),
    "unknown charset": Row(body(GOOD, headers="Content-Type: application/json; charset=klingon\r\n"), None),
    "chunk size negative": Row(chunked(b"-5\r\nabc\r\n0\r\n\r\n"), ConnectionLost),
    "chunk size a word": Row(chunked(b"zz\r\nabc\r\n0\r\n\r\n"), ConnectionLost),
    "chunk size empty": Row(chunked(b"\r\nabc\r\n0\r\n\r\n"), ConnectionLost),
    "chunk size huge": Row(chunked(b"ffffffffffffffffffff\r\nabc"), ConnectionLost),
    "chunk size of 60,000 digits": Row(chunked(b"f" * 60_000 + b"\r\nabc"), ConnectionLost),
    "chunk size underscored": Row(chunked(b"1_0\r\n" + b" " * 16 + b"\r\n0\r\n\r\n"), NotUnderstood),
    "chunk without its end": Row(chunked(b"5\r\n{}   "), ConnectionLost),
    "chunk longer than it says": Row(chunked(b"2\r\n{}{}{}\r\n0\r\n\r\n"), ConnectionLost),
    "Set-Cookie garbage": Row(
        header("Set-Cookie: =;;;=\x01; expires=never\r\nSet-Cookie: a=" + "b" * 9000), None
    ),
    "content encoding unknown": Row(zipped(GOOD.encode(), "klingon"), None),
    "content encoding of plain text": Row(zipped(GOOD.encode()), ConnectionLost),
    "gzip cut off": Row(zipped(gzip.compress(GOOD.encode())[:20]), NotUnderstood),
    "gzip with garbage behind it": Row(zipped(gzip.compress(GOOD.encode()) + b"garbage"), None),
    "deflate": Row(zipped(zlib.compress(GOOD.encode()), "deflate"), None),
    "nine layers of gzip": Row(zipped(b"x", ", ".join(["gzip"] * 9)), ConnectionLost),
    "gzip bomb": Row(zipped(bomb(2000)), NotUnderstood),
    "400 with a gzip bomb": Row(
        body(bomb(2000), "400 Bad Request", "Content-Encoding: gzip\r\n"), NotUnderstood
    ),
}

STATUS = {
    "400": Row(body({"errors": [{"message": "no"}]}, "400 Bad Request"), RequestRefused),
    "401": Row(body({"errors": [{"message": "no"}]}, "401 Unauthorized"), TokenNotAccepted),
    "401 expired at an object": Row(body({"expired_at": {"a": [1]}}, "401 Unauthorized"), TokenNotAccepted),
    "403": Row(body({"status": ["unauthorized"]}, "403 Forbidden"), NotAllowed),
    "404": Row(body({"errors": {"a": {"b": None}}}, "404 Not Found"), NoSuchThing),
    "500": Row(body("", "500 Error"), ServerFault),
    "503 again and again": Row(body("", "503 Busy"), ServerFault),
    "429 again and again": Row(body("", "429 Slow"), RateLimited),
    "400 of a million characters": Row(body("x" * 10**6, "400 Bad Request"), RequestRefused),
    "500 in a page": Row(body("<html>Oops</html>", "500 Error", "Content-Type: text/html\r\n"), ServerFault),
    "a page": Row(body("<html>Log in</html>", headers="Content-Type: text/html\r\n"), WrongDomain),
    "a page that claims to be JSON": Row(body(" \n<!DOCTYPE html>"), WrongDomain),
}
STATUS |= {
    f"{status} nested {depth:,} deep": Row(body(nested(depth), status), raises)
    for status, raises in {
        "400 Bad Request": RequestRefused,
        "401 Unauthorized": TokenNotAccepted,
        "403 Forbidden": NotAllowed,
        "500 Error": ServerFault,
    }.items()
    for depth in (900, 5_000, 100_000)
}
STATUS |= {
    f"429 with Retry-After {value[:30]!r}": Row(
        body("", "429 Slow", f"Retry-After: {value}\r\n"), RateLimited
    )
    for value in (
        "",
        "-1",
        "0",
        "1e9",
        "NaN",
        "86400",
        "9" * 400,
        "\xb2",
        "soon",
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "Wed, 99 Foo 99999 99:99:99 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 0001 00:00:00 +9999",
    )
}

REDIRECTS = {
    f"{status} to {target[:40]!r}": Row(header(f"Location: {target}", status), WrongDomain)
    for status in ("302 Found", "307 Temporary Redirect")
    for target in (
        "",
        "/",
        "{url}/api/v1/users/self",
        "{other}/login",
        "//",
        "///",
        "http://[",
        "http://[::1",
        "http://a:b:c/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:port/",
        "https://user:password@school.example/",
        "http://\\x00/",
        "http://.../",
        "http://" + "a" * 300 + ".example/",
        "http://xn--/",
        "http://[fe80::1%25eth0]/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://school.example/",
        "\xff\xfe",
        "?" + "x" * 60_000,
        "http://127.0.0.1\\@school.example/",
    )
}
REDIRECTS["300 without a Location"] = Row(body("", "300 Choices"), WrongDomain)
REDIRECTS["304"] = Row(raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), WrongDomain)

LINKS = {
    f"Link {value[:40]!r}": Row(header(f"Link: {value}"), None)
    for value in (
        "garbage",
        "<",
        "<>; rel=next",
        "<" * 60_000,
        "<x>;" * 15_000,
        "<x>" + ";" * 60_000,
        "<x>; " + " " * 60_000,
        '<http://[>; rel="next"',
        '<http://127.0.0.1:99999/x>; rel="next"',
        '<http://127.0.0.1:port/x>; rel="next"',
        '<{other}/x>; rel="next"',
        '<https://elsewhere.example/x>; rel="next"',
        '<javascript:alert(1)>; rel="next"',
        '<//@elsewhere.example/x>; rel="next"',
        '<\\@elsewhere.example/x>; rel="next"',
        '<{url}\xff>; rel="next"',
    )
}

JSON = {
    "nothing": Row(body(""), AnswerNotJson),
    "blanks": Row(body(" " * 1000), AnswerNotJson),
    "half of the JSON": Row(body(GOOD[:20]), AnswerNotJson),
    "JSON and more": Row(body(GOOD + GOOD), AnswerNotJson),
    "a byte order mark": Row(body(b"\xef\xbb\xbf" + GOOD.encode()), None),
    "UTF-16": Row(body(GOOD.encode("utf-16")), AnswerNotJson),
    "Latin-1": Row(body(GOOD[:-1].encode() + b', "name": "Andr\xe9"}'), None),
    "lone surrogates": Row(body(GOOD[:-1] + r', "a\ud800": ["\udfff"]}'), None),
    "surrogates in UTF-8": Row(body(GOOD[:-1].encode() + b', "a": "\xed\xa0\x80"}'), None),
    "NaN": Row(body('{"id": NaN, "workflow_state": "imported"}'), NotUnderstood),
    "Infinity": Row(body('{"id": 1, "workflow_state": "imported", "progress": Infinity}'), NotUnderstood),
    "1e999": Row(body('{"id": 1, "workflow_state": "imported", "progress": 1e999}'), NotUnderstood),
    "an integer of 4,000 digits": Row(body({"id": 10**3999, "workflow_state": "imported"}), NotUnderstood),
    "an integer of 10,000 digits": Row(
        body('{"id": 1' + "0" * 9999 + ', "workflow_state": "imported"}'), AnswerNotJson
    ),
    "null": Row(body("null"), NotUnderstood),
    "a number": Row(body("7"), NotUnderstood),
    "a text": Row(body('"imported"'), NotUnderstood),
    "true": Row(body("true"), NotUnderstood),
    "an empty list": Row(body("[]"), NotUnderstood),
    "an empty object": Row(body("{}"), NotUnderstood),
    "a list of lists": Row(body("[[[]], [{}]]"), NotUnderstood),
    "control characters": Row(body(GOOD.replace("imported", "imp\\u001b[2Jorted")), None),
    "a state of a million characters": Row(body(GOOD.replace("imported", "x" * 10**6)), None),
}
JSON |= {
    f"{name} nested {depth:,} deep": Row(body(text), NotUnderstood)
    for depth in (500, 1_000, 5_000, 100_000)
    for name, text in {
        "lists": nested(depth),
        "objects": OBJECT[0] * depth + "1" + OBJECT[1] * depth,
        "an import": GOOD[:-1] + f', "data": {nested(depth)}}}',
    }.items()
}

FAULTS = CONNECTION | HTTP | STATUS | REDIRECTS | LINKS | JSON

HEAVY = ("bomb", "without end")
LIGHT = [name for name, row in FAULTS.items() if not row.slow and not any(word in name for word in HEAVY)]
"""The faults that are over at once."""
