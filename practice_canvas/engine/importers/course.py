"""Import courses.csv. Source of the rules: Canvas's course importer."""

from collections.abc import Sequence
from functools import cache

from practice_canvas.engine.importer import Rejected, Row, RowImporter, Run
from practice_canvas.engine.importers.xlist import COPIED
from practice_canvas.engine.rules import checks
from practice_canvas.engine.rules.blueprints import BlueprintLinks
from practice_canvas.engine.rules.deletion import delete_enrollments
from practice_canvas.engine.rules.status import is_skipped, status_of
from practice_canvas.sis_csv.values import is_true
from practice_canvas.store import records
from practice_canvas.store.reads import enrollments
from practice_canvas.store.records import (
    ABSTRACT_COURSE,
    ACCOUNT,
    COURSE,
    ENROLLMENT,
    TERM,
    Record,
    Values,
    new_uuid,
)
from practice_canvas.store.writes import terms

STATUSES = ("active", "unpublished", "published", "completed", "deleted")
FORMATS = ("online", "on_campus", "blended", "not_set")
PASSBACK_SETTINGS = ("nightly_sync", "disabled", "not_set")
DELETE = "<delete>"

# status → state before (None: a new course) → state after; any other combination leaves the state unchanged.
_UNPUBLISHED = {None: "claimed", "deleted": "claimed", "completed": "available"}
_NEXT_STATE: dict[str, dict[str | None, str]] = {
    "active": _UNPUBLISHED,
    "unpublished": _UNPUBLISHED,
    "published": dict.fromkeys((None, "created", "claimed", "deleted", "completed"), "available"),
    "completed": dict.fromkeys(
        (None, "created", "claimed", "available", "deleted", "completed"), "completed"
    ),
    "deleted": dict.fromkeys((None, "created", "claimed", "available", "completed", "deleted"), "deleted"),
}


class CourseImporter(RowImporter):
    """One row creates, changes, publishes, concludes, deletes or restores one course."""

    kind = "course"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._blueprints = BlueprintLinks(run)

    def load(self, rows: Sequence[Row]) -> None:
        """Load the courses that the rows name, with their accounts, terms and abstract courses."""
        self.load_named(rows, COURSE, course_id="sis_source_id", integration_id="integration_id")
        self.load_named(rows, ACCOUNT, account_id="sis_source_id", fallback_account_id="sis_source_id")
        self.load_named(rows, TERM, term_id="sis_source_id")
        self.load_named(rows, ABSTRACT_COURSE, abstract_course_id="sis_source_id")
        self._default_term = cache(lambda: terms.default_id(self.db, self.run.now))

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        course_id = row["course_id"]
        dates = checks.dates_of(self.run, row, f"Course {course_id}")
        if not course_id:
            raise Rejected("The row has no course_id.")
        status = _check_values(row, course_id)
        if is_skipped(self.run, row):
            return False
        course = self.records.find(COURSE.table, "sis_source_id", course_id)
        abstract = self.records.find(ABSTRACT_COURSE.table, "sis_source_id", row["abstract_course_id"])
        values: Values = {
            "abstract_course_id": abstract["id"] if abstract else None,
            **self._place(row, course, abstract),
            **_names(row, course, abstract),
            **_settings(row),
            **_dates(row, dates, course),
            **_state(status, course),
        }
        written = values if course is None else self.run.writable(COURSE, course, values)
        after = _after(course, written)
        self._check(row, course, values, after)
        if row["abstract_course_id"] and abstract is None:
            self.run.messages.warn(row.file, f"There is no abstract course {row['abstract_course_id']}.")
        self._blueprints.note(row, self._save(row, course, written, after))
        return True

    def finish(self) -> None:
        """Make the blueprint links, once all courses are imported."""
        self._blueprints.make()

    def _place(self, row: Row, course: Record | None, abstract: Record | None) -> Values:
        """Return the account and the term, if they change."""
        account_id = self._account_id(row, abstract)
        term = self.records.find(TERM.table, "sis_source_id", row["term_id"])
        term_id = term["id"] if term and term["workflow_state"] == "active" else None
        if abstract and not row["term_id"]:
            term_id = abstract["enrollment_term_id"]
        if course is None:
            account_id = account_id or self.run.root_account_id
            term_id = term_id or self._default_term()
        found = {"account_id": account_id, "enrollment_term_id": term_id}
        return {column: value for column, value in found.items() if value}

    def _account_id(self, row: Row, abstract: Record | None) -> int | None:
        account = self.records.find(ACCOUNT.table, "sis_source_id", row["account_id"])
        if account is None:
            account = self.records.find(ACCOUNT.table, "sis_source_id", row["fallback_account_id"])
        if row["account_id"] and account is None:
            raise Rejected(f"The account {row['account_id']} of course {row['course_id']} does not exist.")
        if account is None and abstract:
            return abstract["account_id"]  # type: ignore[no-any-return]
        return account["id"] if account and account["workflow_state"] != "deleted" else None

    def _check(self, row: Row, course: Record | None, values: Values, after: Values) -> None:
        account = self.records.find(ACCOUNT.table, "id", after["account_id"])
        if account is not None and account["workflow_state"] == "deleted":
            raise Rejected(
                f"Course {row['course_id']} is in the deleted account {account['sis_source_id']}:"
                " give it another account_id."
            )
        what = f"Course {row['course_id']} ({row['short_name']})"
        checks.check_order(after["start_at"], after["conclude_at"], what)
        checks.check_integration_id(self.run, COURSE, course, row["integration_id"], what)
        checks.check_lengths(values, what)

    def _save(self, row: Row, course: Record | None, values: Values, after: Values) -> int:
        if course is None:
            made = {"sis_source_id": row["course_id"], "uuid": new_uuid(), "created_at": self.run.now}
            return self.run.save(COURSE, None, values | made)
        saved_id = self.run.save(COURSE, course, values)
        self._follow_state(saved_id, values.get("workflow_state"))
        self._follow_original(course, after)
        return saved_id

    def _follow_state(self, course_id: int, state: str | None) -> None:
        """Delete or conclude the enrollments of a course that is deleted or concluded."""
        if state not in ("deleted", "completed"):
            return
        self.records.write()
        if state == "deleted":
            delete_enrollments(self.run, enrollments.ids_below(self.db, COURSE, [course_id]))
        else:
            done = {"workflow_state": "completed", "completed_at": self.run.now, "updated_at": self.run.now}
            for enrollment in enrollments.open_of_course(self.db, course_id):
                records.update(self.db, ENROLLMENT.table, enrollment["id"], done)
                self.run.changed_state(
                    ENROLLMENT, enrollment["id"], enrollment["workflow_state"], "completed"
                )

    def _follow_original(self, course: Record, after: Values) -> None:
        """Pass changes on to the courses that a cross-listing copied from this one."""
        if all(course[column] == after[column] for column in COPIED):
            return
        stuck = COURSE.stuck_in(course)
        followed = {column: after[column] for column in COPIED if column not in stuck}
        for copy in self.records.find_all(COURSE.table, "copied_from_course_id", course["id"]):
            self.run.save(COURSE, copy, followed)


def _check_values(row: Row, course_id: str) -> str:
    """Check what does not depend on the school, and return the status."""
    for column in ("short_name", "long_name"):
        if not row[column] and not row["abstract_course_id"]:
            raise Rejected(f"Course {course_id} has no {column}.")
    status = status_of(row, STATUSES, f"Course {course_id}")
    if row["course_format"] and row["course_format"] not in FORMATS:
        raise Rejected(
            f"Course {course_id} has the course_format {row['course_format']}: use {_list(FORMATS)}."
        )
    setting = row["grade_passback_setting"]
    if setting and setting.lower() not in PASSBACK_SETTINGS:
        raise Rejected(
            f"Course {course_id} has the grade_passback_setting {setting}: use {_list(PASSBACK_SETTINGS)}."
        )
    return status


def _after(course: Record | None, written: Values) -> Values:
    """Return the course as it will be stored."""
    return {"start_at": None, "conclude_at": None, **(course or {}), **written}


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words)


def _names(row: Row, course: Record | None, abstract: Record | None) -> Values:
    """Return name and code; if the row has none, a course keeps its own or takes the abstract course's."""
    names = {"name": row["long_name"], "course_code": row["short_name"]}
    if course is None and abstract:
        names = {
            "name": row["long_name"] or abstract["name"],
            "course_code": row["short_name"] or abstract["short_name"],
        }
    elif course is None:
        names = {column: name or row["course_id"] for column, name in names.items()}
    return {column: name for column, name in names.items() if name}


def _settings(row: Row) -> Values:
    """Return the integration ID, the format and the flags that the row sets."""
    values: Values = {}
    if row["integration_id"]:  # an empty cell keeps it, otherwise than in sections, accounts and terms
        values["integration_id"] = row["integration_id"]
    for column in ("course_format", "grade_passback_setting"):
        if column in row:
            value = (row[column] or "").lower()
            values[column] = None if value == "not_set" else value or None
    if row["homeroom_course"]:
        values["homeroom_course"] = int(is_true(row["homeroom_course"]))
    return values


def _dates(row: Row, dates: checks.Dates, course: Record | None) -> Values:
    """Return the dates whose columns the file has, and the flag that makes them apply."""
    values: Values = {}
    for column, name, date in (("start_at", "start_date", dates[0]), ("conclude_at", "end_date", dates[1])):
        if name in row:
            values[column] = date
    if values:
        values["restrict_enrollments_to_course_dates"] = int(_is_restricted(row, values, course))
    return values


def _is_restricted(row: Row, values: Values, course: Record | None) -> bool:
    """Return whether participation is limited to the dates: `<delete>` in one column keeps the other date."""
    if any(values.values()):
        return True
    if DELETE not in (row["start_date"], row["end_date"]) or course is None:
        return False
    return any(course[column] for column in ("start_at", "conclude_at") if column not in values)


def _state(status: str, course: Record | None) -> Values:
    before = course["workflow_state"] if course is not None else None
    after = _NEXT_STATE.get(status, {}).get(before, before or "created")
    return {"workflow_state": after}
