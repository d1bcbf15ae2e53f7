"""What a request may carry: forms and files in pieces of any size, up to each limit and no further."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from practice_canvas.api import multipart
from practice_canvas.api.errors import ApiError
from practice_canvas.api.multipart import Discard, Form, base_name, read_form
from practice_canvas.api.params import Params, parse_form, to_id, to_integer
from practice_canvas.api.upload import Upload, receive_form
from practice_canvas.api.values import read_time

KIND = "multipart/form-data; boundary=edge"
Part = tuple[str, str]  # what follows `form-data; `, with further headers, and the content


def body(*parts: Part, before: str = "") -> bytes:
    shown = (f"--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n" for head, text in parts)
    return f"{before}{''.join(shown)}--edge--\r\n".encode()


async def pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


def form(content: bytes, size: int = 1 << 20) -> Form:
    return asyncio.run(read_form(KIND, pieces(content, size), Discard()))


def refusal(content: bytes) -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        form(content)
    return refused.value.status, refused.value.body["errors"][0]["message"]


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("before", ["", "text that no one reads\r\n", "--edgy\r\n"])
def test_a_form_is_the_same_in_pieces_of_any_size(size: int, before: str) -> None:
    content = body(
        ('name="a"', "1"), ('name="attachment"; filename="x.csv"', "file"), ('name="b"', ""), before=before
    )
    assert form(content, size) == Form([("a", "1"), ("b", "")], "x.csv", file_is_last=False)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('name="attachment"; filename="x.csv"', Form([], "x.csv", file_is_last=True)),
        ('NAME="attachment"; FILENAME="x.csv"', Form([], "x.csv", file_is_last=True)),
        ("name=attachment; filename=x.csv", Form([], "x.csv", file_is_last=True)),
        ('name="attachment"; filename="C:\\\\data\\\\x.csv"', Form([], "x.csv", file_is_last=True)),
        ('name="attachment"; filename="a\\"b%22c.csv"', Form([], 'a"b"c.csv', file_is_last=True)),
        (
            'name="attachment"; filename="?"; filename*=UTF-8\'\'%C3%A4.csv',
            Form([], "ä.csv", file_is_last=True),
        ),
        (
            'name="attachment"; filename="x.csv"\r\nContent-Type: text/csv',
            Form([], "x.csv", "text/csv", file_is_last=True),
        ),
        ('name="other"; filename="x.csv"', Form()),
        ('name="attachment"; filename=""', Form()),
        ('name="attachment"', Form([("attachment", "text")])),
    ],
)
def test_which_part_is_the_file(head: str, expected: Form) -> None:
    assert form(body((head, "text"))) == expected


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("x.csv", "x.csv"),
        ("a/b.csv", "b.csv"),
        ("a\\b.csv", "b.csv"),
        ("\a", "attachment"),
        ("a/", "attachment"),
    ],
)
def test_a_file_has_no_folders_and_always_a_name(path: str, name: str) -> None:
    assert base_name(path) == name


def test_a_form_has_at_most_so_many_parts_and_so_much_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "MOST_PARTS", 3)
    monkeypatch.setattr(multipart, "LARGEST_FIELDS", 10)
    field = ('name="a"', "12")
    assert len(form(body(field, field, field)).fields) == 3
    assert refusal(body(*[field] * 4)) == (400, "The form has more than 3 parts.")
    assert form(body(('name="a"', "1234"), ('name="b"', "123456"))).fields[1] == ("b", "123456")
    assert refusal(body(('name="a"', "1234"), ('name="b"', "1234567")))[0] == 413
    assert form(body(('name="attachment"; filename="x"', "1" * 99))).file_name == "x"


def test_a_form_without_its_end_or_its_boundary_is_refused() -> None:
    whole = body(('name="a"', "1"))
    assert refusal(whole.removesuffix(b"--\r\n"))[0] == 400
    assert refusal(b"")[0] == 400
    with pytest.raises(ApiError, match="400"):
        asyncio.run(read_form("multipart/form-data", pieces(whole, 99), Discard()))


def test_a_file_may_be_as_large_as_the_limit_and_the_last_one_counts(tmp_path: Path) -> None:
    def receive(*texts: str) -> Upload:
        path = tmp_path / "upload"
        path.unlink(missing_ok=True)
        content = body(*(('name="attachment"; filename="x"', text) for text in texts))
        return asyncio.run(receive_form(KIND, pieces(content, 3), path, limit=10))

    upload = receive("1" * 10, "2" * 9, "3" * 10)
    assert (upload.path.read_text(), upload.name, upload.file_is_last) == ("3" * 10, "x", True)
    assert receive("long text", "short").path.read_text() == "short"
    with pytest.raises(ApiError) as refused:
        receive("1" * 11)
    assert refused.value.status == 413 and not upload.path.exists()
    assert receive().name is None and not upload.path.exists()


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), ("-1", None), ("²", None)],
)
def test_which_texts_are_ids(text: str, number: int | None) -> None:
    assert to_id(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), (" -3x", -3), ("+2", 2), ("", 0), ("x1", 0), ("1.9", 1)]
)
def test_a_number_is_read_as_far_as_it_goes(text: str, number: int) -> None:
    assert to_integer(text) == number


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-09-01", "2026-09-01T00:00:00Z"),
        ("2026-09-01T10:00:00Z", "2026-09-01T10:00:00Z"),
        ("2026-09-01T10:00:00.9-05:00", "2026-09-01T15:00:00Z"),
        ("2026-09-01T10:00:00+02:00", "2026-09-01T08:00:00Z"),
        ("2026-09-01T10:00:00 02:00", "2026-09-01T08:00:00Z"),
        ("2026-09-01T10:00 0200", "2026-09-01T08:00:00Z"),
        (" 2026-09-01 ", "2026-09-01T00:00:00Z"),
        ("0001-01-01T00:00:00+02:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_time_is_read_in_utc_wherever_the_computer_is(
    given: str, moment: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        for zone in ("UTC0", "EST5"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert read_time(given) == moment
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_query_wins_over_the_form_and_what_is_not_read_is_known() -> None:
    params = Params(
        [("a", "1"), ("a", "2"), ("include[]", "x"), ("include[]", "y"), ("page", "3")],
        [("a", "form"), ("b", " text "), ("c[d]", "4"), ("c[e]", "5"), ("list[]", "6"), ("list", "7")],
    )
    assert (params.get("a"), params.filled("b"), params.get("z")) == ("2", "text", None)
    assert params.chosen("include", ["w", "x"]) == ["x"]
    assert params.all("list") == ["6", "7"]
    nested = params.nested("c")
    assert (dict(nested.items())["d"], len(nested), list(nested)) == ("4", 2, ["d", "e"])
    assert params.ignored() == ["include[]=y"]
    later = Params([("a", "1")], [("x[y]", "1"), ("x[z]", "2")])
    assert later.nested("x")["y"] == "1"
    assert sorted(later.ignored()) == ["a", "x[z]"]
    assert "a" in later and later.ignored() == ["x[z]"]


@pytest.mark.parametrize(
    ("kind", "content", "pairs"),
    [
        ("application/x-www-form-urlencoded", b"a=1&b=&a=2", [("a", "1"), ("b", ""), ("a", "2")]),
        (
            "Application/JSON; charset=utf-8",
            b'{"a": {"b": [1, true]}, "c": null}',
            [("a[b][]", "1"), ("a[b][]", "true"), ("c", "")],
        ),
        ("application/json", b"", []),
        ("application/json", b"7", []),
        ("text/csv", b"a=1", []),
    ],
)
def test_a_form_is_read_by_its_content_type(kind: str, content: bytes, pairs: list[tuple[str, str]]) -> None:
    assert parse_form(kind, content) == pairs
