"""The commands of start.py: open the lesson, run a terminal command, or run every check."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import NoReturn

from helpers.errors import BadInput
from helpers.near_misses import nearest
from helpers.place import practice_home
from helpers.terminal.arguments import check, check_file_to_import, parse
from helpers.terminal.wording import NOT_RUNNING, STILL_RUNNING, STOPPED, fix_in_terminal
from launcher import ctrl_c, doctor, environment, wheelhouse
from launcher.environment import ROOT, prepare
from launcher.steps import SetupError, fix_for, pulse
from practice_canvas import service
from practice_canvas.listening import port_number
from practice_canvas.room import arguments as room_arguments

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "pytest": ["pytest", "-n", "2"],
}
OF_CHECKS = """--long also runs the tests that take too long for every day.

examples:
  python start.py test
  python start.py test tests/test_data.py -k header

exit status: 0 every check passed, 1 a check failed"""
BROWSERS = [
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
]
INTERRUPTED = 1
COMMAND = "launcher.terminal"
"""The module that runs a command in the terminal."""
IN_TERMINAL = ("import", "status", "check", "explain", "rehearse", "progress", "reset", "card", "compare")


def main(arguments: list[str], description: str | None = None) -> int:
    """Run the command in the arguments and return the exit status.

    Args:
        arguments: of the command line.
        description: what `--help` shows.
    """
    try:
        if arguments and arguments[0] in IN_TERMINAL:
            return in_terminal(arguments)
        if arguments[:1] == ["stop"]:
            return stop(arguments)
        if arguments and arguments[0] in ON_THE_LESSON:
            return ON_THE_LESSON[arguments[0]](arguments[1:])
        return open_lesson(arguments, description)
    except SetupError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 2
    except BadInput as error:
        print(f"{error.what}\n{fix_in_terminal(error)}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"\n{error}\n{fix_for(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        rest = " The next start finishes what is incomplete." if environment.is_unfinished() else ""
        print(f"\nStopped.{rest}", file=sys.stderr)
        return INTERRUPTED


def open_lesson(arguments: list[str], description: str | None = None) -> int:
    """Start the practice Canvas, then JupyterLab on the first notebook."""
    parser = argparse.ArgumentParser(
        usage="python start.py [import FILE | status [ID] | check FILE | explain ID | rehearse FILE"
        " | progress | reset | card | compare | book | stop | room --seats N | wheelhouse FOLDER"
        " | doctor | test] [--no-browser] [--port N]",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    parser.add_argument(
        "--port", type=port_number, default=8888, help="where JupyterLab listens (default: 8888)"
    )
    if arguments and not arguments[0].startswith("-"):
        close = nearest(arguments[0], [*IN_TERMINAL, "stop", *ON_THE_LESSON])
        known = f"Did you mean {close}?" if close else "--help lists the commands."
        parser.error(f"no command {arguments[0]!r}. {known}")
    options = parser.parse_args(arguments)
    prepare(environment.LESSON)
    print("Starting the practice Canvas.", flush=True)
    with pulse():
        status = run(COMMAND, "practice")
    if status:
        return status
    if not doctor.is_free(options.port):
        print(f"Port {options.port} is taken or not allowed: JupyterLab looks for another one.")
    print("\nStarting JupyterLab; its address follows. To stop it, press Ctrl+C twice here.")
    print("You can ignore 'Notebook ... is not trusted': run the cells to see their output.", flush=True)
    first = "/lab/tree/notebooks/00_start_here.ipynb"
    flags = [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url={first}"]
    flags += [f"--ServerApp.port={options.port}", "--log-level=WARN"]
    flags.append("--KernelManager.transport_encryption=auto")  # between JupyterLab and its kernels
    if options.no_browser:
        flags.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--allow-root")  # in a container everybody is root
    status = run("jupyterlab", *flags, ready=b"http")
    print("JupyterLab has ended. The practice Canvas is still running; to stop it: python start.py stop")
    return status


def in_terminal(arguments: list[str]) -> int:
    """Run a terminal command; what is wrong with its arguments is said before anything is installed."""
    options = parse(arguments)
    check_file_to_import(options)
    check(options)
    with redirect_stdout(sys.stderr if getattr(options, "json", False) else sys.stdout):
        prepare(environment.CHECK if options.checks_files else environment.TERMINAL)
    return run(COMMAND, *arguments)


def stop(arguments: list[str]) -> int:
    """Stop the practice Canvas; without usable packages, Python alone does it."""
    parse(arguments)
    if environment.is_usable(environment.TERMINAL):
        return run(COMMAND, *arguments)
    try:
        print(STOPPED if service.stop(practice_home()) else NOT_RUNNING)
    except (OSError, service.PracticeCanvasFault) as fault:
        print(f"{STILL_RUNNING}\n{fault}", file=sys.stderr)
        return 1
    return 0


def open_room(arguments: list[str]) -> int:
    """Serve the seats of a class; the first line on standard output is the room's own."""
    room_arguments.parse(arguments, "python start.py room")
    with redirect_stdout(sys.stderr):
        prepare(environment.TERMINAL)
    return run("practice_canvas.room", *arguments, "--end-with", str(os.getpid()))


def examine(arguments: list[str]) -> int:
    """Say whether this computer is ready for the lesson."""
    argparse.ArgumentParser("python start.py doctor", description=doctor.__doc__).parse_args(arguments)
    return doctor.doctor()


def build_book(arguments: list[str]) -> int:
    """Build the web book; Jupyter Book is among the packages for the checks."""
    from docs.book.arguments import parse as parse_book  # a copy for learners may leave docs out

    parse_book(arguments)
    prepare(environment.TEST)
    return run("docs.book", *arguments)


def run_checks(arguments: list[str]) -> int:
    """Run every check, even after one has failed, and name those that failed."""
    argparse.ArgumentParser(
        "python start.py test",
        usage="%(prog)s [-h] [--long] [arguments for pytest]",
        description=run_checks.__doc__,
        epilog=OF_CHECKS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_known_args(arguments)
    prepare(environment.TEST)
    if not find_browser():
        verdict = "In CI that is a failure." if os.environ.get("CI") else "They are SKIPPED."
        print(f"\n{'!' * 72}\nNo Chromium or Chrome found for the browser tests. {verdict}\n{'!' * 72}")
    failed = []
    for name, command in CHECKS.items():
        print(f"\n== {name}", flush=True)
        if run(*command, *(arguments if name == "pytest" else []), folder=ROOT):
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome for the browser tests."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def run(module: str, *arguments: str | Path, folder: Path | None = None, ready: bytes | None = None) -> int:
    """Run a module with the lesson's Python to its end, also through Ctrl+C, and return its status.

    When something asks this process to end, the module ends with it.

    Args:
        module: its name.
        arguments: of its command line.
        folder: where it runs; None for the current one.
        ready: what its log says once it is up; until then the time is shown.
    """
    with termination_as_exit():
        if module == COMMAND:
            ctrl_c.hold()  # the only one that releases it
        # Container images forbid bytecode files, and then each kernel compiles pandas again: two seconds.
        process = subprocess.Popen(
            [environment.PYTHON, "-P", "-m", module, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": ""},
            stderr=subprocess.PIPE if ready else None,
        )
        log = threading.Thread(target=pass_on, args=(process, ready or b""), daemon=True)
        log.start()
        while True:
            try:
                ctrl_c.release()
                status = process.wait()
            except KeyboardInterrupt:
                continue  # the module receives it too, and decides what it means
            except SystemExit:
                process.terminate()
                process.wait()
                raise
            log.join(1)  # shows its last lines, but waits for none of the programs that it started
            return INTERRUPTED if status == -signal.SIGINT else status if status >= 0 else 128 - status


@contextmanager
def termination_as_exit() -> Iterator[None]:
    """Raise SystemExit where something asks this process to end, such as `kill`.

    Windows has no such request but Ctrl+Break, which the module receives too: this process waits for it.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone receives signals
        yield
        return

    def leave(number: int, _: object) -> NoReturn:
        sys.exit(128 + number)

    windows = os.name == "nt"
    asks = signal.Signals["SIGBREAK"] if windows else signal.SIGTERM
    before = signal.signal(asks, (lambda *_: None) if windows else leave)
    try:
        yield
    finally:
        signal.signal(asks, before)


def pass_on(process: "subprocess.Popen[bytes]", ready: bytes) -> None:
    """Pass on the log of a process as it comes, and show the time until it says that it is up."""
    if process.stderr is None:
        return
    with pulse() as done:
        for line in process.stderr:
            if ready in line:
                done.set()
            sys.stderr.write(line.decode("utf-8", "replace"))
            sys.stderr.flush()


ON_THE_LESSON = {
    "book": build_book,
    "room": open_room,
    "wheelhouse": wheelhouse.make,
    "doctor": examine,
    "test": run_checks,
}
