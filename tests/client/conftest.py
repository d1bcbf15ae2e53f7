"""A client of a server that answers what a test scripted, and a file to send."""

from pathlib import Path

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from tests.fake_server import TOKEN, FakeCanvas


@pytest.fixture
def client(fake_canvas: FakeCanvas) -> CanvasClient:
    return CanvasClient(Connection(fake_canvas.url, TOKEN), sleep=lambda _: None)


@pytest.fixture
def course_file(tmp_path: Path) -> Path:
    file = tmp_path / "test_course.csv"
    file.write_text("course_id,short_name,long_name,status\nC1,C1,Course,active\n", encoding="utf-8")
    return file
