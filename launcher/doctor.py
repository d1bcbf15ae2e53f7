"""Say whether this computer is ready for the lesson. It installs and changes nothing."""

import importlib.util
import os
import platform
import shutil
import socket
import struct
import subprocess
import sys
import urllib.parse
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from typing import NamedTuple

from helpers.place import practice_home
from launcher import environment
from launcher.environment import ROOT
from launcher.steps import NO_BUILD, PYTHONS, fix_for
from practice_canvas import service

SPACE_NEEDED = 1_000  # MB: half of them for the packages, the rest to download them and to work
LONGEST_FOLDER = 100  # characters on Windows, where a whole path takes 260 and packages have long ones
SECONDS_TO_ASK = 15
PORTS = {"JupyterLab": 8888, "practice Canvas": 8765}
ON_WINDOWS = os.name == "nt"


class Finding(NamedTuple):
    """One line of the report.

    Args:
        topic: what was looked at.
        text: what is there.
        missing: what to do before the lesson can start; "" if nothing.
    """

    topic: str
    text: str
    missing: str = ""


def doctor() -> int:
    """Print what the lesson needs and what is there; return 0 if it can start, else 1."""
    print("This report has no passwords and no tokens: you can send it to your trainer.\n", flush=True)
    missing = []
    for look in LOOKS:
        for finding in look():
            print(f"{'!!' if finding.missing else 'ok'}  {finding.topic:<16} {finding.text}", flush=True)
            missing += [finding.missing] if finding.missing else []
    if not missing:
        print("\nready")
        return 0
    print("\nnot ready:")
    for each in missing:
        print("- " + each.replace("\n", "\n  "))
    return 1


def system() -> Iterator[Finding]:
    """Look at the computer and its Python."""
    yield Finding("computer", f"{platform.system()} {platform.release()}, {platform.machine()}")
    bits = struct.calcsize("P") * 8
    text = f"{platform.python_version()}, {bits} bits, {sys.executable}"
    if f"{sys.version_info[0]}.{sys.version_info[1]}" not in PYTHONS:
        text += f" (not tested; if something fails, use Python {PYTHONS[-1]})"
    yield Finding("Python", text, "" if bits == 64 else NO_BUILD)
    absent = [name for name in ("venv", "ensurepip") if not importlib.util.find_spec(name)]
    has_pip = importlib.util.find_spec("pip") is not None
    lacks = "venv" in absent or ("ensurepip" in absent and not has_pip)
    uv = environment.find_uv() or "not found (pip brings it)"
    text = f"pip {'found' if has_pip else 'not found'}, uv {uv}"
    yield Finding("tools", text, fix_for("ensurepip") if lacks else "")


def folder() -> Iterator[Finding]:
    """Look at the folder of the lesson and at its disk."""
    writable = os.access(ROOT, os.W_OK)
    missing = "" if writable else fix_for("Permission denied")
    if ON_WINDOWS and len(str(ROOT)) > LONGEST_FOLDER:
        missing = f"The folder's path is too long for Windows. Move it, for instance to C:\\{ROOT.name}."
    yield Finding("folder", f"{ROOT} ({'writable' if writable else 'not writable'})", missing)
    free = shutil.disk_usage(ROOT).free // 1_000_000
    enough = free >= SPACE_NEEDED or environment.is_ready(environment.LESSON)
    missing = "" if enough else f"Free some space on the disk: the lesson needs {SPACE_NEEDED:,} MB."
    yield Finding("free disk", f"{free:,} MB", missing)


def installed() -> Iterator[Finding]:
    """Look at what earlier starts have installed."""
    complete = [lock for lock in environment.LOCKS if environment.is_ready(lock)]
    there = environment.LOCKS[complete[-1]].partition(":")[0] if complete else "nothing yet"
    if complete == [environment.TERMINAL]:
        there += ", which add one download"
    elif not complete and environment.is_usable(environment.TERMINAL):
        there = "an earlier version, which the next start updates"
    yield Finding("installed", f"{there}{f' (in {environment.VENV})' if complete else ''}")


def network() -> Iterator[Finding]:
    """Look at the proxies, and at whether packages can be had, if any are still to be installed."""
    proxies = {name: url for name, url in urllib.request.getproxies().items() if name != "no"}
    shown = [f"{name} {without_password(url)}" for name, url in sorted(proxies.items())]
    yield Finding("proxy", ", ".join(shown) or "none set")
    if environment.WHEELS.is_dir():
        count = len([*environment.WHEELS.glob("*.whl")])
        yield Finding("packages", f"{count} in the folder {environment.WHEELS.name}; no network is needed")
    elif environment.is_ready(environment.LESSON):
        yield Finding("packages", "all installed; no network is needed")
    else:
        yield ask_index()


def ask_index() -> Finding:
    """Ask the package index that pip is set to, by the same way as an installation."""
    if not importlib.util.find_spec("pip"):
        return Finding("packages", "not asked for: this Python has no pip yet")
    patience = ["--retries=0", "--timeout=5", "--disable-pip-version-check", "--no-input"]
    try:
        asked = subprocess.run(
            [sys.executable, "-P", "-m", "pip", "index", "versions", "jupyterlab", *patience],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS_TO_ASK,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding("packages", f"no answer within {SECONDS_TO_ASK} s", fix_for("timed out"))
    if asked.returncode == 0:
        return Finding("packages", "the package index answers")
    fix = fix_for(asked.stderr)
    fix = fix_for("timed out") if fix in ("", NO_BUILD) else fix  # without an answer, pip finds no version
    return Finding("packages", "the package index does not answer", fix)


def without_password(url: str) -> str:
    """Return where a proxy is, without the user and password that its address may hold."""
    try:
        parts = urllib.parse.urlsplit(url if "://" in url else f"//{url}")
        return f"{parts.hostname}:{parts.port}" if parts.hostname else "set"
    except ValueError:
        return "set"


def ports() -> Iterator[Finding]:
    """Look at whether programs can serve on this computer, and at the two ports that they try first."""
    running = service.find(practice_home())
    for name, port in PORTS.items():
        if is_free(port):
            yield Finding(f"port {port}", f"free, for {name}")
        else:
            ours = running is not None and running.url.endswith(f":{port}")
            text = "by the lesson's practice Canvas" if ours else f"{name} takes the next free one"
            yield Finding(f"port {port}", f"in use; {text}")
    try:
        socket.create_server(("127.0.0.1", 0)).close()
    except OSError as refused:
        allow = "Let Python serve on 127.0.0.1, for instance in the settings of your firewall."
        yield Finding("serving", f"not possible: {refused}", allow)


def is_free(port: int) -> bool:
    """Return whether a program can serve at this port; 0 stands for any free one."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def browser() -> Iterator[Finding]:
    """Look for the browser that JupyterLab opens."""
    try:
        found = webbrowser.get()
        yield Finding("browser", str(getattr(found, "name", "the default one")))
    except webbrowser.Error:
        yield Finding("browser", "none found here; open the address that JupyterLab prints in any browser")


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (system, folder, installed, network, ports, browser)
