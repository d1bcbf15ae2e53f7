"""Give a scratch Canvas the roles and authentication providers of another one, so that its files work."""

import sqlite3
from collections.abc import Mapping

from practice_canvas.store import records
from practice_canvas.store.school.fresh import ROOT_ACCOUNT_ID


def make_like(db: sqlite3.Connection, roles: Mapping[str, str], providers: Mapping[str, str]) -> None:
    """Add the roles and providers that are missing; the caller commits.

    Args:
        db: the database.
        roles: name → base_role_type of custom roles; they are offered in every account.
        providers: id or type → type of authentication providers.
    """
    for name, base_role_type in roles.items():
        if records.find(db, "roles", name=name) is None:
            records.insert(
                db, "roles", {"name": name, "base_role_type": base_role_type, "account_id": ROOT_ACCOUNT_ID}
            )
    for known_as, auth_type in providers.items():
        if known_as.isdecimal():
            if records.find(db, "authentication_providers", id=int(known_as)) is None:
                records.insert(db, "authentication_providers", {"id": int(known_as), "auth_type": auth_type})
        elif records.find(db, "authentication_providers", auth_type=auth_type) is None:
            records.insert(db, "authentication_providers", {"auth_type": auth_type})
