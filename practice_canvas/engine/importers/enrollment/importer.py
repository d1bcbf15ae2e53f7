"""Import enrollments.csv. Source of the rules: Canvas's enrollment importer.

A chunk of rows is imported together, so that a million rows take few queries: first the rows themselves are
checked, then the people, places and enrollments of the whole chunk are looked up, then the rows are applied
in order, and finally everything is written. So messages are not in the order of the file, as in Canvas.
"""

from array import array
from collections.abc import Sequence

from practice_canvas.engine.importer import Rejected, Row, Run
from practice_canvas.engine.importers.enrollment.batch import Enrollment, EnrollmentBatch, Identity
from practice_canvas.engine.importers.enrollment.observers import follow, stamp_observing
from practice_canvas.engine.importers.enrollment.people import People, Person
from practice_canvas.engine.importers.enrollment.places import Place, Places
from practice_canvas.engine.rules.checks import Dates, dates_of
from practice_canvas.engine.rules.deletion import delete_enrollments
from practice_canvas.engine.rules.status import is_skipped
from practice_canvas.sis_csv.values import is_true
from practice_canvas.store import records
from practice_canvas.store.reads import observers
from practice_canvas.store.reads.roles import OBSERVER, STUDENT
from practice_canvas.store.store import begin
from practice_canvas.store.writes import enrollments

STATUSES = ("active", "completed", "deleted", "deleted_last_completed", "inactive")
_PEOPLE = ("user_integration_id", "user_id", "associated_user_id", "temporary_enrollment_source_user_id")
_NO_DATES: Dates = (None, None)

# A row with its dates, its person and place, and the ID of the user it observes.
Entry = tuple[Row, Dates, Person, Place, int | None]


class EnrollmentImporter:
    """One row enrolls one user in one section in one role, or changes or ends that enrollment."""

    kind = "enrollment"

    def __init__(self, run: Run) -> None:
        self.run, self.db = run, run.store.db
        self.people, self.places = People(self.db), Places(run)
        self.batch = EnrollmentBatch(run)
        self.to_delete = array("q")  # enrollments to delete at the end of the file
        self.observed: dict[int, list[int]] = {}  # of the chunk: student → linked observers
        self.students: list[Enrollment] = []  # enrollments of observed students that rows have touched
        self.observing: set[tuple[int, int, int]] = set()  # of the chunk: (course, observer, observed)

    def import_rows(self, rows: Sequence[Row]) -> None:
        """Apply one chunk of rows of one file."""
        begin(self.db)  # so that nobody changes what is looked up below
        entries = self._locate(self._check(rows))
        self.batch.load({enrollments.key(place.section_id, who.user_id) for _, _, who, place, _ in entries})
        self._load_observers(entries)
        counted = 0
        for entry in entries:
            try:
                self._apply(*entry)
                counted += 1
            except Rejected as rejected:
                self._warn(entry[0], rejected)
        self._write()
        self.run.count(self.kind, counted)

    def finish_file(self) -> None:
        """Delete the enrollments that the file's rows delete, all at once."""
        delete_enrollments(self.run, self.to_delete)
        self.to_delete = array("q")

    def finish(self) -> None:
        """Do nothing: each file is finished at its end."""

    # Checks of the row itself

    def _check(self, rows: Sequence[Row]) -> list[tuple[Row, Dates]]:
        """Return the rows with a course or section, a user and a status, together with their dates."""
        checked = []
        for row in rows:
            get = row.get
            dates = _NO_DATES
            if get("start_date") or get("end_date"):
                dates = dates_of(self.run, row, f"The enrollment of user {row['user_id']} in {_where(row)}")
            try:
                _check_row(row)
            except Rejected as rejected:
                self._warn(row, rejected)
                continue
            if not get("root_account") and not is_skipped(self.run, row):  # there are no trusted accounts
                checked.append((row, dates))
        return checked

    # People and places

    def _locate(self, rows: Sequence[tuple[Row, Dates]]) -> list[Entry]:
        """Return the rows whose person and place exist."""
        self._load_people(rows)
        located: list[Entry] = []
        for row, dates in rows:
            try:
                person = self._person(row)
                place = self.places.of(row)
                located.append((row, dates, person, place, self._associated_user_id(row, place)))
            except Rejected as rejected:
                self._warn(row, rejected)
        return located

    def _load_people(self, rows: Sequence[tuple[Row, Dates]]) -> None:
        columns = rows[0][0].keys() if rows else ()  # the same in all rows of a file
        named = {
            column: {text for row, _ in rows if (text := row[column])} if column in columns else set()
            for column in _PEOPLE
        }
        integration_ids = named.pop("user_integration_id")
        self.people.load(set().union(*named.values()), integration_ids)

    def _person(self, row: Row) -> Person:
        get = row.get
        integration_id = get("user_integration_id")
        if integration_id:
            person = self.people.by_integration_id.get(integration_id)
        else:
            person = self.people.by_sis_id.get(get("user_id") or "")
        if person is None:
            raise Rejected(f"The user {row['user_id'] or ''} does not exist ({_course_and_section(row)}).")
        return person

    def _associated_user_id(self, row: Row, place: Place) -> int | None:
        """Return the observed user's Canvas ID, for observers; check the temporary enrollment's source."""
        get = row.get
        observed_id, source_id = get("associated_user_id"), get("temporary_enrollment_source_user_id")
        observed = None
        if observed_id and place.base_type == OBSERVER:
            observed = self.people.by_sis_id.get(observed_id)
            if observed is None:
                raise Rejected(f"There is no user with the SIS ID {observed_id} (associated_user_id).")
        if source_id and source_id not in self.people.by_sis_id:
            raise Rejected(
                f"There is no user with the SIS ID {source_id} (temporary_enrollment_source_user_id)."
            )
        return observed.user_id if observed else None

    def _load_observers(self, entries: Sequence[Entry]) -> None:
        self.observing.clear()
        self.observed = {}
        if observers.any_links(self.db):
            students = {person.user_id for _, _, person, place, _ in entries if place.base_type == STUDENT}
            self.observed = observers.observers_of(self.db, students)

    # Applying rows

    def _apply(self, row: Row, dates: Dates, person: Person, place: Place, observed_id: int | None) -> None:
        identity = (place.section_id, person.user_id, place.role_id, observed_id)
        enrollment = self.batch.known.get(identity)
        if not person.has_live_login and enrollment and enrollment.workflow_state == "deleted":
            raise Rejected(f"The login {person.login_id} is deleted: it cannot be enrolled in {_where(row)}.")
        state = (row["status"] or "").lower()
        if state == "deleted_last_completed":
            state = self._deleted_or_completed(identity, place, enrollment)
        if state == "deleted" and enrollment:
            self._delete_later(enrollment)
            return
        if not person.is_live and state == "active":
            state = self._enroll_deleted(row, person)
        if place.closed or observed_id:
            self._validate(row, place, person.user_id, observed_id, state)
        if enrollment is None:
            enrollment = self.batch.known[identity] = Enrollment(0, identity, state)
            self.batch.new.append(enrollment)
        else:
            enrollment.workflow_state = state
            self.batch.touched.append(enrollment)
        if state == "completed" and not enrollment.completed_at:
            enrollment.completed_at = self.run.now
        if limited := row.get("limit_section_privileges"):
            enrollment.limit_privileges_to_course_section = int(is_true(limited))
        self._set_dates(enrollment, dates)
        if person.user_id in self.observed and place.base_type == STUDENT:
            self.students.append(enrollment)

    def _deleted_or_completed(self, identity: Identity, place: Place, enrollment: Enrollment | None) -> str:
        """Return completed for the user's last enrollment with this role in the course, else deleted."""
        self._write()
        _, user_id, role_id, observed_id = identity
        own_id = enrollment.id if enrollment else 0
        another = enrollments.has_another_in_course(
            self.db, place.course_id, user_id, role_id, observed_id, own_id
        )
        return "deleted" if another else "completed"

    def _delete_later(self, enrollment: Enrollment) -> None:
        if not enrollment.id:
            self._write()
        self.batch.touched.append(enrollment)
        self.to_delete.append(enrollment.id)

    def _enroll_deleted(self, row: Row, person: Person) -> str:
        """Return the state for a user whose login is deleted: active only if they have another login."""
        who = f"The user {row['user_id'] or row['user_integration_id']}"
        if person.has_live_login:
            self._warn(row, f"{who} was enrolled in {_where(row)} with a deleted login.")
            return "active"
        self._warn(row, f"{who} is deleted: the enrollment in {_where(row)} was stored as deleted.")
        return "deleted"

    def _validate(self, row: Row, place: Place, user_id: int, observed_id: int | None, state: str) -> None:
        """Reject what the enrollment record does not allow."""
        if place.closed and state != "deleted":
            raise _not_enrolled(row, f"the {place.closed} is deleted")
        if observed_id is None:
            return
        if observed_id == user_id:
            raise _not_enrolled(row, "users cannot observe themselves")
        if state != "deleted":
            if (place.course_id, observed_id, user_id) in self.observing or enrollments.is_observed_by(
                self.db, place.course_id, user_id, observed_id
            ):
                raise _not_enrolled(row, "the associated user already observes this user")
            self.observing.add((place.course_id, user_id, observed_id))

    def _set_dates(self, enrollment: Enrollment, dates: Dates) -> None:
        """Set the start and end dates, even empty ones, unless one of them is sticky."""
        options = self.run.options
        if not options.override_sis_stickiness:
            if not enrollment.stuck:
                enrollment.start_at, enrollment.end_at = dates
            return
        before = enrollment.start_at, enrollment.end_at
        enrollment.start_at, enrollment.end_at = dates
        if options.clear_sis_stickiness:
            enrollment.stuck = ""
        elif options.add_sis_stickiness:
            columns = zip(("start_at", "end_at"), before, dates, strict=True)
            changed = {column for column, old, new in columns if old != new}
            enrollment.stuck = records.join_stuck({*enrollment.stuck.split(), *changed})

    def _write(self) -> None:
        """Store the enrollments that rows have changed so far, and those of linked observers."""
        changed = self.batch.write()
        if self.students:
            changed_ids = {enrollment.id for enrollment in changed}
            for student in self.students:
                if student.id in changed_ids:
                    for observer_id in self.observed[student.identity[1]]:
                        follow(self.run, student, observer_id)
            stamp_observing(self.run, {student.id for student in self.students} - changed_ids)
            self.students.clear()

    def _warn(self, row: Row, text: Rejected | str) -> None:
        self.run.messages.warn(row.file, str(text), row)


def _check_row(row: Row) -> None:
    """Check that a row has what every row needs.

    Raises:
        Rejected: it has no course or section, no user, or an invalid status.
    """
    get = row.get
    if not get("course_id") and not get("section_id"):
        raise Rejected("The row has neither course_id nor section_id.")
    if not get("user_id") and not get("user_integration_id"):
        raise Rejected("The row has no user_id and no user_integration_id.")
    status = get("status")
    if not status or status.lower() not in STATUSES:
        raise Rejected(f"The status “{status or ''}” is not allowed: use {', '.join(STATUSES)}.")


def _not_enrolled(row: Row, reason: str) -> Rejected:
    role = row["role"] or row["role_id"] or ""
    return Rejected(
        f"User {row['user_id']} was not enrolled as {role} ({_course_and_section(row)}): {reason}."
    )


def _course_and_section(row: Row) -> str:
    return f"course {row['course_id'] or '(none)'}, section {row['section_id'] or '(none)'}"


def _where(row: Row) -> str:
    return f"course {row['course_id']}" if row["course_id"] else f"section {row['section_id']}"
