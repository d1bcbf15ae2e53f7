"""Which Canvas, and with which token: cleans what people paste, and lets the token out at one place only."""

import ipaddress
import re
from typing import Any, Literal, NoReturn
from urllib.parse import SplitResult, urlsplit

from helpers.errors import ConnectionInputError
from practice_canvas.seat_tokens import seat_number

DOMAIN_VARIABLE = "CANVAS_DOMAIN"
TOKEN_VARIABLE = "CANVAS_API_TOKEN"  # noqa: S105 — the variable's name, not a token

Environment = Literal["practice", "test", "beta", "production"]

_WRAPPING = "\"'`<>“”‘’«» \t\r\n\u00a0\ufeff"
"""Characters that are copied along with an address or a token from a page, an email or a script."""

_PLACEHOLDER = re.compile(
    r"(your|my|the|a|api|access|canvas|_|-|\.)*(token|key|fqdn|domain)(_?here)?|x+|\.+|institution_?name\..*|"
    r"[$%].*",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
_LOOKS_LIKE_TOKEN = re.compile(r"(seat-)?\d+~[\w-]+|\w{40,}")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")


MASK = "•••"  # replaces a token: not even a few of its characters get into a saved notebook


class Connection:
    """A Canvas and a token for it, cleaned and checked.

    Args:
        domain: what a person would paste: `school.instructure.com`, `https://school.instructure.com/login`,
            `"school.instructure.com "`. Plain http is for the practice Canvas on this computer, and for a
            seat in a training room: there a practice Canvas must answer, and the token must be one that
            only rooms give.
        token: an access token; quotes, spaces, `<…>` and a leading `Bearer` are removed.

    Attributes:
        base_url: `https://school.instructure.com` or `http://127.0.0.1:8765`, without a slash at its end.
        domain: the host, with its port if it has one.
        environment: `practice`, `test`, `beta` or `production`.
        seat: the number of the seat in a training room, else None.
        cleaned: one sentence for each thing that was put right.

    Raises:
        ConnectionInputError: the domain or the token cannot be one.

    The token never shows in `repr` or `str`, and a connection refuses to be pickled.
    """

    __slots__ = ("__pattern", "__token", "base_url", "cleaned", "domain", "environment", "seat")

    def __init__(self, domain: str, token: str) -> None:
        notes: list[str] = []
        self.seat: int | None = seat_number(_bare_token(token))
        address = _clean_domain(domain, notes, of_seat=self.seat is not None)
        self.__token = _clean_token(token, notes)
        self.__pattern = _in_every_spelling(self.__token)
        self.base_url: str = f"{address.scheme}://{address.netloc}"
        self.domain: str = address.netloc
        self.environment: Environment = "practice" if self.seat else _environment(address.hostname or "")
        if self.seat and not is_loopback(address.hostname or ""):
            _require_practice_canvas(self.base_url)
        self.cleaned: tuple[str, ...] = tuple(notes)

    @property
    def authorization(self) -> str:
        """The value of the Authorization header: the only way to the token. Never print it."""
        return f"Bearer {self.__token}"

    @property
    def seat_token(self) -> str:
        """The token of a seat, for the seat's own controls; "" for any other token. Never print it."""
        return self.__token if self.seat else ""

    def redact(self, text: str) -> str:
        """Return the text with the token masked, should it occur, also as JSON or an address may spell it."""
        return self.__pattern.sub(MASK, text)

    def __repr__(self) -> str:
        seat = f", seat {self.seat}" if self.seat else ""
        return f"<Connection to {self.base_url} ({self.environment}{seat}), token {MASK}>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("A Connection holds a token, so it cannot be pickled or copied: create a new one.")


def address_before_token(domain: str) -> SplitResult:
    """Check a domain before anybody is asked for a token, and return its scheme, host, and port.

    An address with a port may be that of a seat in a training room; only the token tells.

    Raises:
        ConnectionInputError: the domain cannot be one.
    """
    return _clean_domain(domain, [], of_seat=bool(re.search(r":\d+([/?#]|$)", domain.strip(_WRAPPING))))


def _in_every_spelling(token: str) -> re.Pattern[str]:
    r"""Return what finds a token in JSON and in addresses: `~` may be `~`, `\u007e`, `%7E` or `%257E`."""
    return re.compile(
        "".join(
            rf"(?:{re.escape(each)}|(?i:(?:%|%25|\\u0025|\\u00){ord(each):02x})|\\{re.escape(each)})"
            for each in token
        )
    )


def is_loopback(host: str) -> bool:
    """Return whether a host name means this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _environment(host: str) -> Environment:
    if is_loopback(host):
        return "practice"
    if host.endswith(".test.instructure.com"):
        return "test"
    return "beta" if host.endswith(".beta.instructure.com") else "production"


def _require_practice_canvas(url: str) -> None:
    """Make sure that a seat's token goes to a practice Canvas; it is not sent to find out."""
    from practice_canvas import joining  # it needs a package; start.py reads this module before any is there

    if not joining.is_practice_canvas(url):
        raise ConnectionInputError(
            f"The token is that of a seat in a training room, but no practice Canvas answers at {url}.",
            "Copy the address and the token from the room's join page.",
        )


def _clean_domain(typed: str, notes: list[str], *, of_seat: bool) -> SplitResult:
    """Reduce what was typed to scheme, host and port."""
    text = typed.strip(_WRAPPING)
    _refuse_invalid_domain(text)
    if text != typed.strip():
        notes.append("Removed quotes or brackets around the domain.")
    scheme, _, rest = text.rpartition("://")
    try:
        address = urlsplit(f"{scheme or 'https'}://{rest}")
        host, port = _ascii_host(address.hostname or ""), address.port
    except ValueError:
        raise _bad_domain(text, "is not an address") from None
    _refuse_invalid_host(address, host, text, of_seat=of_seat)
    if (address.path.strip("/"), address.query, address.fragment) != ("", "", ""):
        notes.append("Removed what followed the domain: the lesson adds the path itself.")
    return _checked_scheme(scheme.lower(), host, port, of_seat=of_seat)


def _refuse_invalid_domain(text: str) -> None:
    if not text:
        raise ConnectionInputError(
            "The domain is empty.", "Type the domain of your Canvas, such as school.instructure.com."
        )
    if _LOOKS_LIKE_TOKEN.fullmatch(text):
        raise ConnectionInputError(
            "The domain you gave looks like a token.", "Give the domain first, then the token."
        )
    if _PLACEHOLDER.fullmatch(text):
        raise _bad_domain(text, "is a placeholder")


def _refuse_invalid_host(address: SplitResult, host: str, text: str, *, of_seat: bool) -> None:
    if address.scheme not in ("http", "https"):
        raise _bad_domain(text, f"begins with {address.scheme}://, which Canvas does not use")
    if address.username is not None:
        raise ConnectionInputError(
            "The domain contains a user name or password (the part before @).",
            "Give the domain alone; the token says who you are.",
        )
    if ":" not in host and not _HOST.fullmatch(host):
        raise _bad_domain(text, "contains characters that are not allowed in a domain")
    if "." not in host and not is_loopback(host) and not of_seat:
        raise _bad_domain(text, "is not a complete domain")


def _checked_scheme(scheme: str, host: str, port: int | None, *, of_seat: bool) -> SplitResult:
    """Choose https; plain http is allowed only for a practice Canvas."""
    may_be_plain = of_seat or is_loopback(host)
    if scheme == "http" and not may_be_plain:
        raise ConnectionInputError(
            f"http://{host} is not encrypted: anyone on the network could read your token.",
            f"Use https://{host}. Plain http is for the practice Canvas on your own computer,"
            " and for a seat in a training room with the token from its join page.",
        )
    scheme = scheme or ("http" if may_be_plain else "https")
    shown = f"[{host}]" if ":" in host else host.rstrip(".")
    default = {"http": 80, "https": 443}[scheme]
    return urlsplit(f"{scheme}://{shown}" + (f":{port}" if port not in (None, default) else ""))


def _ascii_host(host: str) -> str:
    """Return an international domain name in the ASCII form that goes over the wire."""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _bad_domain(text: str, why: str) -> ConnectionInputError:
    shown = _LOOKS_LIKE_TOKEN.sub(MASK, text)
    return ConnectionInputError(
        f"The domain {shown!r} {why}.",
        "Type it as your browser shows it when you are logged in to Canvas, such as school.instructure.com.",
    )


def _clean_token(typed: str, notes: list[str]) -> str:
    """Reduce what was typed to the bare token. No message here may show what was typed."""
    token = _bare_token(typed)
    problem = _token_problem(token)
    if problem:
        raise ConnectionInputError(
            problem, "Create one in Canvas (Account > Settings > New Access Token) and copy all of it."
        )
    if token != typed.strip():
        notes.append("Removed what was pasted around the token (quotes, brackets, or the word Bearer).")
    return token


def _bare_token(typed: str) -> str:
    """Return a token without what was pasted around it."""
    bare = re.sub(r"^(Authorization\s*:\s*)?(Bearer\s+)?", "", typed.strip(_WRAPPING), flags=re.IGNORECASE)
    return bare.strip(_WRAPPING)


def _token_problem(token: str) -> str | None:
    if not token or token.lower() in ("bearer", "authorization:"):
        return "The token is empty."
    if _PLACEHOLDER.fullmatch(token):
        return "The token is still a placeholder, not a token."
    if "://" in token:
        return "The token you gave looks like an address."
    if not _TOKEN.fullmatch(token):
        return (
            "The token contains a space or another character that tokens never have"
            " (was it masked when you copied it?)."
        )
    return None
