"""Which file a message is about, its rows by Canvas's count, and files that are not what they should be."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from helpers.errors import FileNotUsable
from helpers.messages import Report, explain_import
from helpers.messages.sent import files_from_disk
from tests.messages.material import COURSES, SECTIONS, import_json, packed, saved_json, written

HEADER = "sis_import_id,file,message,row\n"


def report_of(tmp_path: Path, message: str, *files: Path) -> Report:
    """Explain import 412, whose error CSV has this one line."""
    csv = written(tmp_path, f"{HEADER}412,{message}\n", "errors")
    return explain_import([saved_json(tmp_path, import_json([["x", "y"]])), csv], files)


def row_of(report: Report) -> tuple[str, ...]:
    return report.messages[0].values


@pytest.mark.parametrize(
    ("had", "remarks"),
    [
        (["course"], []),
        ([], []),
        (["user"], ["named a file of courses, but this import had none.", "also had users, but you did not"]),
        (
            ["course", "user", "xlist"],
            ["also had cross-listings and users, but you did not"],
        ),
    ],
)
def test_files_of_other_kinds_than_the_import_had_are_remarked(
    tmp_path: Path, had: list[str], remarks: list[str]
) -> None:
    raw = import_json()
    raw["data"]["supplied_batches"] = had
    report = explain_import(saved_json(tmp_path, raw), written(tmp_path, COURSES, "courses.csv"))
    assert len(report.remarks) == len(remarks)
    assert all(text in said for text, said in zip(remarks, report.remarks, strict=True))


def test_blank_lines_do_not_count_and_quoted_line_ends_do_not_either(tmp_path: Path) -> None:
    text = 'course_id,short_name,long_name,status\n\nC1,"two\nlines",Course,active\n,,,\nC2,,Course,active\n'
    file = written(tmp_path, text, "courses.csv")
    report = report_of(tmp_path, "courses.csv,Course C2 has no short_name.,4", file)
    assert row_of(report)[0] == "C2" and report.balance[0].sent == 2


@pytest.mark.parametrize("name", ["courses.csv", "my courses (1).csv", "sis_import.csv"])
def test_the_only_file_may_have_another_name(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, COURSES, name)
    assert row_of(report_of(tmp_path, "courses.csv,Course C2 has no short_name.,3", file))[0] == "C2"


def test_the_only_file_is_not_taken_for_one_of_another_kind(tmp_path: Path) -> None:
    file = written(tmp_path, COURSES, "courses.csv")
    assert row_of(report_of(tmp_path, "enrollments.csv,The user U9 does not exist.,3", file)) == ()


def test_large_imports_name_only_the_end_of_a_path(tmp_path: Path) -> None:
    zipped = packed(tmp_path, {"fall/courses.csv": COURSES, "fall/sections.csv": SECTIONS})
    assert row_of(report_of(tmp_path, "courses.csv,Course C2 has no short_name.,3", zipped))[0] == "C2"


def test_of_two_files_with_one_name_none_is_chosen(tmp_path: Path) -> None:
    zipped = packed(tmp_path, {"a/courses.csv": COURSES, "b/courses.csv": COURSES})
    assert row_of(report_of(tmp_path, "courses.csv,Course C2 has no short_name.,3", zipped)) == ()
    assert row_of(report_of(tmp_path, "b/courses.csv,Course C2 has no short_name.,3", zipped))[0] == "C2"


def test_names_that_canvas_changed_are_recognized(tmp_path: Path) -> None:
    zipped = packed(tmp_path, {"courses.csv": COURSES, "sections.csv": SECTIONS})
    for name in ("courses_deduplicated.csv", "courses_filtered.csv"):
        assert row_of(report_of(tmp_path, f"{name},Course C2 has no short_name.,3", zipped))[0] == "C2"


def test_a_row_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    report = report_of(
        tmp_path, "courses.csv,Course C2 has no short_name.,40", written(tmp_path, COURSES, "courses.csv")
    )
    assert "has no row 40" in str(report) and row_of(report) == ()


def test_more_rows_applied_than_sent_means_other_files(tmp_path: Path) -> None:
    raw = import_json()
    raw["data"]["counts"]["courses"] = 90
    report = explain_import(saved_json(tmp_path, raw), written(tmp_path, COURSES, "courses.csv"))
    assert "not the files that were sent" in str(report) and not report.balance[0].adds_up


@pytest.mark.parametrize(
    ("applied", "remark"),
    [
        (1, "Every row is accounted for."),
        (2, "Canvas applied 1 row despite a message."),
        (3, "Canvas applied more rows than these files contain, so they are not the files that were sent."),
        (0, "Canvas silently skipped 1 row, as it does with rows that delete what is already deleted."),
    ],
)
def test_the_remark_fits_the_numbers_also_where_two_are_equal(
    tmp_path: Path, applied: int, remark: str
) -> None:
    text = "course_id,short_name,long_name,status\nC1,c,Course,active\nC2,,Course,active\n"
    raw = import_json([["courses.csv", "Course C2 has no short_name."]])
    raw["data"]["counts"]["courses"] = applied
    report = explain_import(saved_json(tmp_path, raw), written(tmp_path, text, "courses.csv"))
    [rows] = report.balance
    assert (rows.sent, rows.skipped, rows.remark) == (2, 1, remark)
    assert f"{'✔' if applied == 1 else '▲'} {remark}" in report._repr_html_()


@pytest.mark.parametrize(
    ("more", "remark"),
    [
        ({"skip_deletes": True}, "skip_deletes ignores"),
        ({}, "silently skipped"),
        ({"workflow_state": "aborted"}, "did not finish"),
    ],
)
def test_rows_without_a_message_are_reported(tmp_path: Path, more: dict[str, Any], remark: str) -> None:
    report = explain_import(
        saved_json(tmp_path, import_json(**more)), written(tmp_path, COURSES, "courses.csv")
    )
    assert report.balance[0].unexplained == 1 and remark in report.balance[0].remark


def test_a_folder_means_the_files_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "term"
    folder.mkdir()
    written(folder, COURSES, "courses.csv")
    written(folder, "", "empty.csv")
    written(folder, "x", "notes.txt")
    assert [each.name for each in files_from_disk(folder).files] == ["courses.csv"]


def test_the_place_of_an_object_is_that_of_its_own_row(tmp_path: Path) -> None:
    sent = files_from_disk(written(tmp_path, COURSES + "C3,c,Course,deleted\n", "courses.csv"))
    found = sent.places({("course", "C3"), ("course", "C9"), ("section", "C3")})
    assert found == {("course", "C3"): "in courses.csv, row 4 with status deleted"}


def test_rows_that_end_early_have_no_place_and_no_look_alike(tmp_path: Path) -> None:
    text = "course_id,section_id,name,status\nC1\nC1,S1,A\nC1,S2,B,active\n"
    sent = files_from_disk(written(tmp_path, text, "sections.csv"))
    assert sent.places({("section", "S1"), ("section", "S2")}) == {
        ("section", "S1"): "in sections.csv, row 3",
        ("section", "S2"): "in sections.csv, row 4 with status active",
    }
    assert sent.near({("section", "s1")}) == {("section", "s1"): "S1"}


@pytest.mark.parametrize(("repeated", "rows"), [(99, 100), (100, 1)])
def test_a_hundred_repeated_lines_do_not_count(tmp_path: Path, repeated: int, rows: int) -> None:
    text = "course_id,short_name,long_name,status\n" + "C1,C1,Course,active\n" * (1 + repeated)
    [file] = files_from_disk(written(tmp_path, text, "courses.csv")).files
    assert file.rows == rows


ODD = {
    "header-only.csv": b"course_id,short_name,long_name,status\n",
    "one-column.csv": b"course_id\nC1\n",
    "nul.csv": b"course_id,short_name\nC1,\0\n",
    "mixed-line-ends.csv": b"course_id,short_name\r\nC1,a\nC2,b\r\n",
    "utf-16.csv": COURSES.encode("utf-16"),
    "gzip.csv": gzip.compress(COURSES.encode()),
    "wide.csv": b"a" + b",a" * 200_000 + b"\n",
    "no.zip": b"not a zip",
    "empty.zip": b"",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_files_are_read_without_an_error(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(ODD[name])
    report = report_of(tmp_path, f"{name},Course C2 has no short_name.,3", file)
    assert report.messages and repr(report) and report._repr_html_() and file.read_bytes() == ODD[name]


def test_a_zip_of_zips_holds_no_csv(tmp_path: Path) -> None:
    inner = packed(tmp_path, {"courses.csv": COURSES}, "inner.zip").read_bytes()
    assert files_from_disk(packed(tmp_path, {"inner.zip": inner})).files == []


@pytest.mark.parametrize("name", ["gone.csv", "notes.txt", "nothing"])
def test_what_cannot_have_been_sent_is_an_error(tmp_path: Path, name: str) -> None:
    written(tmp_path, "x", "notes.txt")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(FileNotUsable):
        files_from_disk(tmp_path / name)
