"""What a Canvas has, for the checks before sending: read through the API, or from a SIS export.

Lists are bounded: if a Canvas has more objects of a kind than `most`, they are not listed, and only the ids
that the files lack are asked for, one by one. The SIS export downloads everything with one report.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from helpers.client import request_plans
from helpers.errors import CanvasError, FileNotUsable, NoSuchThing
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.sis_csv.model import Kind

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient

Progress = Callable[[int, int], None]
MOST = 20_000


class ServerObject(NamedTuple):
    """An object that a Canvas has.

    Args:
        sis_id: its SIS id; empty for one made by hand.
        name: what people call it; for a course its long name.
        login_id: the login name, of users only.
        within: the SIS id of what it is in: the course of a section, the term of a course.
    """

    sis_id: str
    name: str = ""
    login_id: str = ""
    within: str = ""


@dataclass(frozen=True)
class _List:
    """How a kind is listed: the path, its parameters, and the fields of an object."""

    path: str
    params: Mapping[str, Any]
    sis_id: str
    login_id: str = ""
    within: tuple[str, str] = ("", "")


LISTS = {
    "account": _List("accounts/self/sub_accounts", {"recursive": True}, "sis_account_id"),
    "term": _List("accounts/self/terms", {}, "sis_term_id"),
    "course": _List(
        "accounts/self/courses", {"include": ["term"]}, "sis_course_id", within=("term", "sis_term_id")
    ),
    "user": _List("accounts/self/users", {}, "sis_user_id", login_id="login_id"),
}
"""How the API lists all objects of a kind; kinds that it lists only course by course are left out."""


class ServerIds:
    """Asks a Canvas what it has; each kind is listed once."""

    def __init__(
        self,
        client: CanvasClient,
        most: int = MOST,
        progress: Progress | None = None,
        *,
        required: bool = False,
    ) -> None:
        self._client, self._most, self._required = client, most, required
        self._progress = progress or (lambda done, total: None)

    def objects(self, kind: str) -> list[ServerObject] | None:
        """Return all objects of a kind; None when they are too many, or Canvas has no list of them.

        Calls: GET /api/v1/accounts/self/sub_accounts, …/terms, …/courses or …/users
        """
        listed = LISTS.get(kind)
        if listed is None:
            return None
        found: list[ServerObject] = []
        try:
            plan = request_plans.get(listed.path, **listed.params)
            for item in islice(self._client.pages(plan), self._most + 1):
                found.append(_object(item, listed))
                self._progress(len(found), self._most)
        except CanvasError:  # the owner of the token may not see them
            if self._required:
                raise
            return None
        return found if len(found) <= self._most else None

    def has(self, kind: str, sis_id: str) -> bool | None:
        """Say whether there is an object with this SIS id; None when Canvas does not say.

        Calls: GET /api/v1/users/sis_user_id::sis_id, and likewise for other kinds
        """
        path = KIND_OF[kind].rest_path
        if not path:
            return None
        try:
            self._client.get(path + request_plans.path_part(sis_id))
        except NoSuchThing:
            return False
        except CanvasError:
            if self._required:
                raise
            return None
        return True


def server_ids(
    client: CanvasClient, *, most: int = MOST, progress: Progress | None = None, required: bool = False
) -> ServerIds:
    """Let the checks before sending ask a Canvas: `check_files(paths, server=server_ids(client))`.

    Args:
        client: the Canvas.
        most: so many objects of a kind are listed at most; if there are more, single ids are asked for.
        progress: called with the number of objects listed so far and `most`.
        required: whether a Canvas that does not answer, or refuses, is an error rather than a note.
    """
    return ServerIds(client, most, progress, required=required)


class ExportedIds:
    """What a SIS export holds: a folder with one KIND.csv for each kind, as the client leaves it.

    Raises FileNotUsable, when it is asked, for a file that cannot be read.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)

    def objects(self, kind: str) -> Iterable[ServerObject] | None:
        """Return all objects of a kind; None when the export holds no such file."""
        exported = KIND_OF[kind]
        path = self._folder / f"{exported.exported_as}.csv"
        return _exported(path, exported) if path.is_file() else None

    def has(self, kind: str, sis_id: str) -> bool | None:
        """Say no: what is not in the file is not there; None when the export holds no such file."""
        return None if self.objects(kind) is None else False


def _exported(path: Path, kind: Kind) -> Iterator[ServerObject]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (_from_row(row, kind) for row in csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise FileNotUsable(
            f"{path.name} cannot be read as a file of a SIS export: {error}.", "Export it again."
        ) from None


def _from_row(row: Mapping[str, str | None], kind: Kind) -> ServerObject:
    columns = (kind.identified_by[0], kind.name_column, "login_id", kind.within)
    return ServerObject(*(row.get(column) or "" for column in columns))


def _object(item: Any, listed: _List) -> ServerObject:
    place, field = listed.within
    return ServerObject(
        _text(item, listed.sis_id),
        _text(item, "name"),
        _text(item, listed.login_id),
        _text(item.get(place) if isinstance(item, dict) else None, field),
    )


def _text(item: Any, field: str) -> str:
    """Return a field of a JSON object if it is a text, else ""."""
    value = item.get(field) if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""
