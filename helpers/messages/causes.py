"""Group messages under their root causes: a section whose own row was rejected explains its enrollments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpers.messages.explain import Explanation
from helpers.messages.explained import ExplainedMessage, shape, visible
from helpers.messages.sent import ObjectId, SentFiles
from practice_canvas.sis_csv.kinds import KIND_OF

Key = tuple[str, str]

NOWHERE = "in none of the files that were sent"
NOT_SENT = "None of the files that were sent has a row for it, and Canvas has none from before."
SEND_IT = "Send the {} in the same zip or before, or correct the id here; then send these rows again."


@dataclass(frozen=True)
class Missing:
    """An object that Canvas does not have: how many messages that explains, and where its own row stands."""

    kind: str
    sis_id: str
    messages: int
    place: str

    @property
    def name(self) -> str:
        """Its kind and id, such as “section S1”."""
        return f"{KIND_OF[self.kind].noun} {visible(self.sis_id)}"


@dataclass(frozen=True)
class Cause:
    """One thing to mend.

    Args:
        title: what is wrong, a short sentence.
        why: the usual cause, or the cause itself where the files that were sent show it.
        fix: what to do.
        explanation: what the messages mean.
        messages: those that say it themselves.
        consequences: those that are gone as well once it is mended.
        missing: when it is about objects that Canvas does not have: which ones, the commonest first.
        is_new: whether the import before had no such message.
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
        """How many messages it explains in all."""
        return len(self.messages) + len(self.consequences)

    @property
    def severe(self) -> bool:
        """Whether Canvas refused a whole file, or the import, for it."""
        return any(each.message.severity == "error" for each in self.messages)


def find_causes(
    messages: Sequence[ExplainedMessage], sent: SentFiles, new_sorts: Iterable[str] = ()
) -> tuple[Cause, ...]:
    """Return what has to be mended, the gravest and commonest first; messages that are noise are left out."""
    tree = _Tree(messages)
    groups: dict[Key, list[tuple[ExplainedMessage, ExplainedMessage]]] = defaultdict(list)
    for message in messages:
        if not message.noise:
            root = tree.root(message)
            groups[_key(root)].append((message, root))
    new = frozenset(new_sorts)
    causes = [_cause(key, pairs, sent, new) for key, pairs in groups.items()]
    return tuple(sorted(causes, key=lambda cause: (not cause.severe, -cause.explains, cause.title)))


class _Tree:
    """Which message explains which."""

    def __init__(self, messages: Iterable[ExplainedMessage]) -> None:
        self.rejected: dict[ObjectId, ExplainedMessage] = {}
        self.refused: dict[str, ExplainedMessage] = {}
        for message in messages:
            if message.rejects_row:
                self.rejected |= dict.fromkeys(message.makes, message)
            if message.rejects_file and message.kind:
                self.refused[message.kind.name] = message

    def root(self, message: ExplainedMessage) -> ExplainedMessage:
        """Go from a message to what explains it, as far as that goes."""
        seen = [message]
        while (parent := self._parent(seen[-1])) and not any(parent is each for each in seen):
            seen.append(parent)
        return seen[-1]

    def _parent(self, message: ExplainedMessage) -> ExplainedMessage | None:
        rows = (self.rejected.get(oid) for oid in message.misses)
        files = (self.refused.get(kind) for kind, _ in message.misses)
        return next((found for found in (*rows, *files) if found and found is not message), None)


def _key(root: ExplainedMessage) -> Key:
    """Return what groups messages: the kind of object that is missing, else the sort of message."""
    if root.misses:
        return "missing", root.misses[-1][0]
    return "sort", signature(root.message.message, root.explanation)


def _cause(
    key: Key, pairs: Sequence[tuple[ExplainedMessage, ExplainedMessage]], sent: SentFiles, new: frozenset[str]
) -> Cause:
    direct = tuple(message for message, root in pairs if message is root)
    others = tuple(message for message, root in pairs if message is not root)
    roots = direct or tuple(root for _, root in pairs)
    explanation = Counter(root.explanation for root in roots).most_common(1)[0][0]
    missing = _missing(key[1], roots, sent) if key[0] == "missing" else ()
    title = _title(roots[0], explanation, missing)
    why = explanation.cause, explanation.fix
    if missing and all(each.place == NOWHERE for each in missing):
        why = NOT_SENT, SEND_IT.format(KIND_OF[key[1]].noun)
    sorts = {signature(each.message.message, each.explanation) for each in direct}
    return Cause(title, *why, explanation, direct, others, missing, bool(new & sorts))


def _missing(kind: str, roots: Iterable[ExplainedMessage], sent: SentFiles) -> tuple[Missing, ...]:
    counted = Counter(oid for root in roots for oid in root.misses if oid[0] == kind)
    places = sent.places(counted.keys())
    elsewhere = NOWHERE if sent.files else "the files that were sent are not at hand"
    return tuple(
        Missing(*oid, messages, places.get(oid, elsewhere)) for oid, messages in counted.most_common()
    )


def _title(root: ExplainedMessage, explanation: Explanation, missing: Sequence[Missing]) -> str:
    if not explanation.known:
        return f"Not known to this lesson: {root.message.message}"
    if not missing:
        return explanation.title
    if len(missing) == 1:
        return f"The {missing[0].name} was not in Canvas"
    return f"{len(missing):,} {KIND_OF[missing[0].kind].plural} were not in Canvas"


def signature(text: str, explanation: Explanation) -> str:
    """Return what makes two messages of one sort: the kind, or the text of an unknown one without its ids."""
    if explanation.known:
        return explanation.kind
    return shape(text)
