"""What a scratch Canvas begins with: a copy of the practice Canvas, an export of another one, or nothing.

Batch mode removes only what an earlier import made or touched, so an export is brought in by an import, too.
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
from helpers.client.request_plans import EXPORT_KINDS, path_part
from helpers.errors import BadInput
from helpers.place import practice_home
from helpers.rehearsal.bundle import packed, sent_files, unpacked
from helpers.rehearsal.likeness import Likeness, of_canvas, take_along
from helpers.rehearsal.series import fetch_base
from practice_canvas import service
from practice_canvas.sis_csv.kinds import CLEANED

Tell = Callable[[str], object]
Against = CanvasClient | Path | str | None

CLEANED_FILES = tuple(kind.exported_as for kind in CLEANED)
"""Of what batch mode deletes, only what an import touched is exported."""

NOT_EXPORTED = (
    "An export tells nothing of deleted objects, of objects without SIS IDs, and of which values were"
    " changed by hand: here they are not rehearsed."
)
ONLY_TOUCHED = (
    "Courses, sections and enrollments that no import ever touched are left out: batch mode lets them be."
)
FIRST_OF_SERIES = (
    "No earlier import of the series was found: the file is applied in full, and nothing is removed."
)


@dataclass(frozen=True)
class Seed:
    """What a scratch Canvas begins with.

    Args:
        sentence: what it stands for.
        domain: the Canvas it stands for; "" for none in particular, None for an empty one.
        options: the options of the import as they have to be given there.
        home: the home of a practice Canvas to copy.
        imports: what is imported first otherwise: files and options.
        likeness: what the files need.
        notes: what is never as it is in the real one.
        gaps: what is not as it is in the real one this time.
    """

    sentence: str
    domain: str | None
    options: dict[str, Any]
    home: Path | None = None
    imports: tuple[tuple[Path, dict[str, Any]], ...] = ()
    likeness: Likeness = field(default_factory=Likeness)
    notes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@contextmanager
def sow(against: Against, base: Path | str | None, params: Params, tell: Tell) -> Iterator[Seed]:
    """Lend what a scratch Canvas is to begin with.

    Args:
        against: a client, a folder or zip with an export, or None for an empty Canvas.
        base: the file of the last import of the diffing series, where it cannot be found out.
        params: of the import.
        tell: told what is being done.
    """
    with TemporaryDirectory(prefix="sis-rehearsal-") as folder:
        if against is None:
            yield Seed("an empty Canvas", None, dict(params))
        elif isinstance(against, CanvasClient):
            yield _of_canvas(against, base, dict(params), Path(folder), tell)
        elif isinstance(against, Path | str):
            yield _of_files(Path(against), base, dict(params), Path(folder))
        else:
            raise BadInput(
                f"A {type(against).__name__} is nothing to rehearse against.",
                "Give a client (of a panel: panel.client), a folder or zip with a SIS export, or None.",
            )


def _of_canvas(
    client: CanvasClient, base: Path | str | None, options: dict[str, Any], folder: Path, tell: Tell
) -> Seed:
    domain, practice = client.connection.domain, service.find(practice_home())
    if practice and practice.url == client.connection.base_url:
        return Seed(f"a copy of the practice Canvas at {domain}", domain, options, home=practice.home)
    tell(f"Exporting what {domain} holds")
    only_touched = in_batch_mode(options)
    exported = _export(client, folder / "export", only_touched)
    likeness = of_canvas(client)
    series = [Path(base)] if base else _base_in(client, options, folder / "base", tell)
    return Seed(
        f"an export of {domain}",
        domain,
        {**options, **_term(client, options)},
        imports=_imports(exported, series, options, folder, likeness),
        likeness=likeness,
        notes=(NOT_EXPORTED, *([ONLY_TOUCHED] if only_touched else [])),
        gaps=_missing(series, options),
    )


def _of_files(path: Path, base: Path | str | None, options: dict[str, Any], folder: Path) -> Seed:
    term_id = str(options.get("batch_mode_term_id", ""))
    if term_id.isdecimal():
        raise BadInput(
            f"The export in {path.name} does not tell which term has the number {term_id} in its Canvas.",
            "Name the term by its SIS ID: batch_mode_term_id='sis_term_id:…'.",
        )
    (folder / "export").mkdir()
    likeness = Likeness()
    series = [Path(base)] if base else []
    return Seed(
        f"the export in {path.name}",
        "",
        options,
        imports=_imports(unpacked(path, folder / "export"), series, options, folder, likeness),
        likeness=likeness,
        notes=(NOT_EXPORTED,),
        gaps=_missing(series, options),
    )


def _export(client: CanvasClient, folder: Path, only_touched: bool) -> Path:
    if not only_touched:
        return client.sis_export(folder)
    client.sis_export(folder, [kind for kind in EXPORT_KINDS if kind not in CLEANED_FILES])
    return client.sis_export(folder, CLEANED_FILES, created_by_sis=True)


def _imports(
    export: Path, series: list[Path], options: dict[str, Any], folder: Path, likeness: Likeness
) -> tuple[tuple[Path, dict[str, Any]], ...]:
    """Return what is imported first: the base of the series, then the present state over it."""
    copies, bases = folder / "copies", folder / "bases"
    copies.mkdir()
    bases.mkdir()
    present = packed(take_along(list(sent_files(export)), copies, likeness), copies)
    if not series:
        return ((present, {}),)
    identifier = {"diffing_data_set_identifier": options["diffing_data_set_identifier"]}
    return ((packed(series, bases), {**identifier, "change_threshold": 100}), (present, {}))


def _base_in(client: CanvasClient, options: dict[str, Any], folder: Path, tell: Tell) -> list[Path]:
    identifier = options.get("diffing_data_set_identifier")
    if not identifier:
        return []
    tell(f"Looking for the last import of the series {identifier}")
    return fetch_base(client, identifier, folder)


def _missing(series: list[Path], options: dict[str, Any]) -> tuple[str, ...]:
    return (FIRST_OF_SERIES,) if options.get("diffing_data_set_identifier") and not series else ()


def _term(client: CanvasClient, options: dict[str, Any]) -> dict[str, str]:
    """Return the batch mode's term under a name that it has in an export, too.

    Raises:
        BadInput: it has none.
    """
    term_id = options.get("batch_mode_term_id")
    if not term_id or term_id == "default":
        return {}
    term = client.get(f"accounts/self/terms/{path_part(term_id)}")
    if term.get("sis_term_id"):
        return {"batch_mode_term_id": f"sis_term_id:{term['sis_term_id']}"}
    if term["id"] == client.get("accounts/self/terms/default")["id"]:
        return {"batch_mode_term_id": "default"}
    raise BadInput(
        f"The term {term['name']} has no SIS ID, so an export does not tell which courses are in it.",
        "Give the term a SIS ID in Canvas first.",
    )
