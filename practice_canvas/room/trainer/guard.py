"""Let the trainer alone in: a secret in the link, exchanged for a cookie."""

import hmac
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from practice_canvas.api import errors
from practice_canvas.api.hosts import Hosts

SECRET = "secret"  # noqa: S105 (a name)


class Guard:
    """Knows the trainer.

    Args:
        secret: what the link that the room shows at its start carries.
        hosts: the names under which the page may be addressed.
    """

    def __init__(self, secret: str, hosts: Hosts) -> None:
        self._secret = secret.encode()
        self._hosts = hosts
        # Made of the secret, so that an open page goes on after a restart, without giving the secret away.
        self._cookie = hmac.new(self._secret, b"cookie of the trainer's page", sha256).hexdigest()

    def check_origin(self, request: Request) -> None:
        """Refuse other host names, other sites' pages, and changes that no page of this site sent.

        Raises:
            ApiError: 403.
        """
        self._hosts.check_request(request)
        if request.method == "POST" and "origin" not in request.headers:
            raise errors.wrong_origin("")

    def knows(self, request: Request) -> bool:
        """Return whether the request carries the trainer's cookie."""
        given = request.cookies.get(_name_of_cookie(request), "")  # others there may be malformed
        return hmac.compare_digest(given.encode(), self._cookie.encode())

    def exchange(self, request: Request) -> Response | None:
        """Return the answer to a link with the right secret: the cookie, and the address without it."""
        given = request.query_params.get(SECRET, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return None
        response = RedirectResponse("./", 303)
        response.set_cookie(
            _name_of_cookie(request), self._cookie, httponly=True, samesite="strict", path="/"
        )
        return response


def _name_of_cookie(request: Request) -> str:
    """Return the cookie's name: browsers send cookies to all ports of a host, so it has this one's."""
    return f"trainer-{request.scope['server'][1]}"
