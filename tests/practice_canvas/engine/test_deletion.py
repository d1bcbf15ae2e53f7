import pytest

from practice_canvas.engine.rules import deletion
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files


@pytest.mark.parametrize("slice_size", [1, 7, 10_000])
def test_a_file_of_deletions_is_worked_off_in_slices(
    store: Store, monkeypatch: pytest.MonkeyPatch, slice_size: int
) -> None:
    monkeypatch.setattr(deletion, "SLICE", slice_size)
    rows = [f"C,S{number},student," for number in range(30)]
    users = "".join(f"S{number},s{number},active\n" for number in range(30))
    import_files(
        store,
        {
            "users.csv": f"user_id,login_id,status\n{users}",
            "courses.csv": "course_id,short_name,long_name,status\nC,C,Course,active\n",
            "enrollments.csv": "course_id,user_id,role,status\n" + "".join(f"{row}active\n" for row in rows),
        },
    )
    file = "course_id,user_id,role,status\n" + "".join(f"{row}deleted\n" for row in rows)
    done = import_files(store, {"enrollments.csv": file})
    assert done.data["statistics"]["Enrollment"]["deleted"] == 30
    assert done.counts["enrollments"] == 30
