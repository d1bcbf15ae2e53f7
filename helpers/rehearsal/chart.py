"""Chart a rehearsal: one bar per kind that changes, with deletions first and most prominent.

Each sort of change has a color, a hatching, a shape, and a word. Deleted objects are at the left end of the
bar, created ones at the right, unchanged ones in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape

from helpers.display.chart import data_uri_img
from helpers.display.html import points, unbroken
from helpers.display.svg import (
    CHARACTER_WIDTH,
    Attributes,
    Box,
    escaped,
    hatch,
    image,
    label,
    mark,
    tag,
)
from helpers.display.text import shorten
from helpers.rehearsal.changes import CONCLUDED, CREATED, DELETED, UPDATED, KindChanges
from helpers.rehearsal.result import Rehearsal
from helpers.rehearsal.summary import (
    count_text,
    kind_noun,
    name_lines,
    share_line,
    share_lines,
    term_line,
    title,
)
from helpers.watching.stage_styles import style_of

STYLES: dict[str, tuple[str, str, str]] = {  # color, shape of the mark, hatching
    DELETED: ("#D55E00", "cross", "/\\"),
    CONCLUDED: ("#E69F00", "triangle", "/"),
    UPDATED: ("#56B4E9", "diamond", ""),
    "unchanged": ("#8C959F", "square", ""),
    CREATED: ("#009E73", "plus", "\\"),
}
WIDTH, HEADING, LINE, BAR, GAP, BETWEEN = 720, 62, 17, 16, 18, 6  # pixels
LEFT, RIGHT = 138, 556  # of the bars
NARROWEST = 4  # pixels: every change is visible
LONGEST_TERM = 32  # characters of a term's name, which leave room for its numbers


def rehearsal_svg(rehearsal: Rehearsal) -> str:
    """Return the chart as SVG, WIDTH pixels wide and as tall as its kinds need.

    If a threshold stopped the import, the chart shows what it would do without the threshold. Text from a
    server or a file is escaped.
    """
    shown = rehearsal.beyond or rehearsal
    changed = [each for each in shown.kinds if each.changed]
    unchanged = [each for each in shown.kinds if not each.changed]
    body, y = [_heading(rehearsal)], float(HEADING + LINE * rehearsal.stopped)
    for each in changed:
        body.append(_row(each, y, rehearsal))
        y += _height(each) + GAP
    if unchanged:
        body.append(_unchanged(unchanged, y))
        y += LINE + 6
    spoken = f"{title(rehearsal)}. {rehearsal.verdict}"
    return image(*body, width=WIDTH, height=y, label=spoken)


def rehearsal_html(rehearsal: Rehearsal) -> str:
    """Return the chart as an image, followed by what would be removed and the notes."""
    notes = (f"Note: {note}" for note in rehearsal.notes)
    texts = [*map(escape, share_lines(rehearsal)), *name_lines(rehearsal, unbroken), *map(escape, notes)]
    chart = data_uri_img(rehearsal_svg(rehearsal), rehearsal.summary())
    return chart + points(texts)


def _heading(rehearsal: Rehearsal) -> str:
    full, name = tag("title", escaped(title(rehearsal))), shorten(title(rehearsal), int((WIDTH - 20) / 8.8))
    style = style_of(rehearsal.sis_import)
    parts = [
        tag("text", full, escaped(name), x=10, y=19, fill="currentColor", font_size=13, font_weight="bold"),
        mark(style.shape, (16, 38), 5, style.color, style.word),
        label(rehearsal.verdict, 28, 38),
    ]
    if rehearsal.stopped:
        parts.append(label("The bars show what the import would do without that threshold.", 28, 38 + LINE))
    return "".join(parts)


def _row(changes: KindChanges, top: float, rehearsal: Rehearsal) -> str:
    name = tag("text", kind_noun(changes.kind), x=10, y=top + 12, fill="currentColor", font_weight="bold")
    numbers = label(f"{changes.before:,} → {changes.after:,}", RIGHT + 12, top + 8, font_weight="bold")
    parts = [name, numbers]
    for drawn, text in _bars(changes):
        parts.append(_bar(drawn, bool(changes.removed), (LEFT, top, RIGHT, top + BAR)))
        top += BAR
        if text:
            parts.append(label(text, LEFT, top + LINE - 6))
            top += LINE + BETWEEN
    parts.append(_counts(changes, top + LINE - 6))
    if changes.removed:
        parts.append(label(share_line(changes, rehearsal), LEFT, top + 2 * LINE - 6, opacity=0.85))
    return "".join(parts)


def _height(changes: KindChanges) -> float:
    bars = len(changes.by_term) * (BAR + LINE + BETWEEN) if _has_term_bars(changes) else BAR
    return bars + LINE * (2 if changes.removed else 1)


def _has_term_bars(changes: KindChanges) -> bool:
    return bool(changes.removed and changes.by_term)


def _bars(changes: KindChanges) -> Iterator[tuple[dict[str, int], str]]:
    """Yield what each bar shows, in its order, and the text below it.

    A batch that cleans up several terms has a bar for each, everything else one.
    The full length of a bar is all that a batch can remove there, or else all objects.
    """
    sort = DELETED if changes.deleted else CONCLUDED
    if _has_term_bars(changes):
        for share in changes.by_term:
            named = replace(share, term=shorten(share.term, LONGEST_TERM))
            yield {sort: share.removed, "unchanged": share.scope - share.removed}, term_line(named)
    elif changes.removed:
        yield {sort: changes.removed, "unchanged": changes.scope - changes.removed}, ""
    else:
        yield {sort: getattr(changes, sort) for sort in STYLES}, ""


def _bar(numbers: dict[str, int], in_batch: bool, box: Box) -> str:
    left, top, right, bottom = box
    parts, x = [], left
    for sort, width in _widths(numbers, right - left).items():
        color, _, hatching = STYLES[sort]
        word = "stay" if in_batch and sort == "unchanged" else sort
        tooltip = tag("title", escaped(f"{numbers[sort]:,} {word}"))
        opacity = 0.22 if sort == "unchanged" else 0.95
        place: Attributes = {"x": x, "y": top, "width": width, "height": BAR}
        parts.append(tag("rect", tooltip, **place, fill=color, fill_opacity=opacity))
        if strokes := hatch((x, top, x + width, bottom), hatching, gap=6):
            parts.append(tag("path", d=strokes, stroke="#FFFFFF", stroke_opacity=0.6))
        x += width
    frame: Attributes = {"x": left, "y": top, "width": right - left, "height": BAR}
    return "".join([*parts, tag("rect", **frame, stroke="currentColor", stroke_opacity=0.5)])


def _widths(numbers: dict[str, int], room: float) -> dict[str, float]:
    """Return the width of each sort; the largest makes room so that small ones are visible."""
    total = sum(numbers.values())
    widths = {sort: max(room * number / total, NARROWEST) for sort, number in numbers.items() if number}
    if not widths:
        return {}
    largest = max(widths, key=lambda sort: widths[sort])
    widths[largest] -= sum(widths.values()) - room
    return widths


def _counts(changes: KindChanges, y: float) -> str:
    """Write the count of each sort that occurs, with its mark."""
    parts, x = [], float(LEFT)
    for sort in (DELETED, CONCLUDED, UPDATED, CREATED):
        if getattr(changes, sort):
            text, (color, shape, _) = count_text(changes, sort), STYLES[sort]
            weight = "bold" if sort == DELETED else None
            parts.append(mark(shape, (x + 5, y), 4.5, color) + label(text, x + 14, y, font_weight=weight))
            x += len(text) * CHARACTER_WIDTH + 34
    return "".join(parts)


def _unchanged(kinds: Iterable[KindChanges], y: float) -> str:
    counts = ", ".join(f"{kind_noun(each.kind)} ({each.before:,})" for each in kinds)
    return label(shorten(f"Unchanged in Canvas: {counts}", 108), 10, y + 8, opacity=0.85)
