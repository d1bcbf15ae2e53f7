"""A room without a network: `start.py wheelhouse` gathers the packages, and `start.py` installs from them."""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.markers import default_environment

from launcher import environment, lines, wheelhouse
from launcher import steps as doing

ROOT = environment.ROOT
COPIED = ["start.py", "pyproject.toml", "launcher", "helpers", "practice_canvas", "data/test_course.csv"]
THIS_LINUX = {"x86_64": "linux", "aarch64": "linux-arm"}.get(platform.machine(), "")
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
NAMESPACE = ["unshare", "--net", *([] if getattr(os, "geteuid", int)() == 0 else ["--map-root-user"])]
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
DEAD_PROXY = [f"{name}=http://127.0.0.1:9" for name in PROXIES]
# A new network namespace has no network but a loopback that is down: bring that up, import a file, and stop.
IMPORT_A_FILE = """
import contextlib, fcntl, socket, struct, subprocess, sys
with socket.socket() as any_socket, contextlib.suppress(PermissionError):
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x41))
start = [sys.executable, "start.py"]
try:
    sys.exit(subprocess.call([*start, "import", "data/test_course.csv"]))
finally:
    subprocess.call([*start, "stop"])
"""


def blocks(lock: str) -> list[str]:
    """The packages of a lock, each with its marker and hashes."""
    return re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip())


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A copy of the lesson whose whole lock is that of the terminal, so that there is less to install."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (tmp_path / name).parent.mkdir(exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    packaging = next(block for block in blocks(environment.LESSON) if block.startswith("packaging=="))
    for lock in environment.LOCKS:
        text = "\n".join([*blocks(environment.TERMINAL), packaging, ""])
        (tmp_path / lock).write_text(text, encoding="utf-8")
    (tmp_path / environment.INSTALLER).write_text(packaging + "\n", encoding="utf-8")  # without uv
    return tmp_path


def run(folder: Path, *command: str) -> str:
    """Run a command in a folder and return its output."""
    own = {
        "PYTHONPATH": "",
        "PRACTICE_CANVAS_HOME": str(folder / "home"),
        "PRACTICE_CANVAS_PACE": "immediate",
    }
    ended = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **own},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def without_network() -> list[str]:
    """Return what a command begins with that has no network; containers often allow no namespaces."""
    allowed = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
    return NAMESPACE if allowed else ["env", *DEAD_PROXY, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1"]


@pytest.mark.skipif(not THIS_LINUX, reason="network namespaces are Linux's")
def test_a_first_import_without_a_network_installs_from_the_folder(lesson: Path) -> None:
    made = run(
        lesson,
        sys.executable,
        "start.py",
        "wheelhouse",
        "wheels",
        "--for",
        THIS_LINUX,
        "--python",
        THIS_PYTHON,
    )
    assert "Copy it into the lesson's folder" in made
    shutil.rmtree(lesson / ".venv")
    out = run(lesson, *without_network(), sys.executable, "-c", IMPORT_A_FILE)
    assert "Setting up" in out and "imported" in out


@pytest.mark.parametrize("name", wheelhouse.COMPUTERS)
def test_markers_are_evaluated_for_the_other_computer(name: str) -> None:
    computer = wheelhouse.COMPUTERS[name]
    text = (ROOT / environment.LESSON).read_text(encoding="utf-8")
    chosen = lines.lines(text, computer.markers("3.12"))
    names = {line.partition("==")[0] for line in chosen}
    assert ("pywinpty" in names) == (name == "windows")
    assert ("appnope" in names) == (name == "macos")
    assert ("pexpect" in names) == (name != "windows")
    assert all("--hash=sha256:" in line and ";" not in line for line in chosen)


def test_what_every_computer_takes_is_not_downloaded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = tmp_path / "pure-1-py3-none-any.whl"
    wheel.write_bytes(b"pure")
    (own,) = wheelhouse.hashes_for_any_computer(tmp_path)
    locked = {environment.LESSON: [f"pure==1 --hash=sha256:{own}", "built==1 --hash=sha256:0"]}
    monkeypatch.setattr(wheelhouse, "lines_for", lambda lock, *_: locked.get(lock, []))
    monkeypatch.setattr(environment, "pip_download", list)
    asked: list[str] = []
    monkeypatch.setattr(
        doing, "work", lambda title, *command: asked.append(Path(command[-1]).read_text(encoding="utf-8"))
    )
    wheelhouse.download(wheelhouse.COMPUTERS["windows"], "3.12", tmp_path)
    assert asked == ["built==1 --hash=sha256:0"]


def test_a_build_that_does_not_exist_is_named_with_its_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise doing.SetupError(doing.NO_BUILD)

    monkeypatch.setattr(wheelhouse, "lines_for", lambda *_: ["built==1 --hash=sha256:0"])
    monkeypatch.setattr(environment, "pip_download", list)
    monkeypatch.setattr(doing, "work", fail)
    with pytest.raises(doing.SetupError, match=r"Windows with Python 3\.12"):
        wheelhouse.download(wheelhouse.COMPUTERS["windows"], "3.12", tmp_path)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["wheels", "--for", "windows,beos"], "'beos' is not a system: use windows"),
        (["wheels", "--python", "3.9"], "'3.9' is not a version from 3.11 on"),
        ([], "FOLDER"),
    ],
)
def test_wrong_use_is_refused_before_anything_is_installed(
    words: list[str], why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "prepare", lambda _: pytest.fail("it was"))
    with pytest.raises(SystemExit) as left:
        wheelhouse.make(words)
    assert left.value.code == 2 and why in capsys.readouterr().err


def test_a_folder_for_another_computer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise doing.SetupError(doing.NO_BUILD)

    monkeypatch.setattr(environment, "WHEELS", tmp_path)
    monkeypatch.setattr(environment, "install_with_uv_or_pip", fail)
    with pytest.raises(doing.SetupError, match="lacks a package for this computer"):
        environment.install(tmp_path / "lock")


def test_the_table_answers_every_marker() -> None:
    markers = wheelhouse.COMPUTERS["linux"].markers(THIS_PYTHON)
    assert {*default_environment()} <= {*markers}
