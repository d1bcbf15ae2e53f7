"""A rehearsal in words: the changes of each kind, and what a full batch or diffing would remove."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from helpers.display.text import plural
from helpers.rehearsal.changes import CONCLUDED, DELETED, SORTS, KindChanges, TermShare
from helpers.rehearsal.result import Rehearsal
from practice_canvas.sis_csv.kinds import EXPORTED

NAMES_SHOWN = 5
"""The most names in a line of text. `to_frame` has them all."""


def kind_noun(exported_as: str) -> str:
    """Return what people call the objects of an export's file."""
    return EXPORTED[exported_as].plural


def title(rehearsal: Rehearsal) -> str:
    """Return what was rehearsed."""
    files = ", ".join(rehearsal.files[:3]) + (" …" if len(rehearsal.files) > 3 else "")
    terms = f" for the term{'s' * (len(rehearsal.terms) > 1)} {', '.join(rehearsal.terms)}"
    return f"Rehearsal of {files}{terms if rehearsal.terms else ''}"


def count_text(changes: KindChanges, sort: str) -> str:
    """Return one sort of change as text, such as `2 created` or `33 deleted (36 %)`."""
    number = getattr(changes, sort)
    whole = changes.scope or changes.before
    beyond_the_batch = changes.scope and number != changes.removed  # share_line says what the batch removes
    if sort not in (DELETED, CONCLUDED) or not whole or beyond_the_batch:
        return f"{number:,} {sort}"
    return f"{number:,} {sort} ({_percent_text(100 * number / whole)})"


def _percent_text(percent: float) -> str:
    return f"{percent:.0f} %" if percent >= 1 or not percent else "under 1 %"


def changes_text(changes: KindChanges) -> str:
    """Return all changes of a kind as text, such as `2 created, 33 deleted (36 %)`."""
    parts = [count_text(changes, sort) for sort in SORTS if getattr(changes, sort)]
    return ", ".join(parts) or "unchanged"


def summary_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield the rehearsal as lines of text."""
    yield f"{title(rehearsal)}, with {rehearsal.against}. Nothing was sent."
    yield rehearsal.verdict
    yield from _kinds(rehearsal)
    if rehearsal.beyond:
        yield "Without the threshold:"
        yield from _kinds(rehearsal.beyond)
    yield from share_lines(rehearsal)
    yield from name_lines(rehearsal)
    yield plural(len(rehearsal.messages), "message")
    yield from (f"Note: {note}" for note in rehearsal.notes)


def share_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield what share of each kind batch mode would remove, next to change_threshold, and in each term."""
    for each in (rehearsal.beyond or rehearsal).kinds:
        if each.removed:
            yield f"{kind_noun(each.kind).capitalize()}: {share_line(each, rehearsal)}."
            yield from (
                f"{kind_noun(each.kind).capitalize()} in {term_line(share)}." for share in each.by_term
            )


def share_line(changes: KindChanges, rehearsal: Rehearsal) -> str:
    """Compare what batch mode removes of a kind with what it could remove, and with change_threshold."""
    where = "the term" if len(rehearsal.terms) == 1 else f"{len(rehearsal.terms)} terms"
    percent = 100 * changes.removed / changes.scope
    share = f"batch mode removes {changes.removed:,} of {changes.scope:,} in {where}: {percent:.1f} %"
    if changes.cleaned is None:
        return f"{share}, together with their courses"
    if rehearsal.threshold is None:
        return share
    relation = "more than" if percent > rehearsal.threshold else "within"
    return f"{share}, {relation} the change_threshold of {rehearsal.threshold} %"


def term_line(share: TermShare) -> str:
    """Return what an import removes in one term."""
    return f"{share.term}: {share.removed:,} of {share.scope:,} removed ({_percent_text(share.percent)})"


def name_lines(rehearsal: Rehearsal, written: Callable[[str], str] = str) -> Iterator[str]:
    """Yield the first SIS IDs that would be deleted of each kind, each as `written` makes it."""
    for each in (rehearsal.beyond or rehearsal).kinds:
        names = [change.sis_id for change in rehearsal.deleted if change.kind == each.kind]
        if names:
            more = f" and {each.deleted - NAMES_SHOWN:,} more" if each.deleted > NAMES_SHOWN else ""
            yield f"Deleted {kind_noun(each.kind)}: {', '.join(map(written, names[:NAMES_SHOWN]))}{more}"


def _kinds(rehearsal: Rehearsal) -> Iterator[str]:
    for each in rehearsal.kinds:
        if each.changed:
            yield f"  {kind_noun(each.kind)}: {each.before:,} → {each.after:,}, {changes_text(each)}"
    unchanged = [
        f"{each.before:,} {EXPORTED[each.kind].noun if each.before == 1 else kind_noun(each.kind)}"
        for each in rehearsal.kinds
        if not each.changed
    ]
    if unchanged:
        yield f"  unchanged in Canvas: {', '.join(unchanged)}"
