"""How long an import takes on the practice Canvas: immediate, brisk, realistic, or a number of seconds."""

IMMEDIATE = "immediate"
BRISK = "brisk"
REALISTIC = "realistic"
LONGEST_SECONDS = 86_400.0

Pace = str | float
SHARES: dict[Pace, float] = {IMMEDIATE: 0.0, BRISK: 0.25, REALISTIC: 1.0}
"""How much of the realistic time an import takes at each pace that has a name."""


class BadPace(ValueError):
    """The value is not a pace; the text lists what is."""


def parse(given: object) -> Pace:
    """Parse a pace that a person typed.

    Args:
        given: "immediate", "brisk", "realistic", or the seconds that a whole import takes (number or text).

    Raises:
        BadPace: it is anything else.
    """
    if given in tuple(SHARES):
        return str(given)
    try:
        seconds = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        seconds = -1.0
    if isinstance(given, bool) or not 0 <= seconds <= LONGEST_SECONDS:
        raise BadPace(
            f"{given!r} is not a pace: use {', '.join(map(str, SHARES))},"
            " or the number of seconds an import takes"
            f" (0 to {LONGEST_SECONDS:.0f})"
        )
    return seconds


def of_import(setting: Pace, own: str | None) -> Pace:
    """Return the pace of one import.

    Args:
        setting: the pace that is set for all.
        own: what this import asked for: immediate always counts, brisk only instead of realistic, since any
            other setting is somebody's choice. None asks for nothing.
    """
    if own == IMMEDIATE or (own == BRISK and setting == REALISTIC):
        return own
    return setting


def queue_seconds(pace: Pace) -> float:
    """Return how long an import waits in `created` before its turn."""
    return 2.0 * SHARES[pace] if pace in SHARES else min(float(pace) * 0.2, 2.0)


def cleanup_seconds(pace: Pace) -> float:
    """Return how much longer an import takes for the batch mode cleanup."""
    return 5.0 * SHARES[pace] if pace in SHARES else float(pace) * 0.25


def work_seconds(pace: Pace, steps: int) -> float:
    """Return how long an import with this number of steps (chunks) stays in `importing`."""
    if pace in SHARES:
        return min(4.0 + 0.25 * steps, 24.0) * SHARES[pace]
    return float(pace) - queue_seconds(pace)
