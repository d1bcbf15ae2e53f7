from collections.abc import Iterator

import pytest

from tests.practice_server import Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One practice Canvas for all cases of a test process; each case empties it first."""
    with serving(tmp_path_factory.mktemp("conformance") / "home") as server:
        yield server
