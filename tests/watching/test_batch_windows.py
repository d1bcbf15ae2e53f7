"""Past imports against the time until the next one: the numbers, and their chart."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.client.models import SisImport
from helpers.display.svg import CHARACTER_WIDTH
from helpers.watching.batch_windows import (
    VERDICTS,
    duration,
    verdict,
    windows,
    windows_chart,
    windows_svg,
)
from tests.examples import examples
from tests.watching.made import DAY, LATE, THREE_NIGHTS, nightly, stamp

SVG = "{http://www.w3.org/2000/svg}"


def test_each_import_has_the_time_until_the_next_and_the_last_the_usual_time() -> None:
    assert [(w.id, w.waited, w.ran, w.had) for w in windows(THREE_NIGHTS)] == [
        (400, 60, 3_540, DAY),
        (401, 0, DAY / 2, DAY),
        (402, 0, 1_800, DAY),
    ]


def test_a_planned_interval_takes_the_place_of_the_real_ones() -> None:
    assert [w.verdict for w in windows(THREE_NIGHTS, every=3_600)] == ["tight", "overran", "tight"]


def test_fits_tight_and_overran_are_distinguished() -> None:
    assert [w.verdict for w in windows(THREE_NIGHTS)] == ["fits", "tight", "fits"]
    assert next(w.verdict for w in windows(nightly((0, 0, 11), (10, 0, 1), (20, 0, 1)))) == "overran"
    in_time = windows(nightly((0, 0, 10), (10, 0, 1), (20, 0, 1)))
    assert in_time[0].verdict == "tight" and verdict(in_time).startswith("3 of 3 imports")


def test_an_import_that_still_runs_ends_a_window_and_is_not_measured_itself() -> None:
    running = nightly((100, 0, 0), ended=False)
    assert [(w.id, w.had) for w in windows([*running, *nightly((0, 0, 5))])] == [(400, 100)]


def test_one_that_was_aborted_in_the_queue_only_waited() -> None:
    aborted = SisImport(7, "aborted", 100, created_at=stamp(0), started_at=None, ended_at=stamp(9))
    assert [(w.waited, w.ran) for w in windows([aborted])] == [(9, 0)]


def test_two_that_were_sent_in_the_same_second_have_no_time() -> None:
    first, second = windows(nightly((0, 0, 3), (0, 3, 1)))
    assert first.id < second.id
    assert (first.had, first.verdict) == (0, "overran")


def test_the_sentence_names_the_tightest() -> None:
    assert verdict(windows(THREE_NIGHTS)) == (
        "3 of 3 imports ended before the next one was due. The tightest, 401, took 12 h of 24 h."
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(90, "90 s"), (3_599, "59 min 59 s"), (3_600, "1 h"), (3_629, "1 h"), (3_631, "1 h 01 min")],
)
def test_a_time_is_rounded_to_minutes_from_an_hour_on(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize("imports", [[], THREE_NIGHTS[-1:]])
def test_without_a_second_import_there_is_nothing_to_compare(imports: list[SisImport]) -> None:
    assert verdict(windows(imports)).startswith("Send at least two imports")
    assert all((each.had, each.share, each.verdict) == (None, 0.0, "fits") for each in windows(imports))
    assert windows_chart(imports).svg.startswith("<svg")


def drawn(imports: list[SisImport], every: float | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(windows_chart(imports, every).svg)  # noqa: S314 — our own text


def words(picture: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]


def test_each_lane_says_which_import_and_how_it_went() -> None:
    assert words(drawn(LATE)) == [
        "Does it fit its window? · 4 imports",
        "3 of 4 imports ended before the next one was due. The tightest, 401, took 2 h 30 min of 2 h.",
        *["importing", "queue", "window"],  # the key
        *["400 · Nov 14, 02:00", "tight 1 h of 2 h", "401 · Nov 14, 04:00", "overran 2 h 30 min of 2 h"],
        *["402 · Nov 14, 06:00", "fits 1 h of 8 h", "403 · Nov 14, 14:00", "tight 1 h of 2 h"],
        *["0", "30 min", "60 min", "90 min", "120 min", "150 min", "since it was sent", "sent (UTC)"],
    ]


def test_the_words_of_the_key_do_not_run_into_each_other_nor_out_of_the_picture() -> None:
    picture = drawn(LATE)
    at = dict(
        zip(words(picture), (float(text.attrib["x"]) for text in picture.iter(f"{SVG}text")), strict=True)
    )
    sample = 22  # a bar and its distances, on the left of each word
    ends = {word: at[word] + len(word) * CHARACTER_WIDTH for word in ("importing", "queue", "window")}
    assert ends["importing"] <= float(picture.attrib["viewBox"].split()[2]) - 10
    assert ends["queue"] + sample <= at["importing"] and ends["window"] + sample <= at["queue"]


def test_each_bar_says_what_it_is_also_what_came_after_the_window() -> None:
    assert [title.text for title in drawn(LATE).iter(f"{SVG}title")] == [
        *["queue 60 s", "importing 59 min", "tight"],
        *["importing 2 h", "after its window 30 min", "overran"],
        *["importing 1 h", "fits", "importing 1 h", "tight"],
    ]


def test_a_bar_lies_in_the_frame_of_its_window_which_is_open_where_the_scale_ends_before() -> None:
    picture = drawn(LATE)
    _, *frames = [path for path in picture.iter(f"{SVG}path") if path.get("stroke-opacity") == "0.5"]
    bars = [rect for rect in picture.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]
    queue, run, in_time, late, early, last = map(edges, bars)
    lanes = zip((run, in_time, early, last), map(edges, frames), strict=True)
    heights = [height for bar, frame in lanes for height in (frame[1], bar[1], bar[3], frame[3])]
    assert heights == sorted(set(heights))  # within each other, and one below the other
    assert late[0] == in_time[2] == edges(frames[1])[2] and queue[2] == run[0]
    assert {edges(frame)[0] for frame in frames} == {queue[0], in_time[0], early[0], last[0]}
    assert [(frame.get("d") or "").endswith("Z") for frame in frames] == [True, True, False, True]


def test_a_verdict_is_written_in_the_lane_of_its_import() -> None:
    picture = drawn(LATE)
    _, *frames = [path for path in picture.iter(f"{SVG}path") if path.get("stroke-opacity") == "0.5"]
    texts = zip(words(picture), picture.iter(f"{SVG}text"), strict=True)
    verdicts = [float(text.attrib["y"]) for said, text in texts if said.startswith(tuple(VERDICTS))]
    for y, (_, top, _, bottom) in zip(verdicts, map(edges, frames), strict=True):
        assert top < y < bottom


def edges(part: ElementTree.Element) -> tuple[float, ...]:
    """Return left, top, right, bottom in whole pixels."""
    if path := part.get("d"):
        xs, ys = zip(*re.findall(r"([\d.]+) ([\d.]+)", path), strict=True)
        corners = [*map(float, xs)], [*map(float, ys)]
        return tuple(round(most(each)) for most in (min, max) for each in corners)
    left, top, width, height = (float(part.get(name, 0)) for name in ("x", "y", "width", "height"))
    return tuple(map(round, (left, top, left + width, top + height)))


def test_the_latest_are_drawn_and_the_chart_grows_with_them() -> None:
    many = drawn(nightly(*((n * 100.0, 1, 2) for n in range(25))))
    assert sum(" · Nov" in text for text in words(many)) == 20
    assert int(many.attrib["height"]) > int(drawn(THREE_NIGHTS).attrib["height"])


def test_the_chart_has_its_sentence_as_a_label() -> None:
    picture = drawn(THREE_NIGHTS)
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == verdict(windows(THREE_NIGHTS))


times = st.floats(0, 1e7)


@examples(0.4)
@given(rows=st.lists(st.tuples(times, times, times), max_size=8), every=st.none() | st.floats(0, 1e6))
def test_whatever_the_times_nothing_is_drawn_outside(
    rows: list[tuple[float, float, float]], every: float | None
) -> None:
    picture = ElementTree.fromstring(windows_svg(windows(nightly(*rows), every)))  # noqa: S314
    for box in picture.iter(f"{SVG}rect"):
        assert float(box.attrib["x"]) >= 0
        assert float(box.attrib["x"]) + float(box.attrib["width"]) <= 720
