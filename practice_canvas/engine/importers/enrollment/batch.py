"""The enrollments of one chunk: read by one query, changed in memory, written by a few statements."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from practice_canvas.engine.importer import Run
from practice_canvas.store.records import ENROLLMENT
from practice_canvas.store.writes import enrollments

Identity = tuple[int, int, int, int | None]  # section, user, role, observed user: Canvas ids
State = tuple[Any, ...]  # what rows can change, in the order of `enrollments.STATE`


@dataclass(slots=True)
class Enrollment:
    """One enrollment as it will be stored; until then, `id` is 0 and `stored` is empty."""

    id: int
    identity: Identity
    workflow_state: str
    start_at: str | None = None
    end_at: str | None = None
    completed_at: str | None = None
    limit_privileges_to_course_section: int = 0
    stuck: str = ""
    stored: State = ()  # its state in the database

    @classmethod
    def from_stored(cls, found: tuple[Any, ...]) -> "Enrollment":
        """Build an enrollment from what the store returns: (id, *IDENTITY, *STATE)."""
        state = found[5:]
        enrollment = cls(found[0], found[1:5], *state)
        enrollment.stored = state
        return enrollment

    def state(self) -> State:
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
    """The enrollments that a chunk of rows refers to.

    `known` holds them by identity. What a row touches goes into `new` (and `known`) or into `touched`.
    """

    run: Run
    known: dict[Identity, Enrollment] = field(default_factory=dict)
    new: list[Enrollment] = field(default_factory=list)
    touched: list[Enrollment] = field(default_factory=list)

    def load(self, keys: Collection[int]) -> None:
        """Replace what was read with the enrollments of these keys (see `enrollments.key`)."""
        self.known = {}
        for found in enrollments.in_sections(self.run.store.db, keys):
            # If several have the same identity, the oldest one counts.
            self.known.setdefault(found[1:5], Enrollment.from_stored(found))

    def write(self) -> list[Enrollment]:
        """Store new and touched enrollments with their state changes, and return what changed."""
        touched = [one for one in self.touched if one.id]
        changed = self._write_new(self.new) + self._write_touched(touched)
        self.new, self.touched = [], []
        return changed

    def _write_new(self, new: list[Enrollment]) -> list[Enrollment]:
        states = [one.state() for one in new]
        rows = [one.identity + state for one, state in zip(new, states, strict=True)]
        next_id = enrollments.add(self.run.store.db, rows, self.run.import_id, self.run.now)
        for number, (one, state) in enumerate(zip(new, states, strict=True), start=next_id):
            one.id, one.stored = number, state
        self._record_created(next_id, [state[0] for state in states])
        return new

    def _record_created(self, next_id: int, states: list[str]) -> None:
        for state, alike in groupby(states):
            following = next_id + len(list(alike))
            self.run.changed_states(ENROLLMENT, next_id, following - 1, None, state)
            next_id = following

    def _write_touched(self, touched: list[Enrollment]) -> list[Enrollment]:
        changed, rows, same = [], [], []
        for one in touched:
            state = one.state()
            if state == one.stored:
                same.append(one.id)
                continue
            self.run.changed_state(ENROLLMENT, one.id, one.stored[0], state[0])
            rows.append((*state, one.id))
            changed.append(one)
            one.stored = state
        enrollments.change(self.run.store.db, rows, self.run.import_id, self.run.now)
        enrollments.stamp(self.run.store.db, same, self.run.import_id)
        return changed
