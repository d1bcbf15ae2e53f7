"""Rows of change_sis_id.csv that change nothing, or that Canvas rejects."""

from __future__ import annotations

from helpers.preflight.findings import NEW_IDS, Rule
from helpers.preflight.school import School
from practice_canvas.sis_csv.model import Kind

SAME = Rule(
    slug="new-id-is-old-id",
    severity="skips the row",
    title="New ID is the same as the old ID",
    template=(
        "The row changes {value} to itself. Canvas rejects it because the ID is already in "
        "use, by the object itself."
    ),
    fix="Remove the row.",
    taught_in=NEW_IDS,
)
NO_INTEGRATION_ID = Rule(
    slug="group-set-integration-id",
    severity="skips the row",
    title="Group sets have no integration ID",
    template="The row gives an integration ID for a group_category.",
    fix="Leave the integration ID columns empty for group sets.",
    taught_in=NEW_IDS,
)


def check(school: School, kind: Kind) -> None:
    """Find changes that Canvas rejects."""
    if kind.name == "change_sis_id":
        school.note(SAME, kind, "new_id", "new_id = old_id")
        given = "coalesce(old_integration_id, new_integration_id)"
        where = f"lower(type) = 'group_category' AND {given} IS NOT NULL"
        school.note(NO_INTEGRATION_ID, kind, "type", where, value=given)
