"""Import group_membership.csv: the members of groups. Source of the rules: Canvas's membership importer."""

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.deletion import delete_membership
from practice_canvas.engine.rules.status import is_skipped, status_of
from practice_canvas.store import records
from practice_canvas.store.reads import logins
from practice_canvas.store.records import MEMBERSHIP, Record
from practice_canvas.store.writes import groups


class GroupMembershipImporter(RowImporter):
    """One row adds a user to a group or removes the user."""

    kind = "group_membership"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        group_sis_id, user_sis_id = row["group_id"], row["user_id"]
        if not group_sis_id:
            raise Rejected("The row has no group_id.")
        if not user_sis_id:
            raise Rejected(f"The row of group {group_sis_id} has no user_id.")
        what = f"The membership of user {user_sis_id} in group {group_sis_id}"
        status = status_of(row, ("accepted", "deleted"), what)
        if is_skipped(self.run, row):
            return False
        login = logins.with_sis_id(self.db, user_sis_id)
        if login is None:
            raise Rejected(f"The user {user_sis_id} does not exist.")
        group = records.find(self.db, "groups", sis_source_id=group_sis_id)
        if group is None:
            raise Rejected(f"The group {group_sis_id} does not exist.")
        user_id = login["user_id"]
        if group["course_id"] and not groups.is_enrolled(self.db, group["course_id"], user_id):
            raise Rejected(f"{what} is not possible: the user is not enrolled in the group's course.")
        if status.startswith("accepted"):
            self._check_section(group, user_id, what)
            self._accept(group, user_id)
        else:
            self._end(group, user_id)
        return True

    def _check_section(self, group: Record, user_id: int, what: str) -> None:
        category = records.find(self.db, "group_categories", id=group["group_category_id"])
        restricted = category is not None and category["self_signup"] == "restricted"
        if restricted and not groups.share_a_section(self.db, group["id"], user_id):
            raise Rejected(
                f"{what} is not possible: the members of a group in this set must share a section."
            )

    def _accept(self, group: Record, user_id: int) -> None:
        """Create or restore the membership; end the user's memberships in other groups of the set."""
        for other in groups.memberships_elsewhere_in_set(self.db, group, user_id):
            delete_membership(self.run, other)
        self._save(group, user_id, "accepted")

    def _end(self, group: Record, user_id: int) -> None:
        membership = groups.membership(self.db, group["id"], user_id)
        if membership and membership["workflow_state"] != "deleted":
            delete_membership(self.run, membership)
        else:
            self._save(group, user_id, "deleted")

    def _save(self, group: Record, user_id: int, state: str) -> None:
        found = groups.membership(self.db, group["id"], user_id)
        made = {} if found else {"group_id": group["id"], "user_id": user_id, "created_at": self.run.now}
        self.run.save(MEMBERSHIP, found, made | {"workflow_state": state})
