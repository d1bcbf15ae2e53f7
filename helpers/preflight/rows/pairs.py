"""Two columns of a row that do not go together."""

from __future__ import annotations

from helpers.preflight.findings import ROWS, SILENCE, Rule
from helpers.preflight.school import School
from practice_canvas.sis_csv.kinds import Kind

OWN_OBSERVER = Rule(
    "observes-themselves",
    "skips the row",
    "Nobody can observe themselves",
    "Observer and student are the same person, {value}.",
    "Correct one of the two ids.",
    ROWS,
)
TWO_OWNERS = Rule(
    "two-owners",
    "skips the row",
    "A group or set has an account and a course",
    "The row has both account_id and course_id ({value}): a group belongs to one of the two.",
    "Empty one of the two.",
    ROWS,
)
FOREIGN_ACCOUNT = Rule(
    "root-account-given",
    "silent",
    "Rows name a root account",
    "The root_account “{value}” is another Canvas's domain: unless the two trust each other, Canvas passes "
    "over the row in silence.",
    "Leave root_account empty for your own users.",
    SILENCE,
)


def check(school: School, kind: Kind) -> None:
    """Find columns that contradict each other."""
    if kind.name == "user_observer":
        school.note(OWN_OBSERVER, kind, "observer_id", "observer_id = student_id")
    if kind.name in ("group", "group_category"):
        school.note(TWO_OWNERS, kind, "course_id", "account_id IS NOT NULL AND course_id IS NOT NULL")
    if kind.name == "enrollment":
        school.note(
            OWN_OBSERVER,
            kind,
            "associated_user_id",
            "lower(role) = 'observer' AND user_id = associated_user_id",
        )
        school.note(FOREIGN_ACCOUNT, kind, "root_account", "root_account IS NOT NULL")
