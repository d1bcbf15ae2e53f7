from threading import Event
from typing import Any

import pytest

from helpers.errors import ConnectionInputError, NotAllowed, TokenNotAccepted
from helpers.widgets.connect_panel import ConnectPanel
from tests.waiting import wait_on
from tests.widgets import driver
from tests.widgets.scripted import ScriptedClient

SENTINEL = "7~SentinelTokenThatMustNotBeFound"


class Opener:
    """Plays connect: records its arguments, and answers with a client or an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.given: list[tuple[str | None, str | None]] = []
        self.error = error

    def __call__(self, domain: str | None, token: str | None) -> Any:
        self.given.append((domain, token))
        if self.error and domain:
            raise self.error
        return ScriptedClient(domain=domain or "127.0.0.1:8765", token=token or "practice-admin-token")


def state_of(panel: ConnectPanel) -> str:
    """Return everything that a saved notebook could hold of the panel's widgets."""
    import ipywidgets

    return str(ipywidgets.Widget.get_manager_state()) + driver.saved(panel) + repr(panel)


def connect(panel: ConnectPanel, domain: str, token: str) -> None:
    driver.choose(panel, "Which Canvas", "my Canvas")
    driver.fill(panel, "Domain", domain)
    driver.fill(panel, "Access token", token)
    driver.click(panel, "Connect")


def test_it_starts_connected_to_the_practice_canvas() -> None:
    panel = ConnectPanel(Opener())
    assert panel.client.connection.environment == "practice"
    assert "PRACTICE" in driver.heading(panel) and "Ada Admin (ada)" in driver.status(panel)


def test_typed_domain_and_token_reach_connect() -> None:
    opener = Opener()
    panel = ConnectPanel(opener)
    connect(panel, "school.test.instructure.com", SENTINEL)
    assert opener.given[-1] == ("school.test.instructure.com", SENTINEL)
    assert panel.connection.domain == "school.test.instructure.com"
    assert "▲ TEST" in driver.heading(panel)


def test_the_token_leaves_the_widget_as_soon_as_it_arrives() -> None:
    panel = ConnectPanel(Opener())
    driver.fill(panel, "Access token", SENTINEL)
    assert driver.value(panel, "Access token") == ""
    assert SENTINEL not in state_of(panel)


@pytest.mark.parametrize(
    "error", [None, TokenNotAccepted("No.", "Copy it again.", status=401), RuntimeError(SENTINEL)]
)
def test_no_widget_holds_the_token_however_connecting_ends(error: Exception | None) -> None:
    panel = ConnectPanel(Opener(error))
    connect(panel, "school.test.instructure.com", SENTINEL)
    assert SENTINEL not in state_of(panel)


@pytest.mark.parametrize("typed", [SENTINEL, f"school.instructure.com {SENTINEL}", f"x.org/?t={SENTINEL}"])
def test_a_token_typed_as_domain_does_not_stay_there(typed: str) -> None:
    panel = ConnectPanel(Opener(ConnectionInputError("That is a token.", "Type the domain.")))
    connect(panel, typed, "")
    assert SENTINEL not in state_of(panel)


def test_an_error_is_shown_with_its_fix_and_ends_the_old_connection() -> None:
    panel = ConnectPanel(Opener(TokenNotAccepted("Canvas does not know it.", "Copy it again.", status=401)))
    connect(panel, "school.instructure.com", SENTINEL)
    assert "Canvas does not know it." in driver.status(panel) and "Copy it again." in driver.status(panel)
    assert "NOT CONNECTED" in driver.heading(panel)
    with pytest.raises(ConnectionInputError, match="not connected"):
        _ = panel.client


def test_corrections_of_what_was_typed_are_shown() -> None:
    panel = ConnectPanel(Opener())
    connect(panel, "https://school.test.instructure.com/login", SENTINEL)
    for sentence in panel.connection.cleaned:
        assert sentence in driver.status(panel)
    assert driver.value(panel, "Domain") == "school.test.instructure.com"


def test_the_address_and_token_of_a_seat_connect_and_show_which_seat_it_is() -> None:
    opener = Opener()
    panel = ConnectPanel(opener)
    driver.choose(panel, "Which Canvas", "a seat in a training room")
    assert "join page" in driver.hint(panel, "Access token")
    driver.fill(panel, "Address", "http://127.0.0.1:8912")
    driver.fill(panel, "Access token", f"seat-12~{SENTINEL[2:]}")
    driver.click(panel, "Connect")
    assert opener.given[-1] == ("http://127.0.0.1:8912", f"seat-12~{SENTINEL[2:]}")
    assert "PRACTICE · seat 12" in driver.heading(panel)
    assert driver.value(panel, "Address") == "http://127.0.0.1:8912"
    assert SENTINEL[2:] not in state_of(panel)


def test_a_double_click_connects_once() -> None:
    release = Event()

    class SlowOpener(Opener):
        def __call__(self, domain: str | None, token: str | None) -> Any:
            if token:
                wait_on(release)
            return super().__call__(domain, token)

    opener = SlowOpener()
    panel = ConnectPanel(opener)
    driver.fill(panel, "Access token", SENTINEL)
    driver.control(panel, "Connect").click()
    driver.control(panel, "Connect").click()
    release.set()
    driver.finish(panel)
    assert opener.given == [(None, None), (None, SENTINEL)]


def test_a_token_without_sis_permission_connects_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = ScriptedClient(refuses=NotAllowed("Not allowed.", "Ask.", status=403))
    panel = ConnectPanel(lambda domain, token: refused)  # type: ignore[arg-type, return-value]
    assert "not read SIS imports" in driver.status(panel)


def test_the_status_says_that_the_token_was_received() -> None:
    panel = ConnectPanel(Opener())
    driver.fill(panel, "Access token", SENTINEL)
    assert "received and hidden" in driver.status(panel) and "Press Connect" in driver.status(panel)
    assert "Connected." not in driver.status(panel)
    driver.click(panel, "Connect")
    assert "Connected." in driver.status(panel)


def test_choosing_another_canvas_forgets_the_token_and_says_so() -> None:
    opener = Opener()
    panel = ConnectPanel(opener)
    driver.fill(panel, "Access token", SENTINEL)
    driver.choose(panel, "Which Canvas", "my Canvas")
    assert "Token forgotten." in driver.status(panel)
