"""Draw a rehearsal: one bar per kind that changes, from before to after, deletions first and loudest.

Each sort of change is a color, a hatching, a shape and a word. What is deleted stands at the left edge of the
bar, what is created at the right; between the two is what stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from helpers.display.svg import Attributes, Box, hatch, mark, shorten, tag, words
from helpers.rehearsal.changes import CONCLUDED, CREATED, DELETED, UPDATED, KindChanges
from helpers.rehearsal.result import Rehearsal
from helpers.rehearsal.words import kind_word, name_lines, number_told, share_lines, title
from helpers.watching.chart_parts import look_of
from helpers.watching.progress_chart import ROOT, data_uri_img

LOOKS: dict[str, tuple[str, str, str]] = {  # color, shape of the mark, hatching
    DELETED: ("#D55E00", "cross", "/\\"),
    CONCLUDED: ("#E69F00", "triangle", "/"),
    UPDATED: ("#56B4E9", "diamond", ""),
    "unchanged": ("#8C959F", "square", ""),
    CREATED: ("#009E73", "plus", "\\"),
}
WIDTH, HEADING, LINE, BAR, GAP = 720, 62, 17, 16, 18  # pixels
LEFT, RIGHT = 138, 556  # of the bars
NARROWEST = 4  # pixels: nothing that happens is too small to be seen
CHARACTER = 6.4  # pixels of a character, as a rule


def rehearsal_svg(rehearsal: Rehearsal, *, width: int = WIDTH) -> str:
    """Return the picture as SVG text, `width` pixels wide and as high as its kinds need.

    After a stop by a threshold it shows what the import would do without. Words are in `currentColor`;
    everything that came from a server or a file is escaped.
    """
    shown = rehearsal.beyond or rehearsal
    changed = [each for each in shown.kinds if each.changed]
    still = [each for each in shown.kinds if not each.changed]
    body, y = [_heading(rehearsal, width)], float(HEADING + LINE * rehearsal.stopped)
    for each in changed:
        body.append(_row(each, y, width - (WIDTH - RIGHT), rehearsal.threshold))
        y += BAR + LINE * (2 if each.cleaned else 1) + GAP
    if still:
        body.append(_unchanged(still, y))
        y += LINE + 6
    spoken = f"{title(rehearsal)}. {rehearsal.verdict}"
    return tag("svg", *body, **ROOT, width=width, height=y, viewBox=f"0 0 {width} {y:g}", aria_label=spoken)


def rehearsal_html(rehearsal: Rehearsal) -> str:
    """Return the picture as an image, and below it what would be removed and what there is to note."""
    told = [*share_lines(rehearsal), *name_lines(rehearsal), *(f"Note: {note}" for note in rehearsal.notes)]
    points = "".join(f"<li>{escape(line)}</li>" for line in told)
    picture = data_uri_img(rehearsal_svg(rehearsal), rehearsal.summary())
    return picture + (f"<ul>{points}</ul>" if points else "")


def _heading(rehearsal: Rehearsal, width: int) -> str:
    full, name = tag("title", words(title(rehearsal))), shorten(title(rehearsal), int(width / 8.6))
    look = look_of(rehearsal.sis_import)
    parts = [
        tag("text", full, words(name), x=10, y=19, fill="currentColor", font_size=13, font_weight="bold"),
        mark(look.shape, (16, 38), 5, look.color, look.word),
        _text(shorten(rehearsal.verdict, int((width - 40) / CHARACTER)), 28, 42),
    ]
    if rehearsal.stopped:
        parts.append(_text("The bars show what it would do without that threshold.", 28, 42 + LINE))
    return "".join(parts)


def _row(changes: KindChanges, top: float, right: float, threshold: int | None) -> str:
    name = tag("text", kind_word(changes.kind), x=10, y=top + 12, fill="currentColor", font_weight="bold")
    numbers = _text(f"{changes.before:,} → {changes.after:,}", right + 12, top + 12, font_weight="bold")
    parts = [
        name,
        _bar(changes, (LEFT, top, right, top + BAR)),
        numbers,
        _told(changes, top + BAR + LINE - 2),
    ]
    if changes.cleaned:
        parts.append(_text(_share(changes, threshold), LEFT, top + BAR + 2 * LINE - 2, opacity=0.85))
    return "".join(parts)


def _bar(changes: KindChanges, box: Box) -> str:
    """Draw the bar: its whole length is all objects there are before or after."""
    left, top, right, bottom = box
    parts, x = [], left
    for sort, width in _widths(changes, right - left).items():
        color, _, hatching = LOOKS[sort]
        told = tag("title", words(f"{getattr(changes, sort):,} {sort}"))
        opacity = 0.22 if sort == "unchanged" else 0.95
        place: Attributes = {"x": x, "y": top, "width": width, "height": BAR}
        parts.append(tag("rect", told, **place, fill=color, fill_opacity=opacity))
        if strokes := hatch((x, top, x + width, bottom), hatching, gap=6):
            parts.append(tag("path", d=strokes, stroke="#FFFFFF", stroke_opacity=0.6))
        x += width
    frame: Attributes = {"x": left, "y": top, "width": right - left, "height": BAR}
    return "".join([*parts, tag("rect", **frame, stroke="currentColor", stroke_opacity=0.5)])


def _widths(changes: KindChanges, room: float) -> dict[str, float]:
    """Return the width of each sort that occurs; small ones get what can be seen, the largest gives it."""
    numbers = {sort: getattr(changes, sort) for sort in LOOKS if getattr(changes, sort)}
    total = sum(numbers.values())
    widths = {sort: max(room * number / total, NARROWEST) for sort, number in numbers.items()}
    largest = max(widths, key=lambda sort: widths[sort])
    widths[largest] -= sum(widths.values()) - room
    return widths


def _told(changes: KindChanges, y: float) -> str:
    """Write each sort that occurs, with its mark."""
    parts, x = [], float(LEFT)
    for sort in (DELETED, CONCLUDED, UPDATED, CREATED):
        if getattr(changes, sort):
            text, (color, shape, _) = number_told(changes, sort), LOOKS[sort]
            weight = "bold" if sort == DELETED else None
            parts.append(mark(shape, (x + 5, y - 4), 4.5, color) + _text(text, x + 14, y, font_weight=weight))
            x += len(text) * CHARACTER + 34
    return "".join(parts)


def _share(changes: KindChanges, threshold: int | None) -> str:
    """Tell how batch mode's share stands to the threshold."""
    percent = changes.percent_cleaned or 0.0
    told = f"batch mode removes {changes.cleaned:,} of {changes.scope:,} in the term: {percent:.1f} %"
    if threshold is None:
        return told
    return f"{told}, {'more than' if percent > threshold else 'within'} the change_threshold of {threshold} %"


def _unchanged(kinds: Iterable[KindChanges], y: float) -> str:
    told = ", ".join(f"{kind_word(each.kind)} ({each.before:,})" for each in kinds)
    return _text(shorten(f"Unchanged: {told}", 108), 10, y + 12, opacity=0.85)


def _text(text: str, x: float, y: float, **style: str | float | None) -> str:
    return tag("text", words(text), x=x, y=y, fill="currentColor", **style)
