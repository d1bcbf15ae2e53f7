"""Canvas's rate limit: a leaky bucket for each access token."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from practice_canvas.api import errors

TOP = 800.0
LEAK_PER_SECOND = 10.0
RESERVED = 50.0


@dataclass
class Bucket:
    """One token's bucket.

    Args:
        at: when the level was last updated, in seconds of a clock.
        level: how full it is, in units of cost.
        accepted_at: when a request was last accepted.
    """

    at: float
    level: float = 0.0
    accepted_at: float = -math.inf

    def leak(self, now: float) -> None:
        """Lower the level by what has leaked out since the last update."""
        self.level = max(0.0, self.level - (now - self.at) * LEAK_PER_SECOND)
        self.at = now

    def add(self, cost: float) -> None:
        """Add the cost of a request; a negative cost returns what was reserved but not used."""
        self.level = min(max(0.0, self.level + cost), TOP)


class RateLimit:
    """All tokens' buckets, from the server's start on.

    Args:
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def enter(self, token: str, full: float, status: int, pause: float = 0.0) -> Bucket:
        """Reserve the cost of a request.

        Args:
            token: whose bucket.
            full: from which level on requests are refused.
            status: what they are refused with, 403 or 429; 0 refuses none.
            pause: the minimum seconds between two requests.

        Raises:
            ApiError: the bucket is full.
        """
        now = self._clock()
        bucket = self._buckets.setdefault(token, Bucket(now))
        bucket.leak(now)
        if status and (bucket.level >= full or now - bucket.accepted_at < pause):
            raise errors.rate_limited(status)
        bucket.add(RESERVED)
        bucket.accepted_at = now
        return bucket

    def leave(self, bucket: Bucket, cost: float, full: float) -> dict[str, str]:
        """Return what was reserved but not used, and the headers that report it."""
        bucket.leak(self._clock())
        bucket.add(cost - RESERVED)
        remaining = max(0.0, full - bucket.level)
        return {"X-Request-Cost": f"{cost:.6f}", "X-Rate-Limit-Remaining": f"{remaining:.4f}"}
