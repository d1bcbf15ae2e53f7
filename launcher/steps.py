"""Run one step of the set-up: show that it is going on, and say in plain words why it failed."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PULSE = 3.0  # seconds between two lines about how long a step has taken
MILESTONES = ("Collecting", "Installing", "Downloading", "Prepared", "Installed")  # of pip and uv
PYTHONS = ("3.11", "3.12", "3.13")  # which the packages are known to have builds for
NO_BUILD = (
    "A package has no ready-made build for this Python.\n"
    f"Delete the folder .venv and start with a 64-bit Python {', '.join(PYTHONS[:-1])} or {PYTHONS[-1]}."
)
# What venv, pip and uv print when they fail, and what to do then: the first row that matches is shown.
NETWORK = ["NewConnectionError", "name resolution", "dns error", "getaddrinfo failed", "timed out"]
FIXES = [
    (
        ["ensurepip", "No module named venv"],
        "This Python cannot create a virtual environment.\n"
        "On Debian or Ubuntu: sudo apt install python3-venv. Elsewhere: install Python from python.org.",
    ),
    (
        ["No space left", "not enough space"],
        "The disk is full. The lesson needs about 1 GB: free some space and start again.",
    ),
    (
        [
            *("Permission denied", "Read-only file system", "Access is denied", "used by another process"),
            *("unable to open database file", "readonly database"),
        ],
        "The lesson writes into its own folder. Check that you are allowed to write there,\n"
        "close the programs that use its files (JupyterLab; python start.py stop), and start again.",
    ),
    (
        ["CERTIFICATE_VERIFY_FAILED", "invalid peer certificate"],
        "The package index shows a certificate that this computer does not trust.\n"
        "Behind a company proxy, set PIP_CERT (pip) or SSL_CERT_FILE (uv) to its certificate file.",
    ),
    (
        [*NETWORK, "ProxyError", "Connection refused", "error sending request", "Failed to fetch"],
        "The packages could not be downloaded: the package index does not answer.\n"
        "Check your network (and HTTPS_PROXY, if you are behind a proxy) and start again.",
    ),
    (
        ["DO NOT MATCH THE HASHES", "Hash mismatch"],
        "A downloaded package differs from the one the lesson was tested with, so it was not installed.\n"
        "Start again. If this happens every time, something between you and the package index changes files.",
    ),
    (["No matching distribution", "No solution found", "no wheels", "Failed to build"], NO_BUILD),
]


class SetupError(Exception):
    """A problem that the user can fix; the text says how."""


def work(title: str, *command: str | Path) -> None:
    """Run one step of the set-up in the folder that it was started in, and show its milestones.

    Args:
        title: what it does, as it is shown.
        command: the program and its arguments.

    Raises:
        SetupError: it failed; the text says why.
    """
    print(f"- {title}", flush=True)
    output = []
    with (
        pulse(),
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
        ) as process,
    ):
        for line in process.stdout or ():
            output.append(line)
            if line.startswith(MILESTONES):
                print(f"  {line.strip().partition(' (from')[0][:72]}", flush=True)
    if process.returncode:
        text = "".join(output)
        raise SetupError(fix_for(text) or f"{title} failed:\n{text[-2000:]}")


@contextmanager
def pulse() -> Iterator[threading.Event]:
    """Print every few seconds how long the block has taken, until it ends or sets the event."""
    done = threading.Event()
    began = time.monotonic()

    def report_time() -> None:
        while not done.wait(PULSE):
            print(f"  ... still working, {time.monotonic() - began:.0f} s", flush=True)

    threading.Thread(target=report_time, daemon=True).start()
    try:
        yield done
    finally:
        done.set()


def fix_for(text: str) -> str:
    """Return what to do about a failure that says this, or nothing when it is not known."""
    return next((fix for words, fix in FIXES if any(word in text for word in words)), "")
