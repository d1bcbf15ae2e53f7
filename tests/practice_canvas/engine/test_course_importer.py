import pytest

from practice_canvas.store import records
from practice_canvas.store.store import Store
from tests.practice_canvas.engine import driver
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import COURSE, ENROLLMENT, courses, csv, users


@pytest.mark.parametrize(
    ("header", "row"), [(f"{COURSE},integration_id", "A,A,A,active,"), (COURSE, "A,A,A,active")]
)
def test_a_course_keeps_its_integration_id_when_the_cell_is_empty_or_the_column_is_missing(
    store: Store, header: str, row: str
) -> None:
    import_files(store, {"c.csv": csv(f"{COURSE},integration_id", "A,A,A,active,INT-1")})
    import_files(store, {"c.csv": csv(header, row)})
    course = records.find(store.db, "courses", sis_source_id="A")
    assert course is not None and course["integration_id"] == "INT-1"


def test_concluding_a_course_completes_its_open_enrollments_and_notes_the_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def imported(hour: int, files: dict[str, str]) -> None:
        monkeypatch.setattr(driver, "NOW", f"2026-02-03T{hour:02}:00:00Z")
        import_files(store, files)

    rows = (f"A,{status},student,,{status}" for status in ("active", "inactive", "deleted", "completed"))
    people = users("active", "inactive", "deleted", "completed")
    enrollments = csv(ENROLLMENT, *rows)
    imported(1, {"courses.csv": courses("A"), "users.csv": people, "enrollments.csv": enrollments})
    imported(2, {"courses.csv": courses("A", status="completed")})
    found = store.db.execute(
        "SELECT pseudonyms.sis_user_id, enrollments.workflow_state, enrollments.completed_at FROM enrollments"
        " JOIN pseudonyms ON pseudonyms.user_id = enrollments.user_id"
    )
    assert {name: (state, completed_at) for name, state, completed_at in found} == {
        "active": ("completed", "2026-02-03T02:00:00Z"),
        "inactive": ("inactive", None),
        "deleted": ("deleted", None),
        "completed": ("completed", "2026-02-03T01:00:00Z"),
    }
