"""Which column names are spelled as Canvas expects, and which stay because that is not certain."""

import pytest

from helpers.preflight.files.spelling import canonical

COURSES = "course_id,short_name,long_name,status"


@pytest.mark.parametrize(
    ("header", "spelled"),
    [
        ("Course ID,Short-Name,longname,STATUS", COURSES),
        (f"{COURSES},Term ID", f"{COURSES},term_id"),
        (f"{COURSES},Login ID", f"{COURSES},Login ID"),  # a column of users.csv
        (f"{COURSES},Status", f"{COURSES},Status"),  # it would appear twice
        (f"{COURSES},Term ID,termid", f"{COURSES},Term ID,termid"),
        ("Course,Teacher", "Course,Teacher"),  # no file of Canvas
    ],
)
def test_names_of_the_file_s_own_kind_are_spelled_unless_they_would_appear_twice(
    header: str, spelled: str
) -> None:
    assert canonical(header.split(",")) == spelled.split(",")
