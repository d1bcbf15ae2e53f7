import re
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.client import request_plans
from helpers.client.commands import COMMANDS
from helpers.client.connection import Connection
from helpers.client.models import SisImport
from helpers.client.request_plans import RequestPlan
from helpers.errors import BadInput, ConnectionInputError, FileNotUsable, HeldBack, NotAccepted
from helpers.place import DATA
from helpers.widgets import import_panel as module
from helpers.widgets import uploads
from helpers.widgets.import_panel import ImportPanel, import_panel
from helpers.widgets.target import Target
from tests.waiting import wait_on
from tests.widgets import driver
from tests.widgets.browser_stand_in import announce, fail_to_read, lose, upload
from tests.widgets.scripted import ScriptedClient, sis_import

COURSE = "course_id,short_name,long_name,status\nC1,C1,Course,active\n"


def panel_for(client: ScriptedClient, **options: object) -> ImportPanel:
    return import_panel(client, **options)  # type: ignore[arg-type]


def test_it_offers_the_files_of_the_lesson_and_begins_with_the_test_course() -> None:
    panel = panel_for(ScriptedClient())
    assert panel.file == DATA / "test_course.csv"
    assert "sample_school/courses.csv" in driver.options(panel, "File")


def test_it_shows_the_first_rows_and_the_commands_without_the_token() -> None:
    panel = panel_for(ScriptedClient())
    assert "First rows of test_course.csv" in driver.html(panel)
    assert all(f'aria-label="{name}"' in driver.html(panel) for name in COMMANDS)
    assert "curl" in driver.text(panel) and "practice-admin-token" not in driver.html(panel)


def test_send_returns_the_import_and_points_out_id_and_state() -> None:
    client = ScriptedClient()
    panel = panel_for(client, skip_deletes=True)
    assert panel.send().id == 412
    [plan] = client.sent
    assert plan.file and plan.file.resolve() == DATA / "test_course.csv"
    assert ("skip_deletes", "true") in plan.params
    assert "<mark>412</mark>" in driver.html(panel)
    assert panel.target.import_id == 412


def test_the_plan_that_is_shown_is_checked_once_and_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[Path] = []
    shown: list[RequestPlan] = []

    def write(plan: RequestPlan, connection: Connection) -> str:
        shown.append(plan)
        return "a command"

    monkeypatch.setattr(request_plans, "check_file", checked.append)
    monkeypatch.setattr(module, "COMMANDS", dict.fromkeys(COMMANDS, write))
    client = ScriptedClient()
    panel = panel_for(client)
    panel.send()
    assert len(checked) == 1 and len(shown) == len(COMMANDS)
    assert all(plan is client.sent[0] for plan in shown)


def test_a_large_file_is_shown_and_sent_in_three_requests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(request_plans, "MOST_IN_ONE_REQUEST", 10)
    (tmp_path / "large.csv").write_text(COURSE, encoding="utf-8")
    client = ScriptedClient()
    panel = panel_for(client, file=tmp_path / "large.csv")
    assert "Three requests" in driver.text(panel) and "UPLOAD_URL" in driver.text(panel)
    panel.send()
    assert client.sent[0].announced


def test_the_button_also_sends_and_shows_errors_instead_of_raising() -> None:
    panel = panel_for(ScriptedClient(accepted=FileNotUsable("The file is empty.", "Choose another.")))
    driver.click(panel, "Import")
    assert "The file is empty." in driver.status(panel) and panel.sis_import is None
    assert driver.enabled(panel, "Import")


def test_after_an_unexpected_answer_the_import_can_be_watched() -> None:
    odd = NotAccepted("Odd.", "Canvas has it as SIS import 412: do not send it again.")
    odd.import_id = 412
    panel = panel_for(ScriptedClient(accepted=odd))
    with pytest.raises(NotAccepted):
        panel.send()
    assert "do not send it again" in driver.status(panel) and panel.target.import_id == 412


def test_stopping_the_cell_that_sends_says_that_canvas_may_have_the_import() -> None:
    class Interrupted(ScriptedClient):
        def send_import(self, *_: Any, **__: Any) -> SisImport:
            raise KeyboardInterrupt

    panel = panel_for(Interrupted())
    with pytest.raises(KeyboardInterrupt):
        panel.send()
    assert "Canvas may have received the import." in driver.status(panel) and driver.enabled(panel, "Import")


class SlowClient(ScriptedClient):
    """Sends an import only when it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.release = Event(), Event()

    def send_import(self, *plans: Any, **given: Any) -> SisImport:
        self.asked.set()
        wait_on(self.release)
        return super().send_import(*plans, **given)


def test_a_double_click_is_one_import() -> None:
    client = SlowClient()
    panel = panel_for(client)
    button = driver.control(panel, "Import")
    button.click()
    button.click()
    client.release.set()
    driver.finish(panel)
    assert len(client.sent) == 1


def test_a_file_selected_during_an_import_keeps_the_button_disabled_until_it_arrives() -> None:
    client = SlowClient()
    panel = panel_for(client)
    driver.click(panel, "Import", wait=False)
    wait_on(client.asked)
    selected = announce(driver.uploads(panel), **{"mine.csv": COURSE})
    client.release.set()
    driver.finish(panel)
    assert not driver.enabled(panel, "Import")
    selected.deliver()
    assert driver.enabled(panel, "Import")


def test_a_file_chosen_during_an_import_does_not_enable_the_button() -> None:
    client = SlowClient()
    panel = panel_for(client)
    driver.click(panel, "Import", wait=False)
    wait_on(client.asked)
    panel.file = DATA / "sample_school" / "terms.csv"
    assert not driver.enabled(panel, "Import")
    client.release.set()
    driver.finish(panel)
    assert driver.enabled(panel, "Import")


def test_a_click_that_was_on_its_way_to_a_disabled_button_sends_nothing() -> None:
    client = ScriptedClient()
    panel = panel_for(client)
    selected = announce(driver.uploads(panel), **{"mine.csv": COURSE})
    driver.control(panel, "Import").click()
    driver.finish(panel)
    assert "Receiving mine.csv" in driver.status(panel)
    selected.deliver()
    assert client.sent == []


def test_an_unexpected_error_becomes_a_line_to_report() -> None:
    panel = panel_for(ScriptedClient(accepted=KeyError("<b>id</b>")))
    with pytest.raises(KeyError):
        panel.send()
    assert "Please report this line" in driver.status(panel) and "<b>id</b>" not in driver.html(panel)


def test_differences_from_the_requested_options_are_shown() -> None:
    from dataclasses import replace

    panel = panel_for(
        ScriptedClient(accepted=replace(sis_import(), differences=("batch_mode was not taken.",)))
    )
    panel.send()
    assert "batch_mode was not taken." in driver.status(panel)


def test_production_asks_for_the_domain_before_every_import() -> None:
    client = ScriptedClient(domain="school.instructure.com", token="7~abcdefghijkl")
    panel = panel_for(client)
    with pytest.raises(BadInput, match="did not confirm"):
        panel.send()
    panel.send(confirm="school.instructure.com")
    with pytest.raises(BadInput, match="did not confirm"):
        panel.send()
    assert len(client.sent) == 1


def test_the_confirmation_is_visible_on_production_only() -> None:
    practice = panel_for(ScriptedClient())
    real = panel_for(ScriptedClient(domain="school.instructure.com", token="7~abcdefghijkl"))
    assert not driver.visible(practice, "Confirm") and driver.visible(real, "Confirm")
    assert "school.instructure.com is a production Canvas." in driver.text(real)


def test_an_uploaded_file_is_kept_privately_and_leaves_the_widget() -> None:
    panel = panel_for(ScriptedClient())
    upload(driver.uploads(panel), **{"..\\..\\mine.csv": "a,b"})
    assert panel.file and panel.file.name == "mine.csv" and panel.file.read_bytes() == b"a,b"
    assert panel.file.parent.stat().st_mode & 0o077 == 0
    assert "a,b" not in str(driver.uploads(panel).view.get_state())


def test_the_file_before_is_dropped_as_soon_as_another_is_announced() -> None:
    client = ScriptedClient()
    panel = panel_for(client)
    upload(driver.uploads(panel), **{"small.csv": COURSE})
    announce(driver.uploads(panel), 60_000_000, **{"big.zip": ""})
    assert panel.file is None and "small.csv" not in driver.options(panel, "File")
    assert "Receiving big.zip (60 MB)" in driver.status(panel) and not driver.enabled(panel, "Import")
    assert "small.csv" not in driver.html(panel)
    with pytest.raises(FileNotUsable, match=re.escape("big.zip (60 MB) has not arrived yet.")):
        panel.send()
    assert client.sent == []


def test_an_upload_that_does_not_arrive_is_reported_and_blocks_the_import(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0)
    client = ScriptedClient()
    panel = panel_for(client)
    upload(driver.uploads(panel), **{"small.csv": COURSE})
    announce(driver.uploads(panel), 60_000_000, **{"big.zip": ""})
    lose(driver.uploads(panel))
    assert "big.zip (60 MB) did not arrive." in driver.status(panel) and driver.alerts(panel)
    assert 'python start.py import "data/big.zip"' in driver.status(panel)
    assert not driver.enabled(panel, "Import")
    with pytest.raises(FileNotUsable, match="did not arrive"):
        panel.send()
    assert client.sent == []
    upload(driver.uploads(panel), **{"small.csv": COURSE})
    assert "Ready." in driver.status(panel) and panel.send().id == 412
    assert [plan.file and plan.file.name for plan in client.sent] == ["small.csv"]


@pytest.mark.parametrize("by_code", [True, False])
def test_a_file_chosen_instead_of_a_lost_upload_is_sent(
    monkeypatch: pytest.MonkeyPatch, by_code: bool
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0)
    client = ScriptedClient()
    panel = panel_for(client)
    announce(driver.uploads(panel), 60_000_000, **{"big.zip": ""})
    lose(driver.uploads(panel))
    if by_code:
        panel.file = DATA / "sample_school" / "users.csv"
    else:
        driver.choose(panel, "File", "sample_school/users.csv")
    assert "Ready." in driver.status(panel) and driver.enabled(panel, "Import")
    panel.send()
    assert [plan.file and plan.file.name for plan in client.sent] == ["users.csv"]


def test_a_file_that_the_browser_cannot_read_blocks_import() -> None:
    panel = panel_for(ScriptedClient())
    fail_to_read(driver.uploads(panel), **{"open.csv": COURSE})
    assert panel.file is None and not driver.enabled(panel, "Import")
    assert "cannot be read by the browser" in driver.status(panel) and "open.csv" in driver.status(panel)


@pytest.mark.parametrize("name", ["gone.csv", "folder"])
def test_a_file_that_cannot_be_read_is_reported_before_sending(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    panel = panel_for(ScriptedClient())
    panel.file = tmp_path / name
    assert name in driver.status(panel) and driver.alerts(panel)


def test_without_a_connection_it_says_what_to_do() -> None:
    panel = ImportPanel(Target())
    assert "Press Connect" in driver.status(panel)
    with pytest.raises(ConnectionInputError):
        panel.send()


def after_a_failed_import() -> ScriptedClient:
    """A client of a test Canvas, where the guards are strict."""
    failed = [sis_import("failed", id=7)]
    return ScriptedClient(domain="uni.test.instructure.com", token="7~abcdefghijkl", seen=failed)


def test_a_guard_that_holds_back_offers_a_box_to_send_all_the_same() -> None:
    client = after_a_failed_import()
    panel = panel_for(client)
    assert not driver.visible(panel, "I have read this")
    with pytest.raises(HeldBack):
        panel.send()
    assert "ended failed" in driver.status(panel) and driver.visible(panel, "I have read this")
    assert driver.value(panel, "I have read this. Send it anyway (waive last_import)") is False
    driver.fill(panel, "I have read this", True)
    assert panel.send().id == 412
    assert not driver.visible(panel, "I have read this")


def test_a_box_ticked_for_one_guard_waives_no_other() -> None:
    client = after_a_failed_import()
    panel = panel_for(client, batch_mode=True, batch_mode_term_id="1")
    with pytest.raises(HeldBack, match="not rehearsed"):
        panel.send()
    driver.fill(panel, "I have read this", True)
    with pytest.raises(HeldBack, match="ended failed"):
        panel.send()
    assert panel.send(waive=["rehearsal", "last_import"]).id == 412


def test_a_rehearsal_handed_over_lets_a_full_batch_go() -> None:
    rehearsed = SimpleNamespace(objection=lambda plan, domain: None)
    client = ScriptedClient()
    import_panel(client, rehearsed=rehearsed, batch_mode=True, batch_mode_term_id="1").send()  # type: ignore[arg-type]
    [plan] = client.sent
    assert {("batch_mode", "true"), ("batch_mode_term_id", "1")} <= set(plan.params)


def test_no_box_is_offered_for_what_cannot_be_waived() -> None:
    panel = panel_for(ScriptedClient(domain="school.instructure.com", token="7~abcdefghijkl"))
    with pytest.raises(HeldBack):
        panel.send()
    assert not driver.visible(panel, "I have read this")


def test_notes_about_the_import_are_shown() -> None:
    from dataclasses import replace

    panel = panel_for(ScriptedClient(accepted=replace(sis_import(), notes=("2 imports are ahead of you.",))))
    panel.send()
    assert "2 imports are ahead of you." in driver.status(panel)


def test_choosing_another_file_clears_the_previous_answer() -> None:
    panel = panel_for(ScriptedClient())
    panel.send()
    panel.file = DATA / "sample_school" / "users.csv"
    assert "<mark>" not in driver.html(panel)
    assert "Accepted" not in driver.status(panel) and "Ready." in driver.status(panel)


def test_another_file_needs_its_own_waiver() -> None:
    panel = panel_for(after_a_failed_import())
    with pytest.raises(HeldBack):
        panel.send()
    driver.fill(panel, "I have read this", True)
    panel.file = DATA / "sample_school" / "users.csv"
    assert not driver.visible(panel, "I have read this")
    with pytest.raises(HeldBack):
        panel.send()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("notes.txt", b"a,b\n1,2\n", "neither a .csv nor a .zip"),
        ("empty.csv", b"", "is empty"),
        ("photo.csv", b"\x89PNG\r\n", "contains a picture"),
        ("fake.zip", b"a,b\n", "not a zip archive"),
    ],
)
def test_a_file_that_cannot_be_sent_is_refused_when_it_is_chosen(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    panel = panel_for(ScriptedClient())
    panel.file = tmp_path / name
    assert reason in driver.status(panel) and "Ready." not in driver.status(panel)
    assert not driver.enabled(panel, "Import")
    panel.file = DATA / "test_course.csv"
    assert "Ready." in driver.status(panel) and driver.enabled(panel, "Import")


def test_files_with_a_fault_are_apart_and_equal_names_differ(tmp_path: Path) -> None:
    panel = panel_for(ScriptedClient())
    mine = tmp_path / "mine" / "test_course.csv"
    mine.parent.mkdir()
    mine.write_text(COURSE, encoding="utf-8")
    panel.file = mine
    names = driver.options(panel, "File")
    assert names[:2] == ["mine/test_course.csv", "test_course.csv"]
    between = next(place for place, name in enumerate(names) if "files with a fault" in name)
    assert [name.startswith("broken/") for name in names] == [n > between for n in range(len(names))]
    driver.choose(panel, "File", names[between])
    assert not driver.enabled(panel, "Import") and "No file is selected" in driver.status(panel)
