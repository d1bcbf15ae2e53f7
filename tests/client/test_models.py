from typing import Any

import pytest

from helpers.client.models import ImportMessage, SisImport, import_id_in_cut
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
    ],
)
def test_an_answer_that_is_no_import_is_an_error(raw: Any, says: str) -> None:
    with pytest.raises(NotUnderstood, match=says):
        SisImport.from_json(raw)


@pytest.mark.parametrize(
    ("odd", "read"),
    [
        ({"id": "412"}, {"id": 412}),
        ({"id": 412.0}, {"id": 412}),
        ({"progress": "50"}, {"progress": 50}),
        ({"progress": 50.0}, {"progress": 50}),
        ({"progress": float("nan")}, {"progress": 0}),
        ({"progress": [50]}, {"progress": 0}),
        ({"progress": True}, {"progress": 0}),
        ({"data": "text"}, {"counts": {}, "data": {}}),
        ({"data": []}, {"statistics": {}, "supplied_batches": []}),
        ({"data": {"counts": [1], "statistics": 7, "supplied_batches": "course"}}, {"counts": {}}),
        ({"data": {"counts": {"users": 2, "odd": "many"}}}, {"counts": {"users": 2}}),
        ({"data": {"supplied_batches": ["user", 7]}}, {"supplied_batches": ["user"]}),
        ({"created_at": 1700000000, "ended_at": {}}, {"created_at": None, "ended_at": None}),
        ({"processing_warnings": "row 2 is odd"}, {"warnings": []}),
        (
            {"processing_errors": [["a.csv", "one"], "two", ["three"], [4, None]]},
            {"errors": [("a.csv", "one"), (None, "two"), (None, '["three"]'), (None, "")]},
        ),
    ],
)
def test_what_has_an_unknown_shape_is_left_out_and_loses_no_import(
    odd: dict[str, Any], read: dict[str, Any]
) -> None:
    sis_import = SisImport.from_json({"id": 412, "workflow_state": "created", **odd})
    assert {name: getattr(sis_import, name) for name in read} == read
    assert sis_import.id == 412


@pytest.mark.parametrize("value", [10**400, -(10**400), "9" * 5000, "٣" * 30, float("inf"), True, [], None])
def test_a_number_that_is_not_canvas_s_is_left_out(value: Any) -> None:
    assert SisImport.from_json({"id": 7, "workflow_state": "created", "progress": value}).progress == 0


def test_an_id_of_thousands_of_digits_in_cut_json_is_no_id() -> None:
    assert import_id_in_cut('{"id": ' + "9" * 5000 + ', "wor') is None


def test_a_state_that_is_no_text_can_be_read_but_not_explained() -> None:
    with pytest.raises(UnexpectedState):
        _ = SisImport.from_json({"id": 412, "workflow_state": ["created"]}).state


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"created_at":"2026-03-01","progress":0,"id":412,"workflow_state":"crea', 412),
        ('{ "id" : "412" , "wo', 412),
        ('{"id":41', None),
        ('{"user":{"id":7},"id":412,', None),
        ('{"data":[{"id":7},', None),
        ('[{"id":7},', None),
        ("", None),
    ],
)
def test_an_id_is_found_in_cut_json_only_where_it_is_whole_and_the_imports_own(
    text: str, found: int | None
) -> None:
    assert import_id_in_cut(text) == found


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


def test_a_message_does_not_show_its_row_which_may_hold_a_password() -> None:
    raw = {"sis_import_id": 412, "message": "bad status", "row_info": "U1,hunter2"}
    message = ImportMessage.from_json(raw, "warning")
    assert message.row_info == "U1,hunter2"
    assert repr(message) == (
        "ImportMessage(sis_import_id=412, file=None, message='bad status', row=None, severity='warning')"
    )
