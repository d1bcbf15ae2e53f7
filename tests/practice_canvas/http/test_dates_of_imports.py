"""What the API shows of the dates in an import."""

import pytest

from tests.practice_server import IMPORTS, Server

COURSES = "course_id,short_name,long_name,status,start_date,end_date\n"


@pytest.mark.parametrize(
    ("start", "start_at"),
    [
        ("24-AUG-26", "0026-08-24T00:00:00Z"),
        ("24.08.26", "0024-08-26T00:00:00Z"),
        ("08/09/2026", "2026-09-08T00:00:00Z"),
        ("2026-02-30", "2026-03-02T00:00:00Z"),
        ("2026-08-24 08:00 AEST", "2026-08-23T22:00:00Z"),
        ("2026-08-24T24:00:00Z", "2026-08-25T00:00:00Z"),
        ("2026-08-24T08:00 America/New_York", "2026-08-24T08:00:00Z"),
        ("1756022400", "1756-02-24T00:00:00Z"),
        ("TBD", None),
    ],
)
def test_a_date_is_stored_as_canvas_reads_it_without_a_message(
    canvas: Server, start: str, start_at: str | None
) -> None:
    done = canvas.run_csv(f"{COURSES}D1,D1,One,active,{start},\n")
    assert done["workflow_state"] == "imported"
    assert canvas.get("/api/v1/courses/sis_course_id:D1").json["start_at"] == start_at


def test_a_refused_date_is_a_warning_and_leaves_both_dates_empty(canvas: Server) -> None:
    done = canvas.run_csv(f"{COURSES}D1,D1,One,active,8/24/2026,2026-12-18\n")
    [message] = canvas.get(f"{IMPORTS}/{done['id']}/errors").json["sis_import_errors"]
    course = canvas.get("/api/v1/courses/sis_course_id:D1").json
    assert done["workflow_state"] == "imported_with_messages"
    assert "8/24/2026" in message["message"] and message["row"] == 2
    assert (course["start_at"], course["end_at"]) == (None, None)


def test_what_a_date_lacks_comes_from_the_start_of_the_import(canvas: Server) -> None:
    started = canvas.run_csv(f"{COURSES}D1,D1,One,active,12:00,\n")["started_at"]
    course = canvas.get("/api/v1/courses/sis_course_id:D1").json
    assert course["start_at"] == f"{started[:10]}T12:00:00Z"


def test_a_year_of_two_digits_is_before_any_other(canvas: Server) -> None:
    done = canvas.run_csv(f"{COURSES}D1,D1,One,active,2026-08-24,18-DEC-26\n")
    assert done["workflow_state"] == "imported_with_messages"
    assert canvas.get("/api/v1/courses/sis_course_id:D1").status == 404
