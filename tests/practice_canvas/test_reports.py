"""Reports without a server: how far they say they are, and what becomes of one that fails."""

import csv
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from practice_canvas.queue import queue, reports
from practice_canvas.store.store import now
from practice_canvas.store.writes import account_reports
from tests.practice_canvas.queue_world import World


def asked(world: World, **parameters: Any) -> int:
    with world.store.write() as db:
        return account_reports.create(
            db, account_id=1, user_id=1, report="sis_export_csv", parameters=parameters, now=now()
        )


def shown(world: World, report_id: int) -> dict[str, Any]:
    found = world.store.db.execute("SELECT * FROM account_reports WHERE id = ?", (report_id,)).fetchone()
    return dict(found)


def test_a_report_says_after_each_file_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[object, ...]] = []
    change = account_reports.change

    def noted(db: Any, report_id: int, values: dict[str, Any]) -> None:
        written.append((values.get("workflow_state"), values.get("progress"), values.get("message")))
        change(db, report_id, values)

    monkeypatch.setattr(account_reports, "change", noted)
    report_id = asked(world, accounts=True, users=True, courses=True)
    world.import_queue.run_due()
    names = [message.removeprefix("Writing ") for _, _, message in written[1:-1] if isinstance(message, str)]
    assert sorted(names) == ["accounts.csv", "courses.csv", "users.csv"]
    assert [progress for _, progress, _ in written] == [0, 0, 33, 66, 100]
    assert [state for state, *_ in written if state] == ["running", "complete"]
    done = shown(world, report_id)
    attachment = world.store.db.execute("SELECT * FROM attachments").fetchone()
    assert (done["attachment_id"], done["workflow_state"]) == (attachment["id"], "complete")
    assert done["started_at"] and done["ended_at"]
    assert attachment["display_name"] == f"sis_export_csv_{report_id}.zip"
    with ZipFile(world.store.files / attachment["path"]) as archive:
        assert sorted(archive.namelist()) == sorted(names)
    assert len([*world.store.files.iterdir()]) == 1, "the files in the archive are gone"


def test_one_file_is_not_packed(world: World) -> None:
    report_id = asked(world, users=True, courses=False)
    world.import_queue.run_due()
    attachment = world.store.db.execute("SELECT * FROM attachments").fetchone()
    assert attachment["display_name"] == f"sis_export_csv_{report_id}.csv"
    assert attachment["content_type"] == "text/csv"
    with (world.store.files / attachment["path"]).open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file))[0] == "user_id"


def test_a_report_without_files_or_with_a_fault_ends_with_a_message_and_the_queue_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    export = reports._export

    def broken(*given: Any) -> Path:
        monkeypatch.setattr(reports, "_export", export)
        world.store.db.execute("UPDATE accounts SET name = 'half a change'")
        raise RuntimeError("secret detail")

    monkeypatch.setattr(reports, "_export", broken)
    ids = [asked(world), asked(world, users=True), asked(world, users=True)]
    world.import_queue.run_due()
    found = [shown(world, report_id) for report_id in ids]
    assert [one["workflow_state"] for one in found] == ["error", "error", "complete"]
    assert [one["message"] for one in found[:2]] == [reports.NOTHING_SELECTED, queue.REPORT_FAILED]
    assert all(one["ended_at"] for one in found)
    assert world.store.db.execute("SELECT name FROM accounts").fetchone()[0] == "Practice School"
    assert f"report {ids[1]} failed" in caplog.text and "secret detail" in caplog.text
