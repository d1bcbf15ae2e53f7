from datetime import UTC, datetime, timedelta

import pandas
import pytest
from pandas import DataFrame

from helpers.client.models import SisImport
from helpers.client.polling import Snapshot
from helpers.watching.frames import counts_frame, imports_frame
from helpers.watching.history import History

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def history() -> History:
    polls = [
        (0.0, SisImport(7, "created", 0), None),
        (1.5, None, "No answer"),
        (4.0, SisImport(7, "imported", 100), None),
    ]
    return History(
        "", [Snapshot(START + timedelta(seconds=s), s, sis_import, note) for s, sis_import, note in polls]
    )


def kinds(frame: DataFrame) -> dict[str, str]:
    return {str(name): str(kind) for name, kind in frame.dtypes.items()}


def test_a_history_has_one_row_per_poll() -> None:
    frame = history().to_frame()
    assert list(frame.columns) == ["time", "seconds", "workflow_state", "progress", "note"]
    assert list(frame["seconds"]) == [0.0, 1.5, 4.0]
    assert frame["time"][2] == pandas.Timestamp("2026-11-23T09:00:04Z")


def test_a_poll_without_an_answer_leaves_whole_numbers_whole() -> None:
    frame = history().to_frame()
    assert frame["progress"][2] == 100
    assert frame["progress"].isna().tolist() == [False, True, False]
    assert kinds(frame)["progress"] == "Int64"


def test_a_history_returns_its_own_table() -> None:
    pandas.testing.assert_frame_equal(history().to_frame(), history().to_frame())


def test_imports_have_their_durations_by_canvas_clock() -> None:
    done = SisImport(
        id=1,
        workflow_state="imported_with_messages",
        progress=100,
        created_at="2026-02-03T09:15:00Z",
        started_at="2026-02-03T09:15:02Z",
        ended_at="2026-02-03T09:17:00Z",
        counts={"warning_count": 3, "error_count": 0},
        supplied_batches=["course", "user"],
    )
    frame = imports_frame([done, SisImport(2, "created", 0, created_at="2026-02-03T09:20:00Z")])
    assert frame["queue_seconds"].tolist()[0] == 2.0
    assert frame["run_seconds"].tolist()[0] == 118.0
    assert frame["run_seconds"].isna().tolist() == [False, True]
    assert frame[["warnings", "errors", "supplied_batches"]].iloc[0].tolist() == [3, 0, "course, user"]


def test_an_invalid_time_becomes_an_empty_time() -> None:
    frame = imports_frame([SisImport(1, "imported", 100, created_at="long ago")])
    assert frame["created_at"].isna().all()


def test_counts_leave_zeros_out_unless_asked() -> None:
    sis_import = SisImport(1, "imported", 100, counts={"courses": 2, "users": 0})
    assert counts_frame(sis_import).values.tolist() == [["courses", 2]]
    assert len(counts_frame(sis_import, zeros=True)) == 2


@pytest.mark.parametrize(
    ("empty", "full"),
    [
        (History().to_frame(), history().to_frame()),
        (imports_frame([]), imports_frame([SisImport(1, "created", 0, created_at="2026-02-03T09:15:00Z")])),
        (
            counts_frame(SisImport(1, "created", 0)),
            counts_frame(SisImport(1, "imported", 100, counts={"a": 1})),
        ),
    ],
    ids=["history", "imports", "counts"],
)
def test_an_empty_table_has_the_columns_of_a_full_one(empty: DataFrame, full: DataFrame) -> None:
    assert len(empty) == 0
    assert kinds(empty) == kinds(full)
