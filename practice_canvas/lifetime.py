"""How long a practice Canvas serves: on a desk until it is stopped, behind a hub as long as it is needed."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

SECONDS_PER_HOUR = 3600.0


@dataclass
class Lifetime:
    """Tells when a practice Canvas has nothing left to wait for.

    Args:
        idle_hours: after how many hours without a request it may end; None for never.
        busy: whether an import runs or waits, which keeps it from ending as idle.
        end_with: the process that it ends with; None for none.
        clock: the time in seconds, from any beginning.
    """

    idle_hours: float | None
    busy: Callable[[], bool]
    end_with: int | None = None
    clock: Callable[[], float] = time.monotonic
    _asked_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._asked_at = self.clock()

    def asked(self) -> None:
        """Note that somebody asks for something just now."""
        self._asked_at = self.clock()

    def is_over(self) -> bool:
        """Return whether to stop serving."""
        if self.end_with is not None and not runs(self.end_with):
            return True
        if self.idle_hours is None or self.clock() - self._asked_at < self.idle_hours * SECONDS_PER_HOUR:
            return False
        return not self.busy()


def runs(process: int) -> bool:
    """Return whether a process runs; not for Windows, where asking would end it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        return True
    return True
