"""What programs do to values: placeholders, damaged texts, look-alikes, prefixes, lines that are not rows."""

from pathlib import Path

import pytest

from helpers.client.school_ids import ServerObject
from helpers.preflight import check_files
from helpers.preflight.rows.placeholders import ALWAYS
from tests.preflight.driver import check, in_short

USER = "user_id,login_id,integration_id,full_name,status"
COURSE = "course_id,short_name,long_name,status"
ENROLLMENT = "course_id,user_id,role,status"
TABLE = [
    # placeholders
    ("users", USER, ["1,nan,,A,active", "2,b,\\N,B,active"], [("id-no-value", 2), ("id-no-value", 3)]),
    ("users", USER, ["1,a,,(null),active", "2,b,,None,active"], [("text-no-value", 2), ("text-no-value", 3)]),
    ("users", USER, ["1,a,,Null Nan None,active", "2,b,,Nat,active"], []),
    ("enrollments", ENROLLMENT, ["C1,NULL,student,active"], [("reference-missing", 2)]),
    ("courses", COURSE + ",term_id", ["C1,C1,One,active,NULL"], [("reference-fallback", 2)]),
    # numbers, prefixes, quotes
    (
        "users",
        USER,
        ['"12,345",a,,A,active', "12 346,b,,B,active"],
        [("id-separators", 2), ("id-separators", 3)],
    ),
    (
        "users",
        USER,
        ["1.2E+05,a,,A,active", "2,b,123.00,B,active"],
        [("id-scientific", 2), ("id-decimal", 3)],
    ),
    ("users", USER, ["sis_user_id:1,a,,A,active"], [("id-prefix", 2)]),
    ("enrollments", ENROLLMENT, ["C1,sis_user_id:1,student,active"], [("reference-missing", 2)]),
    ("users", USER, ["“1”,a,,A,active"], [("id-quoted", 2), ("id-look-alike-characters", 2)]),
    ("courses", COURSE, ["101.200,C1,One,active", "C 101,C2,Two,active"], []),
    # characters
    ("courses", COURSE, ["C\x07 1,C1,O\x08ne,active"], [("invisible-blank", 2), ("control-character", 2)]),
    ("courses", COURSE, ["C\u3000 1,C1,山田\u3000太郎,active"], [("invisible-blank", 2)]),
    ("courses", COURSE, ["C1,C1,\u202eeno,active"], [("control-character", 2)]),
    # look-alikes
    ("courses", COURSE, ["BIO–1,C1,One,active"], [("id-look-alike-characters", 2)]),
    ("courses", COURSE, ["ВIO-1,C1,One,active"], [("id-look-alike-characters", 2)]),  # Cyrillic В
    ("courses", COURSE, ["Ж-1,C1,One,active", "Café-1,C2,Two,active"], []),
    ("courses", COURSE, ["7,C1,One,active", "007,C2,Two,active"], [("ids-look-alike", 3)]),
    ("users", USER, ["1,jose\u0301,,A,active", "2,josé,,B,active"], [("ids-look-alike", 3)]),
    # texts
    (
        "users",
        USER,
        ["1,a,,JosÃ© MÃ¼ller,active", "2,b,,M√ºller,active"],
        [("text-double-encoded", 2), ("text-double-encoded", 3)],
    ),
    ("users", USER, ["1,a,,Ren\ufffd,active"], [("letter-lost", 2)]),
    ("users", USER, ["1,a,,M?ller,active", "2,b,,Who?,active"], [("letter-question-mark", 2)]),
    ("users", USER, ["1,a,,M&uuml;ller,active", "2,b,,Q&A;,active"], [("html-entity", 2)]),
    ("users", USER, ["Ren\ufffd,a,,A,active"], [("letter-lost", 2)]),
    ("users", USER, ["1,JosÃ©,,A,active"], [("text-double-encoded", 2)]),
    ("courses", COURSE, ["S&amp;1,C1,One,active"], [("html-entity", 2)]),
    ("courses", COURSE, ["C1,A&reg,Homework&notes,active", "C2,b,Arts &sections;more,active"], []),
    ("users", USER, ["1,a,,José Müller Łódź,active", "2,b,,Иванов,active", "3,c,,山田,active"], []),
    # lines that are not rows
    ("users", USER, ["1,a,,A,active", "\x1a"], [("line-no-row", 3)]),
    ("users", USER, ["1,a,,A,active", "", "(1 row affected)"], [("line-no-row", 3)]),
    ("users", USER, ["---,---,---,---,---", "1,a,,A,active"], [("line-no-row", 2)]),
    ("users", USER, ["1,a,,A,active", "Total,1"], [("line-no-row", 3)]),
    ("users", USER, ["1,a,,A,active", "Ende der Liste"], [("line-no-row", 3)]),
    ("users", USER, ["1,a,,A,active", '"2,b,,B,active"'], [("row-in-quotes", 3)]),
    ("users", USER, ["1,a,,A,active", "P-2"], [("value-missing", 3), ("value-missing", 3)]),  # cut off
    # statuses of reports
    ("courses", COURSE, ["C1,C1,One,concluded"], [("status-of-reports", 2)]),
]


@pytest.mark.parametrize(("kind", "header", "rows", "expected"), TABLE)
def test_what_values_say(
    tmp_path: Path, kind: str, header: str, rows: list[str], expected: list[tuple[str, int]]
) -> None:
    findings = check(tmp_path, {f"{kind}.csv": "\n".join([header, *rows]) + "\n"})
    found = {(one.slug, one.position.row) for one in findings if one.severity != "note"}
    assert set(expected) <= found and {slug for slug, _ in found} == {slug for slug, _ in expected}


@pytest.mark.parametrize("word", sorted(ALWAYS))
def test_placeholders_are_found_in_ids_and_texts(tmp_path: Path, word: str) -> None:
    findings = check(tmp_path, {"users.csv": f"{USER}\n1,a,{word},{word},active\n"})
    assert in_short(findings) == {("id-no-value", "users.csv", 2), ("text-no-value", "users.csv", 2)}


HEADERS = [
    ("users", "User ID,Login-ID,fullName,STATUS", "1,a,A,active", "header-spelling"),
    ("users", "userid,loginid,full_name,status", "1,a,A,active", "header-spelling"),
    ("users", "‘user_id’,‘login_id’,‘full_name’,‘status’", "‘1’,‘a’,‘A’,‘active’", "header-spelling"),
    ("users", '"user_id,login_id,full_name,status"', '"1,a,A,active"', "rows-in-quotes"),
    ("users", "user_id,login_id,First Name,status", "1,a,A,active", "column-spelling"),
    ("users", "sourcedId,givenName,familyName,status", "1,a,A,active", "format-foreign"),
    ("enrollments", "Student,ID,SIS User ID,SIS Login ID,Section", "1,a,A,x,y", "format-foreign"),
    ("users", "username,firstname,lastname,email", "1,a,A,a@b.test", "format-foreign"),
]


@pytest.mark.parametrize(("kind", "header", "row", "slug"), HEADERS)
def test_what_headers_say(tmp_path: Path, kind: str, header: str, row: str, slug: str) -> None:
    findings = check(tmp_path, {f"{kind}.csv": f"{header}\n{row}\n"})
    assert in_short(findings) == {(slug, f"{kind}.csv", 1)}


@pytest.mark.parametrize(
    ("kind", "header", "row"),
    [
        ("courses", f"canvas_course_id,{COURSE}", "1,C1,C1,One,active"),
        (
            "user_observers",
            "canvas_observer_id,observer_id,canvas_student_id,student_id,status",
            "1,P1,2,S1,active",
        ),
    ],
)
def test_a_provisioning_report_is_named(tmp_path: Path, kind: str, header: str, row: str) -> None:
    findings = check(tmp_path, {f"{kind}.csv": f"{header},created_by_sis\n{row},true\n"})
    assert "format-provisioning" in [one.slug for one in findings] and findings.ok


class _Canvas:
    """A Canvas with one user."""

    def objects(self, kind: str) -> list[ServerObject]:
        return [ServerObject("0000060", "Nora", "nora", "")] if kind == "user" else []

    def has(self, kind: str, sis_id: str) -> bool:
        return False


def test_lost_zeros_are_found_against_a_server(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("user_id,login_id,full_name,status\n60,nora2,Nora,active\n")
    (found,) = [one for one in check_files(tmp_path, server=_Canvas()) if one.severity != "note"]
    assert found.slug == "new-looks-like-existing"
    assert "“60”" in found.text and "0000060" in found.text and "leading zeros" in found.text


def test_a_reference_with_lost_zeros_is_found_against_a_server(tmp_path: Path) -> None:
    (tmp_path / "enrollments.csv").write_text(f"{ENROLLMENT}\nC1,60,student,active\n")
    near = [one for one in check_files(tmp_path, server=_Canvas()) if one.slug == "reference-near"]
    assert [("0000060" in one.text, "leading zeros" in one.text) for one in near] == [(True, True)]


def test_a_near_miss_of_a_reference_that_canvas_does_not_report_stays_silent(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "terms.csv": "term_id,name,status\n2027,Spring,active\n",
        "courses.csv": f"{COURSE},term_id\nC1,C1,One,active,2027.0\n",
    }
    (found,) = [one for one in check(tmp_path, files) if one.severity != "note"]
    assert (found.slug, found.severity) == ("reference-fallback", "silent")
    assert "2027 does" in found.text and "a decimal zero" in found.text
