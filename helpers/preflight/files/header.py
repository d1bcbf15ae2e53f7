"""The header row: files that Canvas does not recognize, and files that it reads as another kind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from helpers.near_misses import nearest
from helpers.preflight.file_findings import FileFindings
from helpers.preflight.files.disguise import FAILED_EXPORT, other_text
from helpers.preflight.files.foreign import FOREIGN, foreign_format
from helpers.preflight.files.naming import kind_by_name
from helpers.preflight.files.spelling import FEATURES, canonical
from helpers.preflight.findings import FILES, Position, Rule
from helpers.preflight.gathering import CsvFile
from practice_canvas.sis_csv.kinds import KINDS, recognize
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.values import BLANKS

SEPARATOR = Rule(
    slug="separator",
    severity="stops the file",
    title="Values are not separated by commas",
    template=(
        "{file} separates its values with {more}. Canvas sees one long column name and does "
        "not recognize the file."
    ),
    fix="Save it with commas, or let repair_file() rewrite it.",
    repairable=True,
)
TITLE = Rule(
    slug="title-above-header",
    severity="stops the file",
    title="Title above the header",
    template=(
        "The first row of {file} is “{value}”. The header is in row {more}, but Canvas expects it in row 1."
    ),
    fix="Delete everything above the header, or let repair_file() rewrite the file.",
    repairable=True,
)
ROWS_IN_QUOTES = Rule(
    slug="rows-in-quotes",
    severity="stops the file",
    title="Whole rows in quotes",
    template="{file} has quotes around whole rows, not around values. Canvas sees one long column name.",
    fix="Export without these quotes, or let repair_file() remove them.",
    repairable=True,
)
SPELLED = Rule(
    slug="header-spelling",
    severity="stops the file",
    title="Column names not spelled as Canvas expects",
    template="{file} has the columns {value}, and Canvas does not recognize it. Write {more}.",
    fix="Use Canvas's column names, or let repair_file() write them.",
    repairable=True,
)
MISSPELLED = Rule(
    slug="header-misspelled",
    severity="stops the file",
    title="Misspelled column name in the header",
    template=(
        "{file} has a column named {value}, and Canvas does not recognize the file. Did you mean {more}?"
    ),
    fix="Correct the column name.",
)
INCOMPLETE = Rule(
    slug="header-incomplete",
    severity="stops the file",
    title="Header is incomplete",
    template="{file} does not have the column {more}.",
    fix="Add the column, even if its values are empty.",
)
UNKNOWN = Rule(
    slug="header-unknown",
    severity="stops the file",
    title="Header not recognized",
    template="The header of {file} does not match any kind of SIS file: {value}.",
    fix="Compare the first row with the columns of the kind of file that you want to send.",
)
FEATURE = Rule(
    slug="kind-needs-feature",
    severity="ask",
    title="File needs a feature that only some accounts have",
    template="{file} contains {more}. Canvas recognizes it only if your account has this feature.",
    fix="Ask your Canvas administrator whether the feature is on.",
    taught_in=FILES,
)
OTHER_KIND = Rule(
    slug="kind-other-than-name",
    severity="silent",
    title="File is not the kind that its name suggests",
    template="Canvas goes by the header and reads {file} as {more}.",
    fix="Remove the column that makes it a different kind, or rename the file.",
)
MOST_ABOVE = 5  # rows above the header
_MOST_COMPARED = 200  # columns; comparing names letter by letter is slow
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def recognized(file: CsvFile, header: Sequence[str], file_findings: FileFindings) -> Kind | None:
    """Return the kind of a file as Canvas recognizes it, and report no kind or an unexpected one."""
    kind, named = recognize(header), kind_by_name(file.name)
    if kind and named and named != kind and _surprising(kind, named, header):
        columns = " and ".join(" or ".join(group) for group in kind.signature)
        more = f"{kind.count_key}, because it has {columns}"
        file_findings.add(OTHER_KIND, Position(file.name, 1, value=_joined(header)), more=more)
    if kind is None:
        _report_unrecognized(file, header, named, file_findings)
    return kind


def _surprising(kind: Kind, named: Kind, header: Sequence[str]) -> bool:
    """Return whether Canvas reads a header as another kind than it resembles."""
    names = {column.strip().lower() for column in header}
    known = [len(names & {column.name for column in one.columns}) for one in (kind, named)]
    return named.fits(names) or known[1] > known[0]


def _report_unrecognized(
    file: CsvFile, header: Sequence[str], named: Kind | None, file_findings: FileFindings
) -> None:
    position = Position(file.name, 1, value=_joined(header))
    by_feature = recognize(header, FEATURES)
    if by_feature:
        file_findings.add(FEATURE, position, more=by_feature.count_key)
        file_findings.reject(by_feature.name, file.name, file.given)
        return
    other = other_text(file.path)
    split, spelled = (None if other else other_separator(header)), canonical(header)
    if foreign := foreign_format(header):
        file_findings.add(FOREIGN, Position(file.name, 1, value=foreign.what), more=foreign.hint)
        kind = named
    elif split == ",":
        file_findings.add(ROWS_IN_QUOTES, position)
        kind = recognize(canonical(header[0].split(split))) or named
    elif split:
        file_findings.add(SEPARATOR, position, more=_SEPARATORS[split])
        kind = recognize(header[0].split(split)) or named
    elif row := header_further_down(file.path):
        file_findings.add(TITLE, position, more=str(row[0]))
        kind = row[1]
    elif other:
        file_findings.add(FAILED_EXPORT, Position(file.name, 1), more=other)
        kind = named
    elif spelled != list(header):
        changed = [(old, new) for old, new in zip(header, spelled, strict=True) if old != new]
        at = Position(file.name, 1, value=", ".join(old for old, _ in changed))
        file_findings.add(SPELLED, at, more=", ".join(new for _, new in changed))
        kind = recognize(spelled)
    else:
        kind = _report_columns(header, named, position, file_findings)
    file_findings.reject(kind.name if kind else "", file.name, file.given)


def other_separator(header: Sequence[str]) -> str | None:
    """Return the separator inside a header that is a single cell, None if there is none."""
    if len(header) != 1:
        return None
    candidates = (*_SEPARATORS, ",")
    fitting = (each for each in candidates if recognize(canonical(header[0].split(each))))
    return next(fitting, next((each for each in _SEPARATORS if header[0].count(each) >= 2), None))


def header_further_down(path: Path) -> tuple[int, Kind] | None:
    """Return the row and the kind of a header that is not in row 1, None if there is none near the top."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:  # may be malformed below its first row
        lines = (line.rstrip("\n") for line in file if line.strip(BLANKS))
        for row, line in enumerate(islice(lines, 1, 1 + MOST_ABOVE), start=2):
            split = other_separator([line])
            if split and (kind := recognize(canonical(line.split(split)))):
                return row, kind
    return None


def _report_columns(
    header: Sequence[str], named: Kind | None, position: Position, file_findings: FileFindings
) -> Kind | None:
    """Report the most likely fault of a header: misspelled names, or missing ones."""
    names = {column.strip().lower() for column in header[:_MOST_COMPARED]}
    candidates = [named] if named else [kind for kind in KINDS if not kind.feature]
    for kind in candidates:
        near = {needed: found for needed in _missing(kind, names) if (found := _near(needed, names, kind))}
        if near and recognize(names | near.keys()) is kind:
            at = Position(position.file, 1, column=None, value=", ".join(near.values()))
            file_findings.add(MISSPELLED, at, more=", ".join(near))
            return kind
    if named and (missing := _missing(named, names)) and names & {column.name for column in named.columns}:
        file_findings.add(
            INCOMPLETE,
            position,
            more=f"{', '.join(missing)}, which Canvas needs to recognize {named.count_key}",
        )
    else:
        file_findings.add(UNKNOWN, position)
    return named


def _missing(kind: Kind, names: set[str]) -> list[str]:
    return [group[0] for group in kind.signature if not names & set(group)]


def _near(needed: str, names: set[str], kind: Kind) -> str | None:
    free = [name for name in names if not kind.column(name)]
    return nearest(needed, free, 0.75)


def _joined(header: Sequence[str]) -> str:
    shown = ",".join(header[:50])
    return shown if len(header) <= 50 else f"{shown},… ({len(header):,} columns)"
