"""The IDs that rows may refer to: in good rows, of renamed objects, and on the server."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.near_misses import difference, sql_normal
from helpers.preflight.file_findings import FileFindings
from helpers.preflight.school import School, id_column, rows_of
from helpers.preflight.server import ServerTables
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.sis_csv.model import Kind

# kind → another kind of rows that creates its objects, and the column with the ID
_ALSO_MADE_BY = {"user": ("login", "user_id"), "course": ("xlist", "xlist_course_id")}

_MOST_COMPARED = 10_000  # look-alikes to describe; all of them are found


class Known:
    """Views `known_<kind>` (id) and tables `lost_<kind>` (id, root): IDs that only skipped rows have.

    Publish them again whenever new faults were found in rows of the kind.
    """

    def __init__(self, school: School, server: ServerTables, file_findings: FileFindings) -> None:
        self._school, self._database, self._server = school, school.database, server
        self._rejected = file_findings.rejected

    @property
    def has_server(self) -> bool:
        """Return whether there is a server to ask."""
        return self._server.exists

    def covers(self, kind: str) -> bool:
        """Return whether there is a file of this kind, even a rejected one."""
        return self._school.has(kind) or kind in self._rejected

    def load(self, kind: str) -> bool:
        """Load the objects of a kind from the server; return whether these are all of them."""
        is_new = not self._server.has_table(kind)
        everything = self._server.load(kind)
        if is_new:
            self.publish(KIND_OF[kind])
        return everything

    def look_up(self, kind: str, ids: Sequence[str]) -> bool:
        """Ask the server for single ids; return whether each got an answer."""
        answered = self._server.look_up(kind, ids)
        self.publish(KIND_OF[kind])
        return answered

    def file_root(self, kind: str) -> int | None:
        """Return the root cause of IDs that are missing because a file of the kind was rejected."""
        return -self._rejected[kind] - 1 if kind in self._rejected else None

    def publish(self, kind: Kind) -> None:
        """Update the known IDs of a kind, after a check of its rows or of rows that create its objects."""
        for made, (maker, _) in _ALSO_MADE_BY.items():
            if kind.name == maker:
                self.publish(KIND_OF[made])
        column = id_column(kind)
        if column is None or kind.name == "login":
            return
        parts = [f"SELECT id FROM {self._server_table(kind.name)} WHERE id IS NOT NULL"]
        makers = [(kind.name, column), *([_ALSO_MADE_BY[kind.name]] if kind.name in _ALSO_MADE_BY else [])]
        parts += [self._good(maker, named) for maker, named in makers if self._school.has(maker)]
        self._database.run(f"CREATE OR REPLACE VIEW known_{kind.name} AS {self._renamed(kind.name, parts)}")
        self._note_lost(kind.name, makers)

    def _server_table(self, kind: str) -> str:
        return f"server_{kind}" if self._server.has_table(kind) else "(SELECT NULL::VARCHAR AS id)"

    def _good(self, maker: str, column: str) -> str:
        """Return the IDs of a kind's rows that are not skipped, as SQL."""
        rows = f"SELECT {column} AS id FROM {rows_of(maker)}"
        if not self._any_skipped(maker):
            return rows
        return f"{rows} r ANTI JOIN (FROM faults WHERE skips) f ON f.file = r.file AND f.nr = r.nr"

    def _any_skipped(self, kind: str) -> bool:
        numbers = [str(file.number) for file in self._school.files_of(KIND_OF[kind])]
        return bool(
            self._database.rows(f"FROM faults WHERE skips AND file IN ({', '.join(numbers)}) LIMIT 1")
        )

    def changes(self, kind: str) -> str:
        """Return old_id and new_id of the objects of a kind that change_sis_id.csv renames, as SQL."""
        if not self._school.has("change_sis_id"):
            return "SELECT NULL::VARCHAR AS old_id, NULL::VARCHAR AS new_id WHERE false"
        return (
            f"SELECT old_id, min(new_id) AS new_id FROM {rows_of('change_sis_id')}"
            f" WHERE lower(type) = '{kind}' AND old_id IS NOT NULL AND new_id IS NOT NULL GROUP BY old_id"
        )

    def _renamed(self, kind: str, parts: list[str]) -> str:
        """Take change_sis_id.csv, which runs first, into account."""
        ids = " UNION ALL ".join(parts)
        if not self._school.has("change_sis_id"):
            return ids
        changes = self.changes(kind)
        return (
            f"SELECT id FROM ({ids}) WHERE id NOT IN (SELECT old_id FROM ({changes}))"
            f" UNION ALL SELECT new_id FROM ({changes})"
        )

    def find_near(self, kind: str, known: str = "known") -> None:
        """Create the table `near` (id, near, differs): IDs in `missing` that look like one known ID.

        Args:
            kind: the kind of objects.
            known: "known" to compare with all known IDs, "server" with those of the server.
        """
        normal = sql_normal("id")
        self._database.run(  # numbers are quicker to compare than texts
            f"CREATE OR REPLACE TABLE alike AS SELECT m.id, min(k.id) AS near"
            f" FROM (SELECT DISTINCT id, hash({normal}) AS normal FROM missing WHERE {normal} <> '') m"
            f" JOIN (SELECT id, hash({normal}) AS normal FROM {known}_{kind}) k USING (normal)"
            " GROUP BY m.id HAVING count(DISTINCT k.id) = 1"
        )
        pairs = self._database.rows(f"FROM alike LIMIT {_MOST_COMPARED}")
        named = [(*pair, difference(*pair)) for pair in pairs]
        self._database.run("DROP TABLE IF EXISTS differences")
        self._database.fill("differences", ("id", "near", "differs"), named)
        self._database.run(
            "CREATE OR REPLACE TABLE near AS SELECT a.id, a.near,"
            " coalesce(d.differs, 'the way it is written') AS differs"
            " FROM alike a LEFT JOIN differences d ON d.id = a.id"
        )

    def _note_lost(self, kind: str, makers: list[tuple[str, str]]) -> None:
        parts = [
            f"SELECT {column} AS id, coalesce(f.root, f.rowid) AS root FROM {rows_of(maker)} r JOIN faults f"
            f" ON f.file = r.file AND f.nr = r.nr WHERE f.skips AND {column} IS NOT NULL"
            for maker, column in makers
            if self._school.has(maker) and self._any_skipped(maker)
        ] or ["SELECT NULL::VARCHAR AS id, NULL::BIGINT AS root WHERE false"]
        self._database.run(
            f"CREATE OR REPLACE TABLE lost_{kind} AS SELECT id, min(root) AS root"
            f" FROM ({' UNION ALL '.join(parts)}) l ANTI JOIN known_{kind} k USING (id) GROUP BY id"
        )
