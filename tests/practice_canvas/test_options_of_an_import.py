"""What an import stores of its parameters, what is refused, and the settings of the practice Canvas."""

from pathlib import Path
from typing import Any

import pytest

from practice_canvas.api import controls
from practice_canvas.api.errors import ApiError
from practice_canvas.api.params import Params
from practice_canvas.api.sis_import_options import (
    batch_mode_term,
    check_identifier,
    import_options,
    refusal,
)
from practice_canvas.store.store import Store


def stored(term_id: int | None, /, **given: str) -> dict[str, Any]:
    """Return the options that differ from those of a request without any."""
    plain, found = import_options(Params([]), None), import_options(Params(given.items()), term_id)
    assert plain.keys() == found.keys()
    return {name: value for name, value in found.items() if value != plain[name]}


def test_without_parameters_nothing_is_on() -> None:
    plain = import_options(Params([]), None)
    assert {name for name, value in plain.items() if value is not None} == {
        "skip_deletes",
        "update_sis_id_if_login_claimed",
    }
    assert not any(plain.values())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"skip_deletes": "1"}, {"skip_deletes": True}),
        ({"update_sis_id_if_login_claimed": "true"}, {"update_sis_id_if_login_claimed": True}),
        ({"add_sis_stickiness": "1", "clear_sis_stickiness": "1"}, {}),
        (
            {"override_sis_stickiness": "1", "add_sis_stickiness": "1", "clear_sis_stickiness": "0"},
            {"override_sis_stickiness": True, "add_sis_stickiness": True},
        ),
        ({"multi_term_batch_mode": "1"}, {"batch_mode": True, "multi_term_batch_mode": True}),
        ({"multi_term_batch_mode": "0"}, {"batch_mode": True}),
        (
            {"diffing_data_set_identifier": " all "},
            {"diffing_data_set_identifier": "all", "diffing_remaster": False},
        ),
        (
            {"diffing_data_set_identifier": "all", "diffing_remaster_data_set": "1"},
            {"diffing_data_set_identifier": "all", "diffing_remaster": True},
        ),
        ({"diffing_remaster_data_set": "1"}, {}),
        ({"diffing_data_set_identifier": "all", "multi_term_batch_mode": "0"}, {"batch_mode": True}),
        ({"diffing_drop_status": "completed"}, {"diffing_drop_status": "completed"}),
        ({"change_threshold": "0"}, {"change_threshold": 0}),
        ({"change_threshold": "50%"}, {"change_threshold": 50}),
        ({"change_threshold": " "}, {}),
        ({"diff_row_count_threshold": "1"}, {"diff_row_count_threshold": 1}),
        ({"diff_row_count_threshold": "0"}, {}),
        ({"diff_row_count_threshold": "-1"}, {}),
    ],
)
def test_what_is_stored_of_a_parameter(given: dict[str, str], expected: dict[str, Any]) -> None:
    assert stored(None, **given) == expected


def test_batch_mode_is_stored_with_its_term() -> None:
    expected = {"batch_mode": True, "batch_mode_term_id": 7}
    assert stored(7, batch_mode="1", diffing_data_set_identifier="all") == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ""),
        ({"multi_term_batch_mode": "1"}, "needs change_threshold"),
        ({"multi_term_batch_mode": "1", "change_threshold": "0"}, ""),
        ({"diffing_user_remove_status": "suspended"}, ""),
        ({"diffing_user_remove_status": "inactive"}, "diffing_user_remove_status cannot be 'inactive'"),
        ({"diffing_drop_status": "suspended"}, "diffing_drop_status cannot be 'suspended'"),
        ({"batch_mode_enrollment_drop_status": "gone"}, "deleted, completed, inactive, deleted_last_"),
    ],
)
def test_which_options_are_refused(given: dict[str, str], said: str) -> None:
    params = Params(given.items())
    refused = refusal(params, import_options(params, None))
    assert said in refused.body["message"] if refused else not said


def test_an_identifier_may_be_as_long_as_the_limit() -> None:
    check_identifier(Params([]))
    check_identifier(Params([("diffing_data_set_identifier", "x" * 128)]))
    with pytest.raises(ApiError, match="longer than 128 characters"):
        check_identifier(Params([("diffing_data_set_identifier", "x" * 129)]))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, None),
        ({"batch_mode_term_id": "1"}, None),
        ({"batch_mode": "1", "batch_mode_term_id": "1"}, 1),
        ({"batch_mode": "1", "batch_mode_term_id": "99"}, 404),
        ({"batch_mode": "1"}, 400),
        ({"batch_mode": "1", "multi_term_batch_mode": "1"}, None),
    ],
)
def test_which_term_batch_mode_cleans_up(tmp_path: Path, given: dict[str, str], found: int | None) -> None:
    db = Store(tmp_path).db
    if found and found > 1:
        with pytest.raises(ApiError) as refused:
            batch_mode_term(Params(given.items()), db, 1)
        assert refused.value.status == found
    else:
        assert batch_mode_term(Params(given.items()), db, 1) == found


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("seconds_to_wait_after_abort", {"0": 0, "1.5": 1.5, "1000000": 1e6}, ["-1", "1000001", "nan", "x"]),
        ("rate_limit_full", {"600": 600}, ["-0.1", ""]),
        ("rate_limit_status", {"0": 0, "403": 403, "429": 429}, ["1", "404", ""]),
        ("pace", {"brisk": "brisk", "86400": 86400}, ["quick", "86401"]),
        ("allow_sis_import", {"true": True, "0": False}, []),
    ],
)
def test_which_values_a_setting_takes(name: str, good: dict[str, Any], bad: list[str]) -> None:
    assert {given: controls.SETTINGS[name](given) for given in good} == good
    for given in bad:
        with pytest.raises(ApiError, match="400"):
            controls.SETTINGS[name](given)
