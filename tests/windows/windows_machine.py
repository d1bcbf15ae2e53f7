"""A Windows to run the lesson on: the official Python for Windows, under Wine, in a folder of its own.

Not covered by it: PowerShell, the command prompt, the Task Scheduler, and the first set-up, since the Python
that can be had as a package cannot create virtual environments.
"""

import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any, NamedTuple

from launcher import environment
from tests.practice_server import REPOSITORY
from tests.waiting import LONGEST_WAIT

LOCK = "requirements-windows.lock"
# Of CI, too: what is required on its machine, such as openssl, is not on this one.
OURS = ("CANVAS_", "PRACTICE_CANVAS_", "PYTHON", "PYTEST_", "CI")
FOLDER = "Jürgen's lesson on Windows"
COPIED = ("data", "helpers", "launcher", "practice_canvas", "tests", "start.py", "pyproject.toml", "*.lock")
NOT_COPIED = ("__pycache__", "repaired", "screenshots")
PYTHON_ITSELF = ("python.exe", "python3*.*", "vcruntime*.dll", "lib*.dll", "sqlite3.dll", "*.pyd")
PATHS = "python313.zip\n.\n..\\Lib\\site-packages\n..\\..\nimport site\n"
NO_OUTPUT: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
# A Python that is configured by a ._pth file would compile everything again at each start.
REMEMBER_COMPILED = "import sys; sys.dont_write_bytecode = False"
INSTALLED = """
from launcher import environment as e, in_place
in_place.install_lesson(e.ROOT, e.VENV)
e.STAMP.write_text(e.stamp_of(e.TERMINAL), encoding="utf-8")
"""


class Ended(NamedTuple):
    """A program that has ended: its status, and what it wrote."""

    status: int
    out: str
    err: str


class Running:
    """A Windows program that runs; the standard input, which Python needs there, is an open pipe."""

    def __init__(self, command: list[str], folder: Path, variables: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._err = bytearray()
        self._reader = threading.Thread(target=self._read_err, daemon=True)
        self._reader.start()

    def _read_err(self) -> None:
        assert self._process.stderr
        while block := os.read(self._process.stderr.fileno(), 65536):
            self._err += block

    def end(self) -> Ended:
        """Wait until its output ends, and return what became of it.

        Only the standard output has to end: Wine itself keeps the standard error of a program that started
        another one as long as that runs, which Windows does not.
        """
        assert self._process.stdout
        out = self._process.stdout.read()
        status = self._process.wait(LONGEST_WAIT)
        self._reader.join(0.5)
        return Ended(status, *(bytes(text).decode("utf-8", "replace") for text in (out, self._err)))


class Windows:
    """The lesson, installed in a folder whose name has blanks, a quote and an umlaut.

    Args:
        folder: an empty folder for the machine and the lesson.
    """

    def __init__(self, folder: Path) -> None:
        self.lesson = folder / FOLDER
        inherited = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
        self._variables = {
            **inherited,
            "WINEPREFIX": str(folder / "prefix"),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree=;mshtml=",  # or Wine offers to download them
        }

    def install(self) -> None:
        """Set the machine up, and install the lesson as start.py does for terminal commands."""
        setting_up = subprocess.Popen(["wine", "wineboot", "--init"], env=self._variables, **NO_OUTPUT)
        self._copy()
        self._install_packages()
        setting_up.wait(LONGEST_WAIT)
        # The services of Windows start with the first program and keep its pipes: this one has none.
        self._session = subprocess.Popen(
            ["wine", "cmd.exe"], env=self._variables, stdin=subprocess.PIPE, **NO_OUTPUT
        )
        installed = self.python("-c", INSTALLED)
        assert installed.status == 0, installed

    def _copy(self) -> None:
        self.lesson.mkdir()
        for path in (path for pattern in COPIED for path in REPOSITORY.glob(pattern)):
            if path.is_dir():
                ignored = shutil.ignore_patterns(*NOT_COPIED)
                shutil.copytree(path, self.lesson / path.name, ignore=ignored)
            else:
                shutil.copy(path, self.lesson)

    def _install_packages(self) -> None:
        venv = self.lesson / ".venv"
        packages, programs = venv / "Lib/site-packages", venv / "Scripts"
        programs.mkdir(parents=True)
        uv = environment.find_uv() or environment.bring_uv()
        assert uv, "uv installs packages for other systems than this one"
        target: list[str | Path] = ["--target", packages, "--python-platform", "windows"]
        target += ["--python-version", "3.13", *environment.as_locked(REPOSITORY / LOCK)]
        subprocess.run([uv, "pip", "install", "-q", *target], check=True)
        for pattern in PYTHON_ITSELF:
            for path in packages.glob(pattern):
                path.rename(programs / path.name)
        (programs / "_wmi.pyd").unlink()  # platform would ask a service that Wine does not have
        (programs / "python313._pth").write_text(PATHS, encoding="utf-8")
        (packages / "sitecustomize.py").write_text(REMEMBER_COMPILED, encoding="utf-8")

    def begin(self, *arguments: str) -> Running:
        """Start its Python in the lesson's folder."""
        python = str(self.lesson / ".venv/Scripts/python.exe")
        return Running(["wine", python, *arguments], self.lesson, self._variables)

    def python(self, *arguments: str) -> Ended:
        """Run its Python to its end."""
        return self.begin(*arguments).end()

    def processes(self, module: str) -> list[int]:
        """Return the process ids, as this computer itself sees them, of a module of the lesson."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
                belongs = self._variables["WINEPREFIX"].encode() in (process / "environ").read_bytes()
            except OSError:
                continue  # it has ended
            if belongs and module.encode() in words:
                found.append(int(process.name))
        return found

    def shut_down(self) -> None:
        """End every program of this Windows."""
        subprocess.run(["wineserver", "-k", "-w"], env=self._variables, check=False)
