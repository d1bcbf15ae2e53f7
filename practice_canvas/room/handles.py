"""Make sure that the process may open as many files and sockets as the seats need."""

BASE = 200
FILES_PER_SEAT = 9  # a listening socket, three connections to the database, its log and shared memory, a file
CONNECTIONS_PER_SEAT = 10  # a browser alone opens six
SPARE_CONNECTIONS = 100


class TooFewHandles(Exception):
    """The operating system allows too few; the text has the numbers."""


def connections(seats: int) -> int:
    """Return how many connections a room accepts at once."""
    return SPARE_CONNECTIONS + CONNECTIONS_PER_SEAT * seats


def allow(seats: int) -> None:
    """Raise this process's limit as far as the seats need.

    Raises:
        TooFewHandles: the operating system does not allow it.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    per_seat = FILES_PER_SEAT + CONNECTIONS_PER_SEAT
    needed = BASE + per_seat * seats
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    allowed = soft
    try:
        if hard == resource.RLIM_INFINITY or hard >= needed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
            return
        allowed = hard
    except (ValueError, OSError):  # macOS has a second limit, which it does not show
        pass
    raise TooFewHandles(
        f"{seats} seats need {needed} file handles, and this computer allows {allowed}."
        f" Raise the limit (ulimit -n {needed}), or use at most {max(0, (allowed - BASE) // per_seat)} seats."
    )
