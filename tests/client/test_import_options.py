from typing import Any

import pytest

from helpers.client.import_options import (
    IMPORT_OPTIONS,
    echo_differences,
    may_remove,
    option_params,
    with_threshold,
)
from helpers.client.request_plans import create_sis_import
from helpers.errors import UnknownOption


def test_all_options_of_the_documentation_are_known() -> None:
    assert set(IMPORT_OPTIONS) == {
        "import_type",
        "batch_mode",
        "batch_mode_term_id",
        "multi_term_batch_mode",
        "batch_mode_enrollment_drop_status",
        "skip_deletes",
        "override_sis_stickiness",
        "add_sis_stickiness",
        "clear_sis_stickiness",
        "update_sis_id_if_login_claimed",
        "diffing_data_set_identifier",
        "diffing_remaster_data_set",
        "diffing_drop_status",
        "diffing_user_remove_status",
        "change_threshold",
        "diff_row_count_threshold",
    }


@pytest.mark.parametrize(
    ("name", "given", "sent"),
    [
        ("batch_mode", True, "true"),
        ("batch_mode", "Yes", "true"),
        ("skip_deletes", 0, "false"),
        ("change_threshold", "10", "10"),
        ("diff_row_count_threshold", -1, "-1"),
        ("diffing_drop_status", "inactive", "inactive"),
        ("batch_mode_term_id", "sis_term_id:2026 S", "sis_term_id:2026 S"),
    ],
)
def test_options_are_sent_as_canvas_reads_them(name: str, given: object, sent: str) -> None:
    assert option_params({name: given}) == ((name, sent),)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("batch_mode", "ture"),
        ("change_threshold", "ten"),
        ("change_threshold", 1.5),
        ("diffing_drop_status", "remove"),
        ("import_type", "ims_xml"),
    ],
)
def test_a_value_that_canvas_would_misread_is_refused(name: str, given: object) -> None:
    with pytest.raises(UnknownOption, match=name) as caught:
        option_params({name: given})
    assert repr(given) in caught.value.what


def test_an_unknown_option_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UnknownOption, match="no option 'batchmode'") as caught:
        option_params({"batchmode": True})
    assert caught.value.fix == "Did you mean batch_mode?"
    with pytest.raises(UnknownOption, match="The options are: import_type, batch_mode,"):
        option_params({"zzz": 1})


def test_an_option_that_is_not_one_is_not_sent() -> None:
    assert option_params({"batch_mode": None}) == ()


@pytest.mark.parametrize("more", [{}, {"batch_mode_term_id": " "}, {"multi_term_batch_mode": False}])
def test_a_full_batch_that_names_no_term_is_refused_with_where_to_find_it(more: dict[str, Any]) -> None:
    with pytest.raises(UnknownOption, match="needs batch_mode_term_id") as caught:
        create_sis_import("x.csv", batch_mode=True, **more)
    assert "batch_mode_term_id='sis_term_id:…'" in caught.value.fix and "terms.csv" in caught.value.fix


@pytest.mark.parametrize("more", [{"batch_mode_term_id": 1}, {"multi_term_batch_mode": True}])
def test_a_full_batch_of_a_term_or_of_several_is_planned(more: dict[str, Any]) -> None:
    assert may_remove(create_sis_import("x.csv", batch_mode=True, **more).params)


@pytest.mark.parametrize("no", [False, 0, "false", "False", "0", "no", "off", "f", "n"])
def test_no_multi_term_batch_mode_is_not_sent_as_canvas_looks_for_its_presence(no: object) -> None:
    assert option_params({"multi_term_batch_mode": no, "skip_deletes": no}) == (("skip_deletes", "false"),)


def test_a_multi_term_batch_mode_that_is_not_wanted_neither_removes_nor_brings_a_threshold() -> None:
    params = create_sis_import("x.csv", multi_term_batch_mode=False).params
    assert params == create_sis_import("x.csv").params and not may_remove(params)
    assert may_remove(create_sis_import("x.csv", multi_term_batch_mode=True).params)


@pytest.mark.parametrize("value", ["true", "false", ""])
def test_multi_term_batch_mode_removes_whatever_its_value_is(value: str) -> None:
    assert may_remove((("multi_term_batch_mode", value),))
    assert with_threshold((("multi_term_batch_mode", value),))[-1] == ("change_threshold", "10")
    assert not may_remove((("batch_mode", "false"),))


ECHO = {"data": {"import_type": "instructure_csv"}, "batch_mode": True, "batch_mode_term_id": 12}


@pytest.mark.parametrize(
    ("asked", "echoed"),
    [
        ({"import_type": "instructure_csv"}, ECHO),
        ({"batch_mode": True, "batch_mode_term_id": "sis_term_id:S26"}, ECHO),
        ({"batch_mode_term_id": 12}, ECHO),
        ({"batch_mode": False, "skip_deletes": False}, {"batch_mode": None, "skip_deletes": False}),
        ({"diffing_remaster_data_set": True}, {"diffing_remaster": True}),
        ({"change_threshold": "10"}, {"change_threshold": 10}),
        ({"batch_mode_enrollment_drop_status": "completed"}, {}),
    ],
)
def test_what_canvas_took_as_asked_is_no_difference(
    asked: dict[str, object], echoed: dict[str, object]
) -> None:
    assert echo_differences(option_params(asked), echoed) == ()


@pytest.mark.parametrize(
    ("asked", "echoed", "sentence"),
    [
        ({"batch_mode": True}, {"batch_mode": None}, "batch_mode: you asked for true, Canvas took null."),
        ({"batch_mode": False}, {"batch_mode": True}, "batch_mode: you asked for false, Canvas took true."),
        (
            {"batch_mode_term_id": "sis_term_id:S26"},
            {"batch_mode_term_id": None},
            "batch_mode_term_id: you asked for sis_term_id:S26, Canvas took null.",
        ),
        (
            {"diffing_remaster_data_set": True},
            {"diffing_remaster": None},
            "diffing_remaster_data_set: you asked for true, Canvas took null.",
        ),
        (
            {"change_threshold": 10},
            {"change_threshold": 5},
            "change_threshold: you asked for 10, Canvas took 5.",
        ),
    ],
)
def test_what_canvas_took_otherwise_is_said(
    asked: dict[str, object], echoed: dict[str, object], sentence: str
) -> None:
    assert echo_differences(option_params(asked), echoed) == (sentence,)
