"""A rehearsal in words: what becomes of each kind, and what a full batch or diffing would remove."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.rehearsal.changes import CONCLUDED, DELETED, SORTS, KindChanges
from helpers.rehearsal.result import Rehearsal
from practice_canvas.sis_csv.kinds import EXPORTED

NAMED = 5
"""So many names stand in a line of text; `to_frame` has the rest."""


def kind_word(exported_as: str) -> str:
    """Return what people call the objects of an export's file."""
    return EXPORTED[exported_as].plural


def title(rehearsal: Rehearsal) -> str:
    """Say what was rehearsed."""
    files = ", ".join(rehearsal.files[:3]) + (" …" if len(rehearsal.files) > 3 else "")
    return f"Rehearsal of {files}" + (f" on the term {', '.join(rehearsal.terms)}" if rehearsal.terms else "")


def number_told(changes: KindChanges, sort: str) -> str:
    """Tell one sort of change: `2 created`, `33 deleted (36 %)`."""
    number = getattr(changes, sort)
    if sort not in (DELETED, CONCLUDED) or not changes.before:
        return f"{number:,} {sort}"
    percent = 100 * number / changes.before
    return f"{number:,} {sort} ({f'{percent:.0f}' if percent >= 1 else 'under 1'} %)"


def changes_told(changes: KindChanges) -> str:
    """Tell all changes of a kind: `2 created, 33 deleted (36 %)`."""
    told = [number_told(changes, sort) for sort in SORTS if getattr(changes, sort)]
    return ", ".join(told) or "unchanged"


def summary_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield the whole rehearsal as lines of text."""
    yield f"{title(rehearsal)}, with {rehearsal.against}. Nothing was sent."
    yield rehearsal.verdict
    yield from _kinds(rehearsal)
    if rehearsal.beyond:
        yield "If the threshold let it:"
        yield from _kinds(rehearsal.beyond)
    yield from share_lines(rehearsal)
    yield from name_lines(rehearsal)
    number = len(rehearsal.messages)
    yield f"{number:,} message{'s' * (number != 1)}"
    yield from (f"Note: {note}" for note in rehearsal.notes)


def share_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield how much batch mode would remove of what it looks at, beside change_threshold."""
    for each in (rehearsal.beyond or rehearsal).kinds:
        if each.cleaned:
            yield (
                f"Batch mode would remove {each.cleaned:,} of {each.scope:,} {kind_word(each.kind)}:"
                f" {each.percent_cleaned:.1f} %, where change_threshold allows {rehearsal.threshold} %."
            )


def name_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield the first names of what would be deleted of each kind."""
    for each in (rehearsal.beyond or rehearsal).kinds:
        names = [change.sis_id for change in rehearsal.deleted if change.kind == each.kind]
        if names:
            more = f" and {each.deleted - NAMED:,} more" if each.deleted > NAMED else ""
            yield f"Deleted {kind_word(each.kind)}: {', '.join(names[:NAMED])}{more}"


def _kinds(rehearsal: Rehearsal) -> Iterator[str]:
    for each in rehearsal.kinds:
        if each.changed:
            yield f"  {kind_word(each.kind)}: {each.before:,} → {each.after:,}, {changes_told(each)}"
    still = [f"{each.before:,} {kind_word(each.kind)}" for each in rehearsal.kinds if not each.changed]
    if still:
        yield f"  unchanged: {', '.join(still)}"
