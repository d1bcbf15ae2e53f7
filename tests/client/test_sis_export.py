"""Bringing home what Canvas holds: started, waited for, fetched, unpacked."""

import csv
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from helpers.client import sis_export
from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.request_plans import EXPORT_KINDS
from helpers.errors import (
    CanvasError,
    DeadlinePassed,
    ExportFailed,
    FileNotUsable,
    NotAllowed,
    NotUnderstood,
    UnknownOption,
)
from tests.fake_server import FakeCanvas, Reply
from tests.practice_server import Server
from tests.zips import zipped

REPORT = "/api/v1/accounts/self/reports/sis_export_csv"


def report(status: str, **more: Any) -> dict[str, Any]:
    return {"id": 5, "report": "sis_export_csv", "status": status, "progress": 0, **more}


@pytest.fixture
def client(fake_canvas: FakeCanvas) -> CanvasClient:
    return CanvasClient(Connection(fake_canvas.url, "7~abcdefgh"), sleep=lambda _: None)


def complete(fake_canvas: FakeCanvas) -> dict[str, Any]:
    return report("complete", attachment={"url": f"{fake_canvas.url}/files/1/download?verifier=x"})


def test_it_is_started_watched_and_fetched(
    client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path
) -> None:
    packed = zipped({"../terms.csv": "term_id\n", "folder/courses.csv": "course_id\n", "about.txt": "hello"})
    fake_canvas.script(
        Reply(report("created")),
        Reply(report("running", progress=40)),
        Reply(complete(fake_canvas)),
        Reply(packed),
    )
    seen: list[tuple[int, int]] = []
    folder = client.sis_export(
        tmp_path / "new",
        ["terms", "courses"],
        term=3,
        created_by_sis=True,
        progress=lambda *now: seen.append(now),
    )
    assert sorted(path.name for path in folder.iterdir()) == ["courses.csv", "terms.csv"]
    assert seen == [(0, 100), (40, 100)] and folder == tmp_path / "new"
    assert os.name == "nt" or stat.S_IMODE(folder.stat().st_mode) == 0o700
    started, *_ = fake_canvas.received
    assert started.method == "POST" and started.target.startswith(f"{REPORT}?parameters%5Bterms%5D=true")
    assert "parameters%5Bcreated_by_sis%5D=true&parameters%5Benrollment_term_id%5D=3" in started.target
    assert [request.target for request in fake_canvas.received[1:3]] == [f"{REPORT}/5"] * 2


def test_its_end_is_noticed_soon_however_long_it_took() -> None:
    waited: list[float] = []

    def ask(plan: object) -> dict[str, Any]:
        done = sum(waited) > 30
        return report("complete", attachment={"url": "/files/1"}) if done else report("running")

    sis_export.wait_for_export(ask, report("created"), "self", None, waited.append)
    late = [pause / sum(waited[:at]) for at, pause in enumerate(waited) if sum(waited[:at]) > 1]
    assert late and max(late) < 0.3


def test_one_kind_comes_as_it_is(client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path) -> None:
    fake_canvas.script(Reply(complete(fake_canvas)), Reply("term_id\nF26\n"))
    client.sis_export(tmp_path, ["terms"])
    assert (tmp_path / "terms.csv").read_text(encoding="utf-8") == "term_id\nF26\n"


@pytest.mark.parametrize("below", ["", "folder"])
def test_a_file_in_place_of_the_folder_is_said(
    client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path, below: str
) -> None:
    (tmp_path / "export").touch()
    fake_canvas.script(Reply(complete(fake_canvas)))
    with pytest.raises(FileNotUsable, match="cannot be written"):
        client.sis_export(tmp_path / "export" / below, ["terms"])


@pytest.mark.parametrize("status", ["error", "aborted", "deleted"])
def test_an_export_that_canvas_cannot_finish_is_said(
    client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path, status: str
) -> None:
    fake_canvas.script(Reply(report(status, message="out of luck")))
    with pytest.raises(ExportFailed, match=f"5 as {status}. It said: out of luck"):
        client.sis_export(tmp_path)


@pytest.mark.parametrize(
    "answer",
    [
        *[[], {}, {"status": "created"}, {**report("created"), "id": "five"}],
        *[report("complete"), report("complete", attachment={})],
    ],
)
def test_an_answer_that_is_no_report_is_said(
    client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path, answer: Any
) -> None:
    fake_canvas.script(Reply(answer))
    with pytest.raises(NotUnderstood):
        client.sis_export(tmp_path)


def test_an_archive_that_is_not_one_is_said(
    client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path
) -> None:
    fake_canvas.script(Reply(complete(fake_canvas)), Reply("not a zip"))
    with pytest.raises(NotUnderstood, match="not a zip archive"):
        client.sis_export(tmp_path)


def test_nobody_waits_for_ever(
    client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sis_export, "DEADLINE", 0.0)
    fake_canvas.script(Reply(report("running")))
    with pytest.raises(DeadlinePassed, match="still running"):
        client.sis_export(tmp_path)


def test_a_kind_that_does_not_exist_is_reported(
    client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path
) -> None:
    with pytest.raises(UnknownOption, match="no kind people"):
        client.sis_export(tmp_path, ["people"])
    assert fake_canvas.received == []


def test_the_practice_canvas_gives_every_kind(canvas: Server, tmp_path: Path) -> None:
    canvas.run_csv("course_id,short_name,long_name,status\nA,A,A,active\n")
    folder = CanvasClient(Connection(canvas.url, canvas.token)).sis_export(tmp_path)
    assert {path.stem for path in folder.iterdir()} == set(EXPORT_KINDS)
    with (folder / "courses.csv").open(encoding="utf-8", newline="") as file:
        assert [row["course_id"] for row in csv.DictReader(file)] == ["A"]
    with pytest.raises(NotAllowed):
        CanvasClient(Connection(canvas.url, "practice-no-permission-token")).sis_export(tmp_path)


ZIP = {"Content-Type": "application/zip"}
GOOD_ARCHIVE = zipped({"courses.csv": b"course_id\n" * 1000})


@pytest.mark.parametrize(
    "archive",
    [
        GOOD_ARCHIVE[:60],
        GOOD_ARCHIVE.replace(b"\x08\x00", b"\x63\x00"),  # an unknown method
        GOOD_ARCHIVE[:45] + b"\xff" * 8 + GOOD_ARCHIVE[53:],
        zipped({"n" * 300 + ".csv": b"course_id\n"}),
    ],
    ids=["cut off", "unknown method", "damaged", "a name too long"],
)
def test_an_archive_that_cannot_be_unpacked_is_said(
    client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path, archive: bytes
) -> None:
    fake_canvas.script(Reply(complete(fake_canvas)), Reply(archive, headers=ZIP))
    with pytest.raises(CanvasError):
        client.sis_export(tmp_path)


def test_an_archive_that_would_fill_the_disk_is_not_unpacked(
    client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.client.unzip.MOST_UNPACKED", 9_999)
    fake_canvas.script(Reply(complete(fake_canvas)), Reply(GOOD_ARCHIVE, headers=ZIP))
    with pytest.raises(NotUnderstood, match="zip archive"):
        client.sis_export(tmp_path / "out")
    assert not [*(tmp_path / "out").iterdir()]
