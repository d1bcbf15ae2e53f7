"""The account or course that owns a group or a group set."""

from dataclasses import dataclass

from practice_canvas.engine.importer import Rejected, Row, Run
from practice_canvas.store import records
from practice_canvas.store.records import Record, Values


@dataclass(frozen=True)
class Owner:
    """An account or a course: one of the two Canvas ids is set."""

    account_id: int | None = None
    course_id: int | None = None

    def values(self) -> Values:
        """Return the owner as columns of the record it owns."""
        return {"account_id": self.account_id, "course_id": self.course_id}


def owner_of(record: Record) -> Owner:
    """Return the owner of a group or a group set."""
    return Owner(record["account_id"], record["course_id"])


def owner_in(run: Run, row: Row, what: str) -> Owner | None:
    """Return the row's owner; None if both columns are empty.

    Raises:
        Rejected: both columns are filled, or the owner does not exist or is deleted.
    """
    account_id, course_id = row["account_id"], row["course_id"]
    if account_id and course_id:
        raise Rejected(f"{what} has both account_id and course_id: fill only one of the two.")
    if account_id:
        return Owner(account_id=_live(run, "accounts", account_id, f"{what} has the account_id {account_id}"))
    if course_id:
        return Owner(course_id=_live(run, "courses", course_id, f"{what} has the course_id {course_id}"))
    return None


def _live(run: Run, table: str, sis_id: str, what: str) -> int:
    found = records.find(run.store.db, table, sis_source_id=sis_id)
    if found is None or found["workflow_state"] == "deleted":
        raise Rejected(f"{what}, which does not exist.")
    return int(found["id"])
