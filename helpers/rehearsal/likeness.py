"""What a scratch Canvas must know before an export of another Canvas fits: its roles and login providers.

An export names a role by its name and also by the number it has in its own Canvas, which means nothing in
another one: that column is left out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.client.canvas_client import CanvasClient
from helpers.errors import Refused
from practice_canvas.sis_csv.kinds import recognize

BUILT_IN_ROLES = {"student", "teacher", "ta", "observer", "designer", "AccountAdmin"}
# What a custom role acts as where an export is all that is known of it.
BASE_TYPES = {"enrollment": "StudentEnrollment", "admin": "AccountMembership"}
REWRITTEN = {*BASE_TYPES, "user"}


@dataclass
class Likeness:
    """Custom roles (name → base_role_type) and authentication providers (id or type → type)."""

    roles: dict[str, str] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as the scratch Canvas takes it."""
        return {"roles": self.roles, "authentication_providers": self.providers}


def of_canvas(client: CanvasClient) -> Likeness:
    """Ask a Canvas for its custom roles and its login providers, as far as the token may.

    Calls: GET /api/v1/accounts/self/roles · GET /api/v1/accounts/self/authentication_providers [known]
    """
    found = Likeness()
    with suppress(Refused):
        for role in client.get("accounts/self/roles", show_inherited=True):
            if role.get("workflow_state") != "built_in" and role.get("base_role_type"):
                found.roles[role["role"]] = role["base_role_type"]
    with suppress(Refused):
        for provider in client.get("accounts/self/authentication_providers"):
            found.providers[str(provider["id"])] = provider["auth_type"]
    return found


def take_along(files: list[Path], folder: Path, likeness: Likeness) -> list[Path]:
    """Return the files with role numbers left out, and note in `likeness` the names that they need.

    Args:
        files: the files of an export.
        folder: where changed copies are written, under their own names.
        likeness: is added to.
    """
    return [_taken_along(file, folder, likeness) for file in files]


def _taken_along(file: Path, folder: Path, likeness: Likeness) -> Path:
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
                writer.writerows(_rows(csv.DictReader(source), kind.name, likeness))
            return target
    except (UnicodeDecodeError, csv.Error):
        return file  # the scratch Canvas tells what is wrong with it


def _rows(rows: csv.DictReader[str], kind: str, likeness: Likeness) -> Iterator[list[str]]:
    header = list(rows.fieldnames or ())
    columns = [name for name in header if name != "role_id" or "role" not in header]
    yield columns
    for row in rows:
        role, provider = row.get("role"), row.get("authentication_provider_id")
        if role and role not in BUILT_IN_ROLES:
            likeness.roles.setdefault(role, BASE_TYPES.get(kind, ""))
        if provider:
            likeness.providers.setdefault(provider, provider)
        yield [row[name] or "" for name in columns]
