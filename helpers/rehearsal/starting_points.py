"""What a scratch Canvas starts with: a copy of the practice Canvas, an export of another one, or nothing.

Batch mode removes only what an earlier import created or changed, so an export is also loaded by an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.client.canvas_client import CanvasClient
from helpers.client.import_options import Params, in_batch_mode
from helpers.client.models import json_object
from helpers.client.packing import files_to_send, packed
from helpers.client.request_plans import EXPORT_KINDS, path_part
from helpers.errors import BadInput, clip
from helpers.place import practice_home
from helpers.rehearsal.bundle import unpacked
from helpers.rehearsal.roles_and_providers import (
    RolesAndProviders,
    drop_role_ids,
    read_roles_and_providers,
)
from helpers.rehearsal.series import fetch_base
from practice_canvas import service
from practice_canvas.sis_csv.kinds import CLEANED

Progress = Callable[[str], object]
"""Gets a short text about each step."""
Against = CanvasClient | Path | str | None

CLEANED_FILES = tuple(kind.exported_as for kind in CLEANED)
"""The files of the kinds that batch mode cleans up: of these, only objects that an import changed."""

NOT_EXPORTED = (
    "An export does not include deleted objects, objects without SIS IDs, or which values were changed by"
    " hand, so the rehearsal cannot cover them."
)
ONLY_TOUCHED = (
    "Courses, sections, and enrollments that no import ever changed are left out: batch mode ignores them."
)
FIRST_OF_SERIES = (
    "No earlier import of the series was found, so the whole file is applied and nothing is removed."
)


@dataclass(frozen=True)
class StartingPoint:
    """What a scratch Canvas starts with.

    Args:
        description: what it is a copy of.
        domain: the Canvas it represents; "" for no particular one, None for an empty one.
        options: the options of the import, as the scratch Canvas needs them.
        home: the home of the practice Canvas to copy.
        imports: files to import first, with their options, if nothing is copied.
        needed: the roles and providers in these files.
        notes: what a rehearsal from an export can never cover.
        gaps: what this rehearsal in particular cannot cover.
    """

    description: str
    domain: str | None
    options: dict[str, Any]
    home: Path | None = None
    imports: tuple[tuple[Path, dict[str, Any]], ...] = ()
    needed: RolesAndProviders = field(default_factory=RolesAndProviders)
    notes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@contextmanager
def prepare(
    against: Against, base: Path | str | None, params: Params, progress: Progress
) -> Iterator[StartingPoint]:
    """Prepare what a scratch Canvas starts with; its files exist until the context ends.

    Args:
        against: a client, a folder or zip with an export, or None for an empty Canvas.
        base: the file of the last import of the diffing series, if no client can find it.
        params: the parameters of the import.
        progress: called with a text about each step.
    """
    with TemporaryDirectory(prefix="sis-rehearsal-") as folder:
        if against is None:
            yield StartingPoint("an empty Canvas", None, dict(params))
        elif isinstance(against, CanvasClient):
            yield _of_canvas(against, base, dict(params), Path(folder), progress)
        elif isinstance(against, Path | str):
            yield _of_files(Path(against), base, dict(params), Path(folder))
        else:
            raise BadInput(
                f"You cannot rehearse against a {type(against).__name__}.",
                "Use a client (a panel has one: panel.client), a folder or zip with a SIS export, or None.",
            )


def _of_canvas(
    client: CanvasClient, base: Path | str | None, options: dict[str, Any], folder: Path, progress: Progress
) -> StartingPoint:
    domain, practice = client.connection.domain, service.find(practice_home())
    if practice and practice.url == client.connection.base_url:
        return StartingPoint(
            f"a copy of the practice Canvas at {domain}", domain, options, home=practice.home
        )
    progress(f"Exporting {domain}")
    only_touched = in_batch_mode(options)
    exported = _export(client, folder / "export", only_touched)
    needed = read_roles_and_providers(client)
    series = [Path(base)] if base else _base_in(client, options, folder / "base", progress)
    return StartingPoint(
        f"an export of {domain}",
        domain,
        {**options, **_term(client, options)},
        imports=_imports(exported, series, options, folder, needed),
        needed=needed,
        notes=(NOT_EXPORTED, *([ONLY_TOUCHED] if only_touched else [])),
        gaps=_missing(series, options),
    )


def _of_files(path: Path, base: Path | str | None, options: dict[str, Any], folder: Path) -> StartingPoint:
    term_id = str(options.get("batch_mode_term_id", ""))
    if term_id.isdecimal():
        raise BadInput(
            f"The export in {path.name} does not say which term has the ID {term_id} in Canvas.",
            "Use the term's SIS ID: batch_mode_term_id='sis_term_id:…'.",
        )
    (folder / "export").mkdir()
    needed = RolesAndProviders()
    series = [Path(base)] if base else []
    return StartingPoint(
        f"the export in {path.name}",
        "",
        options,
        imports=_imports(unpacked(path, folder / "export"), series, options, folder, needed),
        needed=needed,
        notes=(NOT_EXPORTED,),
        gaps=_missing(series, options),
    )


def _export(client: CanvasClient, folder: Path, only_touched: bool) -> Path:
    if not only_touched:
        return client.sis_export(folder)
    client.sis_export(folder, [kind for kind in EXPORT_KINDS if kind not in CLEANED_FILES])
    return client.sis_export(folder, CLEANED_FILES, created_by_sis=True)


def _imports(
    export: Path, series: list[Path], options: dict[str, Any], folder: Path, needed: RolesAndProviders
) -> tuple[tuple[Path, dict[str, Any]], ...]:
    """Return what to import first: the base of the series, then the current state on top of it."""
    copies, bases = folder / "copies", folder / "bases"
    copies.mkdir()
    bases.mkdir()
    current = packed(drop_role_ids(list(files_to_send(export)), copies, needed), copies / "files.zip")
    if not series:
        return ((current, {}),)
    identifier = {"diffing_data_set_identifier": options["diffing_data_set_identifier"]}
    return ((packed(series, bases / "files.zip"), {**identifier, "change_threshold": 100}), (current, {}))


def _base_in(client: CanvasClient, options: dict[str, Any], folder: Path, progress: Progress) -> list[Path]:
    identifier = options.get("diffing_data_set_identifier")
    if not identifier:
        return []
    progress(f"Finding the last import of the series {identifier}")
    return fetch_base(client, identifier, folder)


def _missing(series: list[Path], options: dict[str, Any]) -> tuple[str, ...]:
    return (FIRST_OF_SERIES,) if options.get("diffing_data_set_identifier") and not series else ()


def _term(client: CanvasClient, options: dict[str, Any]) -> dict[str, str]:
    """Return the batch mode term by an ID that is also valid in an export.

    Raises:
        BadInput: the term has no such ID.
    """
    term_id = options.get("batch_mode_term_id")
    if not term_id or term_id == "default":
        return {}
    term = json_object(client.get(f"accounts/self/terms/{path_part(term_id)}"))
    if term.get("sis_term_id"):
        return {"batch_mode_term_id": f"sis_term_id:{term['sis_term_id']}"}
    if term.get("id") == json_object(client.get("accounts/self/terms/default")).get("id"):
        return {"batch_mode_term_id": "default"}
    raise BadInput(
        f"The term {clip(term.get('name'), 80)} has no SIS ID,"
        " so an export does not say which courses are in it.",
        "Give the term a SIS ID in Canvas first.",
    )
