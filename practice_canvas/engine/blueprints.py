"""Link courses to blueprint courses: after all rows, one message for each link that cannot be made."""

from dataclasses import dataclass

from practice_canvas.engine.base import Rejected, Row, Run
from practice_canvas.store import records, structure
from practice_canvas.store.records import Record

DISSOCIATE = "dissociate"


@dataclass(frozen=True)
class _Wish:
    """What a row's blueprint_course_id asks for."""

    file: str
    blueprint_id: str
    course: int


class BlueprintLinks:
    """The links that a kind's rows ask for."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._wishes: list[_Wish] = []

    def note(self, row: Row, course: int) -> None:
        """Remember the row's blueprint_course_id.

        Args:
            row: a row of courses.csv.
            course: the Canvas id of its course.
        """
        if blueprint_id := row["blueprint_course_id"]:
            self._wishes.append(_Wish(row.file, blueprint_id, course))

    def make(self) -> None:
        """Make or remove the links; what cannot be done gives a warning without a row number."""
        for wish in self._wishes:
            course = records.find(self._run.store.db, "courses", id=wish.course)
            if course is None or course["workflow_state"] == "deleted":
                continue
            try:
                linked = None if wish.blueprint_id == DISSOCIATE else self._blueprint(wish, course)["id"]
            except Rejected as why:
                self._run.messages.warn(wish.file, str(why))
            else:
                records.update(self._run.store.db, "courses", wish.course, {"blueprint_course_id": linked})
        self._wishes.clear()

    def _blueprint(self, wish: _Wish, course: Record) -> Record:
        db = self._run.store.db
        found = records.find(db, "courses", sis_source_id=wish.blueprint_id, blueprint=1)
        course_id = course["sis_source_id"]
        if found is None or found["workflow_state"] == "deleted":
            raise Rejected(f"There is no blueprint course {wish.blueprint_id} for course {course_id}.")
        if course["blueprint"]:
            raise Rejected(f"Course {course_id} is a blueprint itself and cannot be linked to one.")
        if course["blueprint_course_id"] not in (None, found["id"]):
            raise Rejected(f"Course {course_id} is linked to another blueprint: dissociate it first.")
        if not structure.is_at_or_below(db, course["account_id"], found["account_id"]):
            raise Rejected(
                f"Course {course_id} is not in or below the account of blueprint {wish.blueprint_id}."
            )
        return found
