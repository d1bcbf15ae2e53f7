import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.fake_server import FakeCanvas
from tests.practice_server import Server, serving

# A busy machine is no fault, and a red CI must be one that comes again.
settings.register_profile("calm", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "calm")


ONE_WORKER_EACH = ("tests/browser/", "tests/windows/")


class ExpensiveTestsTogether(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Keeps the tests of a folder in one worker: one JupyterLab and Chromium, one Windows for all of them.

    The marks that `--dist loadgroup` reads have no effect with pytest 9.2 and xdist 3.8.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in ONE_WORKER_EACH if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ExpensiveTestsTogether:
    return ExpensiveTestsTogether(config, log)


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
