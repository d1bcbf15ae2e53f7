"""Import group_membership.csv: the members of groups. Source of the rules: Canvas's membership importer."""

from collections.abc import Sequence

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.deletion import delete_membership
from practice_canvas.engine.rules.status import is_skipped, status_of
from practice_canvas.store.records import GROUP, GROUP_CATEGORY, LOGIN, MEMBERSHIP, Record
from practice_canvas.store.writes import groups


class GroupMembershipImporter(RowImporter):
    """One row adds a user to a group or removes the user."""

    kind = "group_membership"

    def load(self, rows: Sequence[Row]) -> None:
        """Load the groups and users that the rows name, with the users' memberships and their groups."""
        self.load_named(rows, LOGIN, user_id="sis_user_id")
        self.load_named(rows, GROUP, group_id="sis_source_id")
        user_ids = {login["user_id"] for login in self.records.held(LOGIN.table)}
        self.records.load(MEMBERSHIP.table, "user_id", user_ids)
        elsewhere = {membership["group_id"] for membership in self.records.held(MEMBERSHIP.table)}
        self.records.load(GROUP.table, "id", elsewhere)
        category_ids = {group["group_category_id"] for group in self.records.held(GROUP.table)}
        self.records.load(GROUP_CATEGORY.table, "id", category_ids)

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
        login = self.records.find(LOGIN.table, "sis_user_id", user_sis_id)
        if login is None:
            raise Rejected(f"The user {user_sis_id} does not exist.")
        group = self.records.find(GROUP.table, "sis_source_id", group_sis_id)
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
        category = self._category(group)
        if category is None or category["self_signup"] != "restricted":
            return
        self.records.write()
        if not groups.share_a_section(self.db, group["id"], user_id):
            raise Rejected(
                f"{what} is not possible: the members of a group in this set must share a section."
            )

    def _accept(self, group: Record, user_id: int) -> None:
        """Create or restore the membership; end the user's memberships in other groups of the set."""
        category = self._category(group)
        if category is not None and category["role"] not in groups.OPEN_ROLES:
            for other in self._memberships(user_id):
                if other["workflow_state"] != "deleted" and self._is_elsewhere_in_set(other, group):
                    delete_membership(self.run, other)
        self._save(group, user_id, "accepted")

    def _end(self, group: Record, user_id: int) -> None:
        membership = self._membership(group, user_id)
        if membership and membership["workflow_state"] != "deleted":
            delete_membership(self.run, membership)
        else:
            self._save(group, user_id, "deleted")

    def _category(self, group: Record) -> Record | None:
        return self.records.find(GROUP_CATEGORY.table, "id", group["group_category_id"])

    def _memberships(self, user_id: int) -> list[Record]:
        return self.records.find_all(MEMBERSHIP.table, "user_id", user_id)

    def _is_elsewhere_in_set(self, membership: Record, group: Record) -> bool:
        """Return whether a membership is in another group of a group's set."""
        other = self.records.find(GROUP.table, "id", membership["group_id"])
        return (
            other is not None
            and other["id"] != group["id"]
            and other["group_category_id"] == group["group_category_id"]
        )

    def _membership(self, group: Record, user_id: int) -> Record | None:
        """Return a user's membership in a group; of several the one that is not deleted."""
        found = [one for one in self._memberships(user_id) if one["group_id"] == group["id"]]
        return min(found, key=lambda one: one["workflow_state"] == "deleted", default=None)

    def _save(self, group: Record, user_id: int, state: str) -> None:
        found = self._membership(group, user_id)
        made = {} if found else {"group_id": group["id"], "user_id": user_id, "created_at": self.run.now}
        self.run.save(MEMBERSHIP, found, made | {"workflow_state": state})
