"""The pytest plugin: the fixture `practice_canvas`. pytest loads it wherever this package is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # every run of pytest loads this module, and most of them need no Canvas
    from practice_canvas.testing import PracticeCanvas


@pytest.fixture(scope="session")
def practice_canvas_server() -> Iterator[PracticeCanvas]:
    """The practice Canvas of this session or xdist worker, which `practice_canvas` resets for each test."""
    from practice_canvas.testing import running

    with running() as canvas:
        yield canvas


@pytest.fixture
def practice_canvas(practice_canvas_server: PracticeCanvas) -> PracticeCanvas:
    """A practice Canvas with an empty school: .url, .token, .load_school(), .scenario(name) and more."""
    practice_canvas_server.reset()
    return practice_canvas_server
