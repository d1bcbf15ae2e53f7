"""Start the lesson. Needs only Python 3.11 or newer; everything else goes into the folder .venv.

python start.py                 open the lesson in JupyterLab    [--no-browser] [--port N]
python start.py import FILE     import a file from the terminal  [--domain D] [--option name=value]
python start.py status [ID]     show one SIS import, or list them [--domain D]
python start.py check FILE ...  check files, send nothing        [--domain D]
python start.py explain ID      what went wrong in an import, or in its saved files [--domain D]
python start.py rehearse FILE   what an import would do          [--domain D] [--option name=value]
python start.py progress        show which exercises are done    [--reset]
python start.py reset           empty the practice school
python start.py card [FILE]     write the lesson on one page, to print it
python start.py compare         compare a Canvas with the practice Canvas, read-only [--domain D]
python start.py stop            stop the practice Canvas
python start.py room --seats N  practice Canvases for a class, one per seat [--host ADDRESS] [--erase]
python start.py test            run every check                  [arguments for pytest]

With --help, each command shows its options and examples.

Exit status: 0 success, 1 it ran and found a problem, 2 it could not run as asked.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "The lesson needs Python 3.11 or newer; this is Python %d.%d.\n"
        "Install a newer one from python.org or with your system's packages, then start with it:\n"
        "    python3.12 start.py        (on Windows: py -3.12 start.py)\n" % sys.version_info[:2]
    )
    sys.exit(2)

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

ROOT: Path = Path(__file__).resolve().parent  # A SyntaxError here? This is Python 2. Use: python3 start.py
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "lesson-stamp.txt"  # what is installed, or UNFINISHED while that is being done
UNFINISHED = "unfinished"
LESSON_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"  # holds all of LESSON_LOCK

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "pytest": ["pytest", "-n", "2"],
}
BROWSERS = [
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
]

IN_TERMINAL = ("import", "status", "check", "explain", "rehearse", "progress", "reset", "card", "compare")
PULSE = 5.0  # seconds between two lines about how long a step has taken
MILESTONES = ("Collecting", "Installing", "Downloading", "Prepared", "Installed")  # of pip and uv
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
        "The disk is full. The lesson needs about 500 MB: free some space and start again.",
    ),
    (
        ["Permission denied", "Read-only file system", "Access is denied", "used by another process"],
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
    (
        ["No matching distribution", "No solution found", "no wheels", "Failed to build"],
        "A package has no ready-made build for this Python.\n"
        "Delete the folder .venv and start with a 64-bit Python 3.11, 3.12 or 3.13.",
    ),
]


class SetupError(Exception):
    """A problem that the user can fix; the text says how."""


def main(arguments: list[str]) -> int:
    """Run the command in the arguments and return the exit status."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="replace")  # of a console in cp1252
    commands = {
        **dict.fromkeys(IN_TERMINAL, in_terminal),
        "stop": stop,
        "room": open_room,
        "test": run_checks,
    }
    command = commands.get(arguments[0], open_lesson) if arguments else open_lesson
    try:
        return command(arguments)
    except SetupError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"\n{error}\n{fix_for(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The next start finishes what is incomplete.", file=sys.stderr)
        return 1


def open_lesson(arguments: list[str]) -> int:
    """Start the practice Canvas, then JupyterLab on the first notebook."""
    parser = argparse.ArgumentParser(
        usage="python start.py [import FILE | status [ID] | check FILE | explain ID | rehearse FILE"
        " | progress | reset | card | compare | stop | room --seats N | test] [--no-browser] [--port N]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    parser.add_argument("--port", type=int, default=8888, help="where JupyterLab listens (default: 8888)")
    options = parser.parse_args(arguments)
    prepare(LESSON_LOCK)
    print("Starting the practice Canvas.", flush=True)
    status = in_terminal(["practice"])
    if status:
        return status
    print("\nStarting JupyterLab; its address follows. To stop it, press Ctrl+C twice here.")
    print("'Notebook ... is not trusted' is no problem: run the cells to see their output.", flush=True)
    first = "/lab/tree/notebooks/00_start_here.ipynb"
    flags = [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url={first}"]
    flags += [f"--ServerApp.port={options.port}", "--log-level=WARN"]
    flags.append("--KernelManager.transport_encryption=auto")  # between JupyterLab and its kernels
    if options.no_browser:
        flags.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--allow-root")  # in a container everybody is root
    return run("jupyterlab", *flags)


def in_terminal(arguments: list[str]) -> int:
    """Pass the arguments on to helpers/terminal/cli.py."""
    prepare(LESSON_LOCK)
    return run("helpers.terminal.cli", *arguments)


def stop(arguments: list[str]) -> int:
    """Stop the practice Canvas; without an installation there is none."""
    return in_terminal(arguments) if VENV.exists() else 0


def open_room(arguments: list[str]) -> int:
    """Serve the seats of a class; the first line on standard output is the room's own."""
    with contextlib.redirect_stdout(sys.stderr):
        prepare(LESSON_LOCK)
    return run("practice_canvas.room", *arguments[1:])


def run_checks(arguments: list[str]) -> int:
    """Run every check, even after one has failed, and name those that failed."""
    prepare(TEST_LOCK)
    if not find_browser():
        verdict = "In CI that is a failure." if os.environ.get("CI") else "They are SKIPPED."
        print(f"\n{'!' * 72}\nNo Chromium or Chrome found for the browser tests. {verdict}\n{'!' * 72}")
    failed = []
    for name, command in CHECKS.items():
        print(f"\n== {name}", flush=True)
        if run(*command, *(arguments[1:] if name == "pytest" else []), folder=ROOT):
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome for the browser tests."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def run(module: str, *arguments: str | Path, folder: Path | None = None) -> int:
    """Run a module with the lesson's Python to its end, also through Ctrl+C, and return its status."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    process = subprocess.Popen([PYTHON, "-P", "-m", module, *arguments], cwd=folder, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the module receives it too, and decides what it means


def prepare(lock: Path) -> None:
    """Install what the lock lists into .venv, unless it is there; repair what was interrupted."""
    stamp = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    if PYTHON.exists() and stamp in {stamp_of(lock), stamp_of(TEST_LOCK)}:
        return
    if VENV.exists() and (stamp == UNFINISHED or not usable()):
        print("The folder .venv is incomplete or damaged; it is created again.")
        shutil.rmtree(VENV)
    doing = "Updating the lesson" if PYTHON.exists() else "Setting up the lesson: one to three minutes, once"
    print(f"{doing} (in the folder .venv).", flush=True)
    VENV.mkdir(exist_ok=True)
    STAMP.write_text(UNFINISHED, encoding="utf-8")
    if not PYTHON.exists():
        work("Creating a Python environment", *make_environment())
    work("Installing the packages", *installer(), "--require-hashes", "-r", lock)
    install_lesson()
    STAMP.write_text(stamp_of(lock), encoding="utf-8")


def usable() -> bool:
    """Return whether the Python in .venv runs, is new enough, and can install packages."""
    need = "import sys; sys.exit(sys.version_info < (3, 11))" if shutil.which("uv") else "import pip"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", need], check=False).returncode == 0


def make_environment() -> list[str | Path]:
    """Return the command that creates .venv with the Python that runs this."""
    if shutil.which("uv"):
        return ["uv", "venv", "--allow-existing", "--python", sys.executable, VENV]
    return [sys.executable, "-m", "venv", VENV]


def installer() -> list[str | Path]:
    """Return the command that installs into .venv: uv where it is on the PATH, else pip."""
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--python", PYTHON]
    return [PYTHON, "-m", "pip", "install", "--no-input", "--progress-bar=off"]


def work(title: str, *command: str | Path) -> None:
    """Run one step of the set-up, show its milestones, and say in plain words why it failed."""
    print(f"- {title}", flush=True)
    output = []
    done = threading.Event()
    threading.Thread(target=report_time, args=(done,), daemon=True).start()
    try:
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            cwd=ROOT,
        ) as process:
            for line in process.stdout or ():
                output.append(line)
                if line.startswith(MILESTONES):
                    print(f"  {line.strip().partition(' (from')[0][:72]}", flush=True)
    finally:
        done.set()
    if process.returncode:
        text = "".join(output)
        raise SetupError(fix_for(text) or f"{title} failed:\n{text[-2000:]}")


def report_time(done: threading.Event) -> None:
    """Print every few seconds how long a step has taken, until it is done."""
    began = time.monotonic()
    while not done.wait(PULSE):
        print(f"  ... still working, {time.monotonic() - began:.0f} s", flush=True)


def fix_for(text: str) -> str:
    """Return what to do about a failure that says this, or nothing when it is not known."""
    return next((fix for words, fix in FIXES if any(word in text for word in words)), "")


def install_lesson() -> None:
    """Install the lesson in place, and let JupyterLab open without asking about news.

    This is what `pip install --no-deps -e .` does, without a build tool or a network.
    """
    (site,) = [*VENV.glob("lib/python3*/site-packages")] or [*VENV.glob("Lib/site-packages")]
    link = f"import sys; sys.path.append({str(ROOT)!a})\n"  # ASCII, whatever the folder is called
    (site / "lesson.pth").write_text(link, encoding="ascii")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stem = project["name"].replace("-", "_")
    for old in site.glob(f"{stem}-*.dist-info"):
        shutil.rmtree(old)
    distribution = site / f"{stem}-{project['version']}.dist-info"
    distribution.mkdir()
    for name, text in metadata_files(project).items():
        (distribution / name).write_text(text, encoding="utf-8")
    files = ["lesson.pth", *(f"{distribution.name}/{name}" for name in (*metadata_files(project), "RECORD"))]
    (distribution / "RECORD").write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")
    settings = VENV / "share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    (settings / "overrides.json").write_text(json.dumps(quiet), encoding="utf-8")


def metadata_files(project: dict[str, Any]) -> dict[str, str]:
    """Return the files in which Python and Jupyter look up an installed distribution, by name."""
    groups = {"console_scripts": project.get("scripts", {}), **project.get("entry-points", {})}
    entry_points = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in groups.items()
    ]
    metadata = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}"]
    metadata += [f"Requires-Dist: {dependency}" for dependency in project["dependencies"]]
    return {
        "METADATA": "\n".join(metadata) + "\n",
        "INSTALLER": "start.py\n",
        "entry_points.txt": "\n".join(entry_points),
    }


def stamp_of(lock: Path) -> str:
    """Return what the stamp says once everything in the lock is installed for this folder."""
    installed = lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    return f"{lock.name} {hashlib.sha256(installed).hexdigest()} {ROOT}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
