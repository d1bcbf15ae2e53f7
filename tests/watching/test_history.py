from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from helpers.client.models import SisImport
from helpers.client.polling import Snapshot, duration_text
from helpers.errors import FileNotUsable
from helpers.watching.history import CSV_COLUMNS, History, StageSpan
from tests.watching.made import BATCH, START, history, snapshot

HEADER = ",".join(CSV_COLUMNS)
GOOD_ROW = "7,2026-11-23T09:00:00+00:00,0,created,0,,,"


def test_an_empty_history_waits_for_its_first_answer() -> None:
    empty = History()
    assert (empty.latest, empty.final, empty.seconds, len(empty)) == (None, None, 0.0, 0)
    assert empty.summary() == "SIS import: waiting for the first answer"


def test_snapshots_are_a_copy() -> None:
    growing = History()
    before = growing.snapshots
    growing.append(snapshot(0, "created"))
    assert (len(before), len(growing.snapshots)) == (0, 1)


def test_a_later_watch_goes_on_from_the_first_poll_of_the_earlier_one() -> None:
    watched = history((0, "importing", 1), (30, "importing", 2))
    later = snapshot(90, "importing", 40)
    watched.continue_with(replace(later, seconds=0.0))
    watched.continue_with(replace(later, at=START, seconds=1.0))  # the clock was set back
    assert [each.seconds for each in watched.snapshots] == [0, 30, 90, 90]


def test_the_first_poll_that_a_history_goes_on_with_keeps_its_seconds() -> None:
    watched = History()
    watched.continue_with(snapshot(30, "importing", 2))
    assert watched.snapshots == history((30, "importing", 2)).snapshots


def test_the_latest_answer_counts_even_after_a_poll_without_one() -> None:
    latest = history((0, "importing", 40), (1, None, 0)).latest
    assert latest is not None and latest.progress == 40


def test_final_is_there_only_at_the_end() -> None:
    assert history((0, "importing", 40)).final is None
    assert BATCH.final is not None and BATCH.final.workflow_state == "imported"


def test_the_label_is_the_name_or_else_the_id() -> None:
    assert BATCH.label == "SIS import 7"
    assert history((0, "created", 0), name="first night").label == "first night"


def test_stages_are_separate_and_joined() -> None:
    assert BATCH.stages() == [
        StageSpan("queue", 0, 4),
        StageSpan("importing", 4, 9),
        StageSpan("cleanup", 9, 12),
    ]
    assert BATCH.durations() == {"queue": 4, "importing": 5, "cleanup": 3}


def test_an_import_too_quick_to_be_seen_running_counts_as_importing() -> None:
    assert history((0, "created", 0), (1, "imported", 100)).durations() == {"importing": 1}


def test_an_import_aborted_in_the_queue_never_ran() -> None:
    assert history((0, "created", 0), (3, "aborted", 0)).durations() == {"queue": 3}


def quick(started: str | None, ended: str | None) -> History:
    """An import seen waiting at 0 s, and at its end at 20 s."""
    end = SisImport(7, "imported", 100, started_at=started, ended_at=ended)
    return History("", [snapshot(0, "created"), Snapshot(START + timedelta(seconds=20), 20.0, end)])


def test_canvas_clock_shows_what_happened_between_two_polls() -> None:
    seen = quick("2026-11-23T09:00:03Z", "2026-11-23T09:00:05Z")
    assert seen.stages() == [StageSpan("queue", 0, 3.5), StageSpan("importing", 3.5, 5.5)]
    assert (seen.seconds, len(seen)) == (5.5, 2)


@pytest.mark.parametrize(
    ("started", "ended", "spans"),
    [
        ("2026-11-23T08:00:00Z", "2026-11-23T08:00:09Z", [StageSpan("importing", 0, 20)]),
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:09Z", [StageSpan("importing", 0, 20)]),
        (
            "2026-11-23T09:00:19Z",
            "2026-11-23T09:00:30Z",
            [StageSpan("queue", 0, 19.5), StageSpan("importing", 19.5, 20)],
        ),
        ("2026-11-23T09:00:21Z", "2026-11-23T09:00:30Z", [StageSpan("importing", 0, 20)]),
        (None, None, [StageSpan("importing", 0, 20)]),
        ("soon", "2026-11-23", [StageSpan("importing", 0, 20)]),
    ],
    ids=["behind", "ahead", "a little ahead", "two seconds ahead", "no times", "no such times"],
)
def test_times_that_do_not_lie_between_the_two_polls_are_ignored(
    started: str | None, ended: str | None, spans: list[StageSpan]
) -> None:
    assert quick(started, ended).stages() == spans


@pytest.mark.parametrize(
    ("started", "waited"),
    [("09:00:02", 2.5), ("08:59:59", 0), ("08:59:58", 10), ("09:00:10", 10), ("09:00:11", 10)],
    ids=["between", "as it was sent", "before it was sent", "as it was seen", "after it was seen"],
)
def test_the_start_of_the_run_is_found_between_two_polls(started: str, waited: float) -> None:
    running = SisImport(7, "importing", 4, started_at=f"2026-11-23T{started}Z")
    seen = History("", [snapshot(0, "created"), Snapshot(START + timedelta(seconds=10), 10.0, running)])
    assert seen.durations().get("queue", 0) == waited
    assert seen.durations().get("importing", 0) == 10 - waited


def test_times_of_canvas_are_saved_and_come_back(tmp_path: Path) -> None:
    seen = quick("2026-11-23T09:00:03Z", "2026-11-23T09:00:05Z")
    assert History.from_csv(seen.to_csv(tmp_path / "h.csv")).stages() == seen.stages()


def test_polls_without_an_answer_do_not_break_a_stage() -> None:
    gappy = history((0, "importing", 1), (2, None, 0), (5, "importing", 3), (6, "imported", 100))
    assert gappy.stages() == [StageSpan("importing", 0, 6)]


def test_the_summary_says_how_it_ended_and_where_the_time_went() -> None:
    summary = (
        "SIS import 7: imported after 12 s, progress 100 percent (queue 4 s, importing 5 s, cleanup 3 s)"
    )
    assert BATCH.summary() == summary
    assert repr(BATCH) == f"<History {summary}; 6 polls>"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.14, "0.1 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (34.2, "34 s"),
        (119.4, "119 s"),
        (120, "2 min"),
        (200, "3 min 20 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 00 min"),
        (3900, "1 h 05 min"),
    ],
)
def test_durations_are_written_for_people(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_a_saved_history_comes_back_the_same(tmp_path: Path) -> None:
    saved = history((0, "created", 0), (1.25, None, 0), (2.5, "importing", 40), name="night")
    saved.append(snapshot(40, "importing", 40, 'No news, "quoted", ö\nnext line'))
    back = History.from_csv(saved.to_csv(tmp_path / "night.csv"))
    assert back.name == "night"
    assert [(s.at, s.seconds, s.note) for s in back.snapshots] == [
        (s.at, s.seconds, s.note) for s in saved.snapshots
    ]
    assert back.durations() == saved.durations()
    assert back.label == "night" and back.latest is not None and back.latest.id == 7


def test_a_saved_history_is_utf8_with_a_header(tmp_path: Path) -> None:
    text = BATCH.to_csv(tmp_path / "h.csv").read_bytes().decode("utf-8")
    assert text.splitlines()[:2] == [HEADER, "7,2026-11-23T09:00:00.000+00:00,0,created,0,,,"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "its first line is not"),
        ("user_id,login_id\nU1,ada", "its first line is not"),
        (f"{HEADER}\n7,yesterday,0,created,0,,,", "line 2"),
        (f"{HEADER}\n7,2026-11-23T09:00:00,0,created,0,,,", "line 2"),
        (f"{HEADER}\n{GOOD_ROW}\n7,2026-11-23T09:00:00+00:00,nan,created,0,,,", "line 3"),
        (f"{HEADER}\n7,2026-11-23T09:00:00+00:00,0,paused,0,,,", "paused"),
        (f"{HEADER}\n7,2026-11-23T09:00:00+00:00,0,created,101,,,", "101"),
        (f"{HEADER}\n7,2026-11-23T09:00:00+00:00,0,created,half,,,", "half"),
        (f"{HEADER}\n7", "line 2"),
        (f'{HEADER}\n"7', "cannot be read"),
        (f'{HEADER}\n{GOOD_ROW}"slow" net', "cannot be read"),
        (f"{HEADER}\n\x00{GOOD_ROW}", "cannot be read"),
    ],
)
def test_a_broken_or_foreign_csv_is_refused_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "broken.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileNotUsable, match=reason):
        History.from_csv(path)


def test_a_csv_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(f"{HEADER}\n{GOOD_ROW}ö".encode("latin-1"))
    with pytest.raises(FileNotUsable, match="not UTF-8"):
        History.from_csv(path)


def test_a_missing_file_and_a_folder_are_refused_without_their_path(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(FileNotUsable) as refused:
            History.from_csv(path)
        assert str(tmp_path.parent) not in str(refused.value)


def test_it_shows_itself_as_an_image_with_alternative_text() -> None:
    bundle = BATCH._repr_mimebundle_()
    assert bundle["text/html"].startswith('<img alt="SIS import 7: imported after 12 s')
    assert bundle["text/plain"] == BATCH.summary()
