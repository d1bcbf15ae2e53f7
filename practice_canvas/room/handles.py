"""Make sure that the process may open as many files and sockets as the seats need."""

BASE = 200
PER_SEAT = 14
"""A listening socket, three connections to its database with its log, and the learner's connections."""


class TooFewHandles(Exception):
    """The operating system allows too few; the text has the numbers."""


def allow(seats: int) -> None:
    """Raise this process's limit as far as the seats need.

    Raises:
        TooFewHandles: the operating system does not allow it.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    needed = BASE + PER_SEAT * seats
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
        f" Raise the limit (ulimit -n {needed}), or use at most {max(0, (allowed - BASE) // PER_SEAT)} seats."
    )
