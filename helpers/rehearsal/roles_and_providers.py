"""The custom roles and authentication providers that a scratch Canvas needs before it can import an export.

An export identifies a role by its name and by its ID. The ID is valid only in the Canvas that was exported,
so that column is dropped.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.client.canvas_client import CanvasClient
from helpers.client.models import json_objects
from helpers.errors import Refused
from practice_canvas.sis_csv.kinds import recognize

BUILT_IN_ROLES = {"student", "teacher", "ta", "observer", "designer", "AccountAdmin"}
# The assumed base type of a custom role when only an export is available.
BASE_TYPES = {"enrollment": "StudentEnrollment", "admin": "AccountMembership"}
REWRITTEN = {*BASE_TYPES, "user"}


@dataclass
class RolesAndProviders:
    """Custom roles (name → base_role_type) and authentication providers (id or type → type)."""

    roles: dict[str, str] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON that a scratch Canvas accepts."""
        return {"roles": self.roles, "authentication_providers": self.providers}


def read_roles_and_providers(client: CanvasClient) -> RolesAndProviders:
    """Return the custom roles and authentication providers that the token's owner may read.

    Calls: GET /api/v1/accounts/self/roles · GET /api/v1/accounts/self/authentication_providers [known]
    """
    found = RolesAndProviders()
    with suppress(Refused):
        for role in json_objects(client.get("accounts/self/roles", show_inherited=True)):
            if role.get("workflow_state") != "built_in" and role.get("base_role_type"):
                found.roles[str(role.get("role"))] = str(role["base_role_type"])
    with suppress(Refused):
        for provider in json_objects(client.get("accounts/self/authentication_providers")):
            found.providers[str(provider.get("id"))] = str(provider.get("auth_type"))
    return found


def drop_role_ids(files: list[Path], folder: Path, needed: RolesAndProviders) -> list[Path]:
    """Return the files without role IDs, and add to `needed` the roles and providers that they name.

    Args:
        files: the files of an export.
        folder: the folder for changed copies, which keep their names.
        needed: gets the roles and providers.
    """
    return [_without_role_ids(file, folder, needed) for file in files]


def _without_role_ids(file: Path, folder: Path, needed: RolesAndProviders) -> Path:
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            header = next(csv.reader(source), [])
            kind = recognize(header)
            if kind is None or kind.name not in REWRITTEN:
                return file
            source.seek(0)
            target = folder / file.name
            with target.open("w", encoding="utf-8", newline="") as copy:
                writer = csv.writer(copy, lineterminator="\n")
                writer.writerows(_rows(csv.DictReader(source), kind.name, needed))
            return target
    except (UnicodeDecodeError, csv.Error):
        return file  # the scratch Canvas reports what is wrong with it


def _rows(rows: csv.DictReader[str], kind: str, needed: RolesAndProviders) -> Iterator[list[str]]:
    header = list(rows.fieldnames or ())
    columns = [name for name in header if name != "role_id" or "role" not in header]
    yield columns
    for row in rows:
        role, provider = row.get("role"), row.get("authentication_provider_id")
        if role and role not in BUILT_IN_ROLES:
            needed.roles.setdefault(role, BASE_TYPES.get(kind, ""))
        if provider:
            needed.providers.setdefault(provider, provider)
        yield [row[name] or "" for name in columns]
