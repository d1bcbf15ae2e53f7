"""The enrollments of one chunk: read with one query, changed in memory, written with a few statements."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from helpers.practice_canvas.engine.base import Run
from helpers.practice_canvas.store import enrollment_changes as enrollments
from helpers.practice_canvas.store.records import ENROLLMENT

Identity = tuple[int, int, int, int | None]  # section, user, role, observed user: Canvas ids


@dataclass(slots=True)
class Enrollment:
    """One enrollment as it will be stored; `id` is 0 until it is."""

    id: int
    section_id: int
    user_id: int
    role_id: int
    associated_user_id: int | None
    workflow_state: str
    start_at: str | None = None
    end_at: str | None = None
    completed_at: str | None = None
    limit_privileges_to_course_section: int = 0
    stuck: str = ""
    stored: tuple[Any, ...] | None = None  # its state as the database has it

    @property
    def identity(self) -> Identity:
        """What tells it from all others."""
        return self.section_id, self.user_id, self.role_id, self.associated_user_id

    def state(self) -> tuple[Any, ...]:
        """Return what rows can change, in the order in which it is stored."""
        return (
            self.workflow_state,
            self.start_at,
            self.end_at,
            self.completed_at,
            self.limit_privileges_to_course_section,
            self.stuck,
        )


@dataclass
class EnrollmentBatch:
    """The enrollments that a chunk of rows is about."""

    run: Run
    known: dict[Identity, Enrollment] = field(default_factory=dict)
    new: list[Enrollment] = field(default_factory=list)
    touched: list[Enrollment] = field(default_factory=list)

    def load(self, keys: Collection[int]) -> None:
        """Read the enrollments with these keys (see `store.enrollment_changes.key`); forget all others."""
        self.known.clear()
        for found in enrollments.in_sections(self.run.store.db, keys):
            one = Enrollment(*found)
            one.stored = found[5:]
            self.known.setdefault(found[1:5], one)  # should there be several, the oldest one counts

    def add(self, enrollment: Enrollment) -> None:
        """Take up a new enrollment."""
        self.new.append(enrollment)
        self.known[enrollment.identity] = enrollment

    def write(self) -> list[Enrollment]:
        """Store what is new and what was touched, note the changes of state, and return what changed."""
        new, touched = self.new, [one for one in self.touched if one.stored is not None]
        self.new, self.touched = [], []
        return [*self._write_new(new), *self._write_touched(touched)]

    def _write_new(self, new: list[Enrollment]) -> list[Enrollment]:
        if not new:
            return new
        states = [one.state() for one in new]
        rows = [(*one.identity, *state) for one, state in zip(new, states, strict=True)]
        next_id = enrollments.add(self.run.store.db, rows, self.run.import_id, self.run.now)
        for number, (one, state) in enumerate(zip(new, states, strict=True)):
            one.id, one.stored = next_id + number, state
        self._note_created(new)
        return new

    def _note_created(self, new: Iterable[Enrollment]) -> None:
        for state, alike in groupby(new, key=lambda one: one.workflow_state):
            ids = [one.id for one in alike]
            self.run.changed_states(ENROLLMENT, ids[0], ids[-1], None, state)

    def _write_touched(self, touched: list[Enrollment]) -> list[Enrollment]:
        changed, rows, same = [], [], []
        for one in touched:
            state = one.state()
            if state == one.stored:
                same.append(one.id)
                continue
            assert one.stored is not None, "only stored ones are touched"  # noqa: S101
            self.run.changed_state(ENROLLMENT, one.id, one.stored[0], state[0])
            rows.append((*state, one.id))
            changed.append(one)
            one.stored = state
        enrollments.change(self.run.store.db, rows, self.run.import_id, self.run.now)
        enrollments.stamp(self.run.store.db, same, self.run.import_id)
        return changed
