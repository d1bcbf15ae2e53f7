"""What is found in whole files: encoding, quoting, separators, headers, columns, archives."""

import csv
import gzip
import zipfile
from pathlib import Path

import pytest

from helpers.preflight import check_files
from helpers.preflight.files.naming import kind_by_name
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.sis_csv.model import Kind
from tests.preflight.driver import check, in_short
from tests.zips import zipped

COURSE = "course_id,short_name,long_name,status"
GOOD = f"{COURSE}\nC1,C1,One,active\n"


TABLE = [
    # encoding
    ("courses.csv", GOOD.replace("One", "Ünten").encode("cp1252"), [("not-utf8", 2)]),
    ("courses.csv", GOOD.encode("utf-16"), [("not-utf8", 1)]),
    ("courses.csv", GOOD.encode("utf-16-be"), [("not-utf8", 1)]),
    ("courses.csv", ("\ufeff" + GOOD).encode(), []),
    # something else than CSV
    ("courses.csv", b"", [("file-empty", None)]),
    ("courses.csv", gzip.compress(GOOD.encode(), mtime=0), [("file-no-csv", None)]),
    ("courses.csv", zipped({"courses.csv": GOOD}), [("file-no-csv", None)]),
    # quoting and line ends
    ("courses.csv", GOOD + 'C2,C2,5" pipe,active\n', [("malformed", 3)]),
    ("courses.csv", GOOD + 'C2,C2, "Two",active\n', [("malformed", 3)]),
    ("courses.csv", GOOD + 'C2,C2,"Two"!,active\n', [("malformed", 3)]),
    ("courses.csv", GOOD + 'C2,C2,"Two,active\n', [("malformed", 3)]),
    ("courses.csv", GOOD + "C2,C2,Two,active\r\n", [("line-ends-mixed", 3)]),
    ("courses.csv", GOOD.replace("\n", "\r"), []),
    ("courses.csv", GOOD + 'C2,C2,"A ""quoted""\nname, in two lines",active\n', []),
    # separators and headers
    ("courses.csv", GOOD.replace(",", ";"), [("separator", 1)]),
    ("courses.csv", GOOD.replace(",", "\t"), [("separator", 1)]),
    ("people.csv", "name;age;town\nNora;7;Bergen\n", [("separator", 1)]),
    ("people.csv", "name;age\nNora;7\n", [("header-unknown", 1)]),
    ("courses.csv", "Our courses,,,\n" * 5 + GOOD, [("title-above-header", 1)]),
    ("courses.csv", "Our courses,,,\n" * 6 + GOOD, [("header-unknown", 1)]),
    (
        "courses.csv",
        '#TYPE Row\n"course_id";"short_name";"long_name";"status"\n',
        [("title-above-header", 1)],
    ),
    ("courses.csv", GOOD.replace("short_name", "shrt_name"), [("header-misspelled", 1)]),
    ("courses.csv", GOOD.replace("short_name", "shortname"), [("header-spelling", 1)]),
    ("accounts.csv", "account_id,name,status\nA1,One,active\n", [("header-incomplete", 1)]),
    ("accounts.csv", "acount_id,name,status\nA1,One,active\n", [("header-incomplete", 1)]),
    ("people.csv", "name,age\nNora,7\n", [("header-unknown", 1)]),
    ("people.csv", "\n<!doctype html>\n<html lang='en'>\n", [("export-failed", 1)]),
    ("courses.csv", "\n\n\n", [("file-empty", None)]),
    ("courses.csv", "\ufeff", [("file-empty", None)]),
    ("courses.csv", "\ufeff\r\n\r\n", [("file-empty", None)]),
    ("people.csv", 'name,"age"x\nNora,7\n', [("header-unknown", 1)]),
    ("courses.csv", '"course_id" ,short_name\nC1,C1\n', [("malformed", 1)]),
    ("courses.csv", GOOD.replace("One", "One\0\0").replace("C1,", "C1\0,"), []),
    ("tags.csv", "institutional_tag_id,user_id,status\nT1,U1,active\n", [("kind-needs-feature", 1)]),
    (
        "courses.csv",
        "course_id,name,short_name,long_name,term_id,status\nC1,N,S,L,T1,active\n",
        [("kind-other-than-name", 1)],
    ),
    (
        "enrollments.csv",
        "section_id,name,course_id,user_id,role,status\nS1,N,C1,U1,student,active\n",
        [("kind-other-than-name", 1)],
    ),
    (  # fits both kinds, and has as many columns of each
        "enrollments.csv",
        "section_id,name,course_id,user_id,status\nS1,N,C1,U1,active\n",
        [("kind-other-than-name", 1)],
    ),
    (  # fits terms only, but has more columns of courses
        "courses.csv",
        "course_id,long_name,term_id,name,status\nC1,L,T1,N,active\n",
        [("kind-other-than-name", 1)],
    ),
    ("courses.csv", "course_id,term_id,name,status\nC1,T1,N,active\n", []),
    ("users.csv", "user_id,login_id,existing_user_id\nU2,u2,U1\n", []),
    ("courses.csv", GOOD + "C2,C2,Two,active ", []),
    # columns
    ("courses.csv", GOOD.replace("status", " status"), [("column-blanks", 1), ("column-missing", 2)]),
    (
        "courses.csv",
        GOOD.replace("status", "status\0"),
        [("column-blanks", 1), ("column-missing", 2)],
    ),
    (
        "users.csv",
        "user_id,login_id,full_name,emial,status\nU1,u1,A,a@b.test,active\n",
        [("column-misspelled", 1)],
    ),
    (
        "courses.csv",
        "course_id,short_name,long_name,status,Status\nC1,C1,One,active,deleted\n",
        [("column-repeated", 1)],
    ),
    ("courses.csv", f"{COURSE},teacher,,room\nC1,C1,One,active,Nora,,7\n", []),
]


@pytest.mark.parametrize(("name", "content", "expected"), TABLE)
def test_what_a_file_says(
    tmp_path: Path, name: str, content: str | bytes, expected: list[tuple[str, int | None]]
) -> None:
    assert in_short(check(tmp_path, {name: content})) == {(slug, name, row) for slug, row in expected}


@pytest.mark.parametrize(
    ("content", "slugs"),
    [
        (f"{COURSE}\n", ["no-rows"]),
        ("\ufeff" + GOOD, ["bom"]),
        (f"{COURSE},room\nC1,C1,One,active,7\n", ["column-ignored"]),
    ],
)
def test_notes_do_not_prevent_sending(tmp_path: Path, content: str, slugs: list[str]) -> None:
    findings = check(tmp_path, {"courses.csv": content})
    assert [one.slug for one in findings] == slugs
    assert findings.ok


@pytest.mark.parametrize(("columns", "more"), [(20, ""), (21, " and 1 more"), (45, " and 25 more")])
def test_a_note_on_many_columns_says_how_many_it_leaves_out(tmp_path: Path, columns: int, more: str) -> None:
    ignored = [f"mine{n:02}" for n in range(columns)]
    (finding,) = check(tmp_path, {"courses.csv": f"{COURSE},{','.join(ignored)}\nC1,C1,One,active\n"})
    assert finding.position.value == ", ".join(ignored[:20]) + more


@pytest.mark.parametrize(("columns", "more"), [(50, ""), (51, ",… (51 columns)")])
def test_a_long_unknown_header_is_shown_in_part(tmp_path: Path, columns: int, more: str) -> None:
    header = [f"mine{n:02}" for n in range(columns)]
    (finding,) = check(tmp_path, {"odd.csv": f"{','.join(header)}\n"}).of("header-unknown")
    assert finding.position.value == ",".join(header[:50]) + more


def test_a_bad_byte_is_reported_with_row_line_character_column_and_meaning(tmp_path: Path) -> None:
    rows = '\nC1,C1,"Two\nlines",active\n\nC2,C2,Käse,active\n'
    (finding,) = check(tmp_path, {"courses.csv": (COURSE + rows).encode("cp1252")})
    at = finding.position
    assert (at.row, at.line, at.character, at.column, at.value) == (3, 5, 8, "long_name", "0xE4")
    assert "the byte 0xE4 is “ä” in Windows-1252" in finding.text


@pytest.mark.parametrize(
    ("before", "character", "column"),
    [("", 1, "course_id"), ("C2,C2,K", 8, "long_name"), ("C2,C2,Two,", 11, "status")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_bad_byte_is_reported_at_its_place_whatever_the_line_ends(
    tmp_path: Path, before: str, character: int, column: str, end: str
) -> None:
    text = f"\ufeff{COURSE}\nC1,C1,One,active\n{before}ä,active\n".replace("\n", end)
    (finding,) = check(tmp_path, {"courses.csv": text.encode().replace("ä".encode(), b"\xe4")})
    at = finding.position
    assert (at.row, at.line, at.character, at.column) == (3, 3, character, column)


def test_a_file_that_is_cut_off_within_a_character_is_reported_there(tmp_path: Path) -> None:
    whole = f"{COURSE}\nC1,C1,One,active\nC2,C2,Two,ü".encode()
    (finding,) = check(tmp_path, {"courses.csv": whole[:-1]})
    at = finding.position
    assert (finding.slug, at.row, at.line, at.character) == ("not-utf8", 3, 3, 11)
    assert (at.column, at.value) == ("status", "0xC3")


def test_a_bad_byte_after_a_value_that_is_too_long_to_read_still_has_its_line(tmp_path: Path) -> None:
    rows = f"\nC1,C1,{'x' * (csv.field_size_limit() + 1)},active\nC2,C2,Käse,active\n"
    found = check(tmp_path, {"courses.csv": (COURSE + rows).encode("cp1252")})
    [at] = [finding.position for finding in found if finding.slug == "not-utf8"]
    assert (at.row, at.line, at.character, at.column) == (None, 3, 8, None)


def test_many_blank_lines_are_a_note(tmp_path: Path) -> None:
    slugs = [[one.slug for one in check_files(_blank(tmp_path, count))] for count in (100, 101)]
    assert slugs == [[], ["blank-lines"]]
    slowly = [[one.slug for one in check_files(_blank(tmp_path, count, "\r"))] for count in (100, 101)]
    assert slowly == slugs


def _blank(folder: Path, count: int, end: str = "\n") -> Path:
    path = folder / "courses.csv"
    path.write_bytes((GOOD + "\n" * count + "C2,C2,Two,active\n").replace("\n", end).encode())
    return path


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_name_of_a_file_suggests_its_kind_even_if_it_holds_the_name_of_another(kind: Kind) -> None:
    for name in (f"{kind.count_key}.csv", f"export/2026-09-01_{kind.name}.CSV"):
        assert kind_by_name(name) is kind


def test_members_that_canvas_cannot_take_are_lost_without_a_message(tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("./courses.csv", GOOD)
        archive.writestr("../users.csv", "x")
        archive.writestr("C:\\terms.csv", "x")
        archive.writestr("sections.csv", "x", zipfile.ZIP_LZMA)
    findings = check_files(path)
    assert [file.name for file in findings.files] == ["courses.csv"]
    assert {(one.slug, one.position.file) for one in findings} == {
        ("member-lost", name) for name in ("../users.csv", "C:\\terms.csv", "sections.csv")
    }
    assert not findings.ok


def test_a_near_miss_is_reported_with_the_right_name(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, {"enrolments.csv": "course_id,usr_id,role,status\nC1,U1,student,active\n"})
    assert "usr_id" in finding.text and "user_id" in finding.text


def test_members_of_an_archive_are_reported_as_canvas_treats_them(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "a/courses.csv": GOOD,
        "notes.txt": "x",
        "inner.zip": zipped({}),
        "__MACOSX/a.csv": "x",
        "none.csv": "",
    }
    (tmp_path / "upload.zip").write_bytes(zipped(members))
    findings = check_files(tmp_path / "upload.zip")
    assert {(one.slug, one.position.file) for one in findings} == {
        ("member-foreign", "notes.txt"),
        ("member-foreign", "inner.zip"),
        ("member-ignored", "__MACOSX/a.csv"),
        ("file-empty", "none.csv"),
    }


def test_a_folder_counts_as_if_it_were_zipped(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "courses.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "files" / "read.me").write_text("x", encoding="utf-8")
    findings = check_files(tmp_path / "files")
    assert [file.name for file in findings.files] == ["courses.csv"]
    assert [one.slug for one in findings] == ["member-foreign"] and findings.ok
