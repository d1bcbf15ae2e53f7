"""How long an import takes on the practice Canvas: immediate, realistic, or a number of seconds."""

IMMEDIATE = "immediate"
REALISTIC = "realistic"
LONGEST_SECONDS = 86_400.0

Pace = str | float


class BadPace(ValueError):
    """The value is not a pace; the text lists what is."""


def parse(given: object) -> Pace:
    """Parse a pace that a person typed.

    Args:
        given: "immediate", "realistic", or the seconds that a whole import takes (number or text).

    Raises:
        BadPace: it is anything else.
    """
    if given in (IMMEDIATE, REALISTIC):
        return str(given)
    try:
        seconds = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        seconds = -1.0
    if isinstance(given, bool) or not 0 <= seconds <= LONGEST_SECONDS:
        raise BadPace(
            f"{given!r} is not a pace: use {IMMEDIATE}, {REALISTIC}, or the number of seconds an import takes"
            f" (0 to {LONGEST_SECONDS:.0f})"
        )
    return seconds


def queue_seconds(pace: Pace) -> float:
    """Return how long an import waits in `created` before its turn."""
    if pace == IMMEDIATE:
        return 0.0
    return 2.0 if pace == REALISTIC else min(float(pace) * 0.2, 2.0)


def cleanup_seconds(pace: Pace) -> float:
    """Return how much longer an import takes for the batch mode cleanup."""
    if pace == IMMEDIATE:
        return 0.0
    return 5.0 if pace == REALISTIC else float(pace) * 0.25


def work_seconds(pace: Pace, steps: int) -> float:
    """Return how long an import with this number of steps (chunks) stays in `importing`."""
    if pace == IMMEDIATE:
        return 0.0
    return min(4.0 + 0.25 * steps, 24.0) if pace == REALISTIC else float(pace) - queue_seconds(pace)
