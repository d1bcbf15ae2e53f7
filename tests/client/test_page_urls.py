"""A page has the address at which the browser finds it, wherever the notebook runs."""

import os
from importlib.metadata import entry_points

import pytest

from helpers import jupyter_server
from helpers.client.canvas_client import CanvasClient
from helpers.client.connect import page_url
from helpers.client.connection import Connection
from helpers.client.pages import CODESPACE, FORWARDING_DOMAIN, browser_url
from practice_canvas import hub, joining

HERE = "http://127.0.0.1:8765"


@pytest.fixture(autouse=True)
def on_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (hub.PREFIX_VARIABLE, hub.SERVER_VARIABLE, CODESPACE, FORWARDING_DOMAIN):
        monkeypatch.delenv(name, raising=False)


def test_on_a_desk_it_is_the_address_that_the_kernel_uses() -> None:
    client = CanvasClient(Connection(HERE, "practice-admin-token"))
    assert page_url(client, "/sis_imports") == f"{HERE}/sis_imports"
    assert page_url(client) == f"{HERE}/"


@pytest.mark.parametrize("prefix", ["/user/ana/", "/hub-of-the-class/user/ana%40uni/", "/user/ana"])
def test_behind_a_hub_it_is_below_the_user_s_own_server(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(hub.PREFIX_VARIABLE, prefix)
    assert browser_url(HERE, "/exercises") == f"{prefix.rstrip('/')}/practice-canvas/exercises"


def test_in_a_codespace_the_port_has_a_host_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CODESPACE, "fuzzy-doodle")
    monkeypatch.setenv(FORWARDING_DOMAIN, "app.github.dev")
    assert browser_url(HERE, "sis_imports") == "https://fuzzy-doodle-8765.app.github.dev/sis_imports"


def test_a_seat_has_its_own_address_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(hub.PREFIX_VARIABLE, "/user/ana/")
    client = CanvasClient(Connection("http://127.0.0.1:8901", "seat-1~abcdefgh"))
    assert page_url(client, "/a") == "http://127.0.0.1:8901/a"


def test_a_canvas_elsewhere_keeps_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(hub.PREFIX_VARIABLE, "/user/ana/")
    assert browser_url("https://x.test.instructure.com", "/a") == "https://x.test.instructure.com/a"
    assert browser_url("http://192.168.1.20:8901", "/a") == "http://192.168.1.20:8901/a"


def test_what_the_jupyter_server_shows_is_where_the_addresses_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = entry_points(group="jupyter_serverproxy_servers", name=hub.PROXY_NAME)
    assert found.load() is jupyter_server.practice_pages
    assert jupyter_server.ICON.exists()
    monkeypatch.setenv(hub.SERVER_VARIABLE, "")  # so that it is put back afterward
    monkeypatch.setenv(hub.PREFIX_VARIABLE, "/user/ana/")
    monkeypatch.delenv(joining.ROOM_VARIABLE, raising=False)
    assert jupyter_server.practice_pages()["launcher_entry"]["enabled"]
    assert hub.start_options()[-2:] == ["--end-with", str(os.getpid())]
    monkeypatch.setenv(joining.ROOM_VARIABLE, "http://127.0.0.1:8900")
    assert not jupyter_server.practice_pages()["launcher_entry"]["enabled"]
