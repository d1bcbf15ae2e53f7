"""Whatever is given: a finding, never a traceback, and never a changed original."""

import gzip
import os
from contextlib import suppress
from pathlib import Path

import pytest

from helpers.errors import FileNotRepairable
from helpers.preflight import check_files
from helpers.repair import repair_file
from helpers.scratch_database import OutOfRoom, ScratchDatabase
from tests.zips import zipped

GOOD = "course_id,short_name,long_name,status\nC1,C1,One,active\n"
MILLION = 1_000_000


ODD: dict[str, bytes] = {
    "zero.csv": b"",
    "only_header.csv": GOOD.splitlines()[0].encode(),
    "one_column.csv": b"course_id\nC1\n\n",
    "one_good_column.csv": b"old_id\nU1\n",
    "nul.csv": GOOD.replace("One", "O\0ne").encode(),
    "all_nul.csv": bytes(100_000),
    "mixed.csv": GOOD.encode() + b"C2,C2,Two,active\r\n",
    "utf16.csv": GOOD.encode("utf-16"),
    "gzip.csv": gzip.compress(GOOD.encode()),
    "zips.zip": zipped({"inner.zip": zipped({"courses.csv": GOOD})}),
    "half.zip": zipped({"courses.csv": GOOD})[:60],
    "text.zip": b"no archive",
    "noise.csv": bytes(range(256)) * 200,
    "one_quote.csv": b'"',
    "long_line.csv": (GOOD + "C2,C2," + "x" * 17_000_000 + ",active\n").encode(),
    "long_value.csv": (GOOD + 'C2,C2,"' + "x\n" * 1_500_000 + '",active\n').encode(),
    "no_ending": GOOD.encode(),
    "text.txt": GOOD.encode(),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_files_are_judged_and_stay_as_they_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(ODD[name])
    findings = check_files(path)
    assert len(findings) > 0 or name == "one_good_column.csv"
    assert str(findings) and findings._repr_html_() and len(findings.to_frame()) == len(findings)
    with suppress(FileNotRepairable):
        repair_file(path, tmp_path / "new.csv")
    assert path.read_bytes() == ODD[name]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("text.txt", "extension-ignored"),
        ("no_ending", "extension-ignored"),
        ("text.zip", "archive-unreadable"),
        ("half.zip", "archive-unreadable"),
        ("zips.zip", "no-files"),
    ],
)
def test_what_canvas_does_with_a_name_or_an_archive_is_reported(tmp_path: Path, name: str, slug: str) -> None:
    path = tmp_path / name
    path.write_bytes(ODD[name])
    findings = check_files(path)
    assert findings.of(slug) and not findings.ok


@pytest.mark.parametrize("columns", ["c", "status"])
def test_a_million_columns_are_checked_to_the_end(tmp_path: Path, columns: str) -> None:
    path = tmp_path / "courses.csv"
    head = ",".join(f"{columns}{n if columns == 'c' else ''}" for n in range(MILLION))
    path.write_text(f"{GOOD.splitlines()[0]},{head}\nC1,C1,One,active{',x' * MILLION}\n", encoding="utf-8")
    findings = check_files(path)
    assert [one.slug for one in findings] == ["column-ignored" if columns == "c" else "column-repeated"]


@pytest.mark.parametrize("given", ["gone.csv", "a\0b.csv", "", "x" * 5000 + ".csv"])
def test_paths_that_lead_nowhere_are_findings(tmp_path: Path, given: str) -> None:
    (finding,) = check_files(tmp_path / given if given else "")
    assert (finding.slug, finding.severity) == ("file-unreadable", "stops the file")


def test_no_files_and_empty_folders_are_findings(tmp_path: Path) -> None:
    assert [one.slug for one in check_files([])] == ["no-files"]
    assert [one.slug for one in check_files(tmp_path)] == ["no-files"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on Windows")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert [one.slug for one in check_files(tmp_path / "pipe.csv")] == ["file-unreadable"]


def test_a_file_that_may_not_be_read_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "courses.csv"
    path.write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr("helpers.preflight.opening.scan", refuse)
    (finding,) = check_files(path)
    assert (finding.slug, finding.more) == ("file-unreadable", "Permission denied")


def test_a_full_disk_ends_the_check_with_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: ScratchDatabase, query: str) -> None:
        raise OutOfRoom("no room left")

    path = tmp_path / "courses.csv"
    path.write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(ScratchDatabase, "run", full)
    findings = check_files(path)
    assert [one.slug for one in findings] == ["check-stopped"] and not findings.ok


def test_progress_grows_to_the_whole(tmp_path: Path) -> None:
    path, seen = tmp_path / "courses.csv", []
    path.write_text(GOOD, encoding="utf-8")
    check_files(path, progress=lambda done, total: seen.append((done, total)))
    done = [done for done, _ in seen]
    assert done == sorted(done) and seen[-1] == (3 * len(GOOD), 3 * len(GOOD))
