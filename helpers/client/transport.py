"""HTTP to one Canvas: time-outs, retries, and a token that goes to no other host.

With timed_http and network_faults the only module that imports requests.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from itertools import count
from typing import BinaryIO
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.auth import AuthBase

from helpers.client.addresses import resolve
from helpers.client.answers import Answer, fault_of
from helpers.client.connection import Connection
from helpers.client.network_faults import unreachable
from helpers.client.timed_http import DEADLINE, Deadline, TimedAdapter
from helpers.client.upload import MultipartFile
from helpers.errors import CanvasError, ConnectionLost, FileNotUsable, NotUnderstood, reason

USER_AGENT = f"canvas-sis-import-lesson/0.1 {requests.utils.default_user_agent()}"

MOST_IN_AN_ANSWER = 20_000_000  # bytes, unpacked; 100 objects are less than one million
MOST_IN_MEMORY, MOST_IN_A_FILE = 500_000_000, 20_000_000_000  # bytes of a download, unpacked

_BLOCK = 256 * 1024  # bytes
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0  # seconds
_PASSING_FAULTS = (502, 503, 504)
_MOST_REDIRECTS = 5


class Transport:
    """Sends requests to the Canvas of a connection and brings back its answers.

    Args:
        connection: where to, and with which token.
        timeout: seconds to wait for the connection (and while sending, for each piece of a file to
            leave), and seconds to wait for each piece of the answer.
        deadline: seconds that a whole answer may take; a download gets more as it grows.
        retries: how often a GET is tried again after a passing fault.
        sleep: waits that many seconds between the tries.
    """

    def __init__(
        self,
        connection: Connection,
        timeout: tuple[float, float],
        deadline: float,
        retries: int,
        sleep: Callable[[float], object],
    ) -> None:
        self._connection, self._timeout, self._retries, self._sleep = connection, timeout, retries, sleep
        self._deadline = deadline
        self._auth = _Bearer(connection)
        self._session = _Session()
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        self._session.mount("https://", TimedAdapter())
        self._session.mount("http://", TimedAdapter())

    def request(
        self,
        method: str,
        url: str,
        body: MultipartFile | None = None,
        sink: BinaryIO | None = None,
        *,
        most: int = MOST_IN_AN_ANSWER,
        with_token: bool = True,
    ) -> Answer:
        """Send one request and return the answer, whatever its status.

        A GET is repeated after a passing fault (rate limit, 502, 503, 504, broken connection), unless Canvas
        asks for a longer pause than a minute or the tries have used up the deadline. Nothing else is
        repeated: Canvas might do the same thing twice.

        Args:
            method: the HTTP method.
            url: the whole address.
            body: what to send along.
            sink: where the body of a successful answer is written, instead of into `Answer.body`.
            most: so many bytes `sink` may get.
            with_token: whether the token goes along, if the address is one of its own Canvas.

        Raises:
            NotReachable: no complete answer came.
            NotUnderstood: the answer is too large.
            FileNotUsable: the file changed while it was sent, or `sink` cannot be written.
        """
        spent = 0.0
        for attempt in count():
            begun = time.monotonic()
            outcome = self._attempt(method, url, body, sink, most, self._auth if with_token else _NoToken())
            spent += time.monotonic() - begun
            if method != "GET" or attempt == self._retries or not _is_passing(outcome):
                break
            wait = _wait(outcome, attempt)
            if wait > _LONGEST_WAIT or spent > self._deadline:
                break
            self._sleep(wait)
        if isinstance(outcome, CanvasError):
            raise outcome
        return outcome

    def download(self, url: str, sink: BinaryIO, most: int) -> None:
        """Write a file to `sink`, following redirects to where it is stored; the token stays with Canvas.

        Args:
            url: the address, whole or from the root of the Canvas.
            sink: gets the content.
            most: so many bytes it may be.

        Raises:
            NotReachable: no complete answer came.
            Refused: the status is 400 or above.
            WrongDomain: there is a web page in place of the file, or no end of redirects.
            NotUnderstood: the file is too large, or an address cannot be one.
            FileNotUsable: `sink` cannot be written.
        """
        url = resolve(self._connection.base_url + "/", url)
        for _ in range(_MOST_REDIRECTS):
            answer = self.request("GET", url, sink=sink, most=most)
            if not 300 <= answer.status < 400 or "location" not in answer.headers:
                break
            url = resolve(url, answer.headers["location"])
        fault = fault_of(answer)
        if fault:
            raise fault

    def _attempt(
        self,
        method: str,
        url: str,
        body: MultipartFile | None,
        sink: BinaryIO | None,
        most: int,
        auth: AuthBase,
    ) -> Answer | CanvasError:
        """Try once. Faults are returned: raised here, they would drag the request and its headers along."""
        deadline = Deadline(self._deadline)
        token = DEADLINE.set(deadline)
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
                if sink and response.status_code == 200:
                    _save(_body(response, most), sink, deadline)
                    return self._answer(response, b"")
                return self._answer(response, b"".join(_body(response, MOST_IN_AN_ANSWER)))
        except CanvasError as fault:
            return fault.with_traceback(None)
        except (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, ValueError) as error:
            return unreachable(error, urlsplit(url).netloc)
        finally:
            DEADLINE.reset(token)

    def _answer(self, response: requests.Response, body: bytes) -> Answer:
        redact, target = self._connection.redact, urlsplit(response.url)
        return Answer(
            status=response.status_code,
            headers={name.lower(): redact(value) for name, value in response.headers.items()},
            body=redact(body.decode("utf-8-sig", "replace")),
            domain=target.netloc,
            request=f"{response.request.method} {redact(target.path)}",
        )

    def _proxies(self) -> dict[str, str] | None:
        """Bypass a proxy that the environment names when Canvas is on this computer."""
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


class _Session(requests.Session):
    """Keeps no cookies, which an API does not need, and leaves redirects to us, also broken ones."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def _body(response: requests.Response, most: int) -> Iterator[bytes]:
    """Yield the body, unpacked: a few bytes may unpack to more than the memory of this computer."""
    size = 0
    for block in response.iter_content(_BLOCK):
        size += len(block)
        if size > most:
            domain = urlsplit(response.url).netloc
            raise NotUnderstood(
                f"The answer of {domain} is larger than {most // 10**6:,} MB; reading it was stopped.",
                "Check the domain. If it is your Canvas, ask for less at once.",
                status=response.status_code,
            )
        yield block


def _save(blocks: Iterable[bytes], sink: BinaryIO, deadline: Deadline) -> None:
    """Write a download, from the start also after a try that broke off."""
    try:
        sink.seek(0)
        sink.truncate()
    except OSError as error:
        raise not_saved(error) from None
    for block in blocks:
        deadline.extend(len(block))
        try:
            sink.write(block)
        except OSError as error:
            raise not_saved(error) from None


def not_saved(error: OSError | ValueError) -> FileNotUsable:
    """Return what to raise when the file of a download cannot be opened or written."""
    return FileNotUsable(
        f"The download cannot be saved: {reason(error)}.",
        "Free some space or choose another folder, then try again.",
    )


def _is_passing(outcome: Answer | CanvasError) -> bool:
    if isinstance(outcome, CanvasError):
        return isinstance(outcome, ConnectionLost)
    return outcome.status in _PASSING_FAULTS or outcome.is_rate_limited


def _wait(outcome: Answer | CanvasError, attempt: int) -> float:
    """Return the seconds to wait: what the answer asks for, else twice as long each time, give or take."""
    asked = outcome.retry_after if isinstance(outcome, Answer) else None
    usual = _FIRST_WAIT * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311  not a secret
    return usual if asked is None else asked
