from threading import Event
from typing import Any

import pytest

from helpers.errors import ConnectionInputError, NotAllowed, TokenNotAccepted
from helpers.widgets.connect_panel import ConnectPanel
from tests.widgets.scripted import ScriptedClient

SENTINEL = "7~SentinelTokenThatMustNotBeFound"


class Opener:
    """Stands for session.connect: notes what it was given, answers with a client or an error."""

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

    return str(ipywidgets.Widget.get_manager_state()) + str(panel._repr_mimebundle_()) + repr(panel)


def connect(panel: ConnectPanel, domain: str, token: str) -> None:
    panel._choice.value = "mine"
    panel._domain.value = domain
    panel._token.view.value = token
    panel._button.click()
    assert panel._job and panel._job.join(5)


def test_it_comes_up_connected_to_the_practice_canvas() -> None:
    panel = ConnectPanel(Opener())
    assert panel.client.connection.environment == "practice"
    assert "PRACTICE" in panel._heading.value and "Ada Admin (ada)" in panel._status.value


def test_typed_domain_and_token_reach_connect() -> None:
    opener = Opener()
    panel = ConnectPanel(opener)
    connect(panel, "school.test.instructure.com", SENTINEL)
    assert opener.given[-1] == ("school.test.instructure.com", SENTINEL)
    assert panel.connection.domain == "school.test.instructure.com"
    assert "▲ TEST" in panel._heading.value


def test_the_token_leaves_the_widget_as_soon_as_it_arrives() -> None:
    panel = ConnectPanel(Opener())
    panel._token.view.value = SENTINEL
    assert panel._token.view.value == ""
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


def test_a_fault_is_told_with_its_fix_and_the_old_connection_is_gone() -> None:
    panel = ConnectPanel(Opener(TokenNotAccepted("Canvas does not know it.", "Copy it again.", status=401)))
    connect(panel, "school.instructure.com", SENTINEL)
    assert "Canvas does not know it." in panel._status.value and "Copy it again." in panel._status.value
    assert "NOT CONNECTED" in panel._heading.value
    with pytest.raises(ConnectionInputError, match="not connected"):
        _ = panel.client


def test_what_was_cleaned_is_told() -> None:
    panel = ConnectPanel(Opener())
    connect(panel, "https://school.test.instructure.com/login", SENTINEL)
    for sentence in panel.connection.cleaned:
        assert sentence in panel._status.value
    assert panel._domain.value == "school.test.instructure.com"


def test_the_second_of_a_double_click_does_not_undo_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    release = Event()
    panel = ConnectPanel(Opener())
    monkeypatch.setattr(panel, "_connect_to", lambda domain, token: release.wait(10))
    panel._button.click()
    first = panel._job
    panel._button.click()
    assert panel._job is first
    release.set()


def test_a_token_without_sis_permission_connects_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = ScriptedClient(refuses=NotAllowed("Not allowed.", "Ask.", status=403))
    panel = ConnectPanel(lambda domain, token: refused)  # type: ignore[arg-type, return-value]
    assert "not read SIS imports" in panel._status.value


def test_a_token_that_left_the_field_is_said_to_be_held() -> None:
    panel = ConnectPanel(Opener())
    panel._token.view.value = SENTINEL
    assert "received and hidden" in panel._status.value and "Press Connect" in panel._status.value
    assert "Connected." not in panel._status.value
    panel._button.click()
    assert panel._job and panel._job.join(5)
    assert "Connected." in panel._status.value


def test_choosing_another_canvas_says_that_the_held_token_is_forgotten() -> None:
    opener = Opener()
    panel = ConnectPanel(opener)
    panel._token.view.value = SENTINEL
    panel._choice.value = "mine"
    assert "Token forgotten." in panel._status.value
