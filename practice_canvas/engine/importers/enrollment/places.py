"""The section, course and role of an enrollment row, cached: many rows share few of these places."""

import re
from dataclasses import dataclass

from practice_canvas.engine.importer import Rejected, Row, Run
from practice_canvas.store import records
from practice_canvas.store.reads import roles
from practice_canvas.store.reads.roles import OBSERVER, STUDENT
from practice_canvas.store.records import Record
from practice_canvas.store.writes.sections import default_section

CACHED = 100_000  # places; beyond that, the cache is emptied

# The words for the built-in roles; anything that starts with "student" is a student.
_WORDS = {
    "TeacherEnrollment": re.compile(r"teacher", re.IGNORECASE),
    STUDENT: re.compile(r"student.*", re.IGNORECASE | re.DOTALL),
    "TaEnrollment": re.compile(r"ta", re.IGNORECASE),
    OBSERVER: re.compile(r"observer", re.IGNORECASE),
    "DesignerEnrollment": re.compile(r"designer", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Section, course and role of an enrollment.

    Args:
        section_id: Canvas id of the section.
        course_id: Canvas id of the course that the section is in now.
        role_id: Canvas id of the role.
        base_type: StudentEnrollment, TeacherEnrollment, …
        closed: what is deleted (course or section), so that nobody can be enrolled here; or None.
    """

    section_id: int
    course_id: int
    role_id: int
    base_type: str
    closed: str | None


NOWHERE = Place(0, 0, 0, "", None)


class Places:
    """Finds the places of rows by the IDs in them."""

    def __init__(self, run: Run) -> None:
        self._run, self._db = run, run.store.db
        self._known: dict[tuple[str | None, ...], Place] = {}
        self._roles: dict[int, list[Record]] = {}

    def of(self, row: Row) -> Place:
        """Return the place of a row.

        Raises:
            Rejected: the course, section or role does not exist, or they do not belong together.
        """
        get = row.get
        key = (get("course_id"), get("section_id"), get("role"), get("role_id"))
        place = self._known.get(key)
        if place is None:
            if len(self._known) > CACHED:
                self._known.clear()
            place = self._known[key] = self._find(row)
        return place

    def _find(self, row: Row) -> Place:
        course, section = self._course_and_section(row)
        role = self._role(row, course)
        if course["blueprint"] and role["base_role_type"] in (STUDENT, OBSERVER):
            raise Rejected(
                f"User {_user(row)} cannot have a {role['base_role_type']} in the blueprint course"
                f" {course['sis_source_id']}."
            )
        closed = "course" if course["workflow_state"] == "deleted" else None
        if section["workflow_state"] == "deleted":
            closed = "section"
        return Place(
            section["id"],
            course["id"],
            role["id"],
            role["base_role_type"],
            closed,
        )

    def _course_and_section(self, row: Row) -> tuple[Record, Record]:
        course_id, section_id = row["course_id"], row["section_id"]
        course: Record | None
        section: Record | None
        course = records.find(self._db, "courses", sis_source_id=course_id) if course_id else None
        section = records.find(self._db, "course_sections", sis_source_id=section_id) if section_id else None
        if not course and not section:
            raise Rejected(
                f"Neither the course {course_id or '(none)'} nor the section {section_id or '(none)'}"
                f" of user {_user(row)} exists."
            )
        if section_id and not section:
            raise Rejected(f"The section {section_id} does not exist (user {_user(row)}).")
        if course_id and not course:
            raise Rejected(f"The course {course_id} does not exist (user {_user(row)}).")
        if not section:
            assert course is not None, "one of the two was found"  # noqa: S101
            section = default_section(self._db, course, self._run.now)
        if course and course["id"] not in (section["course_id"], section["nonxlist_course_id"]):
            raise Rejected(f"The section {section_id} of user {_user(row)} is not in the course {course_id}.")
        if not course or course["id"] != section["course_id"]:
            course = records.find(self._db, "courses", id=section["course_id"])
        assert course is not None, "every section has a course"  # noqa: S101
        return course, section

    def _role(self, row: Row, course: Record) -> Record:
        """Return the role: by role_id, by exact name, or by a word for a built-in role."""
        offered = [role for role in self._offered(course["account_id"]) if role["base_role_type"] in _WORDS]
        name = row["role"] or ""
        for matches in (
            lambda role: str(role["id"]) == row["role_id"],
            lambda role: role["name"] == name,
            lambda role: role["name"] == role["base_role_type"] and _WORDS[role["name"]].fullmatch(name),
        ):
            found = next(filter(matches, offered), None)
            if found is not None:
                return found
        raise Rejected(f"There is no role “{name}”{_with_role_id(row)} in this course (user {_user(row)}).")

    def _offered(self, account_id: int) -> list[Record]:
        if account_id not in self._roles:
            self._roles[account_id] = list(roles.offered(self._db, account_id))
        return self._roles[account_id]


def _user(row: Row) -> str | None:
    return row["user_id"] or row["user_integration_id"]


def _with_role_id(row: Row) -> str:
    return f" or role_id {row['role_id']}" if row["role_id"] else ""
