"""How long an import takes on the practice Canvas: immediate, realistic, or so many seconds."""

IMMEDIATE = "immediate"
REALISTIC = "realistic"
LONGEST_SECONDS = 86_400.0

Pace = str | float


class BadPace(ValueError):
    """Not a pace; the text says what is one."""


def parse(given: object) -> Pace:
    """Return the pace that a person typed.

    Args:
        given: "immediate", "realistic", or the seconds that one whole import takes (number or text).

    Raises:
        BadPace: it is none of these.
    """
    if given in (IMMEDIATE, REALISTIC):
        return str(given)
    try:
        seconds = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        seconds = -1.0
    if isinstance(given, bool) or not 0 <= seconds <= LONGEST_SECONDS:
        raise BadPace(
            f"{given!r} is not a pace: use {IMMEDIATE}, {REALISTIC}, or the seconds that an import takes"
            f" (0 to {LONGEST_SECONDS:.0f})"
        )
    return seconds


def queue_seconds(pace: Pace) -> float:
    """Return how long an import waits in `created` before its turn."""
    if pace == IMMEDIATE:
        return 0.0
    return 2.0 if pace == REALISTIC else min(float(pace) * 0.2, 2.0)


def cleanup_seconds(pace: Pace) -> float:
    """Return how long the cleanup of batch mode takes besides."""
    if pace == IMMEDIATE:
        return 0.0
    return 5.0 if pace == REALISTIC else float(pace) * 0.25


def work_seconds(pace: Pace, steps: int) -> float:
    """Return how long an import of so many steps (chunks) stays in `importing`."""
    if pace == IMMEDIATE:
        return 0.0
    return min(4.0 + 0.25 * steps, 24.0) if pace == REALISTIC else float(pace) - queue_seconds(pace)
