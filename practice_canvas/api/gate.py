"""Decide who may call: active scenarios, the access token, its permissions and its rate limit."""

import asyncio
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.requests import Request

from practice_canvas import scenarios
from practice_canvas.api import access, errors
from practice_canvas.api.params import WITH_BODY
from practice_canvas.api.rate_limit import Bucket, RateLimit
from practice_canvas.service import SECRET_HEADER
from practice_canvas.store.school import fresh
from practice_canvas.store.school.access_tokens import Caller
from practice_canvas.store.store import Store

SECONDS_OF_A_SLOW_ANSWER = 3.0
SECONDS_BETWEEN_THROTTLED = 3.0

Settings = dict[str, Any]


@dataclass
class Visit:
    """A request on its way in and out.

    Args:
        settings: the practice Canvas's settings.
        cost: its cost so far, in seconds of work.
        public: whether it needs no secret.
        person: who sent it, once that is known.
        bucket: the rate limit that it is charged to.
    """

    settings: Settings
    cost: float = 0.0
    public: bool = False
    person: Caller | None = None
    bucket: Bucket | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Access:
    """What callers must present.

    Args:
        tokens: access token by name, such as admin.
        secrets: control calls need one of these; none leaves them open.
        shared: whether a control call hands out the tokens, to a learner who was given one of them.
        private_pages: whether pages need one of the secrets, too.
    """

    tokens: Mapping[str, str] = field(repr=False)
    secrets: Collection[str] = field(default=(), repr=False)
    shared: bool = False
    private_pages: bool = False

    @property
    def names(self) -> dict[str, str]:
        """The name of each token."""
        return {token: name for name, token in self.tokens.items()}


class Gate(Protocol):
    """Decides who may call."""

    async def open(self, visit: Visit) -> None:
        """Apply the scenarios that concern every request; some of them end it."""
        ...

    def identify(self, visit: Visit, request: Request, access_token: str | None, *, last: bool) -> None:
        """Set the visit's person; without a token, fail only when this is the `last` chance to find one."""
        ...

    def close(self, visit: Visit) -> dict[str, str]:
        """Return the headers of the answer."""
        ...


class OpenGate:
    """Accepts every request: only programs on this computer reach the controls."""

    async def open(self, visit: Visit) -> None:
        """Do nothing."""

    def identify(self, visit: Visit, request: Request, access_token: str | None, *, last: bool) -> None:
        """Treat every caller as the admin."""
        visit.person = Caller(fresh.PEOPLE[0][0], is_admin=True)

    def close(self, visit: Visit) -> dict[str, str]:
        """Add no headers."""
        return {}


class SecretGate(OpenGate):
    """Accepts requests with the secret: others can reach the controls, too.

    Args:
        secrets: what the header `X-Practice-Secret` may carry.
    """

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = [secret.encode() for secret in secrets]

    def identify(self, visit: Visit, request: Request, access_token: str | None, *, last: bool) -> None:
        """Reject a request that needs the secret and does not carry it."""
        if not visit.public:
            self.check(request)
        super().identify(visit, request, access_token, last=last)

    def check(self, request: Request) -> None:
        """Reject a request without one of the secrets.

        Raises:
            ApiError: 403.
        """
        given = request.headers.get(SECRET_HEADER, "")
        known = [hmac.compare_digest(given.encode(), secret) for secret in self._secrets]
        if not any(known):
            raise errors.wrong_secret(given)


class TokenGate:
    """Accepts requests with a valid access token.

    Args:
        reading: the connection that reads use.
        names: the name of each token, such as admin.
    """

    def __init__(self, reading: Store, names: Mapping[str, str]) -> None:
        self._reading = reading
        self._names = names
        self._limit = RateLimit()

    async def open(self, visit: Visit) -> None:
        """Delay or end the request, as the active scenarios require."""
        active = visit.settings["scenarios"]
        if scenarios.SLOW_ANSWERS in active:
            await asyncio.sleep(SECONDS_OF_A_SLOW_ANSWER)
        if scenarios.MAINTENANCE_PAGE in active:
            raise errors.maintenance()

    def identify(self, visit: Visit, request: Request, access_token: str | None, *, last: bool) -> None:
        """Look up the token's user and charge the token's rate limit."""
        try:
            token = access.given_token(request.headers.get("authorization"), access_token)
        except errors.ApiError:
            if last or request.method not in WITH_BODY:
                raise
            return  # the form may still bring one
        active = visit.settings["scenarios"]
        expired = scenarios.EXPIRED_TOKEN in active
        visit.person = access.caller(self._reading, self._names.get(token), expired=expired)
        throttled = scenarios.THROTTLED in active
        status = visit.settings["rate_limit_status"] or (429 if throttled else 0)
        pause = SECONDS_BETWEEN_THROTTLED if throttled else 0.0
        visit.bucket = self._limit.enter(token, visit.settings["rate_limit_full"], status, pause)

    def close(self, visit: Visit) -> dict[str, str]:
        """Settle the cost with the rate limit and report how much is left."""
        if visit.bucket is None:
            return {}
        return self._limit.leave(visit.bucket, visit.cost, visit.settings["rate_limit_full"])
