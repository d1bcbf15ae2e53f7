"""Import enrollments.csv. Source of the rules: Canvas's enrollment importer.

A chunk of rows is imported together, so that a million rows take few queries: first the rows themselves are
checked, then the people, places and enrollments of the whole chunk are looked up, then the rows are applied
in order, and finally everything is written. So messages are not in the order of the file, as in Canvas.
What a row says beside its user is mostly what many rows say, and is worked out once for all of them.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from practice_canvas.engine.importer import Chunk, Line, Rejected, Row, Run
from practice_canvas.engine.importers.enrollment.batch import Enrollment, EnrollmentBatch, Identity, State
from practice_canvas.engine.importers.enrollment.observers import follow, stamp_observing
from practice_canvas.engine.importers.enrollment.people import People, Person
from practice_canvas.engine.importers.enrollment.places import NOWHERE, Place, Places
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
USUAL_STATUSES = ("active", "inactive")  # those that need nothing but to be stored
_OTHERS = ("associated_user_id", "temporary_enrollment_source_user_id")
_NO_DATES: Dates = (None, None)
CACHED = 20_000  # patterns; beyond that, the cache is emptied


@dataclass(slots=True)
class Pattern:
    """What rows have in common that differ in nothing but the user_id.

    Args:
        row: the first of them.
        dates: when their enrollments start and end.
        repeats: whether other rows can have it.
        place: where they enroll; known when the first of them is located, and so are
        observed_id: the Canvas ID of the user whom they observe, and
        usual: the state that they give to an enrollment, if that may be all that they do.
    """

    row: Row
    dates: Dates
    repeats: bool
    place: Place = NOWHERE
    observed_id: int | None = None
    usual: State | None = None


# A row with its pattern, and its person as soon as that is known.
Checked = tuple[Line, Pattern, Person | None]
Entry = tuple[Line, Pattern, Person]


class EnrollmentImporter:
    """One row enrolls one user in one section in one role, or changes or ends that enrollment."""

    kind = "enrollment"

    def __init__(self, run: Run) -> None:
        self.run, self.db = run, run.store.db
        self.people, self.places = People(self.db), Places(run)
        self.patterns: dict[tuple[str | None, ...], Pattern] = {}  # of the file: values but user_id → pattern
        self.batch = EnrollmentBatch(run)
        self.to_delete = array("q")  # enrollments to delete at the end of the file
        self.observed: dict[int, list[int]] = {}  # of the chunk: student → linked observers
        self.students: list[Enrollment] = []  # enrollments of observed students that rows have touched
        self.observing: set[tuple[int, int, int]] = set()  # of the chunk: (course, observer, observed)

    def import_rows(self, chunk: Chunk) -> None:
        """Apply one chunk of rows of one file."""
        begin(self.db)  # so that nobody changes what is looked up below
        entries = self._locate(chunk, self._check(chunk))
        self._load_enrollments(entries)
        self._load_observers(entries)
        self.run.count(self.kind, self._apply_all(chunk, entries))
        self._write()

    def finish_file(self) -> None:
        """Delete the enrollments that the file's rows delete, all at once."""
        delete_enrollments(self.run, self.to_delete)
        self.to_delete = array("q")
        self.patterns.clear()

    def finish(self) -> None:
        """Do nothing: each file is finished at its end."""

    # Checks of the row itself

    def _check(self, chunk: Chunk) -> list[Checked]:
        """Return the rows with a course or section, a user and a status, and load the people in them."""
        at = chunk.position("user_id")
        patterns, people = self.patterns, self.people.by_sis_id
        self.people.forget_some()
        if len(patterns) > CACHED:
            patterns.clear()
        checked: list[Checked] = []
        sis_ids: set[str] = set()
        integration_ids: set[str] = set()
        for line in chunk.lines:
            values = line[1]
            pattern = person = None
            if at is not None and (user_id := values[at]):
                values[at] = None
                key = tuple(values)
                values[at] = user_id
                pattern, person = patterns.get(key), people.get(user_id)
                if person is None:
                    sis_ids.add(user_id)
            if pattern is None:
                pattern = self._pattern(chunk.row(line))
                if pattern is None:
                    continue
                if pattern.repeats:
                    patterns[key] = pattern
                else:
                    sis_ids.update(filter(None, map(pattern.row.get, _OTHERS)))
                    integration_ids.update(filter(None, [pattern.row["user_integration_id"]]))
            checked.append((line, pattern, person))
        self.people.load(sis_ids, integration_ids)
        return checked

    def _pattern(self, row: Row) -> Pattern | None:
        """Return a row's pattern; None if it is rejected or skipped."""
        dates = _NO_DATES
        if row["start_date"] or row["end_date"]:
            dates = dates_of(self.run, row, f"The enrollment of user {row['user_id']} in {_where(row)}")
        try:
            _check_row(row)
        except Rejected as rejected:
            self._warn(row, rejected)
            return None
        if row["root_account"] or is_skipped(self.run, row):  # there are no trusted accounts
            return None
        # Each row with an invalid date gets its own message, and few rows name the same other people.
        valid = [bool(row[column]) for column in ("start_date", "end_date")] == [bool(date) for date in dates]
        return Pattern(row, dates, valid and not any(map(row.get, ("user_integration_id", *_OTHERS))))

    # People and places

    def _locate(self, chunk: Chunk, checked: Sequence[Checked]) -> list[Entry]:
        """Return the rows whose person and place exist."""
        located: list[Entry] = []
        at, people = chunk.position("user_id"), self.people.by_sis_id
        for line, pattern, person in checked:
            if person is None and pattern.usual and at is not None:  # loaded since
                person = people.get(line[1][at] or "")
            if person is None or pattern.usual is None:
                row = chunk.row(line)
                try:
                    person = self._locate_row(row, pattern)
                except Rejected as rejected:
                    self._warn(row, rejected)
                    continue
            located.append((line, pattern, person))
        return located

    def _locate_row(self, row: Row, pattern: Pattern) -> Person:
        """Return a row's person, and complete its pattern."""
        person = self._person(row)
        pattern.place = self.places.of(row)
        pattern.observed_id = self._associated_user_id(row, pattern.place)
        pattern.usual = self._usual_state(pattern)
        return person

    def _usual_state(self, pattern: Pattern) -> State | None:
        row, status = pattern.row, _status(pattern.row)
        special = not pattern.repeats or pattern.place.closed or self.run.options.override_sis_stickiness
        if special or status not in USUAL_STATUSES:
            return None
        return (status, *pattern.dates, None, int(is_true(row["limit_section_privileges"])), "")

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

    def _load_enrollments(self, entries: Sequence[Entry]) -> None:
        sections = {pattern.place.section_id for _, pattern, _ in entries}
        filled = enrollments.filled(self.db, sections)  # in a new section, nobody has to be looked up
        self.batch.load(
            {
                enrollments.key(pattern.place.section_id, person.user_id)
                for _, pattern, person in (entries if filled else ())
                if pattern.place.section_id in filled
            }
        )

    def _load_observers(self, entries: Sequence[Entry]) -> None:
        self.observing.clear()
        self.observed = {}
        if observers.any_links(self.db):
            students = {who.user_id for _, pattern, who in entries if pattern.place.base_type == STUDENT}
            self.observed = observers.observers_of(self.db, students)

    # Applying rows

    def _apply_all(self, chunk: Chunk, entries: Sequence[Entry]) -> int:
        """Apply the rows in their order, and return how many were not rejected."""
        applied, observed, apply_usual = 0, self.observed, self.batch.apply_usual
        for line, pattern, person in entries:
            if pattern.usual and person.is_live and person.user_id not in observed:
                identity = (pattern.place.section_id, person.user_id, pattern.place.role_id, None)
                if apply_usual(identity, pattern.usual):
                    applied += 1
                    continue
            applied += self._apply_row(chunk, line, pattern, person)
        return applied

    def _apply_row(self, chunk: Chunk, line: Line, pattern: Pattern, person: Person) -> bool:
        """Apply any row; return False if it is rejected."""
        row = chunk.row(line)
        try:
            self._apply(row, pattern, person)
        except Rejected as rejected:
            self._warn(row, rejected)
            return False
        return True

    def _apply(self, row: Row, pattern: Pattern, person: Person) -> None:
        place, observed_id = pattern.place, pattern.observed_id
        identity = (place.section_id, person.user_id, place.role_id, observed_id)
        enrollment = self.batch.find(identity)
        if not person.has_live_login and enrollment and enrollment.workflow_state == "deleted":
            raise Rejected(f"The login {person.login_id} is deleted: it cannot be enrolled in {_where(row)}.")
        state = _status(row)
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
            enrollment = self.batch.make(identity, state)
        else:
            enrollment.workflow_state = state
            self.batch.touched.append(enrollment)
        if state == "completed" and not enrollment.completed_at:
            enrollment.completed_at = self.run.now
        if limited := row.get("limit_section_privileges"):
            enrollment.limit_privileges_to_course_section = int(is_true(limited))
        self._set_dates(enrollment, pattern.dates)
        if person.user_id in self.observed and place.base_type == STUDENT:
            self.students.append(enrollment)

    def _deleted_or_completed(self, identity: Identity, place: Place, enrollment: Enrollment | None) -> str:
        """Return completed for the user's last enrollment with this role in the course, else deleted."""
        self._write_early()
        _, user_id, role_id, observed_id = identity
        own_id = enrollment.id if enrollment else 0
        another = enrollments.has_another_in_course(
            self.db, place.course_id, user_id, role_id, observed_id, own_id
        )
        return "deleted" if another else "completed"

    def _delete_later(self, enrollment: Enrollment) -> None:
        if not enrollment.id:
            self._write_early()
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

    def _write_early(self) -> None:
        """Store what rows have changed so far; later ones of the chunk still find it."""
        self.batch.hold_all_new()
        self._write()

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


def _status(row: Row) -> str:
    return (row["status"] or "").lower()


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
