"""Why no answer came, in words: one table of what the network and its libraries raise."""

import ssl
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import requests
import urllib3.exceptions

from helpers.errors import ConnectionLost, NoRoute, NotReachable, TimedOut, TlsFault


class _Fault(NamedTuple):
    """What lies beneath a transport error, and the error of our own that it stands for."""

    kinds: tuple[type[BaseException], ...]
    error: type[NotReachable]
    what: str
    fix: str
    sent: bool = False


_TLS_FAULT = (
    TlsFault,
    "The certificate of {domain} could not be verified{why}.",
    "Check the domain and the clock of your computer. If your network uses its own certificate, "
    "set the environment variable REQUESTS_CA_BUNDLE to its file.",
)
_TIMED_OUT = (TimedOut, "{domain} did not answer in time.", "Try again in a minute.")
_FAULTS = (
    _Fault((ssl.SSLCertVerificationError,), *_TLS_FAULT),
    _Fault((requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError), *_TLS_FAULT, sent=True),
    _Fault(
        (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError),
        NoRoute,
        "Could not connect to {domain} through the proxy.",
        "Check the environment variables HTTPS_PROXY and NO_PROXY.",
    ),
    _Fault(
        (
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidSchema,
            urllib3.exceptions.LocationValueError,
        ),
        NoRoute,
        "The address of {domain} cannot be used.",
        "Check the domain.",
    ),
    _Fault(
        (urllib3.exceptions.NameResolutionError,),
        NoRoute,
        "The host {domain} was not found.",
        "Check the spelling of the domain, and your network.",
    ),
    _Fault(
        (urllib3.exceptions.NewConnectionError,),
        NoRoute,
        "Could not connect to {domain}.",
        "Check the domain and your network; you may need to start the practice Canvas again.",
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


def unreachable(error: Exception, domain: str) -> NotReachable:
    """Return the error that says why no answer came.

    Args:
        error: what requests or urllib3 raised.
        domain: what was asked.
    """
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
