"""HTTP to one Canvas: time-outs, retries, and a token that goes to no other host.

The only module that imports requests.
"""

import random
import ssl
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from helpers.client.answers import Answer, fault_of
from helpers.client.connection import Connection
from helpers.client.upload import MultipartFile
from helpers.errors import CanvasError, ConnectionLost, NoRoute, NotReachable, TimedOut, TlsFault

USER_AGENT = f"canvas-sis-import-lesson/0.1 {requests.utils.default_user_agent()}"

_BLOCK = 256 * 1024  # bytes per write; the 16 KiB of http.client make an upload several times slower
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0  # seconds
_PASSING_FAULTS = (502, 503, 504)
_MOST_REDIRECTS = 5


class Transport:
    """Sends requests to the Canvas of a connection and brings back its answers.

    Args:
        connection: where to, and with which token.
        timeout: seconds to wait for the connection (and while sending, for each piece of a file to
            leave), and seconds to wait for each piece of the answer.
        retries: how often a GET is tried again after a passing fault.
        sleep: waits that many seconds between the tries.
    """

    def __init__(
        self,
        connection: Connection,
        timeout: tuple[float, float],
        retries: int,
        sleep: Callable[[float], object],
    ) -> None:
        self._connection, self._timeout, self._retries, self._sleep = connection, timeout, retries, sleep
        self._auth = _Bearer(connection)
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        self._session.mount("https://", _LargeBlocks())
        self._session.mount("http://", _LargeBlocks())

    def request(
        self,
        method: str,
        url: str,
        body: MultipartFile | None = None,
        sink: BinaryIO | None = None,
        *,
        with_token: bool = True,
    ) -> Answer:
        """Send one request and return the answer, whatever its status.

        A GET is repeated after a passing fault (rate limit, 502, 503, 504, broken connection), nothing else
        is: Canvas might do the same thing twice.

        Args:
            method: the HTTP method.
            url: the whole address.
            body: what to send along.
            sink: where the body of a successful answer is written, instead of into `Answer.body`.
            with_token: whether the token goes along, if the address is one of its own Canvas.

        Raises:
            NotReachable: no complete answer came.
            FileNotUsable: the file changed while it was sent.
        """
        for attempt in count():
            outcome = self._attempt(method, url, body, sink, self._auth if with_token else _NoToken())
            if method != "GET" or attempt == self._retries or not _is_passing(outcome):
                break
            self._sleep(_wait(outcome, attempt))
        if isinstance(outcome, CanvasError):
            raise outcome
        return outcome

    def download(self, url: str, sink: BinaryIO) -> None:
        """Write a file to `sink`, following redirects to where it is stored; the token stays with Canvas.

        Raises:
            NotReachable: no complete answer came.
            Refused: the status is 400 or above.
            WrongDomain: there is a web page in place of the file, or no end of redirects.
        """
        for _ in range(_MOST_REDIRECTS):
            answer = self.request("GET", url, sink=sink)
            if not 300 <= answer.status < 400 or "location" not in answer.headers:
                break
            url = urljoin(url, answer.headers["location"])
        fault = fault_of(answer)
        if fault:
            raise fault

    def _attempt(
        self, method: str, url: str, body: MultipartFile | None, sink: BinaryIO | None, auth: AuthBase
    ) -> Answer | CanvasError:
        """Try once. Faults are returned: raised here, they would drag the request and its headers along."""
        try:
            response = self._session.request(
                method,
                url,
                data=body,
                headers={"Content-Type": body.content_type} if body else None,
                auth=auth,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                proxies=self._proxies(),
            )
            with response:
                return self._read(response, sink)
        except CanvasError as fault:
            return fault.with_traceback(None)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            return _unreachable(error, urlsplit(url).netloc)

    def _read(self, response: requests.Response, sink: BinaryIO | None) -> Answer:
        body = b""
        if sink and response.status_code == 200:
            sink.seek(0)
            sink.truncate()
            for block in response.iter_content(_BLOCK):
                sink.write(block)
        else:
            body = response.content
        redact, target = self._connection.redact, urlsplit(response.url)
        return Answer(
            status=response.status_code,
            headers={name.lower(): redact(value) for name, value in response.headers.items()},
            body=redact(body.decode("utf-8", "replace")),
            domain=target.netloc,
            request=f"{response.request.method} {redact(target.path)}",
        )

    def _proxies(self) -> dict[str, str] | None:
        """Go around a proxy that the environment names when Canvas is on this very computer."""
        host = urlsplit(self._connection.base_url).hostname or ""
        return {"no_proxy": host} if self._connection.environment == "practice" else None


class _Bearer(AuthBase):
    """Puts the token on requests to its own Canvas only.

    Being an `auth` object, it keeps requests from replacing the token by an entry of `.netrc`, while proxies
    and certificates of the environment still count.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if (request.url or "").startswith(self._connection.base_url + "/"):
            request.headers["Authorization"] = self._connection.authorization
        return request


class _NoToken(AuthBase):
    """Sends no credentials, also not those of `.netrc`."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _LargeBlocks(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, blocksize=_BLOCK)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **kwargs, blocksize=_BLOCK)


def _is_passing(outcome: Answer | CanvasError) -> bool:
    if isinstance(outcome, CanvasError):
        return isinstance(outcome, ConnectionLost)
    return outcome.status in _PASSING_FAULTS or outcome.speaks_of_rate_limit


def _wait(outcome: Answer | CanvasError, attempt: int) -> float:
    """Return the seconds to wait: what the answer asks for, else twice as long each time, give or take."""
    asked = _retry_after(outcome.headers.get("retry-after", "")) if isinstance(outcome, Answer) else None
    if asked is None:
        asked = _FIRST_WAIT * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311  not a secret
    return min(max(asked, 0.0), _LONGEST_WAIT)


def _retry_after(text: str) -> float | None:
    """Read a Retry-After header, which holds seconds or a date."""
    if text.strip().isdecimal():
        return float(text)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


class _Fault(NamedTuple):
    """What lies beneath a transport error, and the error of our own that it stands for."""

    kinds: tuple[type[BaseException], ...]
    error: type[NotReachable]
    what: str
    fix: str
    sent: bool = False


_TLS_FAULT = (
    TlsFault,
    "{domain} could not prove that it is what it says{why}.",
    "Check the domain and the clock of your computer. In a network with a certificate of its own, "
    "name its file in the environment variable REQUESTS_CA_BUNDLE.",
)
_TIMED_OUT = (TimedOut, "{domain} did not answer in time.", "Try again in a minute.")
_FAULTS = (
    _Fault((ssl.SSLCertVerificationError,), *_TLS_FAULT),
    _Fault((requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError), *_TLS_FAULT, sent=True),
    _Fault(
        (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError),
        NoRoute,
        "The proxy on the way to {domain} cannot be used.",
        "Check the environment variables HTTPS_PROXY and NO_PROXY.",
    ),
    _Fault(
        (urllib3.exceptions.NameResolutionError,),
        NoRoute,
        "There is no host {domain}.",
        "Check the spelling of the domain, and your network.",
    ),
    _Fault(
        (urllib3.exceptions.NewConnectionError,),
        NoRoute,
        "Nothing answers at {domain}.",
        "Check the domain and your network; the practice Canvas may have to be started again.",
    ),
    _Fault((requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError), *_TIMED_OUT),
    _Fault(
        (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError), *_TIMED_OUT, sent=True
    ),
    _Fault(
        (Exception,),
        ConnectionLost,
        "The connection to {domain} broke before the answer was complete.",
        "Check your network, then try again.",
        sent=True,
    ),
)


def _unreachable(error: Exception, domain: str) -> NotReachable:
    causes = tuple(_beneath(error))
    fault = next(fault for fault in _FAULTS if any(isinstance(cause, fault.kinds) for cause in causes))
    made = fault.error(fault.what.format(domain=domain, why=_why_not_trusted(causes)), fault.fix)
    made.sent = fault.sent
    return made


def _why_not_trusted(causes: Iterable[BaseException]) -> str:
    messages = (getattr(cause, "verify_message", "") for cause in causes)
    return next((f" ({message})" for message in messages if message), "")


def _beneath(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it wraps: requests and urllib3 wrap in arguments and in `.reason`."""
    yield error
    for wrapped in (*error.args, getattr(error, "reason", None)):
        if isinstance(wrapped, BaseException):
            yield from _beneath(wrapped)
