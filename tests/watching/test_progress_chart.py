import base64
import re
from html.parser import HTMLParser
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.display.chart import data_uri_img
from helpers.display.svg import CHARACTER_WIDTH, hatch
from helpers.watching.history import History
from helpers.watching.plot import STEPS, Plot, answered_polls, thin
from helpers.watching.progress_chart import LINES, progress_chart, progress_svg
from helpers.watching.stage_styles import ENDS, STAGES
from practice_canvas.states import WORKFLOW_STATES
from tests.examples import examples
from tests.watching.made import BATCH, FIRST, SECOND, Poll, history

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*histories: History) -> ElementTree.Element:
    """Parse the chart: this fails when the SVG is not well-formed."""
    return ElementTree.fromstring(progress_svg(histories))  # noqa: S314 — our own text


def texts(picture: ElementTree.Element) -> list[str]:
    """All words on the chart, tooltips left out."""
    for title in picture.iter(f"{SVG}title"):
        title.text = ""
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]


def tooltips(picture: ElementTree.Element) -> list[str]:
    return [title.text or "" for title in picture.iter(f"{SVG}title")]


def test_every_state_has_its_style() -> None:
    assert set(ENDS) == {name for name, state in WORKFLOW_STATES.items() if state.terminal}
    assert set(STAGES) == {state.stage for state in WORKFLOW_STATES.values()} - {"ended"}


def test_stages_differ_in_word_color_shape_and_hatching() -> None:
    for values in zip(*STAGES.values(), strict=True):
        assert len(set(values)) == len(STAGES)


def test_good_message_and_bad_ends_differ_in_shape_as_well_as_color() -> None:
    assert ENDS["imported"].shape == "circle"
    assert ENDS["imported_with_messages"].shape == "triangle"
    assert {ENDS[name].shape for name in ("failed", "failed_with_messages", "aborted")} == {"cross"}


def test_the_chart_has_a_label_in_words() -> None:
    picture = drawn(BATCH)
    assert picture.get("role") == "img"
    label = "SIS import 7: progress 100 percent, imported, 12 s after the first poll"
    assert picture.get("aria-label") == label


def test_the_bands_have_their_words_and_durations() -> None:
    shown = texts(drawn(BATCH))
    assert {"queue 4 s", "importing 5 s", "clean-up 3 s"} <= set(shown)
    assert "imported" in shown


@pytest.mark.parametrize(
    ("seconds", "scale"),
    [
        (0.06, ["0.01 s", "0.02 s", "0.03 s", "0.04 s", "0.05 s", "0.06 s"]),
        (0.071, ["0.02 s", "0.04 s", "0.06 s"]),
        (7, ["1 s", "2 s", "3 s", "4 s", "5 s", "6 s", "7 s"]),
        (7.1, ["2 s", "4 s", "6 s"]),
        (180, ["30 s", "60 s", "90 s", "120 s", "150 s", "180 s"]),
        (421, ["2 min", "4 min", "6 min"]),
        (3_600, ["10 min", "20 min", "30 min", "40 min", "50 min", "60 min"]),
        (36_000, ["2 h", "4 h", "6 h", "8 h", "10 h"]),
        (288_000, ["24 h", "48 h", "72 h"]),
        (30_000_000, ["1344 h", "2688 h", "4032 h", "5376 h", "6720 h", "8064 h"]),
    ],
)
def test_the_time_scale_has_at_most_seven_round_steps_in_one_unit(seconds: float, scale: list[str]) -> None:
    shown = texts(drawn(history((0, "created", 0), (seconds, "imported", 100))))
    assert shown[shown.index("100 %") + 1 : shown.index("since the start")] == ["0", *scale]


def test_the_heading_counts_polls_from_two_on() -> None:
    assert "6 polls" in texts(drawn(BATCH))
    assert not any("poll" in text for text in texts(drawn(history((0, "created", 0)))))


def test_axes_and_words_follow_the_theme() -> None:
    assert {text.get("fill") for text in drawn(BATCH).iter(f"{SVG}text")} == {"currentColor"}


def test_polls_have_tooltips_with_time_state_progress_and_note() -> None:
    noted = history((0, "importing", 5), (33, "importing", 5), (35, "imported", 100), note="No news.")
    assert "33 s: importing, 5 %. No news." in tooltips(drawn(noted))


def test_before_the_first_answer_it_says_that_it_waits() -> None:
    picture = drawn(History())
    assert any("Waiting for the first answer" in text for text in texts(picture))
    assert "waiting for the first answer" in (picture.get("aria-label") or "")


@pytest.mark.parametrize(
    "few",
    [
        [(0.0, "created", 0)],
        [(0.0, "imported", 100)],
        [(0.0, "created", 0), (0.1, "imported", 100)],
        [(0.0, None, 0)],
        [(0.0, "created", 0), (0.0, "created", 0)],
    ],
)
def test_a_handful_of_polls_can_be_drawn(few: list[Poll]) -> None:
    assert "nan" not in progress_svg(history(*few)).lower()
    assert drawn(history(*few)).get("role") == "img"


def test_progress_that_falls_is_drawn_falling() -> None:
    heights = [float(y) for y in re.findall(r"L[\d.]+ ([\d.]+)", curve_of(BATCH))]
    assert any(later > earlier for earlier, later in pairwise(heights))


def curve_of(shown: History) -> str:
    paths = [p.get("d") or "" for p in drawn(shown).iter(f"{SVG}path") if p.get("stroke-width") == "1.8"]
    return paths[0]


def test_polls_without_an_answer_are_marked() -> None:
    gappy = history((0, "importing", 1), (5, None, 0), (9, "imported", 100), note="No answer: timed out")
    assert "?" in texts(drawn(gappy))
    assert "5 s: No answer: timed out" in tooltips(drawn(gappy))


def test_ten_thousand_polls_are_thinned_but_keep_their_shape() -> None:
    polls: list[Poll] = [(float(s), "importing", s // 100) for s in range(10_000)]
    polls[5_000] = (5_000.0, "importing", 99)
    long = history(*polls, (10_000.0, "imported", 100))
    plot = Plot(54, 58, 588, 250, 10_000)
    kept = thin(plot, answered_polls(long))
    assert len(kept) < 1_200
    assert (kept[0].seconds, kept[-1].seconds) == (0, 10_000)
    assert 5_000 in {poll.seconds for poll in kept}
    assert len(progress_svg(long)) < 60_000


def test_every_new_state_survives_thinning() -> None:
    polls: list[Poll] = [(s / 100, "importing", 0) for s in range(9_000)]
    polls[4_000] = (40.0, "cleanup_batch", 0)
    kept = thin(Plot(54, 58, 588, 250, 90), answered_polls(history(*polls)))
    assert "cleanup_batch" in {poll.sis_import.workflow_state for poll in kept}


def test_names_and_notes_are_escaped_and_shortened() -> None:
    bad = '<b onload="x">&amp;' + "long " * 60 + "\x00\x1b"
    picture = drawn(history((0, "created", 0), (2, "imported", 100), name=bad, note=bad))
    assert not list(picture.iter(f"{SVG}b"))
    assert max(map(len, texts(picture))) < 80


def test_lines_differ_in_color_dashes_and_shape() -> None:
    for values in zip(*LINES, strict=True):
        assert len({*values}) == len(LINES)
    assert all(re.fullmatch("#[0-9A-F]{6}", color) for color, _, _ in LINES)


def test_the_word_at_the_end_is_bold_and_a_lane_tells_its_end_in_smaller_letters() -> None:
    bold = {text.text for text in drawn(BATCH).iter(f"{SVG}text") if text.get("font-weight") == "bold"}
    assert bold == {"imported"}
    ended = next(text for text in drawn(BATCH, BATCH).iter(f"{SVG}text") if text.text == "imported, 12 s")
    assert int(ended.get("font-size", 0)) == 10


def test_several_imports_differ_by_name_dash_and_shape() -> None:
    nights = [
        history((0, "created", 0), (n + 5, "importing", n), (20, "imported", 100), name=f"night {n}")
        for n in range(3)
    ]
    picture = drawn(*nights)
    assert {"night 0", "night 1", "night 2"} <= set(texts(picture))
    dashes = [p.get("stroke-dasharray") for p in picture.iter(f"{SVG}path") if p.get("stroke-width") == "1.8"]
    assert len(set(dashes)) == 3
    assert picture.get("aria-label", "").count("progress 100 percent, imported") == 3


def test_a_comparison_grows_with_its_imports_and_takes_one_that_waits() -> None:
    many = [BATCH, *[history((0, "created", 0)) for _ in range(7)], History("later")]
    picture = drawn(*many)
    assert int(picture.get("height") or 0) > 400
    assert "waiting for the first answer" in texts(picture)


def test_a_comparison_says_of_each_import_its_stages_and_its_end() -> None:
    """Every word on it, in the order of drawing."""
    assert texts(drawn(FIRST, SECOND)) == [
        "2 imports · progress",
        *["clean-up", "importing", "queue"],  # the key
        *["0", "25 %", "50 %", "75 %", "100 %"],
        *["0", "2 s", "4 s", "6 s", "8 s", "10 s", "12 s", "since the start"],
        *["queue 4 s", "importing 5 s", "clean-up 3 s", "first", "imported, 12 s"],
        *["queue 3 s", "importing 3 s", "second", "failed, 6 s"],
    ]
    shown = texts(drawn(SECOND, history((0, "created", 0), (100, "importing", 1))))
    assert "queue 3 s" not in shown and "clean-up" not in shown  # no room in the band, no such stage


def test_a_comparison_has_a_tooltip_for_each_stage_poll_and_end() -> None:
    assert tooltips(drawn(FIRST, SECOND)) == [
        *["queue 4 s", "importing 5 s", "clean-up 3 s", "first"],
        *["0 s: created, 0 %", "4 s: importing, 0 %", "6 s: importing, 90 %"],
        *["9 s: cleanup_batch, 5 %", "11 s: cleanup_batch, 60 %"],
        "first: progress 100 percent, imported, 12 s after the first poll",
        *["queue 3 s", "importing 3 s", "second"],
        *["0 s: created, 0 %", "3 s: importing, 40 %"],
        "second: progress 40 percent, failed, 6 s after the first poll",
    ]


def test_the_lanes_of_a_comparison_are_one_below_the_other_and_above_the_plot() -> None:
    heights = {
        "".join(text.itertext()): float(text.get("y", 0)) for text in drawn(FIRST, SECOND).iter(f"{SVG}text")
    }
    lanes = ["firstfirst", "queue 4 s", "imported, 12 s", "secondsecond", "queue 3 s", "failed, 6 s"]
    down = [heights[word] for word in [*lanes, "100 %", "0"]]
    assert down == sorted(set(down))
    waiting = {
        "".join(text.itertext()): float(text.get("y", 0))
        for text in drawn(FIRST, History("later")).iter(f"{SVG}text")
    }
    assert waiting["laterlater"] < waiting["waiting for the first answer"] < waiting["100 %"]


def test_a_lane_has_a_sample_of_its_line_which_ends_in_a_mark_for_the_end() -> None:
    picture = drawn(FIRST, SECOND)
    lines = [path for path in picture.iter(f"{SVG}path") if path.get("stroke-width") == "1.8"]
    blue, orange = ("#0072B2", None), ("#D55E00", "7 3")
    assert [(line.get("stroke"), line.get("stroke-dasharray")) for line in lines] == [
        *[blue, blue],
        *[orange, orange],
    ]
    marks = [part for part in picture.iter() if part.get("stroke-width") == "0.8"]
    square, circle, diamond, cross = 4, 0, 4, 12  # corners
    assert [(mark.get("fill"), (mark.get("d") or "").count(" ")) for mark in marks] == [
        *[("#0072B2", square), ("#009E73", circle), *[("#0072B2", square)] * 5, ("#0072B2", circle)],
        *[("#D55E00", diamond), ("#D55E00", cross), *[("#D55E00", diamond)] * 2, ("#D55E00", cross)],
    ]
    end = marks[7]
    assert (lines[1].get("d") or "").endswith(f"L{end.get('cx')} {end.get('cy')}")


def test_no_import_gives_an_empty_chart() -> None:
    assert drawn().get("aria-label") == "No import to show"


def test_charts_on_one_page_share_no_ids() -> None:
    assert not [part for part in drawn(BATCH).iter() if part.get("id")]


seconds = st.floats(min_value=0.01, max_value=20_000)
ORDER = ("created", "importing", "cleanup_batch")


@given(st.lists(st.tuples(seconds, st.integers(0, 100)), min_size=3, max_size=3))
@examples(0.6)
def test_the_words_of_the_bands_never_overlap_nor_leave_the_chart(stages: list[tuple[float, int]]) -> None:
    polls: list[Poll] = []
    now = 0.0
    for state, (length, progress) in zip(ORDER, stages, strict=True):
        polls.append((now, state, progress))
        now += length
    picture = drawn(history(*polls, (now, "imported", 100)))
    words = [
        t
        for t in picture.iter(f"{SVG}text")
        if (t.text or "").split(" ")[0] in ("queue", "importing", "clean-up")
    ]
    edges = [
        (float(t.get("x", 0)), float(t.get("x", 0)) + len(t.text or "") * CHARACTER_WIDTH) for t in words
    ]
    assert len(words) == 3
    assert all(left >= 54 and right <= 720 - 120 for left, right in edges)
    assert all(before[1] <= after[0] for before, after in pairwise(edges))
    pointers = [path.get("d") or "" for path in picture.iter(f"{SVG}path") if path.get("opacity") == "0.6"]
    for pointer in pointers:  # from below a word with its shape to a narrow band
        start = float(pointer.removeprefix("M").split()[0])
        assert any(left - 17 <= start <= right for left, right in edges), pointer


@given(st.lists(st.tuples(st.sampled_from([*WORKFLOW_STATES, None]), st.integers(0, 100)), max_size=30))
@examples(0.6)
def test_any_history_can_be_drawn(polls: list[tuple[str | None, int]]) -> None:
    any_order = history(*[(n * 1.7, state, progress) for n, (state, progress) in enumerate(polls)])
    assert drawn(any_order).tag == drawn(any_order, BATCH).tag == f"{SVG}svg"


@pytest.mark.parametrize(
    "one", [BATCH, History(), history((0, "created", 0))], ids=["batch", "none", "first"]
)
def test_everything_of_one_import_is_in_the_picture(one: History) -> None:
    assert_inside(drawn(one))


def assert_inside(picture: ElementTree.Element) -> None:
    """Look for what leaves the picture."""
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    for part in picture.iter():
        for side, most in (("x", width), ("y", height), ("cx", width), ("cy", height)):
            assert 0 <= float(part.get(side, 0)) <= most, ElementTree.tostring(part)
        if part.tag == f"{SVG}rect" and not part.get("width", "").endswith("%"):
            assert float(part.get("x", 0)) + float(part.get("width", 0)) <= width + 0.1
            assert float(part.get("y", 0)) + float(part.get("height", 0)) <= height + 0.1
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", part.get("d") or ""):
            assert 0 <= float(x) <= width and 0 <= float(y) <= height


def test_hatching_stays_in_its_box() -> None:
    numbers = [float(n) for n in re.findall(r"[\d.]+", hatch((10, 20, 60, 90), "/\\"))]
    assert all(10 <= x <= 60 for x in numbers[::2])
    assert all(20 <= y <= 90 for y in numbers[1::2])


class Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_image_is_the_chart_on_a_light_background() -> None:
    reader = Images()
    reader.feed(data_uri_img(progress_svg(BATCH), 'a <b> & "quoted" name'))
    [(tag, attributes)] = reader.tags
    kind, _, data = (attributes["src"] or "").partition(";base64,")
    svg = base64.b64decode(data).decode("utf-8")
    root = ElementTree.fromstring(svg)  # noqa: S314 — our own text
    assert (tag, kind, attributes["alt"]) == ("img", "data:image/svg+xml", 'a <b> & "quoted" name')
    assert root.get("color") == "#1F2328"
    assert root[0].tag == f"{SVG}rect" and root[0].get("width") == "100%"


def test_a_chart_shows_and_saves_itself(tmp_path: Path) -> None:
    chart = progress_chart([BATCH, History("later")])
    assert (
        chart._repr_mimebundle_()["text/plain"] == f"{BATCH.summary()}; later: waiting for the first answer"
    )
    assert chart.save(tmp_path / "c.svg").read_text(encoding="utf-8") == chart.svg
    assert progress_chart(BATCH).svg == progress_svg(BATCH)


some_histories = st.lists(
    st.lists(st.tuples(seconds, st.sampled_from([*WORKFLOW_STATES, None]), st.integers(0, 100)), max_size=12),
    min_size=2,
    max_size=6,
)


@given(some_histories)
@examples(0.4)
def test_everything_in_a_comparison_is_in_the_picture(nights: list[list[tuple[float, Any, int]]]) -> None:
    made = [history(*sorted(polls, key=itemgetter(0)), name=f"night {n}") for n, polls in enumerate(nights)]
    picture = drawn(*made)
    assert_inside(picture)
    for part in picture.iter(f"{SVG}text"):
        if part.text in {style.word for style in STAGES.values()}:
            end = float(part.get("x", 0)) + CHARACTER_WIDTH * len(part.text)
            assert end <= float(picture.get("width", 0))
    lanes = {
        title.text: float(text.get("y", 0))
        for text in picture.iter(f"{SVG}text")
        if (title := text.find(f"{SVG}title")) is not None
    }
    assert {one.label for one in made} <= lanes.keys()
    assert len({lanes[one.label] for one in made}) == len(made)
    waiting = sum(one.latest is None for one in made)
    assert texts(picture).count("waiting for the first answer") == waiting


def test_the_times_of_the_scale_divide_what_clocks_and_calendars_have() -> None:
    day = 24 * 3600
    for step in STEPS:
        larger = next((unit for unit in (1, 60, 3600, day) if unit > step), 0)
        assert (larger / step).is_integer() if larger else step % day == 0, step
    assert sorted({*STEPS}) == STEPS
