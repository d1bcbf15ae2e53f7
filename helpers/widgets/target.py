"""Where the panels send to: one client and the last SIS import sent with it, watched by every panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

from traitlets import Any, HasTraits

from helpers.client import connect
from helpers.errors import ConnectionInputError
from helpers.widgets.style import ENVIRONMENTS, NOT_CONNECTED, Mark

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.widgets.connect_panel import ConnectPanel


class Target(HasTraits):
    """A client (None: not connected) and the id of the last SIS import sent to it.

    Panels `observe` both, so a new connection or a new import reaches every panel on the page.
    """

    client = Any(None, allow_none=True)
    import_id = Any(None, allow_none=True)

    def connect(self, client: CanvasClient | None) -> None:
        """Point to another Canvas, or with None to nothing."""
        self.import_id = None
        self.client = client
        if self.environment == "practice":
            self.import_id = connect.last_import_id()

    def remember(self, import_id: int) -> None:
        """Make this SIS import the one that status panels offer; for the practice Canvas also tomorrow."""
        if self.environment == "practice":
            connect.remember_import(import_id)
        self.import_id = import_id

    def ready(self) -> CanvasClient:
        """Return the client.

        Raises ConnectionInputError when nothing is connected.
        """
        if self.client is None:
            raise ConnectionInputError(
                "You are not connected to a Canvas.", "Press Connect in the connect panel first."
            )
        client: CanvasClient = self.client
        return client

    @property
    def environment(self) -> str:
        """practice, test, beta or production; empty when not connected."""
        return str(self.client.connection.environment) if self.client else ""

    @property
    def domain(self) -> str:
        """The host that is connected; empty when none is."""
        return str(self.client.connection.domain) if self.client else ""

    @property
    def mark(self) -> Mark:
        """The badge of this target."""
        return ENVIRONMENTS.get(self.environment, NOT_CONNECTED)


_of_clients: WeakKeyDictionary[CanvasClient, Target] = WeakKeyDictionary()


def target_of(source: ConnectPanel | CanvasClient) -> Target:
    """Return the target behind a connect panel, or the one that all panels of a client share."""
    of_panel = getattr(source, "target", None)
    if isinstance(of_panel, Target):
        return of_panel
    client = cast("CanvasClient", source)
    if client not in _of_clients:
        _of_clients[client] = Target()
        _of_clients[client].connect(client)
    return _of_clients[client]
