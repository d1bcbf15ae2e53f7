import pytest

from practice_canvas.engine import restore
from practice_canvas.engine.restore import restore_states
from practice_canvas.store.store import Store
from practice_canvas.store.writes import roll_back_data
from practice_canvas.store.writes.roll_back_data import RestoreScope, StateChange
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import COURSE, ENROLLMENT, TERM_COURSE, courses, csv, states, users


def undo(store: Store, import_id: int, **options: bool) -> list[float]:
    steps = list(restore_states(store, import_id, **options))
    store.db.commit()
    return [step.progress for step in steps]


def test_what_was_made_is_deleted_and_what_was_deleted_comes_back(store: Store) -> None:
    import_files(store, {"courses.csv": courses("A", status="published")})
    outcome = import_files(store, {"courses.csv": csv(COURSE, "A,A,A,deleted", "B,B,B,active")})
    undo(store, outcome.id)
    assert states(store) == {"A": "available", "B": "deleted"}


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("undelete_only", {"A": "available", "B": "completed", "C": "claimed"}),
        ("unconclude_only", {"A": "deleted", "B": "available", "C": "claimed"}),
    ],
)
def test_each_option_restores_its_part_only(store: Store, option: str, expected: dict[str, str]) -> None:
    import_files(store, {"courses.csv": courses("A", "B", status="published")})
    rows = ["A,A,A,deleted", "B,B,B,completed", "C,C,C,active"]
    outcome = import_files(store, {"courses.csv": csv(COURSE, *rows)})
    undo(store, outcome.id, **{option: True})
    assert states(store) == expected


def test_the_option_batch_mode_restores_what_the_cleanup_deleted_only(store: Store) -> None:
    terms = csv("term_id,name,status", "T,Term,active")
    rows = ["A,A,A,T,published", "B,B,B,T,published", "C,C,C,T,published"]
    import_files(store, {"terms.csv": terms, "courses.csv": csv(TERM_COURSE, *rows)})
    rows = ["A,A,A,T,deleted", "B,B,B,T,completed", "D,D,D,T,active"]
    outcome = import_files(
        store, {"courses.csv": csv(TERM_COURSE, *rows)}, batch_mode=True, batch_mode_term_id=2
    )
    assert states(store) == {"A": "deleted", "B": "completed", "C": "deleted", "D": "claimed"}
    undo(store, outcome.id, batch_mode=True)
    assert states(store) == {"A": "deleted", "B": "completed", "C": "available", "D": "claimed"}


def test_in_small_slices_an_object_still_returns_to_its_first_state(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "SLICE", 1)
    import_files(store, {"courses.csv": courses("A", "B")})
    rows = ["A,A,A,published", "B,B,B,deleted", "A,A,A,completed", "B,B,B,published", "A,A,A,deleted"]
    outcome = import_files(store, {"courses.csv": csv(COURSE, *rows)})
    progress = undo(store, outcome.id)
    assert states(store) == {"A": "claimed", "B": "claimed"}
    assert progress == sorted(progress)


def test_what_is_restored_once_is_not_restored_again(store: Store) -> None:
    import_files(store, {"courses.csv": courses("A")})
    outcome = import_files(store, {"courses.csv": courses("A", status="deleted")})
    undo(store, outcome.id)
    import_files(store, {"courses.csv": courses("A", status="deleted")})
    assert undo(store, outcome.id) == []
    assert states(store) == {"A": "deleted"}


def test_the_statistics_tell_how_many_objects_were_restored(store: Store) -> None:
    outcome = import_files(store, {"courses.csv": courses("A", "B")})
    last = list(restore_states(store, outcome.id))[-1]
    assert last.data["statistics"]["Course"] == {"created": 2, "restored": 2, "deleted": 0, "concluded": 0}
    assert last.data["statistics"]["total_state_changes"] == 2


def test_channels_that_an_import_made_are_retired(store: Store) -> None:
    header = "user_id,login_id,full_name,email,status"
    outcome = import_files(store, {"users.csv": csv(header, "U,u,Una,una@x.test,active")})
    undo(store, outcome.id)
    channels = store.db.execute("SELECT workflow_state FROM communication_channels")
    assert [one[0] for one in channels] == ["retired"]


def test_a_change_that_tells_of_many_records_is_undone_for_each(store: Store) -> None:
    rows = [f"C,U{one},student,,active" for one in range(40)]
    files = {"c.csv": courses("C"), "u.csv": users(*(f"U{one}" for one in range(40)))}
    import_files(store, dict(files))
    outcome = import_files(store, {"enrollments.csv": csv(ENROLLMENT, *rows)})
    last = list(restore_states(store, outcome.id))[-1]
    left = store.db.execute("SELECT DISTINCT workflow_state FROM enrollments").fetchall()
    assert [tuple(one) for one in left] == [("deleted",)]
    assert last.data["statistics"]["Enrollment"]["restored"] == 40


def test_overlapping_changes_count_each_record_once(store: Store) -> None:
    changes = [StateChange("Course", *ids, "a", "b", False) for ids in ((1, 10), (5, 6), (10, 12))]
    roll_back_data.add(store.db, 7, changes)
    assert roll_back_data.count_objects(store.db, RestoreScope(7), "Course") == 12
