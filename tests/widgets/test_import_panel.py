import re
from html import unescape
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.client.models import SisImport
from helpers.errors import BadInput, ConnectionInputError, FileNotUsable, HeldBack, NotAccepted
from helpers.widgets import uploads
from helpers.widgets.import_panel import DATA, ImportPanel, import_panel
from helpers.widgets.target import Target
from tests.widgets.browser_stand_in import announce, answer, fail_to_read, upload
from tests.widgets.scripted import ScriptedClient, sis_import

COURSE = "course_id,short_name,long_name,status\nC1,C1,Course,active\n"


def panel_for(client: ScriptedClient, **options: object) -> ImportPanel:
    return import_panel(client, **options)  # type: ignore[arg-type]


def test_it_offers_the_files_of_the_lesson_and_begins_with_the_test_course() -> None:
    panel = panel_for(ScriptedClient())
    assert panel.file == DATA / "test_course.csv"
    assert "sample_school/courses.csv" in [label for label, _ in panel._choice.options]


def test_it_shows_the_first_rows_and_the_commands_without_the_token() -> None:
    panel = panel_for(ScriptedClient())
    assert "course_id" in panel._preview.value
    curl, *others = [view.value for view in panel._commands.children]
    assert "curl" in curl and "test_course.csv" in curl and len(others) == 4
    assert "practice-admin-token" not in "".join([curl, *others])


def test_send_returns_the_import_and_points_out_id_and_state() -> None:
    client = ScriptedClient()
    panel = panel_for(client, skip_deletes=True)
    assert panel.send().id == 412
    [(file, options)] = client.sent
    assert file.resolve() == DATA / "test_course.csv" and options == {"skip_deletes": True}
    assert "<mark>412</mark>" in panel._json.parts[0].value
    assert panel.target.import_id == 412


def test_the_button_sends_too_and_shows_faults_instead_of_raising() -> None:
    panel = panel_for(ScriptedClient(accepted=FileNotUsable("The file is empty.", "Choose another.")))
    panel._button.click()
    assert panel._job and panel._job.join(5)
    assert "The file is empty." in panel._status.value and panel.sis_import is None
    assert not panel._button.disabled


def test_an_import_with_an_odd_answer_is_told_and_offered_to_be_watched() -> None:
    odd = NotAccepted("Odd.", "Canvas has it as SIS import 412: do not send it again.")
    odd.import_id = 412
    panel = panel_for(ScriptedClient(accepted=odd))
    with pytest.raises(NotAccepted):
        panel.send()
    assert "do not send it again" in panel._status.value and panel.target.import_id == 412


def test_stopping_the_cell_that_sends_says_that_canvas_may_have_the_import() -> None:
    class Interrupted(ScriptedClient):
        def create_sis_import(self, *_: Any, **__: Any) -> SisImport:
            raise KeyboardInterrupt

    panel = panel_for(Interrupted())
    with pytest.raises(KeyboardInterrupt):
        panel.send()
    assert "Canvas may have received the import." in panel._status.value and not panel._button.disabled


def test_a_double_click_is_one_import(monkeypatch: pytest.MonkeyPatch) -> None:
    release = Event()
    panel = panel_for(ScriptedClient())
    monkeypatch.setattr(panel, "send", lambda: release.wait(10))
    panel._button.click()
    first = panel._job
    panel._button.click()
    assert panel._job is first
    release.set()


def test_an_unforeseen_fault_becomes_a_line_to_report() -> None:
    panel = panel_for(ScriptedClient(accepted=KeyError("<b>id</b>")))
    with pytest.raises(KeyError):
        panel.send()
    assert "Please report this line" in panel._status.value and "<b>id</b>" not in panel._status.value


def test_differences_between_asked_and_taken_are_told() -> None:
    from dataclasses import replace

    panel = panel_for(
        ScriptedClient(accepted=replace(sis_import(), differences=("batch_mode was not taken.",)))
    )
    panel.send()
    assert "batch_mode was not taken." in panel._status.value


def test_production_asks_for_the_domain_before_every_import() -> None:
    client = ScriptedClient(domain="school.instructure.com", token="7~abcdefghijkl")
    panel = panel_for(client)
    with pytest.raises(BadInput, match="did not confirm"):
        panel.send()
    panel.send(confirm="school.instructure.com")
    with pytest.raises(BadInput, match="did not confirm"):
        panel.send()
    assert len(client.sent) == 1


def test_the_confirmation_is_seen_on_production_only() -> None:
    practice = panel_for(ScriptedClient())
    real = panel_for(ScriptedClient(domain="school.instructure.com", token="7~abcdefghijkl"))
    assert practice._confirmation.layout.display == "none"
    assert real._confirmation.layout.display is None
    assert "school.instructure.com" in real._warning.value


def test_an_uploaded_file_is_kept_privately_and_leaves_the_widget() -> None:
    panel = panel_for(ScriptedClient())
    upload(panel._uploads, **{"..\\..\\mine.csv": "a,b"})
    assert panel.file and panel.file.name == "mine.csv" and panel.file.read_bytes() == b"a,b"
    assert panel.file.parent.stat().st_mode & 0o077 == 0
    assert panel._uploads._field.button.value == ()


def test_the_file_before_is_dropped_as_soon_as_another_is_announced() -> None:
    client = ScriptedClient()
    panel = panel_for(client)
    upload(panel._uploads, **{"small.csv": COURSE})
    announce(panel._uploads._field, 60_000_000, **{"big.zip": ""})
    assert panel.file is None and "small.csv" not in [name for name, _ in panel._choice.options]
    assert "Receiving big.zip (60 MB)" in panel._status.value and panel._button.disabled
    assert panel._preview.value == "" and "small.csv" not in panel._commands.children[0].value
    with pytest.raises(FileNotUsable, match=re.escape("big.zip (60 MB) has not arrived yet.")):
        panel.send()
    assert client.sent == []


def test_an_upload_that_does_not_arrive_is_said_and_blocks_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PING_AFTER", (0,))
    client = ScriptedClient()
    panel = panel_for(client)
    upload(panel._uploads, **{"small.csv": COURSE})
    announce(panel._uploads._field, 60_000_000, **{"big.zip": ""})
    answer(panel._uploads)
    assert "big.zip (60 MB) did not arrive." in panel._status.value and 'role="alert"' in panel._status.value
    assert 'python start.py import "data/big.zip"' in unescape(panel._status.value)
    assert panel._button.disabled
    with pytest.raises(FileNotUsable, match="did not arrive"):
        panel.send()
    assert client.sent == []
    upload(panel._uploads, **{"small.csv": COURSE})
    assert "Ready." in panel._status.value and panel.send().id == 412
    assert [file.name for file, _ in client.sent] == ["small.csv"]


@pytest.mark.parametrize("by_code", [True, False])
def test_a_file_chosen_instead_of_a_lost_upload_is_sent(
    monkeypatch: pytest.MonkeyPatch, by_code: bool
) -> None:
    monkeypatch.setattr(uploads, "PING_AFTER", (0,))
    client = ScriptedClient()
    panel = panel_for(client)
    announce(panel._uploads._field, 60_000_000, **{"big.zip": ""})
    answer(panel._uploads)
    if by_code:
        panel.file = DATA / "sample_school" / "users.csv"
    else:
        panel._choice.value = DATA / "sample_school" / "users.csv"
    assert "Ready." in panel._status.value and not panel._button.disabled
    panel.send()
    assert [file.name for file, _ in client.sent] == ["users.csv"]


def test_a_file_that_the_browser_cannot_read_blocks_import() -> None:
    panel = panel_for(ScriptedClient())
    fail_to_read(panel._uploads._field)
    assert panel.file is None and panel._button.disabled
    assert "The browser cannot read the file that you selected." in panel._status.value


@pytest.mark.parametrize("name", ["gone.csv", "folder"])
def test_a_file_that_cannot_be_read_is_told_before_sending(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    panel = panel_for(ScriptedClient())
    panel.file = tmp_path / name
    assert name in panel._status.value and 'role="alert"' in panel._status.value


def test_without_a_connection_it_says_what_to_do() -> None:
    panel = ImportPanel(Target())
    assert "Press Connect" in panel._status.value
    with pytest.raises(ConnectionInputError):
        panel.send()


def after_a_failed_import() -> ScriptedClient:
    """A client of a test Canvas, where the guards are strict."""
    failed = [sis_import("failed", id=7)]
    return ScriptedClient(domain="uni.test.instructure.com", token="7~abcdefghijkl", seen=failed)


def test_a_guard_that_holds_back_offers_a_box_to_send_all_the_same() -> None:
    client = after_a_failed_import()
    panel = panel_for(client)
    assert panel._waiver.layout.display == "none"
    with pytest.raises(HeldBack):
        panel.send()
    assert "ended failed" in panel._status.value and panel._waiver.layout.display is None
    assert panel._waiver.value is False and "last_import" in panel._waiver.description
    panel._waiver.value = True
    assert panel.send().id == 412
    assert panel._waiver.layout.display == "none" and panel._waiver.value is False


def test_a_box_ticked_for_one_guard_waives_no_other() -> None:
    client = after_a_failed_import()
    panel = panel_for(client, batch_mode=True, batch_mode_term_id="1")
    with pytest.raises(HeldBack, match="not rehearsed"):
        panel.send()
    panel._waiver.value = True
    with pytest.raises(HeldBack, match="ended failed"):
        panel.send()
    assert panel.send(waive=["rehearsal", "last_import"]).id == 412


def test_a_rehearsal_handed_over_lets_a_full_batch_go() -> None:
    rehearsed = SimpleNamespace(objection=lambda plan, domain: None)
    client = ScriptedClient()
    import_panel(client, rehearsed=rehearsed, batch_mode=True, batch_mode_term_id="1").send()  # type: ignore[arg-type]
    [(_, options)] = client.sent
    assert options == {"batch_mode": True, "batch_mode_term_id": "1"}


def test_no_box_is_offered_for_what_cannot_be_waived() -> None:
    panel = panel_for(ScriptedClient(domain="school.instructure.com", token="7~abcdefghijkl"))
    with pytest.raises(HeldBack):
        panel.send()
    assert panel._waiver.layout.display == "none"


def test_notes_about_the_import_are_told() -> None:
    from dataclasses import replace

    panel = panel_for(ScriptedClient(accepted=replace(sis_import(), notes=("2 imports are ahead of you.",))))
    panel.send()
    assert "2 imports are ahead of you." in panel._status.value


def test_another_file_takes_away_the_answer_about_the_one_before() -> None:
    panel = panel_for(ScriptedClient())
    panel.send()
    panel.file = DATA / "sample_school" / "users.csv"
    assert panel._json.parts == () and panel._json.box.layout.display == "none"
    assert "Accepted" not in panel._status.value and "Ready." in panel._status.value


def test_another_file_needs_its_own_waiver() -> None:
    panel = panel_for(after_a_failed_import())
    with pytest.raises(HeldBack):
        panel.send()
    panel._waiver.value = True
    panel.file = DATA / "sample_school" / "users.csv"
    assert panel._waiver.layout.display == "none"
    with pytest.raises(HeldBack):
        panel.send()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("notes.txt", b"a,b\n1,2\n", "neither a .csv nor a .zip"),
        ("empty.csv", b"", "is empty"),
        ("photo.csv", b"\x89PNG\r\n", "holds a picture"),
        ("fake.zip", b"a,b\n", "not a zip archive"),
    ],
)
def test_a_file_that_cannot_be_sent_is_refused_when_it_is_chosen(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    panel = panel_for(ScriptedClient())
    panel.file = tmp_path / name
    assert told in panel._status.value and "Ready." not in panel._status.value
    assert panel._button.disabled
    panel.file = DATA / "test_course.csv"
    assert "Ready." in panel._status.value and not panel._button.disabled
