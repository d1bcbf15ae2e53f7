"""The connect panel: which Canvas, whose token, and what it is allowed to do."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from helpers.client import connect as connecting
from helpers.client import seats
from helpers.client.connection import DOMAIN_VARIABLE
from helpers.display import html
from helpers.errors import ConnectionInputError
from helpers.widgets.panel import Panel, button, hide, radio, row, status_field, text_field
from helpers.widgets.target import Target
from helpers.widgets.token_check import TokenCheck, check_token
from helpers.widgets.token_field import TokenField

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.connection import Connection

Connect = Callable[[str | None, str | None], "CanvasClient"]
RAISE, LOWER = "Raise your hand", "Lower your hand"
PRACTICE, SEAT, MINE = "practice", "seat", "mine"
_DOMAIN = re.compile(r"[^?#@~\s]*[.:][^?#@~\s]*")
"""A domain or an address. Anything else may be a token in the wrong field, and is cleared."""


class _Fields(NamedTuple):
    """How the fields are for one choice: the name of the first one, and what the empty ones say."""

    name: str
    domain: str
    token: str


_FIELDS = {
    PRACTICE: _Fields("", "", "leave empty for the practice administrator"),
    SEAT: _Fields("Address", "http://192.168.1.20:8912", "the token from the room's join page"),
    MINE: _Fields("Domain", "institution_name.test.instructure.com", "the token of your Canvas account"),
}


def open_canvas(domain: str | None, token: str | None) -> CanvasClient:
    """Return a client for the domain and token typed; None as the domain means the practice Canvas.

    The seat in a training room that is in use needs no token again.

    Raises CanvasError if the domain or the token is missing, or the practice Canvas does not start.
    """
    if domain is None:
        seats.leave()
        practice = connecting.start_practice()
        return connecting.connect(practice.url, token or practice.token)
    if not domain.strip():
        raise ConnectionInputError("The domain is empty.", "Type the domain of your Canvas.")
    if not token and domain == seats.address_in_use():
        return connecting.connect(connecting.start_practice())
    return connecting.connect(domain, token)


class ConnectPanel(Panel):
    """Choose a Canvas, enter a token, and see what Canvas says about it. Starts connected."""

    title = "Connect to Canvas"

    def __init__(self, connect: Connect = open_canvas) -> None:
        super().__init__(Target())
        self._connect = connect
        self._choice = radio(
            "Which Canvas",
            [
                ("the practice Canvas on this computer", PRACTICE),
                ("a seat in a training room", SEAT),
                ("my Canvas", MINE),
            ],
            self._show_choice,
        )
        self._domain = text_field(_FIELDS[MINE].name, _FIELDS[MINE].domain)
        self._token = TokenField(self._show_token_received)
        self._button = button("Connect", self._on_connect, primary=True)
        self._hand = button(RAISE, self._on_hand)
        self._hand_line = status_field()
        self._show_choice()
        self._arrange(
            self._choice,
            self._domain,
            self._token.view,
            row(self._button, self._hand),
            self._status,
            self._hand_line,
        )
        self._run(lambda: self._connect_to(_first_address(), None))

    @property
    def client(self) -> CanvasClient:
        """The connected client; waits for a connection attempt to end.

        Raises ConnectionInputError if no Canvas is connected.
        """
        self.finish()
        return self.target.ready()

    @property
    def connection(self) -> Connection:
        """The connection of the client. Raises like `client`."""
        return self.client.connection

    def _show_choice(self) -> None:
        fields = _FIELDS[self._choice.value]
        hide(self._domain, self._choice.value == PRACTICE)
        self._domain.description, self._domain.placeholder = fields.name, fields.domain
        if self._token.set_hint(fields.token):
            self._report(
                "quiet", "Token forgotten.", "You typed it for the other Canvas. Type the token for this one."
            )

    def _show_token_received(self) -> None:
        """Say where the token went that just disappeared from its field."""
        self._report("quiet", "Token received and hidden.", "Press Connect to use it.")

    def _on_connect(self) -> None:
        if self._is_working:  # the second click of a double-click has no token
            return
        token = self._token.take()
        domain = None if self._choice.value == PRACTICE else self._domain.value.strip()
        if not _DOMAIN.fullmatch(self._domain.value.strip()):
            self._domain.value = ""
        self._start(lambda: self._connect_to(domain, token or None))

    def _show_classroom(self) -> None:
        """Show what the trainer says, and the button with which a learner in a room asks for help."""
        super()._show_classroom()
        classroom = self.target.classroom
        hide(self._hand, classroom is None)
        if classroom is not None:
            self._hand.description = LOWER if classroom.hand_is_up else RAISE
        if classroom is None or not classroom.hand_is_up:
            self._hand_line.value = ""  # the trainer may have lowered it

    def _on_hand(self) -> None:
        self._start(lambda: self._raise_hand(raised=self._hand.description == RAISE))

    def _raise_hand(self, *, raised: bool) -> None:
        if not self.target.raise_hand(raised=raised):
            self._report("bad", "The room does not answer.", "Ask your trainer directly.", at=self._hand_line)
        elif raised:
            self._report("care", "Your hand is up.", "Your trainer sees it.", at=self._hand_line)

    def _connect_to(self, domain: str | None, token: str | None) -> None:
        """Connect, check the token, and show the outcome."""
        with self._working("Connecting …", "Asking Canvas who you are.", hide=token or ""):
            self.target.connect(None)
            client = self._connect(domain, token)
            checked = check_token(client)
            self.target.connect(client)
            self._show_token_check(checked)

    def _show_token_check(self, checked: TokenCheck) -> None:
        """Show who you are, where, what you are allowed to do, and what was corrected in what you typed."""
        connection = self.target.ready().connection
        if connection.seat:
            self._choice.value, self._domain.value = SEAT, connection.base_url
        elif connection.environment != "practice":
            self._choice.value, self._domain.value = MINE, connection.domain
        known = {
            "You are": checked.person,
            "Account": checked.account,
            "Address": connection.base_url,
            "You can": checked.allowed,
        }
        tone = "good" if checked.can_read_imports else "care"
        self._report(tone, "Connected.", below=html.facts(known) + html.bullets(connection.cleaned))


def _first_address() -> str | None:
    """Return what a panel connects to when it appears; None stands for the practice Canvas."""
    return os.environ.get(DOMAIN_VARIABLE) or seats.address_in_use()


def connect_panel() -> ConnectPanel:
    """Show the connect panel, connected to your practice Canvas or seat (or to CANVAS_DOMAIN, if set).

    Returns the panel; `.client` is the client of the connected Canvas.
    Calls: GET /api/v1/users/self · GET /api/v1/accounts/self · GET /api/v1/accounts/self/sis_imports
    """
    return ConnectPanel()
