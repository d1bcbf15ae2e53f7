"""Decide who may call: active scenarios, the access token, its permissions and its rate limit."""

import asyncio
import hmac
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.requests import Request

from practice_canvas import scenarios
from practice_canvas.api import access, errors
from practice_canvas.api.bodies import WITH_BODY
from practice_canvas.api.rate_limit import Bucket, RateLimit
from practice_canvas.service import SECRET_HEADER
from practice_canvas.store.reads.users import Person
from practice_canvas.store.school import fresh
from practice_canvas.store.store import Store

SECONDS_OF_A_SLOW_ANSWER = 3.0
SECONDS_BETWEEN_THROTTLED = 3.0

Settings = dict[str, Any]


@dataclass
class Visit:
    """A request on its way in and out.

    Args:
        settings: the practice Canvas's settings.
        cost: what it cost so far, in seconds of work.
        public: it asks for what answers without the secret.
    """

    settings: Settings
    cost: float = 0.0
    public: bool = False
    person: Person | None = None
    bucket: Bucket | None = field(default=None, repr=False)


class Gate(Protocol):
    """Decides who comes in."""

    async def open(self, visit: Visit) -> None:
        """Let a request as far as the door; some troubles end there."""
        ...

    def identify(self, visit: Visit, request: Request, access_token: str | None, *, last: bool) -> None:
        """Find out who it is: fill in the visit's person, if need be at the `last` chance."""
        ...

    def close(self, visit: Visit) -> dict[str, str]:
        """Return the headers for who is about to leave."""
        ...


class OpenGate:
    """Lets everybody in: whoever reaches the controls sits at this computer."""

    async def open(self, visit: Visit) -> None:
        """Let everybody in."""

    def identify(self, visit: Visit, request: Request, access_token: str | None, *, last: bool) -> None:
        """Take everybody for the admin."""
        visit.person = Person(fresh.PEOPLE[0][0], is_admin=True)

    def close(self, visit: Visit) -> dict[str, str]:
        """Say nothing more."""
        return {}


class SecretGate(OpenGate):
    """Lets in who has the secret: on a network, whoever reaches the controls may be anybody.

    Args:
        secret: what the header `X-Practice-Secret` must carry.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def identify(self, visit: Visit, request: Request, access_token: str | None, *, last: bool) -> None:
        """Refuse whoever needs the secret and does not have it."""
        given = request.headers.get(SECRET_HEADER, "")
        if not visit.public and not hmac.compare_digest(given.encode(), self._secret):
            raise errors.wrong_secret(given)
        super().identify(visit, request, access_token, last=last)


class TokenGate:
    """Lets in who has a good access token.

    Args:
        reading: the connection that reads use.
    """

    def __init__(self, reading: Store) -> None:
        self._reading = reading
        self._limit = RateLimit()

    async def open(self, visit: Visit) -> None:
        """Carry out the troubles that concern every request."""
        active = visit.settings["scenarios"]
        if scenarios.SLOW_ANSWERS in active:
            await asyncio.sleep(SECONDS_OF_A_SLOW_ANSWER)
        if scenarios.MAINTENANCE_PAGE in active:
            raise errors.maintenance()

    def identify(self, visit: Visit, request: Request, access_token: str | None, *, last: bool) -> None:
        """Find out whose token it is, and whether it may ask again already."""
        try:
            token = access.given_token(request.headers.get("authorization"), access_token)
        except errors.ApiError:
            if last or request.method not in WITH_BODY:
                raise
            return  # the form may still bring one
        active = visit.settings["scenarios"]
        expired = scenarios.EXPIRED_TOKEN in active
        visit.person = access.caller(self._reading, token, expired=expired)
        throttled = scenarios.THROTTLED in active
        status = visit.settings["rate_limit_status"] or (429 if throttled else 0)
        pause = SECONDS_BETWEEN_THROTTLED if throttled else 0.0
        visit.bucket = self._limit.enter(token, visit.settings["rate_limit_full"], status, pause)

    def close(self, visit: Visit) -> dict[str, str]:
        """Give back what was reserved of the rate limit and tell how much is left."""
        if visit.bucket is None:
            return {}
        return self._limit.leave(visit.bucket, visit.cost, visit.settings["rate_limit_full"])
