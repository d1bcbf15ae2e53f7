"""Clients for the checks: of the practice Canvas, and of a server that answers what a test scripted."""

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from tests.fake_server import FakeCanvas
from tests.practice_server import Server


@pytest.fixture
def client(canvas: Server) -> CanvasClient:
    return CanvasClient(Connection(canvas.url, canvas.token))


@pytest.fixture
def fake(fake_canvas: FakeCanvas) -> CanvasClient:
    return CanvasClient(Connection(fake_canvas.url, "practice-admin-token"), retries=0)
