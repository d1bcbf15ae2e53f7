"""A port is found even where many learners share a computer."""

import pytest

from practice_canvas import listening
from practice_canvas.listening import PORTS_TO_TRY, listen


def test_when_every_candidate_is_taken_any_free_port_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PORTS_TO_TRY == 50
    monkeypatch.setattr(listening, "PORTS_TO_TRY", 1)
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port) as another:
            assert another.getsockname()[1] not in (0, port)


def test_the_last_port_has_no_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "LAST_PORT", 1024)
    with listen("127.0.0.1", 0) as taken, listen("127.0.0.1", taken.getsockname()[1]) as another:
        assert another.getsockname()[1] != taken.getsockname()[1]
