"""All rows that are sent together, by kind, and the faults found in them."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.preflight.findings import Rule
from helpers.preflight.loading import Loaded
from helpers.scratch_database import ScratchDatabase, name, text
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.sis_csv.model import Column, Kind

SKIPPED = "skips the row"
_CONTROLS = "".join(map(chr, {*range(1, 32), 127} - {*b"\r\n"}))
_SHOWN = '\0\r"'  # in files with these, values may have NUL or line endings, which are not ASCII in a table
NOT_SKIPPED = "(file, nr) NOT IN (SELECT file, nr FROM faults WHERE skips)"
"""SQL: so far, the row has no fault that makes Canvas skip it."""


class School:
    """The loaded files as views, and the table of faults.

    Each kind K has the view `K_rows`: file, nr (the row number), and all columns of the kind, NULL where a
    file lacks one. A fault is a row of `faults`: the rule's slug, where it is (file, nr, field), its content,
    `more` for the sentence, and `root`: the number (rowid) of the fault that causes it, below zero for a
    rejected file, NULL for none. `skips` is true if Canvas skips the row. `now` is the present, ISO 8601 UTC.
    """

    def __init__(self, database: ScratchDatabase, files: Iterable[Loaded], now: str) -> None:
        self.database = database
        self.now = now
        self.files = list(files)
        self._numbered = {file.number: file for file in self.files}
        self._odd: dict[str, list[str]] = {}
        self._has_places = False
        self._without_repeats: set[str] = set()
        self.rules: dict[str, Rule] = {}
        database.run(
            "CREATE TABLE faults (slug VARCHAR, file INTEGER, nr BIGINT, field VARCHAR, content VARCHAR,"
            " more VARCHAR, root BIGINT, skips BOOLEAN)"
        )
        database.fill("files", ("number", "name"), [(str(file.number), file.name) for file in self.files])
        for kind in self.kinds:
            database.run(f"CREATE VIEW {rows_of(kind)} AS {union(self.files_of(kind), kind)}")

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of the files, in the order in which Canvas processes them."""
        there = {file.kind.name for file in self.files}
        return [kind for kind in KINDS if kind.name in there]

    def has(self, kind: str) -> bool:
        """Return whether there is a file of this kind."""
        return any(file.kind.name == kind for file in self.files)

    def file(self, number: int) -> Loaded:
        """Return the file with this number."""
        return self._numbered[number]

    def files_of(self, kind: Kind) -> list[Loaded]:
        """Return the files of a kind."""
        return [file for file in self.files if file.kind is kind]

    def columns(self, kind: Kind) -> list[Column]:
        """Return the columns of a kind that at least one of its files has."""
        there = {column for file in self.files_of(kind) for column in file.columns}
        return [column for column in kind.columns if column.name in there]

    def odd_columns(self, kind: Kind) -> list[str]:
        """Return the columns whose values have more than printable ASCII, as far as is quickly known."""
        if kind.name not in self._odd:
            self._odd[kind.name] = self._find_odd_columns(kind)
        return self._odd[kind.name]

    def may_have_controls(self, kind: Kind) -> bool:
        """Return whether a value of a kind may have a control character of ASCII."""
        return any(file.may_contain(_CONTROLS) for file in self.files_of(kind))

    def _find_odd_columns(self, kind: Kind) -> list[str]:
        files, columns = self.files_of(kind), [column.name for column in self.columns(kind)]
        if self.may_have_controls(kind) or not columns:
            return columns
        if all(file.ascii and not file.may_contain(_SHOWN) for file in files):
            return []
        tests = ", ".join(f"bool_or(strlen({name(column)}) > length({name(column)}))" for column in columns)
        found = self.database.rows(f"SELECT {tests} FROM {rows_of(kind)}")[0]
        return [column for column, odd in zip(columns, found, strict=True) if odd]

    def note(
        self,
        rule: Rule,
        kind: Kind,
        column: str,
        where: str,
        *,
        value: str = "",
        more: str = "''",
        root: str = "NULL",
        source: str = "",
    ) -> None:
        """Record a fault for every row of a kind that meets a condition.

        Args:
            rule: what is wrong.
            kind: the kind whose rows to check.
            column: the column to blame.
            where: the condition, as SQL over the columns of the kind.
            value: what to show, as SQL; the column's value if not given.
            more: details for the sentence, as SQL.
            root: the fault that causes it, as SQL.
            source: what to read instead of the kind's rows, as SQL; it needs `file` and `nr`.
        """
        self.rules[rule.slug] = rule
        self.database.run(
            f"INSERT INTO faults SELECT {text(rule.slug)}, file, nr, {text(column)},"
            f" {value or name(column)}, {more}, {root},"
            f" {rule.severity == SKIPPED} FROM {source or rows_of(kind)} WHERE {where}"
        )

    def places(self) -> str:
        """Return the table of the different course_id and section_id of enrollments, which are few."""
        if not self._has_places:
            rows = rows_of("enrollment")
            self.database.run(f"CREATE TABLE places AS SELECT DISTINCT course_id, section_id FROM {rows}")
            self._has_places = True
        return "places"

    def repeats(self, table: str, key: str, source: str) -> bool:
        """Create a table of the keys that occur more than once, and return whether there are any.

        Args:
            table: its name.
            key: a number, as SQL: sorting numbers is quicker than grouping by them.
            source: what to read, as SQL.
        """
        ordered = (
            f"SELECT key, lag(key) OVER (ORDER BY key) AS before FROM (SELECT {key} AS key FROM {source})"
        )
        self.database.run(
            f"CREATE OR REPLACE TABLE {table} AS SELECT DISTINCT key FROM ({ordered}) WHERE key = before"
        )
        if self.database.one(f"SELECT count(*) FROM {table}"):
            return True
        self._without_repeats.add(table)
        return False

    def has_no_repeats(self, table: str) -> bool:
        """Return whether `repeats` found already that the table is empty."""
        return table in self._without_repeats


def union(files: Iterable[Loaded], kind: Kind) -> str:
    """Return the rows of files of one kind, as SQL: file, nr, surplus, and all columns of the kind."""
    parts = []
    for file in files:
        columns = [
            name(column.name) if column.name in file.columns else f"NULL::VARCHAR AS {name(column.name)}"
            for column in kind.columns
        ]
        parts.append(
            f"SELECT {file.number} AS file, rowid + 2 AS nr, surplus, {', '.join(columns)}"
            f" FROM f{file.number} WHERE surplus IS NOT NULL"
        )
    return " UNION ALL ".join(parts)


def rows_of(kind: Kind | str) -> str:
    """Return the view of a kind's rows, as SQL."""
    return f"{kind if isinstance(kind, str) else kind.name}_rows"


def id_column(kind: Kind) -> str | None:
    """Return the column that identifies an object of the kind; None for links between objects."""
    return kind.identified_by[0] if len(kind.identified_by) == 1 else None


def stored_ids(columns: Iterable[Column]) -> list[str]:
    """Return the columns whose values Canvas stores as IDs of the object itself."""
    texts = [column for column in columns if column.holds == "text" and not column.refers_to]
    return [column.name for column in texts if column.name.endswith("_id") and not _other_id(column.name)]


def stored_texts(columns: Iterable[Column]) -> list[str]:
    """Return the columns with names and other texts that Canvas stores as they are."""
    return [
        column.name
        for column in columns
        if column.holds == "text"
        and not (column.refers_to or column.values or column.name.endswith("_id"))
        and column.name not in ("email", "status", "type", "password", "ssha_password")
    ]


def _other_id(column: str) -> bool:
    return column in ("role_id", "authentication_provider_id")
