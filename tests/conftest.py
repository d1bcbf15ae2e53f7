import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.fake_server import FakeCanvas
from tests.left_processes import MARK, Left, end_left_processes, mark_run
from tests.practice_server import Server, serving
from tests.reliability import TRIED, ReliabilityPage

# A busy machine is no fault, and a red CI must be one that comes again.
settings.register_profile("calm", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=2000)
LEFT: list[Left] = []
Write = Callable[..., Path]


def is_worker(config: pytest.Config) -> bool:
    """Return whether this is one of the processes that pytest -n starts."""
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Prepare for tests that are read after this, and for the processes that they start."""
    if not is_worker(config):
        mark_run()
    if config.getoption("--long") and not is_worker(config):
        config.pluginmanager.register(ReliabilityPage())
    settings.load_profile("long" if config.getoption("--long") else "ci" if os.environ.get("CI") else "calm")


@pytest.hookimpl(trylast=True)  # when the workers have ended
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when a test left a process behind."""
    if not is_worker(session.config):
        LEFT.extend(end_left_processes(os.environ[MARK]))
        if LEFT:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the processes that were left behind, and the tests that started them."""
    if LEFT:
        terminalreporter.section("processes left behind", red=True)
    for left in LEFT:
        terminalreporter.line(f"{left.test} started process {left.pid}: {left.command}")


class ExpensiveTestsTogether(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Keeps a module of browser tests, all tests on Windows, and all in a hub in one worker; longest first.

    A worker has one JupyterLab for its browser tests and one Chromium per module; there is one Windows, and
    one hub.
    The marks that `--dist loadgroup` reads have no effect with pytest 9.2 and xdist 3.8.
    """

    def _split_scope(self, nodeid: str) -> str:
        for folder in ("tests/windows/", "tests/hub/"):
            if nodeid.startswith(folder):
                return folder
        return nodeid.partition("::")[0] if nodeid.startswith("tests/browser/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ExpensiveTestsTogether:
    return ExpensiveTestsTogether(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests that are marked long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `long`, without calling it skipped: it was not asked for."""
    if not config.getoption("--long"):
        items[:] = [item for item in items if item.get_closest_marker("long") is None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a CSV file: its name, then its lines."""

    def written(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Call it with how often a test tried something that a long run counts; the numbers add up."""
    return lambda number: record_property(TRIED, number)


@pytest.fixture
def fake_canvas() -> Iterator[FakeCanvas]:
    """A server that answers what the test scripts and remembers what arrived."""
    canvas = FakeCanvas()
    yield canvas
    canvas.close()


@pytest.fixture
def other_host() -> Iterator[FakeCanvas]:
    """A second server, to which no token may go."""
    canvas = FakeCanvas()
    yield canvas
    canvas.close()


@pytest.fixture(scope="session", autouse=True)
def temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the temporary files of what runs in this process among pytest's own, which it removes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
        yield


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the notebooks are executed as they stand, shared by all workers."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "as_they_stand"


@pytest.fixture(scope="session")
def practice_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One practice Canvas for all tests of a process; take `canvas` to have it empty."""
    with serving(tmp_path_factory.mktemp("practice") / "home") as server:
        yield server


@pytest.fixture
def canvas(practice_server: Server) -> Server:
    """The practice Canvas with a fresh root account and the settings of a new one, but pace immediate."""
    practice_server.settings(pace="immediate", allow_sis_import=True, seconds_to_wait_after_abort=600)
    practice_server.settings(rate_limit_status=0, rate_limit_full=600, can_add_pronouns=False)
    assert practice_server.send("POST", "/practice/reset", b"").status == 200
    return practice_server
