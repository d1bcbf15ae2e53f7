from typing import Any

import pytest

from helpers.client.models import ImportMessage, SisImport
from helpers.errors import NotUnderstood, UnexpectedState

LESSON: dict[str, Any] = {
    "created_at": "2014-02-27T13:03:39Z",
    "ended_at": "2014-02-27T13:03:39Z",
    "updated_at": "2014-02-27T13:03:39Z",
    "progress": 100,
    "id": 6670997,
    "workflow_state": "imported",
    "data": {"import_type": "instructure_csv", "supplied_batches": ["course"], "counts": {"courses": 1}},
}


def test_the_answer_of_the_lesson_is_read() -> None:
    sis_import = SisImport.from_json(LESSON)
    assert (sis_import.id, sis_import.workflow_state, sis_import.progress) == (6670997, "imported", 100)
    assert sis_import.counts == {"courses": 1}
    assert sis_import.supplied_batches == ["course"]
    assert sis_import.state.good
    assert sis_import.raw is LESSON


def test_a_new_import_has_nothing_to_tell_yet() -> None:
    new = SisImport.from_json({"id": 1, "workflow_state": "created", "progress": None, "data": None})
    assert (new.progress, new.counts, new.warnings, new.differences) == (0, {}, [], ())
    assert new.started_at is None


def test_messages_of_files_are_pairs_of_file_and_text() -> None:
    raw = {**LESSON, "processing_warnings": [["c.csv", "row"]], "processing_errors": [[None, "archive"]]}
    sis_import = SisImport.from_json(raw)
    assert sis_import.warnings == [("c.csv", "row")]
    assert sis_import.errors == [(None, "archive")]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"workflow_state": "created"}, "no id"),
        ({"id": 4}, "no workflow_state"),
        ({"id": None, "workflow_state": None}, "no id and no workflow_state"),
        ([], "no id"),
        ("text", "no id"),
        (None, "no id"),
        ({"id": 4, "workflow_state": "created", "data": "text"}, "odd data"),
        ({"id": 4, "workflow_state": "created", "progress": "50"}, "odd data or progress"),
    ],
)
def test_an_answer_that_is_no_import_is_an_error(raw: Any, says: str) -> None:
    with pytest.raises(NotUnderstood, match=says):
        SisImport.from_json(raw)


def test_a_state_from_the_future_can_be_read_but_not_explained() -> None:
    sis_import = SisImport.from_json({"id": 1, "workflow_state": "exploded"})
    assert sis_import.workflow_state == "exploded"
    with pytest.raises(UnexpectedState, match="SIS import 1 is in an unknown workflow_state: 'exploded'"):
        _ = sis_import.state


def test_a_message_keeps_file_row_and_severity() -> None:
    raw = {"sis_import_id": 412, "file": "courses.csv", "message": "bad status", "row": 4}
    message = ImportMessage.from_json(raw, "warning")
    assert (message.sis_import_id, message.file, message.row) == (412, "courses.csv", 4)
    assert (message.severity, message.raw) == ("warning", raw)
    with pytest.raises(NotUnderstood, match="no message"):
        ImportMessage.from_json({"sis_import_id": 1}, "error")
