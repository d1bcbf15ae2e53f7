import pytest

from practice_canvas.store import records
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import COURSE, csv


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
