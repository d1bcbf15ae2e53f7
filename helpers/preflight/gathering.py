"""Find the CSV files that Canvas would read in files, archives, and folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from helpers.errors import reason
from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import FILES, Position, Rule
from practice_canvas.sis_csv.archives import SYSTEM_FILE, Member, UnreadableArchive, unpack

UNREADABLE = Rule(
    slug="file-unreadable",
    severity="stops the file",
    title="File cannot be read",
    template="{file} cannot be read: {more}.",
    fix="Check the file name and your permission to read the file.",
)
NOTHING = Rule(
    slug="no-files",
    severity="silent",
    title="No files to send",
    template="{file} contains no CSV files.",
    fix="Choose CSV files, a folder of CSV files, or a zip archive of them.",
)
EXTENSION = Rule(
    slug="extension-ignored",
    severity="silent",
    title="File name ends in neither .csv nor .zip",
    template=("Canvas relies on the file extension: it ignores {file} and still reports imported."),
    fix="Save a spreadsheet as “CSV UTF-8”. Rename a file that is CSV or zip, so that its name says so.",
)
ARCHIVE = Rule(
    slug="archive-unreadable",
    severity="stops the file",
    title="Archive cannot be unpacked",
    template="{file} is not imported: {more}.",
    fix="Create the zip archive again from the CSV files.",
)
FOREIGN = Rule(
    slug="member-foreign",
    severity="note",
    title="Not only CSV files",
    template=(
        "{file} is not a CSV file. Canvas ignores it with a warning, so the import ends as "
        "imported_with_messages."
    ),
    fix="Leave it out of the zip. If it holds data, save it as CSV.",
    taught_in=FILES,
)
LOST = Rule(
    slug="member-lost",
    severity="silent",
    title="The archive contains a file that Canvas cannot read",
    template="Canvas ignores {file} without a message: {more}.",
    fix="Pack the files again as a plain zip archive, without a password, outer folders, or links.",
)
IGNORED = Rule(
    slug="member-ignored",
    severity="note",
    title="The archive contains a file that Canvas ignores",
    template=("Canvas ignores {file} without a message: it does not import hidden files or macOS metadata."),
    fix="Nothing to do, unless the file holds data.",
)


@dataclass(frozen=True)
class CsvFile:
    """A CSV file that Canvas would read.

    Args:
        name: as in Canvas's messages.
        path: where to read it.
        given: where it is on disk; None inside an archive.
    """

    name: str
    path: Path
    given: Path | None


def gather(
    paths: str | Path | Sequence[str | Path], folder: Path, file_findings: FileFindings
) -> list[CsvFile]:
    """Return the CSV files behind the paths.

    Args:
        paths: files, archives or folders; a folder counts as if it were zipped.
        folder: where to unpack archives.
        file_findings: receives what is wrong with a path, and what Canvas ignores.
    """
    given = [paths] if isinstance(paths, str | Path) else paths
    if not given:
        file_findings.add(NOTHING, Position("The list of files"))
    return [file for path in given for file in _behind(Path(path or "(no name)"), folder, file_findings)]


def _behind(path: Path, folder: Path, file_findings: FileFindings) -> list[CsvFile]:
    try:
        if path.exists() and not (path.is_dir() or path.is_file()):
            raise OSError("it is neither a file nor a folder")
        if path.is_dir():
            return _files(path, _members_of_folder(path), file_findings)
        with path.open("rb"):
            pass
        if path.suffix.lower() == ".zip":
            ignored: dict[str, str] = {}
            members = unpack(path, Path(mkdtemp(dir=folder)), ignored)
            for name, why in ignored.items():
                file_findings.add(IGNORED if why == SYSTEM_FILE else LOST, Position(name), more=why)
            return _files(path, members, file_findings)
    except UnreadableArchive as why:
        file_findings.add(ARCHIVE, Position(path.name), more=str(why))
        return []
    except (OSError, ValueError) as error:
        file_findings.add(UNREADABLE, Position(path.name or str(path)), more=reason(error))
        return []
    if path.suffix.lower() != ".csv":
        file_findings.add(EXTENSION, Position(path.name))
        return []
    return [CsvFile(path.name, path, path)]


def _members_of_folder(folder: Path) -> Iterator[Member]:
    """Yield the files of a folder as if they were members of an archive; hidden ones are ignored."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "__")) for part in parts):
            name = "/".join(parts)
            yield Member(name, path if name.lower().endswith(".csv") else None)


def _files(source: Path, members: Iterable[Member], file_findings: FileFindings) -> list[CsvFile]:
    files = []
    for member in members:
        if member.path is None:
            file_findings.add(FOREIGN, Position(member.name))
        else:
            files.append(CsvFile(member.name, member.path, member.path if source.is_dir() else None))
    if not files and not any(each.rule is LOST for each in file_findings.findings):
        file_findings.add(NOTHING, Position(source.name))
    return files
