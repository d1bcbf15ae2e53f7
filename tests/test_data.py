"""The files in data/ hold together: every id that is used is defined, and nothing in them is real."""

import csv
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from practice_canvas import sample_school

DATA = Path(__file__).parents[1] / "data"
SCHOOL = DATA / "sample_school"

REFERENCES = [  # file, column → file, column that defines the id
    ("accounts", "parent_account_id", "accounts", "account_id"),
    ("courses", "account_id", "accounts", "account_id"),
    ("courses", "term_id", "terms", "term_id"),
    ("sections", "course_id", "courses", "course_id"),
    ("xlists", "xlist_course_id", "courses", "course_id"),
    ("xlists", "section_id", "sections", "section_id"),
    ("logins", "existing_user_id", "users", "user_id"),
    ("enrollments", "course_id", "courses", "course_id"),
    ("enrollments", "section_id", "sections", "section_id"),
    ("enrollments", "user_id", "users", "user_id"),
    ("admins", "user_id", "users", "user_id"),
    ("admins", "account_id", "accounts", "account_id"),
    ("group_categories", "course_id", "courses", "course_id"),
    ("groups", "group_category_id", "group_categories", "group_category_id"),
    ("group_memberships", "group_id", "groups", "group_id"),
    ("group_memberships", "user_id", "users", "user_id"),
    ("user_observers", "observer_id", "users", "user_id"),
    ("user_observers", "student_id", "users", "user_id"),
]
KEYS = {  # file → the columns that together name one record
    "accounts": ["account_id"],
    "terms": ["term_id"],
    "courses": ["course_id"],
    "sections": ["section_id"],
    "xlists": ["section_id"],
    "users": ["user_id"],
    "logins": ["user_id"],
    "enrollments": ["section_id", "user_id", "role"],
    "admins": ["user_id", "account_id", "role"],
    "group_categories": ["group_category_id"],
    "groups": ["group_id"],
    "group_memberships": ["group_id", "user_id"],
    "user_observers": ["observer_id", "student_id"],
}


def rows(kind: str) -> list[dict[str, str]]:
    with (SCHOOL / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def column(kind: str, name: str) -> list[str]:
    return [row[name] for row in rows(kind)]


def test_the_test_course_is_one_basic_course() -> None:
    with (DATA / "test_course.csv").open(encoding="utf-8", newline="") as file:
        (course,) = csv.DictReader(file)
    assert list(course) == ["course_id", "short_name", "long_name", "status"]
    assert all(course.values())
    assert course["status"] == "active"


def test_every_kind_has_its_file() -> None:
    assert {path.stem for path in SCHOOL.glob("*.csv")} == set(KEYS)


@pytest.mark.parametrize(("kind", "name", "target", "target_name"), REFERENCES)
def test_every_id_that_is_used_is_defined(kind: str, name: str, target: str, target_name: str) -> None:
    assert {value for value in column(kind, name) if value} <= set(column(target, target_name))


@pytest.mark.parametrize("kind", KEYS)
def test_no_record_is_repeated(kind: str) -> None:
    keys = [tuple(row[name] for name in KEYS[kind]) for row in rows(kind)]
    assert keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("kind", KEYS)
def test_every_row_has_as_many_values_as_the_header(kind: str) -> None:
    assert all(None not in row and None not in row.values() for row in rows(kind))


def test_a_parent_account_comes_before_its_children() -> None:
    seen = {""}
    for row in rows("accounts"):
        assert row["parent_account_id"] in seen
        seen.add(row["account_id"])


def test_an_enrollment_names_the_course_of_its_section() -> None:
    course_of = {row["section_id"]: row["course_id"] for row in rows("sections")}
    assert all(course_of[row["section_id"]] == row["course_id"] for row in rows("enrollments"))


def test_group_members_are_enrolled_in_the_course_of_their_group() -> None:
    crossed = set(column("xlists", "section_id"))
    enrolled = {(r["course_id"], r["user_id"]) for r in rows("enrollments") if r["section_id"] not in crossed}
    course_of_set = {row["group_category_id"]: row["course_id"] for row in rows("group_categories")}
    course_of = {row["group_id"]: course_of_set[row["group_category_id"]] for row in rows("groups")}
    assert all((course_of[row["group_id"]], row["user_id"]) in enrolled for row in rows("group_memberships"))


def test_login_names_are_unique_whatever_their_case() -> None:
    names = [name.lower() for kind in ("users", "logins") for name in column(kind, "login_id")]
    assert len(names) == len(set(names))


def test_the_school_has_what_makes_real_files_hard() -> None:
    names = column("courses", "long_name") + column("users", "last_name")
    assert any("," in name for name in names)
    assert any('"' in name for name in names)
    assert any(not name.isascii() for name in names)
    assert all(user_id.startswith("0") for user_id in column("users", "user_id"))
    assert len(rows("users")) > 1_000
    assert len(rows("enrollments")) > 4_000


def test_every_address_ends_in_a_domain_nobody_owns() -> None:
    assert all(re.fullmatch(r"[\w.]+@[\w.]+\.test", email) for email in column("users", "email"))


def test_the_committed_files_are_those_of_the_practice_canvas(tmp_path: Path) -> None:
    sample_school.write(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (SCHOOL / path.name).read_bytes(), path.name


def test_the_readme_explains_every_column() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for kind in KEYS:
        (line,) = [line for line in text.splitlines() if line.startswith(f"| `{kind}.csv`")]
        assert [f"`{name}`" for name in rows(kind)[0]] == line.split("|")[2].strip().split(", ")


NIGHTS = ("monday", "tuesday", "half")


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize(("file", "name", "defining", "key"), REFERENCES)
def test_each_night_of_the_small_school_holds_together(
    night: str, file: str, name: str, defining: str, key: str
) -> None:
    tables = {path.stem: path for path in (DATA / "small_school" / night).glob("*.csv")}
    assert set(tables) == {"terms", "users", "courses", "sections", "enrollments"}
    if file in tables and defining in tables and name in header_of(tables[file]):
        assert values_in(tables[file], name) <= values_in(tables[defining], key)


def header_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[0].split(",")


def values_in(path: Path, column: str) -> set[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file, strict=True)}


def test_the_half_night_is_a_part_of_the_whole_one() -> None:
    half, whole = (DATA / "small_school" / night / "enrollments.csv" for night in ("half", "tuesday"))
    assert whole.read_text(encoding="utf-8").startswith(half.read_text(encoding="utf-8"))


def test_the_past_imports_are_one_at_a_time_and_newest_first() -> None:
    past = json.loads((DATA / "past_imports.json").read_text(encoding="utf-8"))["sis_imports"]
    for later, earlier in pairwise(past):
        assert later["created_at"] > earlier["created_at"]
        assert later["started_at"] >= max(earlier["ended_at"], later["created_at"])
