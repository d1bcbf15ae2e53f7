import copy
import pickle

import pytest

from helpers.client.connection import Connection, address_before_token
from helpers.errors import ConnectionInputError
from tests.fake_server import TOKEN

HOST = "school.instructure.com"


@pytest.mark.parametrize(
    "typed",
    [
        HOST,
        f"https://{HOST}",
        f"https://{HOST}/",
        "HTTPS://School.Instructure.Com/courses/1?x=1#top",
        f"  {HOST}\n",
        f'"{HOST}"',
        f"<{HOST}>",
        f"‘https://{HOST}/api/v1/accounts/self/sis_imports’",
        f"{HOST}:443",
        f"{HOST}.",
        f"{HOST}/login/canvas",
    ],
)
def test_pasted_domains_are_cleaned(typed: str) -> None:
    connection = Connection(typed, TOKEN)
    assert connection.base_url == f"https://{HOST}"
    assert connection.domain == HOST


@pytest.mark.parametrize(
    ("typed", "base_url"),
    [
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("127.0.0.1:8765/", "http://127.0.0.1:8765"),
        ("localhost:3000", "http://localhost:3000"),
        ("https://localhost:8443/x", "https://localhost:8443"),
        ("http://[::1]:8765", "http://[::1]:8765"),
        ("canvas.school.edu:8443", "https://canvas.school.edu:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_ports_loopback_and_international_names_are_kept(typed: str, base_url: str) -> None:
    assert Connection(typed, TOKEN).base_url == base_url


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("<canvas_fqdn>", "placeholder"),
        ("institution_name.test.instructure.com", "placeholder"),
        ("http://school.instructure.com", "not encrypted"),
        ("http://192.168.1.5:3000", "not encrypted"),
        ("ftp://school.instructure.com", "ftp"),
        ("myschool", "complete domain"),
        ("my school.instructure.com", "characters that are not allowed in a domain"),
        ("https://user:pw@school.instructure.com", "user name"),
        ("school.instructure.com:99999", "not an address"),
        ("https://", "characters that are not allowed in a domain"),
        ("[::1", "not an address"),
        ("-school..com", "characters that are not allowed in a domain"),
    ],
)
def test_what_cannot_be_a_domain_is_refused(typed: str, says: str) -> None:
    with pytest.raises(ConnectionInputError, match=says) as caught:
        Connection(typed, TOKEN)
    assert caught.value.fix
    assert ":pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (TOKEN, "looks like a token"),
        (f"Bearer {TOKEN}", "characters that are not allowed in a domain"),
        (f"{HOST} {TOKEN}", "characters that are not allowed in a domain"),
        (f"{TOKEN}:x", "not an address"),
    ],
)
def test_a_token_typed_as_domain_is_refused_without_showing_it(typed: str, says: str) -> None:
    with pytest.raises(ConnectionInputError, match=says) as caught:
        Connection(typed, HOST)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "typed",
    [
        TOKEN,
        f" {TOKEN}\n",
        f'"{TOKEN}"',
        f"<{TOKEN}>",
        f"{TOKEN}>",
        f"Bearer {TOKEN}",
        f"bearer  {TOKEN}",
        f"'Authorization: Bearer {TOKEN}'",
        f"Authorization: Bearer <{TOKEN}>",
    ],
)
def test_pasted_tokens_are_cleaned(typed: str) -> None:
    assert Connection(HOST, typed).authorization == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "<api_token>",
        "YOUR_TOKEN_HERE",
        "Bearer",
        "$CANVAS_API_TOKEN",
        "%CANVAS_API_TOKEN%",
        "xxxxxxxx",
        "••••••••••1234",
        "two words",
        "line\nbreak1234567",
        "https://school.instructure.com",
        "tökenwithumlaut",
    ],
)
def test_what_cannot_be_a_token_is_refused_without_showing_it(typed: str) -> None:
    with pytest.raises(ConnectionInputError) as caught:
        Connection(HOST, typed)
    assert len(typed.strip()) < 8 or typed.strip() not in str(caught.value)


def test_what_was_cleaned_is_said() -> None:
    connection = Connection(f"<https://{HOST}/courses>", f"Bearer {TOKEN}")
    assert len(connection.cleaned) == 3
    assert not any(TOKEN in sentence for sentence in connection.cleaned)
    assert Connection(HOST, TOKEN).cleaned == ()


@pytest.mark.parametrize(
    ("domain", "environment"),
    [
        ("127.0.0.1:8765", "practice"),
        ("localhost", "practice"),
        ("school.test.instructure.com", "test"),
        ("school.beta.instructure.com", "beta"),
        ("school.instructure.com", "production"),
        ("test.school.edu", "production"),
        ("test.instructure.com.evil.example", "production"),
    ],
)
def test_the_domain_tells_the_environment(domain: str, environment: str) -> None:
    assert Connection(domain, TOKEN).environment == environment


def test_the_token_shows_nowhere() -> None:
    connection = Connection(HOST, TOKEN)
    assert TOKEN not in f"{connection!r} {connection}"
    assert TOKEN[-4:] not in repr(connection)
    assert connection.redact(f"you sent {TOKEN}!") == "you sent •••!"
    assert not hasattr(connection, "__dict__")


def test_a_connection_is_never_pickled_or_copied() -> None:
    connection = Connection(HOST, TOKEN)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled or copied") as caught:
            attempt(connection)
        assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        (f" https://{HOST}/login ", HOST),
        ("http://trainer:8900/", "trainer:8900"),
        ("trainer:8900", "trainer:8900"),
        ("http://192.168.1.5:8900/join", "192.168.1.5:8900"),
        ("http://192.168.1.5:8900?from=card", "192.168.1.5:8900"),
        ("http://192.168.1.5:8900#top", "192.168.1.5:8900"),
    ],
)
def test_a_domain_without_a_token_is_cleaned_and_may_be_that_of_a_seat(typed: str, host: str) -> None:
    assert address_before_token(typed).netloc == host


@pytest.mark.parametrize("typed", ["trainer", f"http://{HOST}", f"{HOST}:x", "trainer/join:8900x", ""])
def test_a_domain_that_no_token_makes_one_is_refused_without_a_token(typed: str) -> None:
    with pytest.raises(ConnectionInputError):
        address_before_token(typed)
