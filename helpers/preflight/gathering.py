"""From what you name (files, archives, folders) to the CSV files that Canvas would read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from helpers.preflight.findings import FILES, SILENCE, Position, Rule
from helpers.preflight.report import Report
from practice_canvas.sis_csv.archives import Member, UnreadableArchive, unpack

UNREADABLE = Rule(
    "file-unreadable",
    "stops the file",
    "A file cannot be read",
    "{file} cannot be read: {more}.",
    "Check the name, and whether you may read the file.",
    FILES,
)
NOTHING = Rule(
    "no-files",
    "silent",
    "There is nothing to send",
    "{file} holds no CSV file.",
    "Name the CSV files, a folder that holds them, or a zip of them.",
    SILENCE,
)
EXTENSION = Rule(
    "extension-ignored",
    "silent",
    "A file's name ends in neither .csv nor .zip",
    "Canvas goes by the ending of the name: with {file} it does nothing at all, and says imported.",
    "Give the file a name that ends in .csv (or .zip for an archive).",
    SILENCE,
)
ARCHIVE = Rule(
    "archive-unreadable",
    "stops the file",
    "An archive cannot be unpacked",
    "{file} is not imported: {more}.",
    "Pack the CSV files again as a zip.",
    FILES,
)
FOREIGN = Rule(
    "member-foreign",
    "note",
    "A file beside the CSV files is none",
    "{file} is no CSV file: Canvas leaves it out with a warning, so the import ends imported_with_messages.",
    "Leave it out of the zip; if it holds data, save it as CSV.",
    FILES,
)
IGNORED = Rule(
    "member-ignored",
    "note",
    "A file in the archive is passed over",
    "{file} is passed over in silence: hidden files and what macOS adds are not imported.",
    "Nothing to do, unless it holds data.",
    SILENCE,
)


@dataclass(frozen=True)
class CsvFile:
    """A CSV file that Canvas would read.

    Args:
        name: as in Canvas's messages.
        path: where it is read.
        given: where you have it; None inside an archive.
    """

    name: str
    path: Path
    given: Path | None


def gather(paths: str | Path | Sequence[str | Path], folder: Path, report: Report) -> list[CsvFile]:
    """Return the CSV files behind the paths.

    Args:
        paths: files, archives or folders; what is in a folder counts as if it were zipped.
        folder: where archives are unpacked.
        report: takes what is wrong with a path or passed over.
    """
    given = [paths] if isinstance(paths, str | Path) else paths
    if not given:
        report.add(NOTHING, Position("The list of files"))
    return [file for path in given for file in _behind(Path(path or "(no name)"), folder, report)]


def _behind(path: Path, folder: Path, report: Report) -> list[CsvFile]:
    try:
        if path.exists() and not (path.is_dir() or path.is_file()):
            raise OSError("it is neither a file nor a folder")
        if path.is_dir():
            return _files(path, _members_of_folder(path), report)
        with path.open("rb"):
            pass
        if path.suffix.lower() == ".zip":
            ignored: list[str] = []
            members = unpack(path, Path(mkdtemp(dir=folder)), ignored)
            for name in ignored:
                report.add(IGNORED, Position(name))
            return _files(path, members, report)
    except UnreadableArchive as why:
        report.add(ARCHIVE, Position(path.name), more=str(why))
        return []
    except (OSError, ValueError) as error:
        report.add(UNREADABLE, Position(path.name or str(path)), more=_reason(error))
        return []
    if path.suffix.lower() != ".csv":
        report.add(EXTENSION, Position(path.name))
        return []
    return [CsvFile(path.name, path, path)]


def _members_of_folder(folder: Path) -> Iterator[Member]:
    """Yield the files of a folder as if they were members of an archive; hidden ones are passed over."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "__")) for part in parts):
            name = "/".join(parts)
            yield Member(name, path if name.lower().endswith(".csv") else None)


def _files(source: Path, members: Iterable[Member], report: Report) -> list[CsvFile]:
    files = []
    for member in members:
        if member.path is None:
            report.add(FOREIGN, Position(member.name))
        else:
            files.append(CsvFile(member.name, member.path, member.path if source.is_dir() else None))
    if not files:
        report.add(NOTHING, Position(source.name))
    return files


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")
