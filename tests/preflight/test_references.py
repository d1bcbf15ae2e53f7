"""References across the files, against a server and against last time; cascades and their root causes."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from helpers.preflight import ServerObject, check_files
from tests.preflight.driver import check, in_short, write

ACCOUNTS = "account_id,parent_account_id,name,status\n"
TERMS = "term_id,name,status\n"
COURSES = "course_id,short_name,long_name,status,account_id,term_id\n"
SECTIONS = "section_id,course_id,name,status\n"
USERS = "user_id,login_id,full_name,status\n"
ENROLLMENTS = "course_id,section_id,user_id,role,status\n"
SCHOOL = {
    "accounts.csv": ACCOUNTS + "A1,,One,active\n",
    "terms.csv": TERMS + "T1,One,active\n",
    "courses.csv": COURSES + "C1,C1,One,active,A1,T1\nC2,C2,Two,active,A1,T1\n",
    "sections.csv": SECTIONS + "S1,C1,One,active\nS2,C2,Two,active\n",
    "users.csv": USERS + "".join(f"U{n},u{n},User {n},active\n" for n in range(6)),
    "enrollments.csv": ENROLLMENTS + "".join(f"C1,S1,U{n},student,active\n" for n in range(6)),
}


class Canvas:
    """A server that lists some kinds, and knows single ids of the others."""

    def __init__(self, lists: dict[str, list[ServerObject]], single: Iterable[str] = ()) -> None:
        self.lists, self.single = lists, set(single)
        self.asked: list[str] = []

    def objects(self, kind: str) -> list[ServerObject] | None:
        return self.lists.get(kind)

    def has(self, kind: str, sis_id: str) -> bool | None:
        self.asked.append(sis_id)
        return sis_id in self.single


TABLE = [
    ({}, set()),
    ({"users.csv": None}, set()),  # who is not among the files cannot be checked
    (
        {"enrollments.csv": ENROLLMENTS + "C9,,U1,student,active\n"},
        {("reference-missing", "enrollments.csv", 2)},
    ),
    (
        {"courses.csv": COURSES + "C1,C1,One,active,A1,T9\nC2,C2,Two,active,,\n"},
        {("reference-fallback", "courses.csv", 2)},
    ),
    (
        {
            "sections.csv": None,
            "enrollments.csv": None,
            "courses.csv": COURSES + "C1,C1,One,active,A1,\nC2,C2,Two,active,a1,\n",
        },
        {("reference-near", "courses.csv", 3)},
    ),
    (
        {
            "sections.csv": None,
            "enrollments.csv": None,
            "courses.csv": COURSES + 'C1,C1,One,active,A1,\nC2,C2,Two,active,"=""A1""",\n',
        },
        {("reference-near", "courses.csv", 3), ("formula", "courses.csv", 3)},
    ),
    (
        {"accounts.csv": ACCOUNTS + "A2,A1,Two,active\nA1,,One,active\n"},
        {("parent-later", "accounts.csv", 2)},
    ),
    (
        {"enrollments.csv": ENROLLMENTS + "C2,S1,U1,student,active\n"},
        {("section-elsewhere", "enrollments.csv", 2)},
    ),
    (
        {"accounts.csv": ACCOUNTS + "A1,,One,deleted\n"},
        {("reference-deleted-fallback", "courses.csv", 2)},
    ),
    (
        {
            "abstract_courses.csv": "abstract_course_id,short_name,long_name,status\nX1,A,A,active\n",
            "courses.csv": COURSES.strip()
            + ",abstract_course_id\nC1,C1,One,active,,,X9\nC2,C2,Two,active,,,X1\n",
        },
        {("reference-dropped", "courses.csv", 2)},
    ),
    (
        {
            "enrollments.csv": ENROLLMENTS + "C2,S1,U1,student,active\n",
            "xlists.csv": "xlist_course_id,section_id,status\nC2,S1,active\n",
        },
        set(),
    ),
    (
        {
            "enrollments.csv": ENROLLMENTS + "X1,,U1,student,active\n",
            "xlists.csv": "xlist_course_id,section_id,status\nX1,S1,active\n",
        },
        set(),
    ),
    (
        {
            "users.csv": USERS + "U1,u1,A,deleted\n",
            "enrollments.csv": ENROLLMENTS + "C1,,U1,ta,active\nC2,,U1,ta,deleted\n",
        },
        {("reference-deleted", "enrollments.csv", 2)},
    ),
    (
        {"change_sis_id.csv": "old_id,new_id,type\nU1,N1,user\n"},
        {("old-id-used", "users.csv", 3), ("old-id-referenced", "enrollments.csv", 3)},
    ),
    (
        {
            "logins.csv": "user_id,login_id,existing_user_id\nL1,l1,U1\n",
            "enrollments.csv": ENROLLMENTS + "C1,,L1,ta,active\n",
        },
        set(),
    ),
]


@pytest.mark.parametrize(("changed", "expected"), TABLE)
def test_what_rows_refer_to(
    tmp_path: Path, changed: dict[str, str | None], expected: set[tuple[str, str, int]]
) -> None:
    files = {name: text for name, text in {**SCHOOL, **changed}.items() if text}
    assert in_short(check(tmp_path, files)) == expected


def test_a_skipped_course_takes_its_sections_and_their_enrollments_along(tmp_path: Path) -> None:
    courses = COURSES + "C1,,One,active,A1,T1\nC2,C2,Two,active,A1,T1\n"
    findings = check(tmp_path, {**SCHOOL, "courses.csv": courses})
    (root,) = [one for one in findings if not one.cause]
    assert (root.slug, root.position.row) == ("value-missing", 2)
    assert root.follow == {"enrollments.csv": 6, "sections.csv": 1}
    assert {one.cause for one in findings if one is not root} == {root.key}


@pytest.mark.parametrize(("number", "shown"), [(19, 20), (20, 20)])
def test_the_first_twenty_consequences_of_a_cause_are_shown(tmp_path: Path, number: int, shown: int) -> None:
    """The sections of a skipped course are one consequence, and the enrollments in each are another."""
    sections = "".join(f"S{n},C1,Section,active\n" for n in range(number))
    enrollments = "".join(f",S{n},U1,student,active\n" for n in range(number))
    files = {
        "courses.csv": COURSES + "C1,,One,active,A1,T1\n",
        "sections.csv": SECTIONS + sections,
        "enrollments.csv": ENROLLMENTS + enrollments,
    }
    cause = check(tmp_path, {**SCHOOL, **files}).groups[0]
    assert cause.follow == {"sections.csv": number, "enrollments.csv": number}
    assert len(cause.followers) == shown


def test_what_a_rejected_file_would_have_held_follows_from_that_file(tmp_path: Path) -> None:
    users = SCHOOL["users.csv"].replace("User 1", "Jürgen").encode("cp1252")
    findings = check(tmp_path, {**SCHOOL, "users.csv": users})
    (root,) = [one for one in findings if not one.cause]
    assert (root.slug, root.follow) == ("not-utf8", {"enrollments.csv": 6})
    assert findings.groups[0].followers[0].cause == root.key


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        (lambda text: text.replace(",", ";"), "separator"),
        (lambda text: "".join(f'"{line}"\n' for line in text.splitlines()), "rows-in-quotes"),
        (lambda text: f"All users,,\n{text}", "title-above-header"),
        (lambda text: text.replace("user_id", "User-ID"), "header-spelling"),
    ],
)
def test_a_file_without_its_kind_in_its_name_has_it_in_its_header(
    tmp_path: Path, change: Callable[[str], str], slug: str
) -> None:
    others = {name: text for name, text in SCHOOL.items() if name != "users.csv"}
    findings = check(tmp_path, {**others, "export.csv": change(SCHOOL["users.csv"])})
    (root,) = [one for one in findings if not one.cause]
    assert (root.slug, root.follow) == (slug, {"enrollments.csv": 6})


def test_one_missing_id_is_one_finding_for_all_its_rows(tmp_path: Path) -> None:
    rows = "".join(f"C1,S1,U{n},student,active\n" for n in (1, 9, 8, 9))
    findings = check(tmp_path, {**SCHOOL, "enrollments.csv": ENROLLMENTS + rows})
    missing = findings.of("reference-missing")
    assert [(one.position.value, one.rows, one.first_rows) for one in missing] == [
        ("U9", 2, (3, 5)),
        ("U8", 1, (4,)),
    ]


def test_a_server_knows_what_the_files_do_not_hold(tmp_path: Path) -> None:
    files = {"enrollments.csv": ENROLLMENTS + "C1,,U1,student,active\nC1,,U9,student,active\n"}
    server = Canvas({"course": [ServerObject("C1")], "user": [ServerObject("U1")], "section": []})
    (finding,) = check(tmp_path, files, server=server)
    assert (finding.slug, finding.position.value) == ("reference-missing", "U9")
    assert "neither in these files nor in Canvas" in finding.text


def test_a_server_that_cannot_list_a_kind_is_asked_for_the_missing_ids_only(tmp_path: Path) -> None:
    files = {
        **SCHOOL,
        "enrollments.csv": ENROLLMENTS + "C1,,U1,ta,active\nC1,,U77,ta,active\nC1,,U78,ta,active\n",
    }
    server = Canvas({"account": [], "term": [], "course": [], "section": []}, single=["U77"])
    assert in_short(check(tmp_path, files, server=server)) == {("reference-missing", "enrollments.csv", 4)}
    assert sorted(server.asked) == ["U77", "U78"]


def test_a_login_name_of_someone_else_on_the_server_is_reported_with_their_id(tmp_path: Path) -> None:
    server = Canvas({"user": [ServerObject("U77", "User 1", "U1"), ServerObject("U2", "User 2", "u2")]})
    findings = check(tmp_path, {"users.csv": SCHOOL["users.csv"]}, server=server)
    (finding,) = findings.of("login-claimed")
    assert (finding.position.row, finding.more) == (3, "U77")


def test_a_login_name_that_its_owner_gives_up_is_free(tmp_path: Path) -> None:
    server = Canvas({"user": [ServerObject("U0", "User 0", "u1")]})
    assert not in_short(check(tmp_path, {"users.csv": SCHOOL["users.csv"]}, server=server))


def test_a_new_account_needs_what_an_old_one_does_not(tmp_path: Path) -> None:
    files = {"accounts.csv": ACCOUNTS + "A1,,,\nA2,,,active\n"}
    server = Canvas({"account": [ServerObject("A1")]})
    assert in_short(check(tmp_path, files, server=server)) == {("new-lacks-value", "accounts.csv", 3)}


def renamed(count: int) -> str:
    return COURSES + "".join(f"N{n},S{n},Course {n},active,,\n" for n in range(count))


OLD = COURSES + "".join(f"C{n},S{n},Course {n},active,,\n" for n in range(20))


@pytest.mark.parametrize(("count", "asks"), [(20, 20), (5, 5), (4, 0)])
def test_many_new_ids_with_the_names_of_vanished_ones_are_asked_about(
    tmp_path: Path, count: int, asks: int
) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "courses.csv").write_text(OLD, encoding="utf-8")
    findings = check(tmp_path, {"courses.csv": renamed(count)}, previous=tmp_path / "before")
    asked = findings.of("ids-changed")
    assert len(asked) == asks
    assert findings.ok is not bool(asked)
    assert not asked or (asked[0].position.value, asked[0].more) == ("N0", "C0")


@pytest.mark.parametrize(("before", "asks"), [(50, 5), (51, 0)])
def test_fewer_than_a_tenth_of_the_earlier_ids_are_no_change_of_ids(
    tmp_path: Path, before: int, asks: int
) -> None:
    (tmp_path / "before").mkdir()
    old = renamed(before).replace("\nN", "\nC")
    (tmp_path / "before" / "courses.csv").write_text(old, encoding="utf-8")
    findings = check(tmp_path, {"courses.csv": renamed(5)}, previous=tmp_path / "before")
    assert len(findings.of("ids-changed")) == asks


def test_churn_is_seen_against_a_server_too(tmp_path: Path) -> None:
    there = [ServerObject(f"X{n}", f"User {n}", f"old{n}") for n in range(6)]
    findings = check(tmp_path, {"users.csv": SCHOOL["users.csv"]}, server=Canvas({"user": there}))
    assert len(findings.of("ids-changed")) == 6


def test_the_sample_school_is_sound() -> None:
    school = Path(__file__).parents[2] / "data" / "sample_school"
    findings = check_files(sorted(school.glob("*.csv")))
    assert list(findings) == [] and findings.ok
    assert sum(file.rows for file in findings.files) == 6770


def test_no_file_is_changed_and_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = write(tmp_path, SCHOOL)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    check_files(folder)
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


@pytest.mark.parametrize(("missing", "certain"), [(200, True), (201, False)])
def test_nothing_is_certain_about_more_ids_than_are_looked_up(
    tmp_path: Path, missing: int, certain: bool
) -> None:
    rows = "".join(f"C1,,U{n},student,active\n" for n in range(missing))
    server = Canvas({"course": [ServerObject("C1")], "section": []}, single=["U0"])
    findings = check(tmp_path, {"enrollments.csv": ENROLLMENTS + rows}, server=server)
    assert bool(findings.of("reference-missing")) is certain
    assert bool(findings.of("reference-not-checked")) is not certain
    assert len(server.asked) == (missing if certain else 0)
    assert "U0" not in {one.position.value for one in findings.of("reference-missing")}


def test_nothing_is_certain_when_one_look_up_has_no_answer(tmp_path: Path) -> None:
    class Forgetful(Canvas):
        def has(self, kind: str, sis_id: str) -> bool | None:
            return None if sis_id == "U1" else super().has(kind, sis_id)

    rows = "".join(f"C1,,U{n},student,active\n" for n in range(3))
    server = Forgetful({"course": [ServerObject("C1")], "section": []}, single=["U0"])
    findings = check(tmp_path, {"enrollments.csv": ENROLLMENTS + rows}, server=server)
    assert findings.of("reference-not-checked") and not findings.of("reference-missing")
