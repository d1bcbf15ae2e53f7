"""An installation that fails or is interrupted: what was installed before it keeps working."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from helpers.terminal.wording import NOT_RUNNING, STILL_RUNNING, STOPPED
from launcher import environment, pieces
from launcher import main as commands
from launcher import steps as doing
from practice_canvas import service
from tests.own_lesson import own_lesson

SITE = "lib/python3.11/site-packages"
LEVELS = [*environment.LOCKS]
NO_NETWORK = doing.SetupError("The packages could not be downloaded.")
FAULTS = [NO_NETWORK, KeyboardInterrupt()]
COURSES = str(environment.ROOT / "data" / "test_course.csv")


class Installer:
    """It replaces the packages of a lock, each of one file, unless it is stopped before that or halfway."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.stopped_by: BaseException | None = None
        self.halfway = False

    def create(self, title: str, *command: str | Path) -> None:
        self.steps.append("create")
        (environment.VENV / SITE).mkdir(parents=True)
        environment.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        environment.PYTHON.touch()

    def install(self, lock: Path) -> None:
        self.steps.append("install")
        site = environment.VENV / SITE
        wanted = lock.read_text(encoding="utf-8").split()
        missing = [package for package in wanted if not (site / f"{package}.dist-info").exists()]
        if missing and self.stopped_by and not self.halfway:
            raise self.stopped_by
        for package in missing:
            self.replace(site, package)

    def replace(self, site: Path, package: str) -> None:
        name = package.partition("-")[0]
        for old in site.glob(f"{name}-*.dist-info"):
            shutil.rmtree(old)
        (site / f"{package}.dist-info").mkdir()
        record = f"{name}.py,,{len(package)}\n{package}.dist-info/RECORD,,\n"
        (site / f"{package}.dist-info" / "RECORD").write_text(record, encoding="utf-8")
        (site / f"{name}.py").write_text(package[: 1 if self.stopped_by else None], encoding="utf-8")
        if self.stopped_by:
            raise self.stopped_by


def publish(folder: Path, version: int) -> None:
    """Write the locks of a version: each level has one package more."""
    for number, lock in enumerate(LEVELS):
        packages = [f"package{each}-{version}" for each in range(number + 1)]
        (folder / lock).write_text("\n".join(packages), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lesson of its own in its first version."""
    folder = own_lesson(tmp_path, monkeypatch)
    publish(folder, 1)
    return folder


@pytest.fixture
def installer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Installer:
    """What installs its packages."""
    installer = Installer()
    monkeypatch.setattr(doing, "work", installer.create)
    monkeypatch.setattr(environment, "install", installer.install)
    monkeypatch.setattr(environment, "runs", environment.PYTHON.exists)
    return installer


def complete(installer: Installer, lock: str) -> None:
    """Complete what a test has left, in place."""
    installer.stopped_by = None
    environment.prepare(lock)
    assert environment.is_ready(lock) and not environment.is_unfinished()
    packages = (environment.ROOT / lock).read_text(encoding="utf-8").split()
    assert {f"{package}.dist-info" for package in packages} <= {*pieces.installed(environment.VENV)}
    assert not [*pieces.in_pieces(environment.VENV)]
    assert installer.steps.count("create") == 1, "completed in place"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("halfway", [False, True])
@pytest.mark.parametrize(("done", "wanted"), list(pairwise(LEVELS)))
def test_a_level_that_cannot_be_added_leaves_the_one_before(
    installer: Installer, done: str, wanted: str, halfway: bool, fault: BaseException
) -> None:
    environment.prepare(done)
    installer.stopped_by, installer.halfway = fault, halfway
    with pytest.raises(type(fault)):
        environment.prepare(wanted)
    tried = len(installer.steps)
    environment.prepare(done)
    assert environment.is_ready(done) and len(installer.steps) == tried, "nothing was to be done"
    complete(installer, wanted)


@pytest.mark.parametrize("lock", LEVELS)
def test_an_update_that_cannot_be_downloaded_leaves_the_earlier_version(
    installer: Installer, folder: Path, lock: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.prepare(lock)
    publish(folder, 2)
    installer.stopped_by = NO_NETWORK
    for _ in range(2):
        if lock == environment.TEST:  # which checks the version that it was written with
            with pytest.raises(doing.SetupError):
                environment.prepare(lock)
        else:
            environment.prepare(lock)
            assert f"{NO_NETWORK}\nUntil then, the packages of your earlier" in capsys.readouterr().err
        assert environment.is_usable(lock) and not environment.is_ready(lock)
    complete(installer, lock)


def test_an_earlier_version_of_less_is_not_enough(installer: Installer, folder: Path) -> None:
    environment.prepare(environment.TERMINAL)
    publish(folder, 2)
    installer.stopped_by = NO_NETWORK
    with pytest.raises(doing.SetupError):
        environment.prepare(environment.CHECK)
    assert environment.is_usable(environment.TERMINAL)


@pytest.mark.parametrize("lock", LEVELS)
@pytest.mark.parametrize("fault", FAULTS)
def test_an_update_that_was_interrupted_is_completed_in_place(
    installer: Installer, folder: Path, lock: str, fault: BaseException
) -> None:
    environment.prepare(lock)
    publish(folder, 2)
    installer.stopped_by, installer.halfway = fault, True
    with pytest.raises(type(fault)):
        environment.prepare(lock)
    assert not environment.is_usable(lock), "a package is in pieces"
    publish(folder, 1)
    assert not environment.is_ready(lock), "nor is it the earlier version any longer"
    publish(folder, 2)
    installer.stopped_by, installer.halfway = NO_NETWORK, False
    with pytest.raises(doing.SetupError):
        environment.prepare(lock)
    complete(installer, lock)


@pytest.mark.parametrize("lock", LEVELS)
@pytest.mark.parametrize("halfway", [False, True])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_first_installation_that_was_interrupted_is_completed_in_place(
    installer: Installer, lock: str, halfway: bool, fault: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    installer.stopped_by, installer.halfway = fault, halfway
    with pytest.raises(type(fault)):
        environment.prepare(lock)
    assert environment.is_unfinished() and not environment.is_usable(lock)
    capsys.readouterr()
    complete(installer, lock)
    assert capsys.readouterr().out.startswith("Completing ")


def test_what_an_earlier_start_py_left_unfinished_is_completed(installer: Installer) -> None:
    environment.prepare(environment.TERMINAL)
    environment.STAMP.write_text(environment.UNFINISHED, encoding="utf-8")
    complete(installer, environment.TERMINAL)


def test_an_earlier_version_in_another_folder_is_not_this_one(
    installer: Installer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.prepare(environment.TERMINAL)
    shutil.copytree(folder, tmp_path / "elsewhere")
    monkeypatch.setattr(environment, "ROOT", tmp_path / "elsewhere")
    assert not environment.is_usable(environment.TERMINAL)


def test_each_installation_is_called_what_it_is(
    installer: Installer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.prepare(environment.TERMINAL)
    environment.prepare(environment.CHECK)
    publish(folder, 2)
    environment.prepare(environment.CHECK)
    words = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert words == ["Setting", "Adding", "Updating"]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules and commands that ran."""
    ran: list[str] = []

    def run(*words: object, **_: object) -> int:
        ran.append(" ".join(map(str, words[:2])))
        return 0

    def stop(home: Path) -> bool:
        ran.append("stopped")
        return True

    monkeypatch.setattr(commands, "run", run)
    monkeypatch.setattr(service, "stop", stop)
    return ran


COMMANDS = {
    "launcher.terminal import": ["import", COURSES],
    "launcher.terminal status": ["status"],
    "launcher.terminal check": ["check", COURSES],
    "launcher.terminal explain": ["explain", "1"],
    "launcher.terminal rehearse": ["rehearse", COURSES],
    "launcher.terminal progress": ["progress"],
    "launcher.terminal reset": ["reset"],
    "launcher.terminal card": ["card"],
    "launcher.terminal compare": ["compare"],
    "practice_canvas.room --seats": ["room", "--seats", "2"],
    "jupyterlab": ["--no-browser"],
    "launcher.terminal stop": ["stop"],
}


def test_every_command_that_an_earlier_version_can_run_is_here() -> None:
    named = {words[0] for words in COMMANDS.values()}
    assert {*commands.IN_TERMINAL, *commands.ON_THE_LESSON, "stop"} - named == {
        *("book", "test"),  # need the packages for the tests, of this version
        *("doctor", "wheelhouse"),  # need none; cannot do without a network
    }


@pytest.mark.parametrize(("command", "words"), COMMANDS.items())
def test_a_command_runs_although_its_update_failed(
    command: str, words: list[str], installer: Installer, folder: Path, ran: list[str]
) -> None:
    environment.prepare(environment.LESSON)
    publish(folder, 2)
    installer.stopped_by = NO_NETWORK
    installer.steps.clear()
    assert commands.main(words) == 0
    assert ran[-1].startswith(command)
    assert installer.steps == ["install"] * (words != ["stop"]), "tried once, by what installs at all"


def test_an_update_of_the_lesson_that_failed_is_not_one_of_a_part_of_it(
    installer: Installer, folder: Path, ran: list[str]
) -> None:
    environment.prepare(environment.LESSON)
    publish(folder, 2)
    installer.stopped_by = NO_NETWORK
    assert commands.main(["--no-browser"]) == 0 and len(ran) == 2
    assert environment.is_usable(environment.LESSON)


@pytest.mark.parametrize("halfway", [False, True])
def test_a_stamp_without_packages_counts_those_that_are_there_before_an_update(
    installer: Installer, folder: Path, halfway: bool
) -> None:
    environment.prepare(environment.LESSON)
    environment.STAMP.write_text(environment.stamped()[0], encoding="utf-8")
    publish(folder, 2)
    installer.stopped_by, installer.halfway = NO_NETWORK, halfway
    for _ in range(2):
        if halfway:
            with pytest.raises(doing.SetupError):
                environment.prepare(environment.LESSON)
        else:
            environment.prepare(environment.LESSON)
        assert environment.is_usable(environment.LESSON) is not halfway


def test_nothing_but_json_is_printed_where_an_update_fails(
    installer: Installer, folder: Path, ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    environment.prepare(environment.TERMINAL)
    publish(folder, 2)
    installer.stopped_by = NO_NETWORK
    capsys.readouterr()
    assert commands.main(["status", "1", "--json"]) == 0 and ran
    printed = capsys.readouterr()
    assert printed.out == "" and "Updating" in printed.err


@pytest.mark.parametrize("words", [["status"], ["explain", "1"], ["progress"]])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_command_runs_after_check_could_not_be_added(
    words: list[str], fault: BaseException, installer: Installer, ran: list[str]
) -> None:
    environment.prepare(environment.TERMINAL)
    installer.stopped_by = fault
    assert commands.main(["check", COURSES]) != 0 and ran == []
    assert commands.main(words) == 0
    assert [command.split()[1] for command in ran] == words[:1]


def test_the_practice_canvas_stops_where_an_update_was_interrupted(
    installer: Installer, folder: Path, ran: list[str]
) -> None:
    environment.prepare(environment.TERMINAL)
    publish(folder, 2)
    installer.stopped_by, installer.halfway = KeyboardInterrupt(), True
    assert commands.main(["status"]) == commands.INTERRUPTED
    tried = len(installer.steps)
    assert commands.main(["stop"]) == 0
    assert ran == ["stopped"] and len(installer.steps) == tried


@pytest.mark.parametrize(("stopped", "said"), [(True, STOPPED), (False, NOT_RUNNING)])
def test_stop_says_without_packages_whether_it_stopped_one(
    folder: Path,
    stopped: bool,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(service, "stop", lambda home: stopped)
    assert commands.main(["stop"]) == 0
    assert capsys.readouterr().out == f"{said}\n"
    assert not environment.VENV.exists()


def test_stop_without_packages_says_what_does_not_stop(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(home: Path) -> bool:
        raise service.PracticeCanvasFault("End process 4711 yourself.")

    monkeypatch.setattr(service, "stop", refuse)
    assert commands.main(["stop"]) == 1
    assert capsys.readouterr().err == f"{STILL_RUNNING}\nEnd process 4711 yourself.\n"


def test_stop_runs_with_packages_of_this_version(installer: Installer, ran: list[str]) -> None:
    environment.prepare(environment.TERMINAL)
    assert commands.main(["stop"]) == 0
    assert ran == ["launcher.terminal stop"]


@pytest.mark.parametrize(
    ("damage", "whole"),
    [
        ("", True),
        ("rich.pyc away", True),
        ("rich.py away", False),
        ("rich.py is ri", False),
        ("rich-14.dist-info/RECORD away", False),
        ("rich-14.dist-info/RECORD is rich.py", False),
        ("rich-14.dist-info/RECORD is rich.py,,4", False),
        ("rich-14.dist-info/RECORD is ", False),
    ],
)
def test_a_package_in_pieces_is_found(damage: str, whole: bool, tmp_path: Path) -> None:
    site = tmp_path / "lib/python3.13/site-packages"
    record = site / "rich-14.dist-info" / "RECORD"
    record.parent.mkdir(parents=True)
    record.write_text("rich.py,sha256=x,4\nrich.pyc,,\nrich-14.dist-info/RECORD,,\n", encoding="utf-8")
    (site / "rich.py").write_text("rich", encoding="utf-8")
    (site / "rich.pyc").touch()
    if damage.endswith("away"):
        (site / damage.removesuffix(" away")).unlink()
    elif damage:
        file, _, text = damage.partition(" is ")
        (site / file).write_text(text, encoding="utf-8")
    assert [*pieces.in_pieces(tmp_path)] == ([] if whole else [record.parent])
