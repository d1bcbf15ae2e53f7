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
        at: when it was looked at last, in seconds of a clock.
        level: how full it is, in units of cost.
        let_in_at: when a request was let in last.
    """

    at: float
    level: float = 0.0
    let_in_at: float = -math.inf

    def leak(self, now: float) -> None:
        """Let out what the time since the last look lets out."""
        self.level = max(0.0, self.level - (now - self.at) * LEAK_PER_SECOND)
        self.at = now

    def add(self, cost: float) -> None:
        """Take in the cost of a request; what was reserved and not used is given back as a negative one."""
        self.level = min(max(0.0, self.level + cost), TOP)


class RateLimit:
    """All tokens' buckets, from the server's start on.

    Args:
        clock: seconds that only ever grow.
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
            pause: the seconds that must lie between two requests.

        Raises:
            ApiError: the bucket is full.
        """
        now = self._clock()
        bucket = self._buckets.setdefault(token, Bucket(now))
        bucket.leak(now)
        if status and (bucket.level >= full or now - bucket.let_in_at < pause):
            raise errors.rate_limited(status)
        bucket.add(RESERVED)
        bucket.let_in_at = now
        return bucket

    def leave(self, bucket: Bucket, cost: float, full: float) -> dict[str, str]:
        """Give back what was reserved but not used, and return the headers that tell of it."""
        bucket.leak(self._clock())
        bucket.add(cost - RESERVED)
        remaining = max(0.0, full - bucket.level)
        return {"X-Request-Cost": f"{cost:.6f}", "X-Rate-Limit-Remaining": f"{remaining:.4f}"}
