"""The client that the panels share, and the last SIS import sent with it."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Protocol, cast
from weakref import WeakKeyDictionary

from traitlets import Any, HasTraits

from helpers.client import connect, seats
from helpers.client.canvas_client import CanvasClient
from helpers.errors import ConnectionInputError
from helpers.widgets.style import ENVIRONMENTS, NOT_CONNECTED, Badge


class Target(HasTraits):
    """A client (None: not connected), the id of the last SIS import sent to it, and what the trainer says.

    Panels `observe` them, so a new connection or a new import reaches every panel on the page.
    """

    client = Any(None, allow_none=True)
    import_id = Any(None, allow_none=True)
    classroom = Any(None, allow_none=True)
    """The hand and the trainer's announcement at a seat of a room; None elsewhere."""
    listener = Any(None, allow_none=True)
    """The panel that asked for them last: screen readers read the announcement there."""

    _asked_at = -math.inf

    def connect(self, client: CanvasClient | None) -> None:
        """Use another client; None disconnects."""
        self.import_id = self.classroom = None
        self.client = client
        if client is not None:
            self.import_id = connect.last_import_id(client.connection)

    def remember(self, import_id: int) -> None:
        """Offer this SIS import in the panels; on the practice Canvas, also after a restart of the kernel."""
        if self.client is not None:
            connect.remember_import(self.ready().connection, import_id)
        self.import_id = import_id

    def ask_trainer(self, listener: object, *, again_after: float = 0.0) -> None:
        """Ask the seat what the trainer says, unless that was asked less than some seconds ago.

        Calls: GET /practice/classroom
        """
        if time.monotonic() - self._asked_at < again_after:
            return
        self._asked_at = time.monotonic()
        self.listener = listener
        connection = self.client.connection if self.client else None
        if connection and connection.seat:
            self._use_answer(seats.classroom_of(connection))

    def raise_hand(self, *, raised: bool) -> bool:
        """Raise the learner's hand or lower it, and return whether the room has answered."""
        return self._use_answer(seats.raise_hand(self.ready().connection, raised=raised))

    def _use_answer(self, answer: seats.Classroom | None) -> bool:
        """Keep what a seat answers; what it said last stays while it does not answer."""
        self.classroom = answer or self.classroom
        return answer is not None

    def ready(self) -> CanvasClient:
        """Return the client. Raises ConnectionInputError if not connected."""
        if self.client is None:
            raise ConnectionInputError(
                "You are not connected to a Canvas.",
                "Press Connect in the connect panel, and wait until it says Connected.",
            )
        client: CanvasClient = self.client
        return client

    @property
    def environment(self) -> str:
        """practice, test, beta or production; empty when not connected."""
        return str(self.client.connection.environment) if self.client else ""

    @property
    def domain(self) -> str:
        """The domain of the connected Canvas; empty when not connected."""
        return str(self.client.connection.domain) if self.client else ""

    @property
    def badge(self) -> Badge:
        """The badge for this environment."""
        badge = ENVIRONMENTS.get(self.environment, NOT_CONNECTED)
        seat = self.client.connection.seat if self.client else None
        return replace(badge, word=f"{badge.word} · seat {seat}") if seat else badge


class HasTarget(Protocol):
    """A connect panel, to the other panels."""

    target: Target


Source = HasTarget | CanvasClient
"""What a panel is made for: a connect panel or a client."""

_of_clients: WeakKeyDictionary[CanvasClient, Target] = WeakKeyDictionary()


def target_of(source: Source) -> Target:
    """Return the target of a connect panel, or the one that all panels of a client share."""
    of_panel = getattr(source, "target", None)
    if isinstance(of_panel, Target):
        return of_panel
    client = cast("CanvasClient", source)
    if client not in _of_clients:
        _of_clients[client] = Target()
        _of_clients[client].connect(client)
    return _of_clients[client]
