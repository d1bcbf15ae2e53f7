"""Check whether this computer has what the lesson needs, and say how to get what is missing."""

from __future__ import annotations

import operator
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from importlib import metadata

from helpers.errors import CanvasError
from helpers.place import CLONE

PROJECT = CLONE / "pyproject.toml"
OLDEST_PYTHON = (3, 11)
START_AGAIN = "Close JupyterLab and run `python start.py` again: it installs what is missing."
RUN_AGAIN = (
    "A panel that is only a picture, or does not respond, has lost its kernel: run the cells above it again."
)

GET_CURL = {
    "Darwin": "macOS comes with cURL. If yours is gone, run `xcode-select --install` in the terminal.",
    "Linux": "Run `sudo apt-get install curl` (or your distribution's own command), with sudo rights.",
    "Windows": "Windows 10 and newer come with curl.exe: update Windows, or run `winget install cURL.cURL`.",
}
GET_POWERSHELL = (
    "For a production script on a Windows server prefer PowerShell 7 over cURL in a batch file: "
    "`winget install Microsoft.PowerShell`. Use cURL there for testing."
)

COMPARE: dict[str, Callable[[list[int], list[int]], bool]] = {
    ">=": operator.ge,
    "<": operator.lt,
    "~=": lambda have, bound: have >= bound and have[: len(bound) - 1] == bound[:-1],
}


@dataclass(frozen=True)
class Check:
    """One thing that was checked: its name, whether it is fine, what was found, and how to fix it."""

    name: str
    ok: bool
    found: str
    fix: str = ""

    @property
    def mark(self) -> str:
        """A mark and a word."""
        return "✓ fine" if self.ok else "✗ to do"


class Checks(tuple[Check, ...]):
    """The result of check_setup(): shows itself as a table."""

    __slots__ = ()

    @property
    def ok(self) -> bool:
        """Whether everything is fine."""
        return all(check.ok for check in self)

    @property
    def verdict(self) -> str:
        """Say the result in one sentence."""
        to_do = sum(not check.ok for check in self)
        return (
            "Everything is ready." if self.ok else f"{to_do} of {len(self)} checks need something from you."
        )

    def report(self) -> str:
        """Return the table as text to copy for a helper. It holds no paths and no names of yours."""
        machine = f"{platform.system()} {platform.release()}, {platform.machine()}"
        lines = [f"{check.mark:<8}{check.name:<20}{check.found}" for check in self]
        fixes = [f"→ {check.name}: {check.fix}" for check in self if check.fix]
        return "\n".join([self.verdict, machine, *lines, *fixes])

    def __repr__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{name}</th>' for name in ("Result", "What", "Found", "What to do"))
        rows = "".join(_html_row(check) for check in self)
        return (
            f"<table><caption>{escape(self.verdict)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _html_row(check: Check) -> str:
    name = f'<th scope="row">{escape(check.name)}</th>'
    cells = [f"<td>{escape(text)}</td>" for text in (check.mark, check.found, check.fix)]
    return f"<tr>{cells[0]}{name}{cells[1]}{cells[2]}</tr>"


def check_setup() -> Checks:
    """Check cURL, Python, every package, the widgets and the practice Canvas, which this starts if needed."""
    return Checks([_curl(), *_powershell(), _python(), *_packages(), _widgets(), _practice_canvas()])


def _curl() -> Check:
    found = _version_of("curl", "--version")
    if found is None:
        return Check("cURL", False, "not found", GET_CURL.get(platform.system(), GET_CURL["Linux"]))
    return Check("cURL", True, " ".join(found.split()[:2]))


def _powershell() -> Iterator[Check]:
    if platform.system() != "Windows":
        return
    newest = _version_of("pwsh", "--version")
    yield Check("PowerShell", True, newest or "Windows PowerShell 5.1", "" if newest else GET_POWERSHELL)


def _version_of(program: str, option: str) -> str | None:
    """Return the first line that a program says about its version, None when it is not there or not well."""
    path = shutil.which(program)
    if path is None:
        return None
    try:
        said = subprocess.run([path, option], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return next(iter(said.stdout.splitlines()), "").strip() or None


def _python() -> Check:
    oldest = ".".join(map(str, OLDEST_PYTHON))
    fix = f"Install Python {oldest} or newer from python.org, then run `python start.py` with it."
    ok = sys.version_info >= OLDEST_PYTHON
    return Check("Python", ok, platform.python_version(), "" if ok else fix)


def _packages() -> Iterator[Check]:
    yield from (_package(requirement) for requirement in _requirements())


def _requirements() -> list[str]:
    """Return the project's dependencies, such as `pandas>=2.2,<4`."""
    if PROJECT.is_file():
        found: list[str] = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
        return found
    return [text for text in metadata.requires("canvas-sis-import-lesson") or () if ";" not in text]


def _package(requirement: str) -> Check:
    """Check that a package is installed in a version that fits."""
    name = re.split(r"[^\w.-]", requirement)[0]
    needed = requirement.removeprefix(name).strip()
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name, False, "not installed", START_AGAIN)
    if not _fits(found, needed):
        return Check(name, False, f"{found}, but {needed} is needed", START_AGAIN)
    return Check(name, True, found)


def _fits(version: str, needed: str) -> bool:
    """Compare versions by their numbers; packages that do it better may be the ones that are missing."""
    bounds = re.findall(r"(>=|<|~=)\s*([\d.]+)", needed)
    return all(COMPARE[operation](_numbers(version), _numbers(bound)) for operation, bound in bounds)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _widgets() -> Check:
    """Check that JupyterLab's half of the widgets fits Python's half, else they stay invisible."""
    try:
        needed = next(t for t in metadata.requires("ipywidgets") or () if t.startswith("jupyterlab"))
    except (metadata.PackageNotFoundError, StopIteration):
        return Check("JupyterLab widgets", False, "ipywidgets is not installed", START_AGAIN)
    half = _package(needed)
    return Check("JupyterLab widgets", half.ok, f"{half.name} {half.found}", half.fix or RUN_AGAIN)


def _practice_canvas() -> Check:
    try:
        from helpers.client.connect import start_practice

        practice = start_practice()
    except CanvasError as fault:
        # Its sentence may name folders, and people paste this table.
        return Check("practice Canvas", False, f"does not answer ({type(fault).__name__})", fault.fix)
    except Exception as fault:  # whatever is wrong with it, the other rows of the table still help
        fix = f"{START_AGAIN} If that does not help, check whether another program uses its port."
        return Check("practice Canvas", False, f"does not start ({type(fault).__name__})", fix)
    return Check("practice Canvas", True, f"answers at {practice.url}")
