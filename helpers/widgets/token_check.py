"""Check a token with real calls: whose it is, which account it reaches, and what it is allowed to do."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.client.canvas_client import CanvasClient
from helpers.errors import NotAllowed


@dataclass(frozen=True)
class TokenCheck:
    """What Canvas says about a token: the user, the root account, and whether it can read SIS imports."""

    person: str
    account: str
    can_read_imports: bool

    @property
    def allowed(self) -> str:
        """What the token is allowed to do."""
        if self.can_read_imports:
            return "read the SIS imports of this account"
        return "not read SIS imports: ask an administrator for a role with the SIS import permission"


def check_token(client: CanvasClient) -> TokenCheck:
    """Ask Canvas who you are, on which account, and whether you can read its SIS imports.

    Raises CanvasError if Canvas does not accept the token or cannot be reached.
    Calls: GET /api/v1/users/self · GET /api/v1/accounts/self · GET /api/v1/accounts/self/sis_imports
    """
    person = client.get_self()
    return TokenCheck(_named(person, "login_id"), _account(client), _can_read_imports(client))


def _named(record: dict[str, object], detail: str) -> str:
    extra = f" ({record[detail]})" if record.get(detail) else ""
    return f"{record.get('name', 'without a name')}{extra}"


def _account(client: CanvasClient) -> str:
    try:
        account = client.get_account()
    except NotAllowed:
        return "not shown to you"
    return f"{account.get('name')} (id {account.get('id')})"


def _can_read_imports(client: CanvasClient) -> bool:
    try:
        client.list_sis_imports(limit=1)
    except NotAllowed:
        return False
    return True
