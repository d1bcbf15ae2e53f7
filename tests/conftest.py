from collections.abc import Iterator

import pytest

from tests.fake_server import FakeCanvas


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
