"""The host names that the practice Canvas answers to: a web page from elsewhere must not reach it.

A page can make its own host name resolve to this computer (DNS rebinding). An IP address is not resolved, so
no page can take one over. A server that listens on every address therefore answers to any IP address, but
only to host names that it knows to be its own. The port is compared on loopback only: beyond loopback,
clients may see a published port, such as that of a container.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from practice_canvas.api import errors
from practice_canvas.api.params import WITH_BODY

if TYPE_CHECKING:  # start.py reads host names before Starlette is installed
    from starlette.requests import Request

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
DEFAULT_PORTS = {"http": 80, "https": 443}
HOST_NAME = re.compile(r"[A-Za-z0-9._-]+")
_AUTHORITY = re.compile(rf"(\[[0-9A-Fa-f:.]+\]|{HOST_NAME.pattern})(?::([0-9]{{1,5}}))?")


class Hosts:
    """The names and ports that a request's Host header may carry.

    Args:
        host: the address or name it listens on.
        address: the address that its socket is bound to.
        port: the port that its socket is bound to.
        allowed: further names it answers to, at any port.
    """

    def __init__(self, host: str, address: str, port: int, allowed: Iterable[str] = ()) -> None:
        bound = ipaddress.ip_address(address)
        self.beyond_loopback = not bound.is_loopback
        self._any_address = bound.is_unspecified
        self._own = LOOPBACK | {one_spelling(host), one_spelling(address)}
        if bound.is_unspecified:
            self._own |= _names_of_this_computer()
        self._port = port
        self._allowed = {one_spelling(name) for name in allowed}

    def check_request(self, request: "Request") -> None:
        """Reject a request as `check` does, and a change that a page of another site sends without Origin.

        Programs and terminals send neither Origin nor Sec-Fetch-Site. Browsers send Origin with every form,
        unless an extension hides where the form is, and Sec-Fetch-Site to this computer and over HTTPS.

        Raises:
            ApiError: 403.
        """
        headers = request.headers
        self.check(headers.get("host", ""), headers.getlist("origin"), request.scope["scheme"])
        site = headers.get("sec-fetch-site", "none")
        if request.method in WITH_BODY and site not in ("none", "same-origin"):
            raise errors.wrong_origin(headers.get("referer", "another site"))

    def check(self, host: str, origins: Iterable[str], scheme: str) -> None:
        """Reject a request for another host name, and one that a page of another site sent.

        Args:
            host: the Host header, "" when there is none.
            origins: every Origin header.
            scheme: the scheme of the request's address.

        Raises:
            ApiError: 403.
        """
        asked = _read(host, scheme)
        if asked is None or not self._answers_to(*asked):
            raise errors.wrong_host(host)
        for origin in origins:
            origin_scheme, _, authority = origin.partition("://")
            if origin_scheme.lower() != scheme or _read(authority, scheme) != asked:
                raise errors.wrong_origin(origin)

    def _answers_to(self, name: str, port: int) -> bool:
        if name in self._allowed:
            return True
        if self.beyond_loopback:
            return name in self._own or (self._any_address and is_address(name))
        return name in self._own and port == self._port


def is_address(name: str) -> bool:
    """Return whether a name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def one_spelling(name: str) -> str:
    """Return a host name in lower case, an IP address in its usual form without brackets."""
    bare = name.lower().strip("[]")
    return str(ipaddress.ip_address(bare)) if is_address(bare) else bare


@lru_cache(maxsize=64)  # each client sends the same one with every request
def _read(authority: str, scheme: str) -> tuple[str, int] | None:
    """Return the name and the port of `name:port`; None when it is malformed."""
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        return None
    return one_spelling(found[1]), int(found[2] or DEFAULT_PORTS.get(scheme, 0))


def _names_of_this_computer() -> set[str]:
    """Return the name of this computer: whole, its first part, and that one as local networks look it up."""
    name = one_spelling(socket.gethostname())
    first = name.partition(".")[0]
    return {name, first, f"{first}.local"}
