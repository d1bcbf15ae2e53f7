from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.models import SisImport
from helpers.errors import BadInput, CanvasError, DeadlinePassed, NoSuchThing
from helpers.repair import abort, restore, restore_preview
from helpers.repair.restore import RestorePreview
from tests.fake_server import FakeCanvas, Reply
from tests.messages.material import client_of, ended, written
from tests.practice_server import Server

COURSES = "course_id,short_name,long_name,term_id,status\n"
BATCH = {"batch_mode": True, "batch_mode_term_id": "sis_term_id:T1", "change_threshold": 100}
NOW = datetime(2026, 2, 20, tzinfo=UTC)
STATISTICS = {
    "total_state_changes": 9,
    "Course": {"created": 2, "restored": 1, "concluded": 3, "deleted": 1},
    "Enrollment": {"created": 0, "deleted": 4, "concluded": 0, "deactivated": 5},
}


def sis_import(**more: Any) -> SisImport:
    text = {"ended_at": "2026-02-03T09:15:04Z", "statistics": STATISTICS, **more}
    return SisImport(412, text.pop("workflow_state", "imported"), 100, **text)


def test_everything_that_changed_state_is_reported() -> None:
    assert restore_preview(sis_import(), now=NOW).will == (
        ("courses", "restored", 1),
        ("courses", "reopened", 3),
        ("courses", "deleted", 2),
        ("courses", "deleted or concluded again", 1),
        ("enrollments", "restored", 4),
        ("enrollments", "reactivated", 5),
    )


def test_a_choice_narrows_it() -> None:
    deleted = restore_preview(sis_import(), undelete_only=True, now=NOW)
    concluded = restore_preview(sis_import(), unconclude_only=True, now=NOW)
    cleaned = restore_preview(sis_import(), batch_mode=True, now=NOW)
    assert deleted.will == (("courses", "restored", 1), ("enrollments", "restored", 4))
    assert concluded.will == (("courses", "reopened", 3),)
    assert "deleted" not in {what for _, what, _ in cleaned.will} and "upper limits" in str(cleaned)


def test_what_does_not_come_back_is_reported_as_text_and_as_table() -> None:
    preview = restore_preview(sis_import(), now=NOW)
    assert "only states are restored" in str(preview) and "only states are restored" in preview._repr_html_()
    assert '<th scope="col">' in preview._repr_html_()


def test_a_preview_of_nothing_says_so_as_text_and_as_table() -> None:
    preview = RestorePreview(7, (), ())
    assert "nothing to restore" in str(preview) and "<td>none</td>" in preview._repr_html_()


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"ended_at": "2026-01-02T09:15:04Z"}, "more than 30 days ago"),
        ({"workflow_state": "partially_restored"}, "already partially_restored"),
        ({"statistics": {}}, "nothing to restore"),
    ],
)
def test_why_nothing_may_come_back_is_reported(more: dict[str, Any], text: str) -> None:
    assert text in str(restore_preview(sis_import(**more), now=NOW))


@pytest.mark.parametrize("more", [{"ended_at": None}, {"both": True}])
def test_what_cannot_be_asked_is_reported(more: dict[str, Any]) -> None:
    both = {"undelete_only": True, "unconclude_only": True} if more.pop("both", False) else {}
    with pytest.raises(BadInput):
        restore_preview(sis_import(**more), **both, now=NOW)


def courses(folder: Path, *ids: str) -> Path:
    return written(folder, COURSES + "".join(f"{sis_id},c,Course,T1,active\n" for sis_id in ids), "c.csv")


def term_wiped_by_half_a_file(client: CanvasClient, folder: Path) -> SisImport:
    ended(client, written(folder, "term_id,name,status\nT1,Term,active\n", "t.csv"))
    ended(client, courses(folder, "C1", "C2", "C3"))
    return ended(client, courses(folder, "C1"), **BATCH)


def test_what_the_preview_promises_comes_back(canvas: Server, tmp_path: Path) -> None:
    client = client_of(canvas)
    wiped = term_wiped_by_half_a_file(client, tmp_path)
    assert restore_preview(wiped).will == (("courses", "restored", 2),)
    done = restore(client, wiped.id, undelete_only=True, sleep=lambda _: None)
    assert (done.workflow_state, done.statistics["Course"]["restored"]) == ("partially_restored", 2)
    assert canvas.get("/api/v1/courses/sis_course_id:C3").json["workflow_state"] != "deleted"


def test_restoring_refuses_both_choices_before_asking(canvas: Server) -> None:
    with pytest.raises(BadInput):
        restore(client_of(canvas), 1, undelete_only=True, unconclude_only=True)


def test_a_restoring_without_an_end_is_left_alone() -> None:
    class Endless:
        def restore_states(self, import_id: int, **_: Any) -> dict[str, Any]:
            return {"id": 5, "workflow_state": "queued"}

        def get(self, path: str) -> dict[str, Any]:
            return {"id": 5, "workflow_state": "running"}

    slept: list[float] = []
    with pytest.raises(DeadlinePassed) as caught:
        restore(Endless(), 412, sleep=slept.append, deadline=2)  # type: ignore[arg-type]
    assert "do not restore it again" in caught.value.fix
    assert sum(slept) == 2 and "after 2 seconds" in str(caught.value)


@pytest.mark.parametrize(
    "progress", [Reply({"id": 5, "workflow_state": "queued"}), Reply({"workflow_state": "queued"})]
)
def test_a_restoring_that_cannot_be_watched_is_not_asked_for_again(
    fake_canvas: FakeCanvas, progress: Reply
) -> None:
    fake_canvas.script(progress, Reply("", 503))
    client = CanvasClient(Connection(fake_canvas.url, "7~token"), sleep=lambda _: None)
    with pytest.raises(CanvasError) as caught:
        restore(client, 412, sleep=lambda _: None)
    assert caught.value.may_have_worked
    assert "do not restore it again. Check SIS import 412 later." in caught.value.fix


def test_an_import_that_waits_is_stopped_before_it_begins(canvas: Server, tmp_path: Path) -> None:
    client = client_of(canvas)
    canvas.send("POST", "/practice/scenarios/stuck_in_created", b"")
    sent = client.create_sis_import(courses(tmp_path, "C1"))
    stopped = abort(client, sent.id)
    canvas.send("DELETE", "/practice/scenarios", b"")
    assert stopped.sis_import.workflow_state == "aborted" and "nothing changed" in str(stopped)


def test_what_an_abort_leaves_behind_is_reported(canvas: Server, tmp_path: Path) -> None:
    client = client_of(canvas)
    text = courses(tmp_path, *(f"C{n}" for n in range(500))).read_text(encoding="utf-8")
    assert "stay applied" in abort(client, canvas.run_midway(text))._repr_html_()


def test_an_import_that_has_ended_cannot_be_stopped(canvas: Server, tmp_path: Path) -> None:
    client = client_of(canvas)
    done = ended(client, written(tmp_path, "term_id,name,status\nT1,Term,active\n", "t.csv"))
    with pytest.raises(NoSuchThing):
        abort(client, done.id)
