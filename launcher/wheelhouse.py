"""Download the lesson's packages for rooms without a network."""

import argparse
import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from launcher import environment, steps
from launcher.environment import INSTALLER, LESSON, PYTHON, ROOT, WHEELS
from launcher.steps import NO_BUILD, PYTHONS, SetupError
from practice_canvas.arguments import path

HASH = re.compile(r"--hash=sha256:(\w+)")


class Computer(NamedTuple):
    """A kind of computer: what it answers to environment markers, and which builds it takes."""

    title: str
    sys_platform: str
    platform_system: str
    platform_machine: str
    tags: list[str]

    def markers(self, python: str) -> dict[str, str]:
        """Return its environment markers under a version of CPython."""
        return {
            "os_name": "nt" if self.sys_platform == "win32" else "posix",
            "sys_platform": self.sys_platform,
            "platform_system": self.platform_system,
            "platform_machine": self.platform_machine,
            "platform_release": "",
            "platform_version": "",
            "python_version": python,
            "python_full_version": f"{python}.0",
            "implementation_name": "cpython",
            "implementation_version": f"{python}.0",
            "platform_python_implementation": "CPython",
            "extra": "",
        }


def of_linux(machine: str) -> list[str]:
    """Return the builds that a Linux from 2019 on takes (glibc 2.28)."""
    return [*(f"manylinux_2_{minor}_{machine}" for minor in range(28, 16, -1)), f"manylinux2014_{machine}"]


COMPUTERS = {
    "windows": Computer("Windows", "win32", "Windows", "AMD64", ["win_amd64"]),
    "macos": Computer("macOS on Apple silicon", "darwin", "Darwin", "arm64", ["macosx_12_0_arm64"]),
    "linux": Computer("Linux", "linux", "Linux", "x86_64", of_linux("x86_64")),
    "linux-arm": Computer("Linux on ARM", "linux", "Linux", "aarch64", of_linux("aarch64")),
}
USUAL = ("windows", "macos", "linux")


def make(arguments: list[str]) -> int:
    """Download the packages, and say how to use the folder.

    Raises:
        SetupError: a package cannot be had.
    """
    options = parse(arguments)
    environment.prepare(LESSON)  # which brings what evaluates markers
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.computers:
        for python in options.pythons:
            download(COMPUTERS[name], python, options.folder)
    wheels = [*options.folder.glob("*.whl")]
    size = sum(wheel.stat().st_size for wheel in wheels) // 1_000_000
    print(f"\n{options.folder} has {len(wheels)} packages ({size:,} MB).")
    print(f"Copy it into the lesson's folder, with the name {WHEELS.name}, beside start.py.")
    print("Every start then installs from it, and needs no network.")
    print("Leave .venv out: each computer makes its own.")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser("python start.py wheelhouse", description=__doc__, allow_abbrev=False)
    parser.add_argument("folder", type=path, metavar="FOLDER", help="where the packages go")
    parser.add_argument(
        "--for",
        dest="computers",
        type=names,
        default=USUAL,
        metavar="SYSTEM,...",
        help=f"whose packages: {', '.join(COMPUTERS)} (default: {','.join(USUAL)})",
    )
    parser.add_argument(
        "--python",
        dest="pythons",
        type=versions,
        default=PYTHONS,
        metavar="VERSION,...",
        help=f"for which versions of Python (default: {','.join(PYTHONS)})",
    )
    return parser.parse_args(arguments)


def names(given: str) -> list[str]:
    """Return the systems of a list with commas."""
    found = [name.strip().lower() for name in given.split(",")]
    if unknown := [name for name in found if name not in COMPUTERS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is not a system: use {', '.join(COMPUTERS)}")
    return found


def versions(given: str) -> list[str]:
    """Return the versions of Python of a list with commas."""
    found = [version.strip() for version in given.split(",")]
    for version in found:
        match = re.fullmatch(r"3\.(\d+)", version)
        if not match or int(match[1]) < 11:
            raise argparse.ArgumentTypeError(f"{version!r} is not a version from 3.11 on, such as 3.12")
    return found


def download(computer: Computer, python: str, folder: Path) -> None:
    """Download what the lesson and its installer need on one kind of computer; each hash is checked.

    Raises:
        SetupError: a package cannot be had.
    """
    with tempfile.TemporaryDirectory() as place:
        chosen = Path(place) / "requirements.txt"
        lines = [line for lock in (LESSON, INSTALLER) for line in lines_for(lock, computer, python)]
        there = hashes_for_any_computer(folder)
        wanted = [line for line in lines if there.isdisjoint(HASH.findall(line))]
        if not wanted:
            return
        chosen.write_text("\n".join(wanted), encoding="utf-8")
        only = ["--no-deps", "--require-hashes", "--only-binary=:all:", f"--python-version={python}"]
        only += [f"--platform={tag}" for tag in computer.tags]
        title = f"{computer.title}, Python {python}: {len(wanted)} of {len(lines)} packages"
        try:
            steps.work(title, *environment.pip_download(), *only, f"--dest={folder}", "-r", chosen)
        except SetupError as problem:
            if str(problem) != NO_BUILD:
                raise
            raise SetupError(
                f"A package has no ready-made build for {computer.title} with Python {python}.\n"
                "Leave that system (--for) or that version (--python) out. What was downloaded stays."
            ) from problem


def hashes_for_any_computer(folder: Path) -> set[str]:
    """Return the hashes of the packages in a folder that every computer takes; once is enough for these."""
    return {hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in folder.glob("*-none-any.whl")}


def lines_for(lock: str, computer: Computer, python: str) -> list[str]:
    """Return the lines of a lock that apply to a kind of computer."""
    markers = json.dumps(computer.markers(python))
    command = [str(PYTHON), "-P", "-m", "launcher.lines", str(ROOT / lock), markers]
    chosen = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return chosen.stdout.splitlines()
