"""The chart of a rehearsal: well-formed, labeled, every change visible, all text escaped."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from helpers.rehearsal import KindChanges
from helpers.rehearsal.changes import TermShare
from helpers.rehearsal.chart import BAR, LEFT, NARROWEST, RIGHT, rehearsal_svg
from tests.rehearsal.made import COURSES, STILL, made, stopped

ROWS = replace(COURSES, cleaned=None, scope=0)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*kinds: KindChanges) -> ElementTree.Element:
    return ElementTree.fromstring(rehearsal_svg(made("imported", *kinds)))  # noqa: S314 (our own)


def texts(picture: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]


def segments(picture: ElementTree.Element) -> list[tuple[float, float]]:
    rects = [rect for rect in picture.iter(f"{SVG}rect") if rect.get("fill")]
    return [(float(rect.get("x", 0)), float(rect.get("width", 0))) for rect in rects]


def test_each_kind_that_changes_has_a_bar_and_the_others_a_line() -> None:
    labels = texts(drawn())
    assert {"courses", "enrollments", "91 → 66", "5,326 → 3,814"} <= set(labels)
    assert "group memberships" not in labels and "Unchanged in Canvas: group memberships (60)" in labels


def test_deletions_come_first_and_have_word_shape_color_and_hatching() -> None:
    picture = drawn(ROWS)
    assert segments(picture)[0][0] == LEFT
    bold = [text for text in picture.iter(f"{SVG}text") if text.get("font-weight") == "bold"]
    assert "26 deleted (29 %)" in ["".join(text.itertext()) for text in bold]
    titles = [title.text for title in picture.iter(f"{SVG}title")]
    assert titles.index("26 deleted") < titles.index("3 updated") < titles.index("1 created")
    hatching = [path for path in picture.iter(f"{SVG}path") if path.get("stroke") == "#FFFFFF"]
    assert hatching and all(float(path.get("stroke-opacity", 1)) < 1 for path in hatching)  # the color shows


def test_one_of_a_million_can_still_be_seen() -> None:
    picture = drawn(KindChanges("enrollments", 1_000_000, 999_999, deleted=1))
    widths = [width for _, width in segments(picture)]
    assert widths[0] == NARROWEST and "1 deleted (under 1 %)" in texts(picture)


@pytest.mark.parametrize(
    "kind",
    [
        KindChanges("users", 0, 9, created=9),
        KindChanges("users", 9, 0, deleted=9),
        KindChanges("users", 4, 4, created=1, updated=1, concluded=1, deleted=1),
        COURSES,
    ],
)
def test_the_segments_fill_the_bar(kind: KindChanges) -> None:
    picture = drawn(kind)
    found = segments(picture)
    frame = next(rect for rect in picture.iter(f"{SVG}rect") if rect.get("stroke"))
    assert sum(width for _, width in found) == pytest.approx(float(frame.get("width", 0)), abs=0.1)
    assert [x for x, _ in found[1:]] == pytest.approx([x + width for x, width in found[:-1]], abs=0.1)


def test_the_share_is_set_against_the_threshold() -> None:
    share = "batch mode removes 26 of 45 in the term: 57.8 %, more than the change_threshold of 10 %"
    assert share in texts(drawn(COURSES))
    within = KindChanges("courses", 91, 90, deleted=1, cleaned=1, scope=10)
    share = "batch mode removes 1 of 10 in the term: 10.0 %, within the change_threshold of 10 %"
    assert share in texts(drawn(within))


def test_in_batch_mode_the_bar_is_what_a_batch_could_delete() -> None:
    kind = KindChanges("courses", 1000, 970, deleted=30, cleaned=30, scope=40)
    picture = drawn(kind)
    (gone, _), room = segments(picture)[0], RIGHT - LEFT
    assert gone == LEFT and segments(picture)[0][1] == pytest.approx(room * 0.75, abs=0.1)
    assert "30 deleted (75 %)" in texts(picture)
    titles = [title.text for title in picture.iter(f"{SVG}title")]
    assert "30 deleted" in titles and "10 stay" in titles


SHARES = (TermShare("Fall 2026", 30, 40), TermShare("Spring 2027", 0, 160), TermShare("Summer", 0, 0))
IN_TERMS = KindChanges("courses", 1000, 970, deleted=30, cleaned=30, scope=200, by_term=SHARES)


def test_each_count_has_its_mark_closely_before_it() -> None:
    picture = drawn(KindChanges("users", 4, 4, created=1, updated=1, concluded=1, deleted=1))
    parts = [*picture.iter()]
    pairs = [
        (float(re.findall(r"M(-?[\d.]+)", mark.get("d") or "")[0] or 0), float(word.get("x", 0)))
        for mark, word in pairwise(part for part in parts if part.tag in (f"{SVG}path", f"{SVG}text"))
        if mark.tag == f"{SVG}path" and mark.get("stroke-width") == "0.8" and word.tag == f"{SVG}text"
    ]
    assert pairs and all(0 < word - mark < 16 for mark, word in pairs), pairs


def test_its_lines_are_one_below_the_other_and_below_their_bars() -> None:
    picture = ElementTree.fromstring(rehearsal_svg(stopped(IN_TERMS, COURSES, STILL)))  # noqa: S314
    words = [(float(text.get("x", 0)), float(text.get("y", 0))) for text in picture.iter(f"{SVG}text")]
    bars = [float(rect.get("y", 0)) for rect in picture.iter(f"{SVG}rect") if rect.get("stroke")]
    heights = [height for _, height in words] + [float(picture.get("height", 0))]
    assert heights == sorted(heights)
    assert all(below - above > 10 for above, below in pairwise(sorted({0, *heights})))
    under = [height for x, height in words if LEFT <= x < RIGHT]
    assert all(top > height or height > top + BAR + 10 for top in bars for height in under)
    assert all(below - above > BAR for above, below in pairwise(bars))


def test_each_of_several_terms_has_a_bar_of_what_a_batch_could_delete_there() -> None:
    picture = drawn(IN_TERMS)
    room = RIGHT - LEFT
    widths = [width for _, width in segments(picture)]
    assert widths == pytest.approx([0.75 * room, 0.25 * room, room], abs=0.1)
    labels = texts(picture)
    assert "Fall 2026: 30 of 40 removed (75 %)" in labels and "Summer: 0 of 0 removed (0 %)" in labels
    assert "30 deleted (15 %)" in labels
    lowest = max(float(text.get("y", 0)) for text in picture.iter(f"{SVG}text"))
    assert lowest <= float(picture.get("viewBox", "").split()[-1])


def test_what_goes_with_its_course_has_a_share_but_no_threshold() -> None:
    lost = KindChanges("sections", 1000, 970, deleted=30, scope=40)
    labels = texts(drawn(lost))
    assert "batch mode removes 30 of 40 in the term: 75.0 %, together with their courses" in labels


def test_deletions_of_rows_have_no_share_of_the_term() -> None:
    mixed = KindChanges("courses", 1000, 960, deleted=40, cleaned=30, scope=40)
    assert "40 deleted" in texts(drawn(mixed))


def test_what_a_threshold_stopped_is_drawn_as_it_would_be() -> None:
    labels = texts(ElementTree.fromstring(rehearsal_svg(stopped(COURSES))))  # noqa: S314
    assert "The bars show what the import would do without that threshold." in labels and "91 → 66" in labels


def test_it_speaks_to_screen_readers_and_follows_the_theme() -> None:
    picture = drawn(STILL)
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == (
        "Rehearsal of courses.csv for the term Fall <2026>. The import would end as imported."
    )
    assert {text.get("fill") for text in picture.iter(f"{SVG}text")} == {"currentColor"}


def test_saved_notebooks_show_it_too_and_nothing_is_left_unescaped() -> None:
    bundle = made(notes=("<script>",))._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Rehearsal of courses.csv")
    assert (
        bundle["text/html"].startswith('<img alt="Rehearsal') and "data:image/svg+xml" in bundle["text/html"]
    )
    assert "<script>" not in bundle["text/html"] and "Fall <2026>" not in bundle["text/html"]


def test_no_line_breaks_inside_the_id_of_what_would_be_deleted() -> None:
    html = made()._repr_mimebundle_()["text/html"]
    assert '<span style="white-space: nowrap">BIO-0</span>, ' in html


def test_long_names_are_cut_and_kept_in_the_tooltip() -> None:
    name = "a" * 200 + ".csv"
    picture = rehearsal_svg(made(files=(name,)))
    assert re.search(rf"<title>[^<]*{name}", picture) and "…" in picture
