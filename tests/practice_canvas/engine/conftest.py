from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_canvas.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh practice Canvas's database."""
    made = Store(tmp_path)
    yield made
    made.close()
