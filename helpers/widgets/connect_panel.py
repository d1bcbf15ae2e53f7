"""The connect panel: which Canvas, whose token, what it may do."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as widgets

from helpers.client import connect as connecting
from helpers.errors import ConnectionInputError
from helpers.widgets import style
from helpers.widgets.job import Job
from helpers.widgets.panel import FIELD, LABEL, Panel, button, hide, row
from helpers.widgets.proof import Proof, prove
from helpers.widgets.target import Target
from helpers.widgets.token_field import TokenField

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.connection import Connection

Connect = Callable[[str | None, str | None], "CanvasClient"]
PRACTICE, MINE = "practice", "mine"
_HARMLESS = re.compile(r"[^?#@~\s]*\.[^?#@~\s]*")
"""A domain, perhaps with a path. Anything else may be a token in the wrong field, and does not stay there."""


def open_canvas(domain: str | None, token: str | None) -> CanvasClient:
    """Return a client for what was typed; no domain stands for the practice Canvas.

    Raises CanvasError when there is no domain or token, or the practice Canvas does not start.
    """
    if domain is None:
        practice = connecting.start_practice()
        return connecting.connect(practice.url, token or practice.token)
    if not domain.strip():
        raise ConnectionInputError("The domain is empty.", "Type the domain of your Canvas.")
    return connecting.connect(domain, token)


class ConnectPanel(Panel):
    """Choose a Canvas, give a token, see what Canvas says about it. Comes up connected."""

    title = "Connect to Canvas"

    def __init__(self, connect: Connect = open_canvas) -> None:
        super().__init__(Target())
        self._connect = connect
        self._job: Job | None = None
        self._choice = widgets.RadioButtons(
            description="Which Canvas",
            options=[("the practice Canvas on this computer", PRACTICE), ("my Canvas", MINE)],
            orientation="horizontal",
            style=LABEL,
            layout={"width": "auto"},
        )
        self._domain = widgets.Text(
            description="Domain",
            placeholder="institution_name.test.instructure.com",
            style=LABEL,
            layout=FIELD,
        )
        self._token = TokenField(self._show_taken)
        self._button = button("Connect", self._on_connect, primary=True)
        self._choice.observe(lambda _: self._show_choice(), "value")
        self._show_choice()
        self._arrange(self._choice, self._domain, self._token.view, row(self._button), self._line)
        self._attempt(os.environ.get(connecting.DOMAIN_VARIABLE) or None, None)

    @property
    def client(self) -> CanvasClient:
        """The connected client; waits for an attempt that is under way.

        Raises ConnectionInputError when no Canvas is connected.
        """
        if self._job:
            self._job.join()
        return self.target.ready()

    @property
    def connection(self) -> Connection:
        """The connection of the client. Raises like `client`."""
        return self.client.connection

    def _show_choice(self) -> None:
        mine = self._choice.value == MINE
        hide(self._domain, not mine)
        hint = "the token of your Canvas account" if mine else "leave empty for the practice administrator"
        if self._token.explain(hint):
            self._tell("quiet", "Token forgotten.", "It was typed for another Canvas; type the one for this.")

    def _show_taken(self) -> None:
        """Say where the token is that just vanished from its field."""
        self._tell("quiet", "Your token is held, and hidden.", "Press Connect to use it.")

    def _on_connect(self) -> None:
        if self._job and not self._job.done:  # the second of a double click would come without the token
            return
        token = self._token.take()
        domain = self._domain.value if self._choice.value == MINE else None
        if not _HARMLESS.fullmatch(self._domain.value.strip()):
            self._domain.value = ""
        self._job = Job(lambda stop: self._attempt(domain, token or None))

    def _attempt(self, domain: str | None, token: str | None) -> None:
        """Connect and prove it; whatever happens is told in the panel."""
        self.target.connect(None)
        self._button.disabled = True
        self._tell("busy", "Connecting …", "Asking Canvas who you are.")
        try:
            client = self._connect(domain, token)
            proof = prove(client)
            self.target.connect(client)
            self._show_proof(proof)
        except Exception as error:
            self._tell_fault(error, hide=token or "")
        finally:
            self._button.disabled = False

    def _show_proof(self, proof: Proof) -> None:
        """Say who you are, where, and what you may do; and what was cleaned from what you typed."""
        connection = self.target.ready().connection
        if connection.environment != "practice":
            self._choice.value, self._domain.value = MINE, connection.domain
        known = {
            "You are": proof.person,
            "Account": proof.account,
            "Address": connection.base_url,
            "You may": proof.allowed,
        }
        tone = "good" if proof.may_read_imports else "care"
        self._tell(tone, "Connected.", below=style.facts(known) + style.bullets(connection.cleaned))


def connect_panel() -> ConnectPanel:
    """Show the connect panel, already connected to the practice Canvas (or to CANVAS_DOMAIN, if that is set).

    Returns the panel; its `.client` sends to the Canvas that is connected.
    Calls: GET /api/v1/users/self · GET /api/v1/accounts/self · GET /api/v1/accounts/self/sis_imports
    """
    return ConnectPanel()
