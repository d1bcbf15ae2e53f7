"""Group messages under their root causes: a section whose own row was rejected explains its enrollments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from helpers.display.frames import TEXT, TRUTH, WHOLE, frame
from helpers.messages.explain import Explanation
from helpers.messages.explained_messages import ExplainedMessage, Sort, visible
from helpers.messages.sent import ObjectId, SentFiles
from helpers.near_misses import difference
from practice_canvas.sis_csv.kinds import KIND_OF

if TYPE_CHECKING:
    from helpers.display.frames import DataFrame

Key = tuple[str, str]
SORT = attrgetter("sort")

NOT_SENT = "not in the files that were sent"
NEVER_SENT = "The files that were sent have no row for {0}, and Canvas does not have {0}, or only as deleted."
ALMOST_SENT = "The files write {} in two ways. Canvas compares every character and zero."
SAME_ID = (
    "Write each ID the same way everywhere. If a spreadsheet removed leading zeros, repair_file() restores "
    "them with zeros=…. Then send these rows again."
)
SEND_IT = (
    "Send every missing {} in the same zip or an earlier one, or correct the ID here. "
    "Then send these rows again."
)


class Missing(NamedTuple):
    """An object that Canvas does not have: the number of messages about it, and the place of its own row.

    Args:
        kind: its kind.
        sis_id: its SIS ID, as the messages have it.
        messages: how many messages are about it.
        place: where its row is; if there is none, where a row with an ID is that looks the same.
        near: this other ID; "" if there is none.
    """

    kind: str
    sis_id: str
    messages: int
    place: str
    near: str = ""

    @property
    def name(self) -> str:
        """Its kind and ID, such as “section S1”."""
        return f"{KIND_OF[self.kind].noun} {visible(self.sis_id)}"


@dataclass(frozen=True)
class Cause:
    """One problem to fix.

    Args:
        title: what is wrong, a short sentence.
        why: the usual cause, or the actual one if the files that were sent show it.
        fix: what to do.
        explanation: what the messages mean.
        messages: the messages about the problem itself.
        consequences: the messages that disappear once the problem is fixed.
        missing: the objects that Canvas does not have, most common first.
        is_new: whether the previous import had no such message.
    """

    title: str
    why: str
    fix: str
    explanation: Explanation
    messages: tuple[ExplainedMessage, ...] = ()
    consequences: tuple[ExplainedMessage, ...] = ()
    missing: tuple[Missing, ...] = ()
    is_new: bool = False

    @property
    def explains(self) -> int:
        """The total number of messages that it explains."""
        return len(self.messages) + len(self.consequences)

    @property
    def severe(self) -> bool:
        """Whether Canvas rejected a whole file or the import because of it."""
        return any(sort.first.severity == "error" for sort in set(map(SORT, self.messages)))


CAUSE_COLUMNS = {
    "title": TEXT,
    "kind": TEXT,
    "explains": WHOLE,
    "messages": WHOLE,
    "consequences": WHOLE,
    "is_new": TRUTH,
    "cause": TEXT,
    "fix": TEXT,
    "taught_in": TEXT,
}


def causes_frame(causes: Iterable[Cause]) -> DataFrame:
    """Return one row per root cause: how many messages it explains, and the fix."""
    return frame(
        causes,
        CAUSE_COLUMNS,
        kind=attrgetter("explanation.kind"),
        messages=lambda each: len(each.messages),
        consequences=lambda each: len(each.consequences),
        cause=attrgetter("why"),
        taught_in=attrgetter("explanation.taught_in"),
    )


def find_causes(
    messages: Sequence[ExplainedMessage], sent: SentFiles, new_sorts: Iterable[str] = ()
) -> tuple[Cause, ...]:
    """Return the problems to fix, most serious and most common first, without noise."""
    tree = _Tree(messages)
    groups: dict[Key, _Group] = defaultdict(_Group)
    for message in messages:
        if not message.noise:
            root = tree.root(message) if message.misses else message
            group = groups[_key(root)]
            if root is message:
                group.direct.append(message)
            else:
                group.others.append((message, root))
    new = frozenset(new_sorts)
    causes = [_cause(key, group, sent, new) for key, group in groups.items()]
    return tuple(sorted(causes, key=lambda cause: (not cause.severe, -cause.explains, cause.title)))


@dataclass
class _Group:
    """The messages about one problem: those that are about it themselves, and the others with their root."""

    direct: list[ExplainedMessage] = field(default_factory=list)
    others: list[tuple[ExplainedMessage, ExplainedMessage]] = field(default_factory=list)


class _Tree:
    """Which message is the cause of which."""

    def __init__(self, messages: Iterable[ExplainedMessage]) -> None:
        self.rejected_rows: dict[ObjectId, ExplainedMessage] = {}
        self.rejected_files: dict[str, ExplainedMessage] = {}
        for message in messages:
            for oid in message.makes:
                self.rejected_rows[oid] = message
            if message.sort.rejects_file and message.sort.kind:
                self.rejected_files[message.sort.kind.name] = message

    def root(self, message: ExplainedMessage) -> ExplainedMessage:
        """Follow a message to its cause, the cause of that, and so on to the root cause."""
        seen = [message]
        while (parent := self._parent(seen[-1])) and not any(parent is each for each in seen):
            seen.append(parent)
        return seen[-1]

    def _parent(self, message: ExplainedMessage) -> ExplainedMessage | None:
        for oid in message.misses:
            if (found := self.rejected_rows.get(oid)) and found is not message:
                return found
        for kind, _ in message.misses:
            if (found := self.rejected_files.get(kind)) and found is not message:
                return found
        return None


def _key(root: ExplainedMessage) -> Key:
    """Return the key that groups messages: the kind of the missing object, or the sort of message."""
    if root.misses:
        return "missing", root.misses[-1][0]
    return "sort", root.sort.signature


def _cause(key: Key, group: _Group, sent: SentFiles, new: frozenset[str]) -> Cause:
    direct = tuple(group.direct)
    others = tuple(message for message, _ in group.others)
    roots = direct or tuple(root for _, root in group.others)
    explanation = _most_common(Counter(map(SORT, roots)))
    missing = _missing(key[1], roots, sent) if key[0] == "missing" else ()
    title = _title(roots[0], explanation, missing)
    why = explanation.cause, explanation.fix
    if missing and all(each.near for each in missing):
        why = ALMOST_SENT.format(_ids(missing)), SAME_ID
    elif missing and all(each.near or each.place == NOT_SENT for each in missing):
        why = NEVER_SENT.format(_ids(missing)), SEND_IT.format(KIND_OF[key[1]].noun)
    sorts = {sort.signature for sort in set(map(SORT, direct))}
    return Cause(title, *why, explanation, direct, others, missing, bool(new & sorts))


def _ids(missing: Sequence[Missing]) -> str:
    return "this ID" if len(missing) == 1 else "these IDs"


def _most_common(sorts: Mapping[Sort, int]) -> Explanation:
    """Return the explanation that most messages have."""
    counted: Counter[Explanation] = Counter()
    for sort, number in sorts.items():
        counted[sort.explanation] += number
    return counted.most_common(1)[0][0]


def _missing(kind: str, roots: Iterable[ExplainedMessage], sent: SentFiles) -> tuple[Missing, ...]:
    counted = Counter([oid for root in roots for oid in root.misses if oid[0] == kind])
    places = sent.places(counted.keys())
    near = sent.near(counted.keys() - places.keys())
    places |= _places_of_near(near, sent)
    elsewhere = NOT_SENT if sent.files else "the files that were sent are not available"
    return tuple(
        Missing(*oid, messages, places.get(oid, elsewhere), near.get(oid, ""))
        for oid, messages in counted.most_common()
    )


def _places_of_near(near: Mapping[ObjectId, str], sent: SentFiles) -> dict[ObjectId, str]:
    """Return for each ID that looks like another one where that is, and what they differ in."""
    places = sent.places({(kind, other) for (kind, _), other in near.items()})
    return {
        (kind, sis_id): f"{NOT_SENT}, but {visible(other)} is {places[kind, other]}"
        f" (it differs in {difference(sis_id, other)})"
        for (kind, sis_id), other in near.items()
    }


def _title(root: ExplainedMessage, explanation: Explanation, missing: Sequence[Missing]) -> str:
    if not explanation.known:
        return f"Unknown message: {root.message.message}"
    if not missing:
        return explanation.title
    if len(missing) == 1:
        return f"The {missing[0].name} is not in Canvas"
    return f"{len(missing):,} {KIND_OF[missing[0].kind].plural} are not in Canvas"
