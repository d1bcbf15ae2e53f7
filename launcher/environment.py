"""Keep the folder .venv: create it, install what a command needs, and complete or repair it later."""

import hashlib
import importlib.util
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from launcher import pieces, steps
from launcher.in_place import install_lesson
from launcher.steps import NO_BUILD, SetupError, pulse

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "lesson-stamp.txt"  # `stamp_of` what was completed last, then one line for each package
UNFINISHED = "unfinished"  # the stamp's first line while packages are replaced
WHEELS = ROOT / "wheels"  # made by the command wheelhouse: where it is, packages come from there alone
ONE_AT_A_TIME = ROOT / ".venv.lock"  # a file of its own: .venv itself may be deleted and made again
BETWEEN_TRIES = 0.5  # seconds

TERMINAL = "requirements-terminal.lock"
CHECK = "requirements-check.lock"
LESSON = "requirements.lock"
TEST = "requirements-test.lock"
DURATION = "about half a minute, up to three minutes on a slow network"  # also in the README
LOCKS = {  # each holds all of those before it
    TERMINAL: "what the terminal commands need, except check and rehearse: seconds to a minute, once",
    CHECK: "what the terminal commands need, with check and rehearse: seconds to a minute, once",
    LESSON: f"the lesson: {DURATION}, once",
    TEST: f"the lesson and its tests: {DURATION}, once",
}
INSTALLER = "requirements-installer.lock"


def prepare(lock: str) -> None:
    """Install what a lock lists into .venv, unless it is there; complete what was interrupted.

    Raises:
        SetupError: it cannot be installed, and no earlier version of it is there.
    """
    if is_ready(lock):
        return
    if lock == TEST and WHEELS.is_dir():
        raise SetupError(
            f"The folder {WHEELS.name} has the packages of the lesson only; book and test need more.\n"
            "Where there is a network, rename the folder and start again."
        )
    with one_at_a_time():
        if not is_ready(lock):  # another start may have finished it meanwhile
            set_up_or_go_on(lock)


def set_up_or_go_on(lock: str) -> None:
    """Install what a lock lists; a failed update stops nobody who has an earlier version of it.

    Raises:
        SetupError: it cannot be installed, and no earlier version of it is there.
    """
    try:
        set_up(lock)
    except SetupError as problem:
        if lock == TEST or not is_usable(lock):
            raise
        print(f"\n{problem}\nUntil then, the packages of your earlier version are used.\n", file=sys.stderr)


def is_ready(lock: str) -> bool:
    """Return whether everything in the lock is installed for this folder."""
    return PYTHON.exists() and stamped()[:1] in [[stamp_of(each)] for each in from_level(lock)]


def is_usable(lock: str) -> bool:
    """Return whether what the lock lists, or all of an earlier version of it, is installed and whole."""
    if is_ready(lock):
        return True
    what, *packages = completed() or [""]
    level, _, version = what.partition(" ")
    if level not in from_level(lock) or not version.endswith(f" {ROOT}") or not runs():
        return False
    broken = {folder.name for folder in pieces.in_pieces(VENV)}
    return bool(packages) and {*packages} <= {*pieces.installed(VENV)} - broken


def completed() -> list[str]:
    """Return the stamp of what was completed last; one of an older version lists no packages: all count."""
    lines = stamped()[is_unfinished() :]
    return lines + pieces.installed(VENV) if len(lines) == 1 and not is_unfinished() else lines


def from_level(lock: str) -> list[str]:
    """Return the locks that hold everything in this one."""
    names = [*LOCKS]
    return names[names.index(lock) :]


def is_unfinished() -> bool:
    """Return whether an installation was interrupted while it could replace packages."""
    return stamped()[:1] == [UNFINISHED]


def stamped() -> list[str]:
    """Return the lines of the stamp; none before the first installation."""
    return STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else []


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold off a second set-up of this folder; the operating system lets go when the process ends.

    Raises:
        OSError: the lock's file cannot be opened.
    """
    try:
        opened = sqlite3.connect(ONE_AT_A_TIME, isolation_level=None, timeout=0)
    except sqlite3.Error as error:
        raise OSError(f"{ONE_AT_A_TIME}: {error}") from error
    with closing(opened) as held:
        if not took(held):
            print("Another start is setting up this folder; waiting for it.", flush=True)
            with pulse():
                while not took(held):
                    time.sleep(BETWEEN_TRIES)  # while SQLite itself waits, Ctrl+C does nothing
        yield


def took(held: sqlite3.Connection) -> bool:
    """Take the lock; return False when another start holds it.

    Raises:
        OSError: the lock's file cannot be used.
    """
    try:
        held.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if "locked" not in str(error):
            raise OSError(f"{ONE_AT_A_TIME}: {error}") from error
        return False
    return True


def set_up(lock: str) -> None:
    """Create .venv where it is missing or does not run, and install what the lock lists.

    What was completed before keeps working until all packages are downloaded: both installers download first.
    """
    if VENV.exists() and not runs():
        print("The folder .venv is incomplete or damaged; creating it again.")
        shutil.rmtree(VENV)
    print(f"{verb()} {LOCKS[lock]} (in the folder .venv).", flush=True)
    VENV.mkdir(exist_ok=True)
    if PYTHON.exists():
        forget_pieces()
    if not is_ready(TERMINAL):  # packages of the same version are only added to
        STAMP.write_text("\n".join([UNFINISHED, *completed()]), encoding="utf-8")
    if not PYTHON.exists():
        steps.work("Creating a Python environment", sys.executable, "-P", "-m", "venv", "--without-pip", VENV)
    install(ROOT / lock)
    install_lesson(ROOT, VENV)
    STAMP.write_text("\n".join([stamp_of(lock), *pieces.installed(VENV)]), encoding="utf-8")


def verb() -> str:
    """Return what an installation does to .venv as it is."""
    if not PYTHON.exists():
        return "Setting up"
    if is_unfinished():
        return "Completing"
    return "Adding" if is_ready(TERMINAL) else "Updating"


def forget_pieces() -> None:
    """Let the installer install again what an interrupted installation left in pieces."""
    sound = [] if is_unfinished() else stamped()[1:]
    for folder in [*pieces.in_pieces(VENV)] if STAMP.exists() else []:
        if folder.name not in sound:
            shutil.rmtree(folder)


def runs() -> bool:
    """Return whether the Python in .venv runs and is new enough."""
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return PYTHON.exists() and subprocess.run([PYTHON, "-c", new_enough], check=False).returncode == 0
    except OSError:  # it was copied from another kind of computer
        return False


def install(lock: Path) -> None:
    """Install what a lock lists, from the folder wheels if there is one.

    Raises:
        SetupError: it cannot be installed.
    """
    try:
        install_with_uv_or_pip(lock)
    except SetupError as problem:
        if str(problem) != NO_BUILD or not WHEELS.is_dir():
            raise
        computer = f"{platform.system()} ({platform.machine()}) with Python {platform.python_version()}"
        raise SetupError(
            f"The folder {WHEELS.name} lacks a package for this computer: {computer}.\n"
            "Ask for a folder that was made for it, or delete the folder to download the packages."
        ) from problem


def install_with_uv_or_pip(lock: Path) -> None:
    """Install what a lock lists with uv, which pip brings where it is missing; else with pip.

    uv knows nothing of pip's own settings, such as a company's package index: what it cannot fetch, pip may.

    Raises:
        SetupError: neither can.
    """
    uv = find_uv() or bring_uv()
    if uv:
        try:
            steps.work("Installing the packages", uv, "pip", "install", "--python", PYTHON, *as_locked(lock))
        except SetupError as problem:
            print(f"  {str(problem).splitlines()[0]} Trying pip instead of uv.", flush=True)
        else:
            return
    steps.work("Installing the packages", *pip_install(), *as_locked(lock))


def find_uv() -> str | None:
    """Return the path of uv: on the PATH, or in .venv from an earlier start."""
    return shutil.which("uv") or shutil.which("uv", path=PROGRAMS)


def bring_uv() -> str | None:
    """Install uv into .venv, since it installs the lesson ten times as fast as pip; None without a build."""
    try:
        only_ready_made = [*pip_install(), "--only-binary=:all:"]
        steps.work("Getting uv, a fast installer", *only_ready_made, *as_locked(ROOT / INSTALLER))
    except SetupError as problem:
        if str(problem) != NO_BUILD:
            raise
    return shutil.which("uv", path=PROGRAMS)


def pip_install() -> list[str | Path]:
    """Return the command by which pip installs into .venv."""
    options = ["install", "--no-input", "--progress-bar=off", "--no-compile"]
    python = python_with_pip()
    elsewhere: list[str | Path] = [] if python == PYTHON else ["--python", PYTHON]
    return [python, "-m", "pip", *elsewhere, *options]


def pip_download() -> list[str | Path]:
    """Return the command by which pip downloads packages."""
    return [python_with_pip(), "-m", "pip", "download", "--no-input", "--progress-bar=off"]


def python_with_pip() -> str | Path:
    """Return a Python that has pip: this one, else that of .venv, to which it is added."""
    if importlib.util.find_spec("pip"):
        return sys.executable
    steps.work("Adding pip", PYTHON, "-P", "-m", "ensurepip")
    return PYTHON


def as_locked(lock: Path) -> list[str | Path]:
    """Return the arguments, the same for pip and uv, that install exactly what the lock lists."""
    source: list[str | Path] = ["--no-index", "--find-links", WHEELS] if WHEELS.is_dir() else []
    return [*source, "--require-hashes", "-r", lock]


def stamp_of(lock: str) -> str:
    """Return what the stamp says once everything in the lock is installed for this folder."""
    installed = (ROOT / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    return f"{lock} {hashlib.sha256(installed).hexdigest()} {ROOT}"
