"""What is found in rows: file, its lines, and the expected findings as slug and row."""

import csv
from pathlib import Path

import pytest

from tests.preflight.driver import check

COURSE = "course_id,short_name,long_name,status"
USER = "user_id,login_id,full_name,status"
ENROLLMENT = "course_id,user_id,role,status"
LONG = "x" * 256
TABLE = [
    # required
    ("courses", COURSE, ["C1,C1,One,active"], []),
    ("courses", COURSE, [",C1,One,active", "C2,,Two,active"], [("value-missing", 2), ("value-missing", 3)]),
    ("courses", COURSE + ",abstract_course_id", ["C1,,,active,A1"], []),
    ("courses", "course_id,short_name,long_name", ["C1,C1,One"], [("column-missing", 2)]),
    ("terms", "term_id,name,status,date_override_enrollment_type", ["T1,,active,StudentEnrollment"], []),
    ("sections", "section_id,course_id,name,status", ["S1,C1,,deleted"], []),
    (
        "enrollments",
        "course_id,section_id,user_id,role,status",
        [",,U1,student,active"],
        [("value-missing", 2)],
    ),
    ("enrollments", "course_id,user_integration_id,user_id,role_id,status", ["C1,I1,,7,active"], []),
    # allowed words
    ("courses", COURSE, ["C1,C1,One,Running"], [("value-not-allowed", 2)]),
    ("courses", COURSE, ["C1,C1,One,ACTIVE"], []),
    ("courses", COURSE, ["C1,C1,One,active-fall"], [("value-only-begins", 2)]),
    ("enrollments", ENROLLMENT, ["C1,U1,student,active-fall"], [("value-not-allowed", 2)]),
    ("courses", COURSE + ",course_format", ["C1,C1,One,active,distance"], [("value-not-allowed", 2)]),
    ("users", USER + ",declared_user_type", ["U1,u1,A,active,<delete>"], []),
    (
        "groups",
        "group_id,name,status",
        ["G1,One,active", "G2,Two,Deleted"],
        [("value-not-allowed", 2), ("group-not-deleted", 3)],
    ),
    ("enrollments", ENROLLMENT + ",notify", ["C1,U1,student,active,maybe"], [("value-no-boolean", 2)]),
    ("enrollments", "course_id,user_id,role_id,status", ["C1,U1,student,active"], [("value-no-number", 2)]),
    # lengths and characters
    (
        "users",
        USER,
        [f"U1,{'x' * 101},A,active", f"U2,u2,{LONG},active"],
        [("text-too-long", 2), ("text-too-long", 3)],
    ),
    ("users", USER + ",password", ["U1,u1,A,active,seven77"], [("password-too-short", 2)]),
    ("users", USER + ",password", ["U1,u1,A,active,eight888"], []),
    ("users", USER, ["U1,u\0x,A,active"], [("nul-character", 2)]),
    *(
        ("users", USER, [f"U1,u{character}1,A,active"], [("login-control-character", 2)])
        for character in "\x01\x07\x1f\x7f"
    ),
    ("users", USER, ["U\u00a01,u1,A\u00a0B,active"], [("invisible-blank", 2)]),
    # dates and addresses
    ("courses", COURSE + ",start_date,end_date", ["C1,C1,One,active,2027-13-30,"], [("date-impossible", 2)]),
    ("courses", COURSE + ",start_date,end_date", ["C1,C1,One,active,<delete>,2027-02-28T10:00:00+01:00"], []),
    ("courses", COURSE + ",start_date,end_date", ["C1,C1,One,active,soon,2027-02-28"], [("date-none", 2)]),
    (
        "courses",
        COURSE + ",start_date,end_date",
        ["C1,C1,One,active,03/02/2027,13/02/2027"],
        [("date-ambiguous", 2)],
    ),
    (
        "sections",
        "section_id,course_id,name,status,start_date,end_date",
        ["S1,C1,A,active,2027-03-01,2027-02-28"],
        [("dates-swapped", 2)],
    ),
    (
        "users",
        USER + ",email",
        ["U1,u1,A,active,a b@c.test", "U2,u2,B,active,ok@c.test"],
        [("email-invalid", 2)],
    ),
    # roles
    (
        "enrollments",
        ENROLLMENT,
        ["C1,U1,Student,active", "C1,U2,students,active", "C1,U3,TaEnrollment,active"],
        [],
    ),
    (
        "enrollments",
        ENROLLMENT,
        ["C1,U1,teachers,active", "C1,U2,Lead Mentor,active"],
        [("role-misspelled", 2)],
    ),
    (
        "admins",
        "user_id,account_id,role,status",
        ["U1,,Teacher,active", "U2,,AccountAdmin,active"],
        [("role-no-admin", 2)],
    ),
    # columns that do not go together
    ("user_observers", "observer_id,student_id,status", ["U1,U1,active"], [("observes-themselves", 2)]),
    ("groups", "group_id,name,status,account_id,course_id", ["G1,A,available,A1,C1"], [("two-owners", 2)]),
    (
        "enrollments",
        ENROLLMENT + ",root_account",
        ["C1,U1,student,active,x.test"],
        [("root-account-given", 2)],
    ),
    ("change_sis_id", "old_id,new_id,type", ["U1,U1,user"], [("new-id-is-old-id", 2)]),
    (
        "change_sis_id",
        "old_id,new_id,type,new_integration_id",
        ["K1,K2,group_category,I1"],
        [("group-set-integration-id", 2)],
    ),
    # spreadsheets
    (
        "users",
        USER,
        ["1.5E+08,u1,A,active", "1234.0,u2,B,active", "#N/A,u3,C,active"],
        [("id-scientific", 2), ("id-decimal", 3), ("id-no-value", 4)],
    ),
    (
        "users",
        USER,
        ['"=""001""",u1,"=""A""",active', "=A2,u2,=B,active", "3,=C3,C,active"],
        [("formula", 2), ("formula", 2), ("formula", 3), ("formula", 4)],
    ),
    (
        "users",
        USER,
        ["'001,u1,'t Hooft,active", "2,'u2,B,active"],
        [("id-apostrophe", 2), ("id-apostrophe", 3)],
    ),
    (
        "users",
        USER,
        [f"{id_},u{id_},A,active" for id_ in (1000101, 2040506, 50607, 3040708, 4050809, 9876543)],
        [("zeros-lost", 4)],
    ),
    (  # of five IDs, three have the common length
        "users",
        USER,
        [f"{id_},u{id_},A,active" for id_ in (1000101, 2040506, 50607, 3040708, 708)],
        [("zeros-lost", 4), ("zeros-lost", 6)],
    ),
    ("users", USER, [f"{id_},u{id_},A,active" for id_ in (1000101, 2040506, 50607, 3040708)], []),
    (  # the common length is not the greatest
        "users",
        USER,
        [f"{id_},u{id_},A,active" for id_ in (1000101, 2040506, 50607, 3040708, 4050809, 123456789)],
        [("zeros-lost", 4)],
    ),
    (  # the shortest is the common length
        "users",
        USER,
        [f"{id_},u{id_},A,active" for id_ in (1000101, 2040506, 3040708, 4050809, 123456789)],
        [],
    ),
    *(  # six IDs: a fifth of 30 numbers is a sample, and a fifth of 29 counts up
        ("users", USER, [f"{id_},u{id_},A,active" for id_ in (95, 96, 100, 101, 102, last)], found)
        for last, found in ((124, [("zeros-lost", 2), ("zeros-lost", 3)]), (123, []))
    ),
    ("users", USER, [f"{id_},u{id_},A,active" for id_ in range(1, 120)], []),
    (
        "courses",
        "course_id,short_name,status,long_name",
        ["C1,C1,active,Rivers, Lakes", "C2,C2,active,Deltas,,"],
        [("surplus-values", 2)],
    ),
    ("users", USER, ['U1,u1,A,active,"\n"', "U2,u2,B,active"], []),  # nothing but a line break is nothing
    # rows about the same thing
    ("courses", COURSE, ["C1,C1,One,active", "C1,C1,Two,active"], [("key-repeated", 2)]),
    ("courses", COURSE, ["C1,C1,One,active", "C1,C1,One,active"], []),
    (
        "enrollments",
        ENROLLMENT,
        ["C1,U1,student,active", "C1,U1,student,deleted"],
        [("enrollment-deleted-in-file", 2)],
    ),
    (
        "enrollments",
        ENROLLMENT,
        ["C1,U1,student,deleted", "C1,U1,student,active"],
        [("enrollment-deleted-in-file", 3)],
    ),
    ("enrollments", ENROLLMENT, ["C1,U1,student,inactive", "C1,U1,student,active"], [("key-repeated", 2)]),
    ("enrollments", ENROLLMENT, ["C1,U1,student,active", "C1,U1,student,active"], []),
    ("admins", "user_id,account_id,role,status", ["U1,,AccountAdmin,active", "U1,,Registrar,active"], []),
    ("users", USER, ["U1,Nora,A,active", "U2,nora,B,active"], [("login-repeated", 3)]),
    ("users", USER, ["U1,nora,A,deleted", "U2,nora,B,active"], []),
    ("users", USER + ",authentication_provider_id", ["U1,nora,A,active,ldap", "U2,nora,B,active,saml"], []),
    (
        "users",
        USER + ",integration_id",
        ["U1,u1,A,active,I1", "U2,u2,B,active,I1"],
        [("integration-id-repeated", 3)],
    ),
]


BLAMED = {
    "column-missing": "status",
    "date-ambiguous": "start_date",
    "date-impossible": "start_date",
    "date-none": "start_date",
    "dates-swapped": "end_date",
    "email-invalid": "email",
    "enrollment-deleted-in-file": "course_id",
    "formula": "full_name login_id user_id",
    "group-not-deleted": "status",
    "group-set-integration-id": "type",
    "id-apostrophe": "login_id user_id",
    "id-decimal": "user_id",
    "id-no-value": "user_id",
    "id-scientific": "user_id",
    "integration-id-repeated": "integration_id",
    "invisible-blank": "user_id",
    "key-repeated": "course_id",
    "login-control-character": "login_id",
    "login-repeated": "login_id",
    "new-id-is-old-id": "new_id",
    "nul-character": "login_id",
    "observes-themselves": "observer_id",
    "password-too-short": "password",
    "role-custom": "role",
    "role-misspelled": "role",
    "role-no-admin": "role",
    "root-account-given": "root_account",
    "row-repeated": "course_id",
    "surplus-values": "",
    "text-too-long": "full_name login_id",
    "two-owners": "course_id",
    "value-missing": "course_id course_id_or_section_id short_name_or_abstract_course_id",
    "value-no-boolean": "notify",
    "value-no-number": "role_id",
    "value-not-allowed": "course_format status",
    "value-only-begins": "status",
    "zeros-lost": "user_id",
}
"""slug → the columns that it blames somewhere in the table; which of them in which row, the value shows."""
NOT_THE_VALUE = ["password-too-short", "nul-character", "dates-swapped", "group-set-integration-id"]
REPEATED = ["enrollment-deleted-in-file", "key-repeated", "row-repeated"]


@pytest.mark.parametrize(("kind", "header", "rows", "expected"), TABLE)
def test_the_column_to_blame_is_the_one_with_the_value(
    tmp_path: Path, kind: str, header: str, rows: list[str], expected: list[tuple[str, int]]
) -> None:
    lines = [header, *rows]
    for one in check(tmp_path, {f"{kind}.csv": "\n".join(lines) + "\n"}):
        if one.slug == "reference-not-checked":  # it names columns and blames none
            continue
        at = one.position
        assert (at.column or "").replace(" ", "_") in (BLAMED[one.slug].split() or [""])
        names, *cells = csv.reader(lines)
        if at.column in names and at.row and one.slug not in NOT_THE_VALUE:
            cell = dict(zip(names, cells[at.row - 2], strict=False)).get(at.column, "")
            shown = at.value or ""
            assert (shown.partition(" · ")[0] if one.slug in REPEATED else shown) == cell


@pytest.mark.parametrize(("kind", "header", "rows", "expected"), TABLE)
def test_what_rows_say(
    tmp_path: Path, kind: str, header: str, rows: list[str], expected: list[tuple[str, int]]
) -> None:
    findings = check(tmp_path, {f"{kind}.csv": "\n".join([header, *rows]) + "\n"})
    found = [(one.slug, one.position.row) for one in findings if one.severity not in ("note",)]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_equal_faults_are_one_finding_that_knows_its_rows(tmp_path: Path) -> None:
    rows = [f"C{n},C{n},Course,{'open' if n % 2 else 'active'}" for n in range(60)]
    (finding,) = check(tmp_path, {"courses.csv": "\n".join([COURSE, *rows])})
    assert (finding.rows, finding.position.value) == (30, "open")
    assert finding.first_rows == (3, 5, 7, 9, 11, 13, 15, 17, 19, 21)


def test_findings_are_capped_and_counted_in_full(tmp_path: Path) -> None:
    rows = [f"U{n},u{n},User,active,no address {n}" for n in range(250)]
    findings = check(tmp_path, {"users.csv": "\n".join([USER + ",email", *rows])})
    assert (len(findings), findings.count, findings.groups[0].rows) == (100, 250, 250)


def test_a_file_with_a_hundred_copies_of_rows_is_reported(tmp_path: Path) -> None:
    text = "\n".join([COURSE, *["C1,C1,One,active"] * 101])
    (finding,) = check(tmp_path, {"courses.csv": text})
    assert (finding.slug, finding.severity, finding.rows) == ("copies-left-out", "note", 100)


def test_logins_are_compared_with_users(tmp_path: Path) -> None:
    files = {
        "users.csv": f"{USER}\nU1,nora,A,active\n",
        "logins.csv": "user_id,login_id,existing_user_id\nU1,nora2,U1\nU9,Nora,U1\n",
    }
    found = {(one.slug, one.position.row) for one in check(tmp_path, files)}
    assert found == {("login-exists", 2), ("login-repeated", 3)}


def test_rows_of_several_files_of_a_kind_are_one_school(tmp_path: Path) -> None:
    files = {"users_a.csv": f"{USER}\nU1,nora,A,active\n", "users_b.csv": f"{USER}\nU2,nora,B,active\n"}
    (finding,) = check(tmp_path, files)
    assert (finding.slug, finding.position.file, finding.more) == ("login-repeated", "users_b.csv", "U1")


def test_an_enrollment_is_repeated_only_if_its_role_is_the_same(tmp_path: Path) -> None:
    rows = ("C1,U1,student,active", "C1,U1,teacher,active", "C1,U2,student,active", "C1,U1,student,active")
    findings = check(tmp_path, {"enrollments.csv": "\n".join((ENROLLMENT, *rows))})
    assert [one.position.row for one in findings.of("row-repeated")] == [2]


@pytest.mark.parametrize(
    ("kind", "text", "slug"),
    [
        ("courses", f"{COURSE}\nC1,C1,One,active\nC1,C1,One,active\n", "row-repeated"),
        ("enrollments", f"{ENROLLMENT}\nC1,U1,Lead Mentor,active\n", "role-custom"),
        ("admins", "user_id,account_id,role,status\nU1,,Registrar,active\n", "role-custom"),
        ("accounts", "account_id,parent_account_id,name,status\nA1,,,active\n", "new-may-lack-value"),
        ("enrollments", f"{ENROLLMENT}\nC1,U1,student,active\n", "reference-not-checked"),
    ],
)
def test_what_may_be_meant_is_only_noted(tmp_path: Path, kind: str, text: str, slug: str) -> None:
    findings = check(tmp_path, {f"{kind}.csv": text})
    assert findings.of(slug) and findings.ok
