"""The enrollments of one chunk: read by one query, changed in memory, written by a few statements."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count, groupby
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
    """The enrollments that a chunk of rows refers to, by identity.

    Most rows make an enrollment in its usual state or leave one as it is. What such rows are about needs no
    object: `apply_usual` keeps the state of a new one in `new`, and the id of one that stays in `same`.
    """

    run: Run
    stored: dict[Identity, tuple[Any, ...]] = field(default_factory=dict)  # (id, *IDENTITY, *STATE)
    held: dict[Identity, Enrollment] = field(default_factory=dict)
    new: dict[Identity, State] = field(default_factory=dict)  # of one that is held, its object knows better
    touched: list[Enrollment] = field(default_factory=list)
    same: list[int] = field(default_factory=list)

    def load(self, keys: Collection[int]) -> None:
        """Replace what was read with the enrollments of these keys (see `enrollments.key`)."""
        self.stored, self.held = {}, {}
        for found in enrollments.in_sections(self.run.store.db, keys):
            self.stored.setdefault(found[1:5], found)  # of several with the same identity, the oldest counts

    def apply_usual(self, identity: Identity, state: State) -> bool:
        """Give an enrollment a state, if it is new or has the state already; otherwise return False."""
        if identity in self.held:
            return False
        found = self.stored.get(identity)
        if found is None:
            return self.new.setdefault(identity, state) == state
        if found[5:] == state:
            self.same.append(found[0])
            return True
        return False

    def find(self, identity: Identity) -> Enrollment | None:
        """Return an enrollment that may then be changed."""
        if identity not in self.held:
            if identity in self.stored:
                self.held[identity] = Enrollment.from_stored(self.stored[identity])
            elif identity in self.new:
                self.held[identity] = Enrollment(0, identity, *self.new[identity])
        return self.held.get(identity)

    def make(self, identity: Identity, workflow_state: str) -> Enrollment:
        """Return a new enrollment."""
        made = self.held[identity] = Enrollment(0, identity, workflow_state)
        self.new[identity] = made.state()
        return made

    def hold_all_new(self) -> None:
        """Make objects of all new enrollments, so that they can be found after `write`."""
        for identity in self.new:
            self.find(identity)

    def write(self) -> list[Enrollment]:
        """Store new and touched enrollments with their state changes, and return the objects that changed."""
        touched = [one for one in self.touched if one.id]
        changed = self._write_new() + self._write_touched(touched)
        self.new, self.touched, self.same = {}, [], []
        return changed

    def _write_new(self) -> list[Enrollment]:
        made = [self.held[identity] for identity in self.new if identity in self.held]
        states = self.new | {one.identity: one.state() for one in made}
        next_id = enrollments.add(self.run.store.db, states, self.run.import_id, self.run.now)
        if made:
            ids = dict(zip(states, count(next_id)))
            for one in made:
                one.id, one.stored = ids[one.identity], states[one.identity]
        for state, alike in groupby(states.values()):
            following = next_id + len(list(alike))
            self.run.changed_states(ENROLLMENT, next_id, following - 1, None, state[0])
            next_id = following
        return made

    def _write_touched(self, touched: list[Enrollment]) -> list[Enrollment]:
        changed, rows, same = [], [], self.same
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
