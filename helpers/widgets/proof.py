"""Prove a token with real calls: who it belongs to, which account it reaches, what it may do there."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.client.canvas_client import CanvasClient
from helpers.errors import NotAllowed


@dataclass(frozen=True)
class Proof:
    """What Canvas said about a token: a person, a root account, and whether SIS imports may be read."""

    person: str
    account: str
    may_read_imports: bool

    @property
    def allowed(self) -> str:
        """What the token may do, in a sentence."""
        if self.may_read_imports:
            return "read the SIS imports of this account"
        return "not see SIS imports: ask an administrator for a role with the SIS import permission"


def prove(client: CanvasClient) -> Proof:
    """Ask Canvas who you are, on which account, and whether you may read its SIS imports.

    Raises CanvasError when the token or the domain does not work at all.
    Calls: GET /api/v1/users/self · GET /api/v1/accounts/self · GET /api/v1/accounts/self/sis_imports
    """
    person = client.get_self()
    return Proof(_named(person, "login_id"), _account(client), _may_read_imports(client))


def _named(record: dict[str, object], detail: str) -> str:
    extra = f" ({record[detail]})" if record.get(detail) else ""
    return f"{record.get('name', 'without a name')}{extra}"


def _account(client: CanvasClient) -> str:
    try:
        account = client.get_account()
    except NotAllowed:
        return "not shown to you"
    return f"{account.get('name')} (id {account.get('id')})"


def _may_read_imports(client: CanvasClient) -> bool:
    try:
        client.list_sis_imports(limit=1)
    except NotAllowed:
        return False
    return True
