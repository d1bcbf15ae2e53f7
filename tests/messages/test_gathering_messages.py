"""All messages, or a statement that some are missing, whatever Canvas still keeps of an import."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.client.models import ImportMessage, SisImport
from helpers.errors import CanvasError, NoSuchThing, NotReachable
from helpers.messages import Report, explain_import
from tests.messages.material import import_json, warning

GONE = NoSuchThing("Nothing there (HTTP 404).", "Check the id.", status=404)
HEADER = "sis_import_id,file,message,row\n"
TEXTS = [f"Course C{number} has no long_name." for number in range(3)]


class Keeps:
    """A Canvas that counted three warnings and keeps this much of them."""

    def __init__(self, listed: int | CanvasError, attached: int | CanvasError | None = None) -> None:
        self.listed, self.attached = listed, attached
        self.downloads = 0

    def get_sis_import(self, import_id: int) -> SisImport:
        raw: dict[str, Any] = import_json([["courses.csv", text] for text in TEXTS])
        if self.attached is not None:
            raw["errors_attachment"] = {"url": "https://x.instructure.com/files/9/download"}
        return SisImport.from_json(raw)

    def list_sis_import_errors(self, import_id: int) -> list[ImportMessage]:
        if isinstance(self.listed, CanvasError):
            raise self.listed
        return [warning(text, row) for row, text in enumerate(TEXTS[: self.listed], 2)]

    def download(self, url: str, to: Path) -> Path:
        self.downloads += 1
        if isinstance(self.attached, CanvasError):
            raise self.attached
        rows = (f"412,courses.csv,{text},{row}\n" for row, text in enumerate(TEXTS[: self.attached], 2))
        to.write_text(HEADER + "".join(rows), "utf-8")
        return to


def explained(canvas: Keeps) -> Report:
    return explain_import(412, client=canvas)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("canvas", "where"),
    [
        (Keeps(3), "the errors list"),
        (Keeps(3, 3), "the errors list"),
        (Keeps(1, 3), "the errors_attachment"),
        (Keeps(GONE, 3), "the errors_attachment"),
    ],
)
def test_either_way_brings_all_messages(canvas: Keeps, where: str) -> None:
    proof = explained(canvas).proof
    assert (proof.found, proof.complete, proof.where) == (3, True, where)
    assert canvas.downloads == (where == "the errors_attachment")  # only if the list is not enough


@pytest.mark.parametrize("canvas", [Keeps(2), Keeps(2, 1), Keeps(2, GONE), Keeps(GONE, 2), Keeps(0, 2)])
def test_the_fullest_list_is_used_and_reported_as_incomplete(canvas: Keeps) -> None:
    report = explained(canvas)
    assert (report.proof.found, report.proof.complete, report.clean) == (2, False, False)
    assert "1 missing" in str(report)


def test_when_canvas_keeps_nothing_its_refusal_is_raised() -> None:
    with pytest.raises(NoSuchThing):
        explained(Keeps(GONE, NotReachable("No answer.", "Try again.")))


@pytest.mark.parametrize(("counted", "where"), [(1000, "the errors list"), (1001, "the errors_attachment")])
def test_more_than_a_thousand_messages_are_read_from_the_attachment_first(counted: int, where: str) -> None:
    class Counting(Keeps):
        def get_sis_import(self, import_id: int) -> SisImport:
            sis_import = super().get_sis_import(import_id)
            return replace(sis_import, counts={"error_count": 0, "warning_count": counted})

    assert explained(Counting(3, 3)).proof.where == where  # of two that return the same, the first


@pytest.mark.parametrize(("size", "downloaded"), [(50_000_000, True), (50_000_001, False)])
def test_large_files_are_not_downloaded_and_the_report_says_so(size: int, downloaded: bool) -> None:
    class Large(Keeps):
        def get_sis_import(self, import_id: int) -> SisImport:
            names = {"courses.csv": 50_000_000, "sections.csv": size}
            files = [{"display_name": name, "url": "https://x/1", "size": names[name]} for name in names]
            return SisImport.from_json(import_json(csv_attachments=files))

    assert ("100 MB were not downloaded" not in str(explained(Large(0, 0)))) == downloaded


def test_the_report_names_a_file_that_canvas_no_longer_has() -> None:
    class Forgetful(Keeps):
        def get_sis_import(self, import_id: int) -> SisImport:
            files = [{"display_name": "courses.csv", "url": "https://x/1", "size": 15}]
            return SisImport.from_json(import_json(csv_attachments=files))

    assert "no longer has courses.csv" in str(explained(Forgetful(0, GONE)))
