"""Ctrl+C while another Python starts, which would answer it with a traceback: it waits for a moment."""

import signal


def hold() -> None:
    """Let Ctrl+C wait, here and in every program started from here, until each calls `release`.

    Windows has no such thing.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def release() -> None:
    """Take Ctrl+C again. Raises KeyboardInterrupt if it was pressed meanwhile."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
