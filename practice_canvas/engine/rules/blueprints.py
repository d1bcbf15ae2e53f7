"""Link courses to blueprint courses: once all rows are applied, with one message for each link that fails."""

from dataclasses import dataclass

from practice_canvas.engine.importer import Rejected, Row, Run
from practice_canvas.store import records
from practice_canvas.store.reads import accounts
from practice_canvas.store.records import Record

DISSOCIATE = "dissociate"


@dataclass(frozen=True)
class _RequestedLink:
    """What a row's blueprint_course_id asks for."""

    file: str
    blueprint_id: str
    course: int


class BlueprintLinks:
    """The links that the rows of courses.csv request."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._requested: list[_RequestedLink] = []

    def note(self, row: Row, course: int) -> None:
        """Remember the row's blueprint_course_id.

        Args:
            row: a row of courses.csv.
            course: the Canvas id of its course.
        """
        if blueprint_id := row["blueprint_course_id"]:
            self._requested.append(_RequestedLink(row.file, blueprint_id, course))

    def make(self) -> None:
        """Make or remove the links; one that fails gives a warning without a row number."""
        for requested in self._requested:
            course = records.find(self._run.store.db, "courses", id=requested.course)
            if course is None or course["workflow_state"] == "deleted":
                continue
            try:
                linked = (
                    None if requested.blueprint_id == DISSOCIATE else self._blueprint(requested, course)["id"]
                )
            except Rejected as why:
                self._run.messages.warn(requested.file, str(why))
            else:
                records.update(
                    self._run.store.db, "courses", requested.course, {"blueprint_course_id": linked}
                )
        self._requested.clear()

    def _blueprint(self, requested: _RequestedLink, course: Record) -> Record:
        db = self._run.store.db
        found = records.find(db, "courses", sis_source_id=requested.blueprint_id, blueprint=1)
        course_id = course["sis_source_id"]
        if found is None or found["workflow_state"] == "deleted":
            raise Rejected(f"There is no blueprint course {requested.blueprint_id} for course {course_id}.")
        if course["blueprint"]:
            raise Rejected(f"Course {course_id} is itself a blueprint course and cannot be linked to one.")
        if course["blueprint_course_id"] not in (None, found["id"]):
            raise Rejected(
                f"Course {course_id} is already linked to another blueprint course: dissociate it first."
            )
        if not accounts.is_at_or_below(db, course["account_id"], found["account_id"]):
            raise Rejected(
                f"Course {course_id} is outside the account of blueprint course {requested.blueprint_id}."
            )
        return found
