from typing import Any

import pytest

from practice_canvas.engine import batch_mode
from practice_canvas.engine.restore import restore_states
from practice_canvas.store import records
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import Outcome, import_files
from tests.practice_canvas.engine.school import ENROLLMENT, SECTION, TERM_COURSE, csv, states, users

TERMS = csv("term_id,name,status", "T1,One,active", "T2,Two,active")
FULL: dict[str, str | bytes] = {
    "terms.csv": TERMS,
    "users.csv": users("U1", "U2"),
    "courses.csv": csv(TERM_COURSE, "A,A,A,T1,active", "B,B,B,T1,active", "C,C,C,T2,active"),
    "sections.csv": csv(SECTION, "A1,A,A1,active", "B1,B,B1,active"),
    "enrollments.csv": csv(ENROLLMENT, "A,U1,student,A1,active", "B,U2,student,B1,active"),
}


def clean(store: Store, files: dict[str, str | bytes], **options: Any) -> Outcome:
    term = records.find(store.db, "enrollment_terms", sis_source_id="T1")
    assert term is not None
    return import_files(store, files, **{"batch_mode": True, "batch_mode_term_id": term["id"], **options})


def test_what_the_import_left_out_of_the_term_is_deleted_and_nothing_else(store: Store) -> None:
    import_files(store, FULL)
    outcome = clean(store, {"courses.csv": csv(TERM_COURSE, "A,A,A,T1,active")})
    assert states(store) == {"A": "claimed", "B": "deleted", "C": "claimed"}
    assert outcome.counts["batch_courses_deleted"] == 1
    assert outcome.data["statistics"]["Course"]["deleted"] == 1
    assert "batch_sections_deleted" not in outcome.counts


def test_the_cleanup_is_a_stage_of_its_own_whose_progress_begins_low(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_mode, "SLICE", 10)
    rows = [f"L{one},L,L,T1,active" for one in range(100)]
    import_files(store, {"terms.csv": TERMS, "courses.csv": csv(TERM_COURSE, *rows)})
    outcome = clean(store, {"courses.csv": TERM_COURSE + "\n"})
    stage = [step.progress for step in outcome.steps if step.workflow_state == "cleanup_batch"]
    assert stage == [10, 20, 30, 40, 50, 60, 70, 80, 90, 99]
    assert outcome.steps[-1].progress == 100


def test_what_the_cleanup_deletes_is_marked_for_restore_states(store: Store) -> None:
    import_files(store, FULL)
    outcome = clean(store, {"sections.csv": csv(SECTION, "A1,A,A1,active")})
    marked = records.find_all(
        store.db, "sis_batch_roll_back_data", sis_batch_id=outcome.id, batch_mode_delete=1
    )
    assert {(one["context_type"], one["updated_workflow_state"]) for one in marked} == {
        ("CourseSection", "deleted"),
        ("Enrollment", "deleted"),
    }


@pytest.mark.parametrize(
    ("name", "header"),
    [("enrollments.csv", ENROLLMENT), ("sections.csv", SECTION), ("courses.csv", TERM_COURSE)],
)
def test_enrollments_that_a_cleanup_deletes_come_back_with_a_restore_of_batch_mode(
    store: Store, name: str, header: str
) -> None:
    import_files(store, FULL)
    outcome = clean(store, {name: header + "\n"})
    assert enrollment_states(store) == {"deleted"}
    list(restore_states(store, outcome.id, batch_mode=True))
    assert enrollment_states(store) == {"active"}
    assert set(states(store).values()) == {"claimed"}


def enrollment_states(store: Store) -> set[str]:
    return {state for (state,) in store.db.execute("SELECT workflow_state FROM enrollments")}


@pytest.mark.parametrize(("threshold", "state"), [(49, "aborted"), (50, "imported"), (0, "aborted")])
def test_more_than_the_threshold_is_not_deleted(store: Store, threshold: int, state: str) -> None:
    import_files(store, FULL)
    file = csv(TERM_COURSE, "A,A,Renamed,T1,active")
    outcome = clean(store, {"courses.csv": file}, change_threshold=threshold)
    course = records.find(store.db, "courses", sis_source_id="A")
    assert outcome.state == state
    assert states(store)["B"] == ("claimed" if state == "aborted" else "deleted")
    assert course is not None and course["name"] == "Renamed"


def test_an_aborted_cleanup_ends_at_100_with_one_warning_about_no_file(store: Store) -> None:
    import_files(store, FULL)
    outcome = clean(store, {"courses.csv": TERM_COURSE + "\n"}, change_threshold=10)
    assert outcome.steps[-1].progress == 100
    assert [message[:3] for message in outcome.messages] == [(0, None, None)]
    assert "deleted 2 of 2 courses" in outcome.texts[0] and "threshold of 10 percent" in outcome.texts[0]


def test_a_drop_status_that_the_cleanup_cannot_carry_out_drops_nothing(store: Store) -> None:
    import_files(store, FULL)
    clean(
        store,
        {"enrollments.csv": ENROLLMENT + "\n"},
        batch_mode_enrollment_drop_status="deleted_last_completed",
    )
    found = store.db.execute("SELECT workflow_state FROM enrollments")
    assert {one[0] for one in found} == {"active"}


def test_the_cleanup_without_terms_says_what_is_missing_and_deletes_nothing(store: Store) -> None:
    import_files(store, FULL)
    outcome = clean(
        store, {"courses.csv": TERM_COURSE + "\n"}, batch_mode_term_id=None, multi_term_batch_mode=True
    )
    assert outcome.state == "aborted" and "terms file" in outcome.texts[0]
    assert set(states(store).values()) == {"claimed"}


def test_the_cleanup_of_several_terms_is_that_of_the_terms_in_the_file(store: Store) -> None:
    import_files(store, FULL)
    files: dict[str, str | bytes] = {
        "terms.csv": csv("term_id,name,status", "T2,Two,active"),
        "courses.csv": TERM_COURSE + "\n",
    }
    outcome = clean(store, files, batch_mode_term_id=None, multi_term_batch_mode=True)
    assert outcome.state == "imported"
    assert states(store) == {"A": "claimed", "B": "claimed", "C": "deleted"}


@pytest.mark.parametrize("status", ["completed", "inactive"])
def test_enrollments_that_are_left_out_get_the_drop_status(store: Store, status: str) -> None:
    import_files(store, FULL)
    options = {"batch_mode_enrollment_drop_status": status}
    file = csv(ENROLLMENT, "A,U1,student,A1,active")
    counts = [clean(store, {"enrollments.csv": file}, **options).counts for _ in range(2)]
    found = store.db.execute("SELECT workflow_state FROM enrollments ORDER BY id").fetchall()
    assert [one[0] for one in found] == ["active", status]
    assert [one["batch_enrollments_deleted"] for one in counts] == [1, 0], "the second time, it is left alone"
