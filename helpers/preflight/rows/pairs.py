"""Two columns of a row that do not go together."""

from __future__ import annotations

from helpers.preflight.findings import Rule
from helpers.preflight.school import School
from practice_canvas.sis_csv.model import Kind

OWN_OBSERVER = Rule(
    slug="observes-themselves",
    severity="skips the row",
    title="Users cannot observe themselves",
    template="The observer and the student are the same person, {value}.",
    fix="Correct one of the two IDs.",
)
TWO_OWNERS = Rule(
    slug="two-owners",
    severity="skips the row",
    title="Group or group set has both an account and a course",
    template="The row has both account_id and course_id ({value}). A group belongs to one of the two.",
    fix="Leave one of the two empty.",
)
FOREIGN_ACCOUNT = Rule(
    slug="root-account-given",
    severity="silent",
    title="Row names a root account",
    template=(
        "The root_account “{value}” is the domain of another Canvas. Unless the two trust "
        "each other, Canvas ignores the row without a message."
    ),
    fix="Leave root_account empty for your own users.",
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
