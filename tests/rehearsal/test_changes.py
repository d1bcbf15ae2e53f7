"""Two exports compared: what is created, updated, concluded and deleted, and under which name."""

from pathlib import Path

import pytest

from helpers.rehearsal.changes import DELETED, KindChanges, ObjectChange, compare
from helpers.rehearsal.term_shares import removed_by_term
from helpers.scratch_database import OutOfRoom
from practice_canvas.sis_csv.kinds import EXPORTED

LITTLE = "1MB"
COURSES = "course_id,long_name,status\n"
USERS = "user_id,full_name,status\n"
ENROLLMENTS = "course_id,section_id,user_id,role,associated_user_id,status\n"


def folder(path: Path, **files: str) -> Path:
    """Write the given files, and all others with nothing but a header."""
    path.mkdir()
    for name, kind in EXPORTED.items():
        header = ",".join(dict.fromkeys((*kind.compared_by, kind.name_column, "status")))
        (path / f"{name}.csv").write_text(files.get(name, f"{header}\n"), encoding="utf-8")
    return path


def changes_of(tmp_path: Path, kind: str, before: str, after: str) -> tuple[KindChanges, list[ObjectChange]]:
    old, new = folder(tmp_path / "old", **{kind: before}), folder(tmp_path / "new", **{kind: after})
    kinds, changes = compare(old, new)
    return next((each for each in kinds if each.kind == kind), KindChanges(kind, 0, 0)), changes


def test_created_deleted_and_changed_objects_are_distinguished(tmp_path: Path) -> None:
    before = COURSES + "A,Art,published\nB,Bio,published\nC,Chem,published\nD,Dance,published\n"
    after = COURSES + "A,Art,published\nB,Botany,published\nC,Chem,completed\nE,English,unpublished\n"
    kind, changes = changes_of(tmp_path, "courses", before, after)
    assert kind == KindChanges("courses", 4, 4, created=1, updated=1, concluded=1, deleted=1)
    assert kind.unchanged == 1 and kind.changed
    assert set(changes) == {
        ObjectChange("courses", "concluded", "C", "Chem", "status: published → completed"),
        ObjectChange("courses", "created", "E", "English"),
        ObjectChange("courses", "deleted", "D", "Dance"),
        ObjectChange("courses", "updated", "B", "Botany", "long_name: Bio → Botany"),
    }


@pytest.mark.parametrize("status", ["completed", "inactive"])
def test_an_enrollment_that_ends_counts_as_concluded_and_is_listed_by_name(
    tmp_path: Path, status: str
) -> None:
    row = "B1,,u1,student,,"
    old = folder(
        tmp_path / "old", users=USERS + "u1,Ada L.,active\n", enrollments=f"{ENROLLMENTS}{row}active\n"
    )
    new = folder(
        tmp_path / "new", users=USERS + "u1,Ada L.,active\n", enrollments=f"{ENROLLMENTS}{row}{status}\n"
    )
    _, [change] = compare(old, new)
    assert change == ObjectChange(
        "enrollments", "concluded", "B1 / u1 / student", "Ada L.", f"status: active → {status}"
    )


def test_an_enrollment_of_somebody_unknown_is_listed_by_id(tmp_path: Path) -> None:
    _, [change] = changes_of(tmp_path, "enrollments", ENROLLMENTS, ENROLLMENTS + "B1,,u9,ta,,active\n")
    assert (change.sort, change.name) == ("created", "u9")


def test_values_that_look_like_numbers_stay_text(tmp_path: Path) -> None:
    kind, _ = changes_of(
        tmp_path, "courses", COURSES + "007,Bond,published\n", COURSES + "7,Bond,published\n"
    )
    assert (kind.created, kind.deleted) == (1, 1)


def test_quotes_commas_line_breaks_and_empty_values_are_compared_as_they_are(tmp_path: Path) -> None:
    odd = 'A,"say ""hi"", twice\nor more",published\nB,,published\n'
    kind, changes = changes_of(tmp_path, "courses", COURSES + odd, COURSES + odd + '"O\'C",;,published\n')
    assert (kind.before, kind.created) == (2, 1) and changes[0].sis_id == "O'C"


def test_an_object_that_is_exported_twice_counts_once(tmp_path: Path) -> None:
    twice = COURSES + "A,Art,published\n" * 2
    assert changes_of(tmp_path, "courses", twice, twice)[0] == KindChanges("courses", 1, 1)


def test_an_object_with_two_different_rows_is_unchanged_in_whichever_order_they_come(tmp_path: Path) -> None:
    rows = ("A,Art,published\n", "A,Arts,published\n")
    kind, changes = changes_of(tmp_path, "courses", COURSES + "".join(rows), COURSES + "".join(rows[::-1]))
    assert (kind, changes) == (KindChanges("courses", 1, 1), [])


def test_kinds_without_objects_are_left_out(tmp_path: Path) -> None:
    assert compare(folder(tmp_path / "old"), folder(tmp_path / "new")) == ([], [])


def test_a_comparison_takes_no_more_memory_than_its_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.rehearsal.changes.MEMORY", LITTLE)
    monkeypatch.setattr("helpers.rehearsal.term_shares.MEMORY", LITTLE)
    old, new = folder(tmp_path / "old", courses=COURSES + "A,Art,published\n"), folder(tmp_path / "new")
    with pytest.raises(OutOfRoom):
        compare(old, new)
    with pytest.raises(OutOfRoom):
        removed_by_term(old, new, "courses", DELETED)


def test_numbers_are_whole_although_not_everything_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.rehearsal.changes.LISTED", 3)
    many = COURSES + "".join(f"C{n},Course,published\n" for n in range(9))
    kind, changes = changes_of(tmp_path, "courses", COURSES, many)
    assert (kind.created, len(changes)) == (9, 3)


def test_percentages_are_of_what_there_was_and_of_what_batch_mode_considers() -> None:
    kind = KindChanges("courses", 8, 4, concluded=2, deleted=4, cleaned=3, scope=12)
    assert (kind.percent, kind.percent_cleaned) == (75.0, 25.0)
    assert KindChanges("courses", 0, 0).percent == 0.0
    assert KindChanges("courses", 0, 0).percent_cleaned is None
    assert KindChanges("courses", 0, 0, cleaned=0).percent_cleaned == 0.0
