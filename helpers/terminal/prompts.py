"""Ask the person at the terminal: the only place where a question is put and its answer is read.

A question is written on the terminal itself, so it is seen also where the output goes into a file. Where
standard input is not a terminal (cron, CI, ssh without one, a pipe), no question is asked and no job waits.
"""

import os
import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import TextIO

_TERMINAL = ("CONOUT$",) if os.name == "nt" else ("/dev/tty", "/dev/stdin")
"""What a question is written on; the second for a terminal that controls no process, as in containers."""


def ask(question: str, about: str = "") -> str | None:
    """Ask for a line.

    Args:
        question: what to ask.
        about: what the answer depends on and the output shows; shown again where the output is redirected.

    Returns:
        The answer; "" when none was given, None where nobody can be asked.
    """

    def read(screen: TextIO) -> str:
        seen = sys.stdout is not None and sys.stdout.isatty()
        screen.write(question if seen or not about else f"{about}\n{question}")
        screen.flush()
        return sys.stdin.readline().strip()

    return _at_terminal(read)


def agrees(question: str, about: str = "") -> bool | None:
    """Ask for the whole word yes, and once more after a `y`; takes what `ask` does.

    Returns:
        Whether it was typed; None where nobody can be asked.
    """
    answer = ask(f"{question} Type yes: ", about)
    if answer and answer.lower() == "y":
        answer = ask("Only the whole word counts. Type yes: ")
    return None if answer is None else answer.lower() == "yes"


def ask_secret(question: str) -> str | None:
    """Ask for a line that stays hidden while it is typed; returns what `ask` does."""
    return _at_terminal(lambda screen: getpass(question, stream=screen))


def _at_terminal(read: Callable[[TextIO], str]) -> str | None:
    if sys.stdin is None or sys.stdin.closed or not sys.stdin.isatty():
        return None
    screen = _open_terminal()
    if screen is None:
        return None
    try:
        with screen:
            return read(screen)
    except (EOFError, OSError):  # Ctrl+D, NUL (which Windows takes for a terminal), or the terminal has gone
        return ""


def _open_terminal() -> TextIO | None:
    for name in _TERMINAL:
        try:
            return Path(name).open("w", encoding="utf-8")
        except OSError:
            continue
    return None
