import asyncio
from threading import Event

import pytest

from helpers.errors import NoSuchThing, TokenNotAccepted
from helpers.watching.history import History
from helpers.widgets.status_panel import StatusPanel, status_panel
from tests.waiting import wait_for, wait_on
from tests.widgets import driver
from tests.widgets.scripted import ScriptedClient, message, sis_import

ENDED = sis_import("imported", 100, data={"counts": {"courses": 3, "users": 0}})


def panel_for(client: ScriptedClient, import_id: int | None = 412) -> StatusPanel:
    return status_panel(client, import_id)  # type: ignore[arg-type]


def finish(panel: StatusPanel) -> History:
    async def wait() -> History:
        return await panel

    return asyncio.run(wait())


def test_watching_ends_by_itself_and_shows_counts_messages_and_a_chart() -> None:
    bad_row = message("The section S-7 does not exist", 4)
    ended = sis_import("imported_with_messages", 100, data={"counts": {"courses": 3, "warning_count": 1}})
    panel = panel_for(ScriptedClient([sis_import(), ended], messages=[bad_row]))
    history = finish(panel)
    assert history.final and history.final.workflow_state == "imported_with_messages"
    assert "courses" in driver.text(panel) and "S-7" in driver.text(panel)
    assert 'src="data:image/svg+xml;base64,' in driver.saved(panel)
    assert panel.messages == [bad_row]


def test_check_once_polls_once() -> None:
    looks: list[int] = []
    client = ScriptedClient([sis_import("importing", 40)], on_poll=lambda: looks.append(1))
    panel = panel_for(client)
    driver.click(panel, "Check once")
    assert len(looks) == 1
    assert "importing, 40 percent" in driver.status(panel) and not panel.history.snapshots


def test_stop_does_not_wait_for_a_request_that_hangs() -> None:
    release, answered = Event(), Event()

    def hang() -> None:
        wait_on(release)
        answered.set()

    panel = panel_for(ScriptedClient([ENDED], on_poll=hang))
    panel.watch()
    driver.click(panel, "Stop", wait=False)
    assert "Stopped watching import 412." in driver.status(panel) and not answered.is_set()
    release.set()
    driver.finish(panel)
    assert not panel.history.snapshots, "the late answer must be dropped"


def buttons(panel: StatusPanel) -> list[bool]:
    """Return which of the three buttons can be clicked."""
    return [driver.enabled(panel, text) for text in ("Watch", "Check once", "Stop")]


def test_only_stop_is_enabled_while_watching() -> None:
    hang = Event()
    panel = panel_for(ScriptedClient([ENDED], on_poll=lambda: wait_on(hang)))
    panel.watch()
    assert buttons(panel) == [False, False, True]
    hang.set()
    finish(panel)
    assert buttons(panel) == [True, True, False]


@pytest.mark.parametrize(
    "error", [NoSuchThing("No such import.", "Check the id.", status=404), ValueError("odd")]
)
def test_errors_end_watching_and_are_shown(error: Exception) -> None:
    panel = panel_for(ScriptedClient([error]))
    finish(panel)
    assert driver.alerts(panel) and driver.enabled(panel, "Watch")


def test_a_token_that_expires_while_watching_is_reported() -> None:
    panel = panel_for(
        ScriptedClient([sis_import(), TokenNotAccepted("Expired.", "Make a new one.", status=401)])
    )
    assert len(finish(panel)) == 1
    assert "Expired." in driver.status(panel)


@pytest.mark.parametrize("typed", ["", "abc", "-1", "4.5"])
def test_a_text_that_is_not_an_id_is_reported(typed: str) -> None:
    panel = panel_for(ScriptedClient([ENDED]))
    driver.fill(panel, "SIS import id", typed)
    panel.watch()
    assert "is not the id" in driver.status(panel) or "Type the number" in driver.status(panel)


def test_the_last_import_is_filled_in_and_follows_new_ones() -> None:
    panel = panel_for(ScriptedClient([ENDED]), None)
    assert driver.value(panel, "SIS import id") == ""
    panel.target.remember(77)
    assert driver.value(panel, "SIS import id") == "77"


def test_the_practice_canvas_s_last_import_is_remembered_by_the_next_kernel() -> None:
    panel_for(ScriptedClient(), None).target.remember(77)
    assert driver.value(panel_for(ScriptedClient(), None), "SIS import id") == "77"


def test_the_last_import_of_a_real_canvas_is_not_stored() -> None:
    real = {"domain": "school.instructure.com", "token": "7~abcdefghijkl"}
    panel_for(ScriptedClient(**real), None).target.remember(77)  # type: ignore[arg-type]
    panel = panel_for(ScriptedClient(**real), None)  # type: ignore[arg-type]
    assert driver.value(panel, "SIS import id") == ""


def test_messages_are_escaped_and_grouped_under_their_explanation() -> None:
    many = [message(f"The section S-{n} does not exist <img src=x>", n) for n in range(2, 5)]
    panel = panel_for(ScriptedClient([sis_import("imported_with_messages", 100)], messages=many))
    finish(panel)
    assert driver.html(panel).count('class="sis-kind"') == 1
    assert "<img src=x>" not in driver.html(panel)


def drawn(panel: StatusPanel) -> list[bool]:
    """Return whether chart, result, and JSON are on the page."""
    shown = driver.html(panel)
    return [part in shown for part in ("<svg", "What Canvas counted", "sis-json")]


@pytest.mark.parametrize("typed", ["999", "no number"])
def test_an_unknown_id_clears_the_previous_import(typed: str) -> None:
    panel = panel_for(ScriptedClient([ENDED, NoSuchThing("No such import.", "Check the id.", status=404)]))
    finish(panel)
    assert drawn(panel) == [True, True, True]
    driver.fill(panel, "SIS import id", typed)
    driver.click(panel, "Check once")
    assert drawn(panel) == [False, False, False] and driver.alerts(panel)
    assert not panel.history.snapshots and "<img" not in driver.saved(panel)


def test_checking_another_import_clears_the_previous_chart() -> None:
    panel = panel_for(ScriptedClient([ENDED, sis_import("importing", 40)]))
    finish(panel)
    driver.fill(panel, "SIS import id", "413")
    driver.click(panel, "Check once")
    assert drawn(panel) == [False, False, True]


def test_checking_the_same_import_again_keeps_its_chart() -> None:
    panel = panel_for(ScriptedClient([ENDED]))
    finish(panel)
    driver.click(panel, "Check once")
    assert drawn(panel) == [True, True, True]


def test_after_a_stop_watching_continues_the_same_history() -> None:
    panel = panel_for(ScriptedClient([sis_import(), sis_import("importing", 40), ENDED]))
    panel.watch()
    wait_for(lambda: panel.history.snapshots)
    panel.stop()
    before = panel.history
    finish(panel)
    assert panel.history is before and before.final and len(before) == 3
    assert list(before.to_frame()["seconds"]) == sorted(before.to_frame()["seconds"])
    panel.watch()
    driver.finish(panel)
    assert panel.history is not before, "an import that has ended is watched anew"


def test_progress_is_read_aloud_once_and_the_end_as_well() -> None:
    spoken: list[str] = []
    states = [sis_import("importing", percent) for percent in (20, 40, 60)]
    panel = panel_for(ScriptedClient([*states, ENDED]))

    def listen(change: dict[str, str]) -> None:
        if not panel._script.busy:
            spoken.append(change["new"])

    panel._status.observe(listen, "value")
    finish(panel)
    assert "Checking" in spoken[0] and "imported, 100 percent" in spoken[-1] and len(spoken) == 2
