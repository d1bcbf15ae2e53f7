"""A learner's panels and the trainer's page reach each other: a raised hand, and an announcement."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.client import seats
from helpers.widgets.connect_panel import ConnectPanel
from helpers.widgets.status_panel import StatusPanel
from tests.room.classes import TrainerBrowser
from tests.room.rooms import Room, open_room
from tests.waiting import wait_for
from tests.widgets import driver


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """A room of one seat, which is the one that this process uses."""
    with open_room(tmp_path / "home", "--seats", "1") as opened:
        monkeypatch.setenv("CANVAS_DOMAIN", opened.seats[0].url)
        monkeypatch.setenv("CANVAS_API_TOKEN", opened.seats[0].token)
        seats.leave()
        yield opened
        seats.leave()


def test_a_hand_and_an_announcement(room: Room) -> None:
    trainer, panel = TrainerBrowser(room), ConnectPanel()
    watching = StatusPanel(panel.target)
    driver.click(panel, "Raise your hand")
    panel.finish()
    assert "Your hand is up" in driver.last_line(panel)
    assert "Hand up" in trainer.get().body.decode()
    driver.click(panel, "Lower your hand")
    panel.finish()
    assert "Hand up" not in trainer.get().body.decode() and "hand is up" not in driver.html(panel)

    trainer.act("announce", typed="Break <until> 10:45")
    wait_for(lambda: "✔</span> Announced" in trainer.get().body.decode())
    driver.click(panel, "Connect")
    panel.finish()
    for each in (panel, watching):
        assert "From your trainer:</b> Break &lt;until&gt; 10:45" in driver.html(each)
    assert panel.target.listener is panel, "screen readers read it where the learner is"
    trainer.act("take_down")
    wait_for(lambda: "taken down" in trainer.get().body.decode())
    import_id = room.seats[0].post_csv("course_id,short_name,long_name,status\nX,X,X,active\n").json["id"]
    panel.target.remember(import_id)
    panel.target.ask_trainer(watching)
    assert "From your trainer" not in driver.html(panel) + driver.html(watching)


def test_without_a_room_there_is_no_hand_to_raise() -> None:
    from tests.widgets.scripted import ScriptedClient

    panel = ConnectPanel(lambda domain, token: ScriptedClient())  # type: ignore[arg-type,return-value]
    assert not driver.visible(panel, "Raise your hand")
