"""Rows of change_sis_id.csv that change nothing or cannot."""

from __future__ import annotations

from helpers.preflight.findings import NEW_IDS, Rule
from helpers.preflight.school import School
from practice_canvas.sis_csv.kinds import Kind

SAME = Rule(
    "new-id-is-old-id",
    "skips the row",
    "The new id is the old one",
    "The row changes {value} into itself: the id is taken, by the object itself.",
    "Leave the row out.",
    NEW_IDS,
)
NO_INTEGRATION_ID = Rule(
    "group-set-integration-id",
    "skips the row",
    "Group sets have no integration id",
    "The row gives an integration id for a group_category.",
    "Leave the integration columns empty for group sets.",
    NEW_IDS,
)


def check(school: School, kind: Kind) -> None:
    """Find changes that Canvas refuses."""
    if kind.name == "change_sis_id":
        school.note(SAME, kind, "new_id", "new_id = old_id")
        given = "coalesce(old_integration_id, new_integration_id)"
        where = f"lower(type) = 'group_category' AND {given} IS NOT NULL"
        school.note(NO_INTEGRATION_ID, kind, "type", where, value=given)
