"""A practice Canvas on loopback, and one on every address."""

from collections.abc import Iterator

import pytest

from tests.practice_canvas.http.reach import ALLOWED, EVERYWHERE
from tests.practice_server import Server, serving


@pytest.fixture(scope="session")
def on_loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(
        tmp_path_factory.mktemp("loopback") / "home", "immediate", "--allow-host", ALLOWED
    ) as server:
        yield server


@pytest.fixture(scope="session")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    reach = ("--host", EVERYWHERE, "--allow-host", ALLOWED)
    with serving(tmp_path_factory.mktemp("everywhere") / "home", "immediate", *reach) as server:
        yield server
