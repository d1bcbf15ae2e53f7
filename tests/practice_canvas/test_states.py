import pytest

from practice_canvas.states import ACCEPTED, WORKFLOW_STATES, workflow_state


def test_there_are_twelve_states_in_the_order_of_an_imports_life() -> None:
    assert list(WORKFLOW_STATES) == [
        "initializing",
        "created",
        "importing",
        "cleanup_batch",
        "imported",
        "imported_with_messages",
        "failed",
        "failed_with_messages",
        "aborted",
        "restoring",
        "restored",
        "partially_restored",
    ]


def test_a_state_is_found_by_its_name() -> None:
    assert {name: workflow_state(name) for name in WORKFLOW_STATES} == WORKFLOW_STATES


def test_a_poller_may_stop_at_seven_of_them() -> None:
    assert [name for name, state in WORKFLOW_STATES.items() if state.terminal] == [
        "imported",
        "imported_with_messages",
        "failed",
        "failed_with_messages",
        "aborted",
        "restored",
        "partially_restored",
    ]


def test_an_import_with_messages_is_never_called_good() -> None:
    good = {name for name, state in WORKFLOW_STATES.items() if state.good}
    assert good == {"imported", "restored", "partially_restored"}


def test_terminal_states_are_those_whose_stage_is_ended() -> None:
    for state in WORKFLOW_STATES.values():
        assert state.terminal == (state.stage == "ended")
        assert state.sentence.endswith(".")


def test_a_new_import_may_only_be_waiting() -> None:
    assert {WORKFLOW_STATES[name].stage for name in ACCEPTED} == {"queue"}


def test_an_unknown_state_is_named_in_the_error() -> None:
    with pytest.raises(LookupError, match="'exploded' is not a known workflow_state"):
        workflow_state("exploded")
