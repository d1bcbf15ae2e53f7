import asyncio
import time
from threading import Event

import pytest

from helpers.errors import NoSuchThing, TokenNotAccepted
from helpers.watching.history import History
from helpers.widgets.status_panel import StatusPanel, status_panel
from tests.widgets.scripted import ScriptedClient, message, sis_import

ENDED = sis_import("imported", 100, data={"counts": {"courses": 3, "users": 0}})


def panel_for(client: ScriptedClient, import_id: int | None = 412) -> StatusPanel:
    return status_panel(client, import_id)  # type: ignore[arg-type]


def finish(panel: StatusPanel) -> History:
    async def wait() -> History:
        return await panel

    return asyncio.run(wait())


def test_watching_ends_by_itself_with_counts_messages_and_a_still_picture() -> None:
    bad_row = message("The section S-7 does not exist", 4)
    ended = sis_import("imported_with_messages", 100, data={"counts": {"courses": 3, "warning_count": 1}})
    panel = panel_for(ScriptedClient([sis_import(), ended], messages=[bad_row]))
    history = finish(panel)
    assert history.final and history.final.workflow_state == "imported_with_messages"
    assert "courses" in panel._result.value and "S-7" in panel._result.value
    assert 'src="data:image/svg+xml;base64,' in panel._repr_mimebundle_()["text/html"]
    assert panel.messages == [bad_row]


def test_checking_once_looks_once() -> None:
    looks: list[int] = []
    client = ScriptedClient([sis_import("importing", 40)], on_poll=lambda: looks.append(1))
    panel = panel_for(client)
    panel.check()
    assert panel._job and panel._job.join(5)
    assert len(looks) == 1
    assert "importing, 40 percent" in panel._status.value and not panel.history.snapshots


def test_stop_answers_at_once_even_while_a_request_hangs() -> None:
    hang = Event()
    panel = panel_for(ScriptedClient([ENDED], on_poll=lambda: hang.wait(5) and None))
    panel.watch()
    began = time.monotonic()
    panel.stop()
    finish_was_quick = time.monotonic() - began < 0.5
    hang.set()
    assert panel._job and panel._job.join(5)
    assert finish_was_quick and "Stopped watching" in panel._status.value
    assert not panel.history.snapshots, "the late answer must be dropped"


def test_while_watching_only_stop_can_be_pressed() -> None:
    hang = Event()
    panel = panel_for(ScriptedClient([ENDED], on_poll=lambda: hang.wait(5) and None))
    panel.watch()
    assert (panel._watch.disabled, panel._once.disabled, panel._stop.disabled) == (True, True, False)
    hang.set()
    finish(panel)
    assert (panel._watch.disabled, panel._once.disabled, panel._stop.disabled) == (False, False, True)


@pytest.mark.parametrize(
    "error", [NoSuchThing("No such import.", "Check the id.", status=404), ValueError("odd")]
)
def test_faults_end_the_watching_with_a_sentence(error: Exception) -> None:
    panel = panel_for(ScriptedClient([error]))
    finish(panel)
    assert 'role="alert"' in panel._status.value and not panel._watch.disabled


def test_a_token_that_stops_working_meanwhile_is_told() -> None:
    panel = panel_for(
        ScriptedClient([sis_import(), TokenNotAccepted("Expired.", "Make a new one.", status=401)])
    )
    assert len(finish(panel)) == 1
    assert "Expired." in panel._status.value


@pytest.mark.parametrize("typed", ["", "abc", "-1", "4.5"])
def test_what_is_no_id_is_told(typed: str) -> None:
    panel = panel_for(ScriptedClient([ENDED]))
    panel._id.value = typed
    panel.watch()
    assert "is not the id" in panel._status.value or "Type the number" in panel._status.value


def test_the_last_import_is_filled_in_and_follows_new_ones() -> None:
    panel = panel_for(ScriptedClient([ENDED]), None)
    assert panel._id.value == ""
    panel.target.remember(77)
    assert panel._id.value == "77"


def test_the_practice_canvas_s_last_import_is_remembered_by_the_next_kernel() -> None:
    panel_for(ScriptedClient(), None).target.remember(77)
    assert panel_for(ScriptedClient(), None)._id.value == "77"


def test_a_real_canvas_leaves_nothing_behind() -> None:
    real = {"domain": "school.instructure.com", "token": "7~abcdefghijkl"}
    panel_for(ScriptedClient(**real), None).target.remember(77)  # type: ignore[arg-type]
    assert panel_for(ScriptedClient(**real), None)._id.value == ""  # type: ignore[arg-type]


def test_messages_are_escaped_and_grouped_under_their_explanation() -> None:
    many = [message(f"The section S-{n} does not exist <img src=x>", n) for n in range(2, 5)]
    panel = panel_for(ScriptedClient([sis_import("imported_with_messages", 100)], messages=many))
    finish(panel)
    assert panel._result.value.count("<details") == 1
    assert "<img src=x>" not in panel._result.value


def drawn(panel: StatusPanel) -> list[bool]:
    """Say of chart, result and JSON whether they are on the page."""
    return [bool(panel._chart.value), bool(panel._result.value), bool(panel._json.parts)]


@pytest.mark.parametrize("typed", ["999", "no number"])
def test_an_id_that_finds_nothing_leaves_nothing_of_the_import_before(typed: str) -> None:
    panel = panel_for(ScriptedClient([ENDED, NoSuchThing("No such import.", "Check the id.", status=404)]))
    finish(panel)
    assert drawn(panel) == [True, True, True]
    panel._id.value = typed
    panel.check()
    assert panel._job and panel._job.join(5)
    assert drawn(panel) == [False, False, False] and 'role="alert"' in panel._status.value
    assert not panel.history.snapshots and "<img" not in panel._repr_mimebundle_()["text/html"]


def test_checking_another_import_takes_the_chart_of_the_one_before_away() -> None:
    panel = panel_for(ScriptedClient([ENDED, sis_import("importing", 40)]))
    finish(panel)
    panel._id.value = "413"
    panel.check()
    assert panel._job and panel._job.join(5)
    assert drawn(panel) == [False, False, True]


def test_checking_the_same_import_again_keeps_its_chart() -> None:
    panel = panel_for(ScriptedClient([ENDED]))
    finish(panel)
    panel.check()
    assert panel._job and panel._job.join(5)
    assert drawn(panel) == [True, True, True]
