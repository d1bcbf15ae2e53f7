"""Linked observers come and go with their students, whichever import names whom."""

from practice_canvas.engine.restore import restore_states
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import courses, csv, users

HEADER = "course_id,user_id,role,status,associated_user_id"
STUDENT, OBSERVER = "C,S,student,active,", "C,O,observer,active,S"
LINK = {"o.csv": csv("observer_id,student_id,status", "O,S,active")}


def begin(store: Store, *rows: str, linked: bool = True) -> None:
    import_files(store, {"c.csv": courses("C"), "u.csv": users("S", "O"), **(LINK if linked else {})})
    import_files(store, {"e.csv": csv(HEADER, *rows)})


def full_batch(store: Store, *rows: str) -> int:
    files = {"e.csv": csv(HEADER, *rows)}
    outcome = import_files(store, dict(files), batch_mode=True, batch_mode_term_id=1)
    assert outcome.state == "imported"
    return outcome.counts["batch_enrollments_deleted"]


def enrolled(store: Store) -> dict[str, str]:
    return dict(
        store.db.execute(
            "SELECT sis_user_id, enrollments.workflow_state FROM enrollments"
            " JOIN pseudonyms ON pseudonyms.user_id = enrollments.user_id"
        ).fetchall()
    )


def test_a_full_batch_with_the_unchanged_student_keeps_an_observer_who_was_named_once(store: Store) -> None:
    begin(store, STUDENT, OBSERVER)
    assert full_batch(store, STUDENT) == 0
    assert enrolled(store) == {"S": "active", "O": "active"}


def test_a_full_batch_with_the_changed_student_keeps_the_observer_in_step(store: Store) -> None:
    begin(store, STUDENT, OBSERVER)
    assert full_batch(store, "C,S,student,inactive,") == 0
    assert enrolled(store) == {"S": "inactive", "O": "inactive"}


def test_an_observer_without_a_link_is_dropped_when_left_out(store: Store) -> None:
    begin(store, STUDENT, OBSERVER, linked=False)
    assert full_batch(store, STUDENT) == 1
    assert enrolled(store) == {"S": "active", "O": "deleted"}


def test_naming_the_student_does_not_bring_back_an_observer_that_a_row_deleted(store: Store) -> None:
    begin(store, STUDENT, OBSERVER)
    import_files(store, {"e.csv": csv(HEADER, "C,O,observer,deleted,S")})
    assert full_batch(store, STUDENT) == 0
    assert enrolled(store) == {"S": "active", "O": "deleted"}


def test_the_student_of_the_next_full_batch_brings_the_observer_back_to_stay(store: Store) -> None:
    begin(store, STUDENT, OBSERVER)
    full_batch(store)
    assert enrolled(store) == {"S": "deleted", "O": "deleted"}
    for _ in range(2):
        full_batch(store, STUDENT)
        assert enrolled(store) == {"S": "active", "O": "active"}


def test_restoring_a_student_enrolls_an_observer_who_was_linked_in_the_meantime(store: Store) -> None:
    begin(store, STUDENT, linked=False)
    outcome = import_files(store, {"e.csv": csv(HEADER, "C,S,student,deleted,")})
    import_files(store, dict(LINK))
    assert enrolled(store) == {"S": "deleted"}
    list(restore_states(store, outcome.id))
    assert enrolled(store) == {"S": "active", "O": "active"}


def test_undoing_a_new_enrollment_enrolls_no_observer(store: Store) -> None:
    begin(store, linked=False)
    outcome = import_files(store, {"e.csv": csv(HEADER, STUDENT)})
    import_files(store, {"e.csv": csv(HEADER, "C,S,student,deleted,")})
    import_files(store, dict(LINK))
    list(restore_states(store, outcome.id))
    assert enrolled(store) == {"S": "deleted"}
