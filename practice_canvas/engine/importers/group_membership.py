"""Import group_membership.csv: the members of groups. Source of the rules: Canvas's membership importer."""

from collections.abc import Sequence

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.deletion import delete_membership
from practice_canvas.engine.rules.status import is_skipped, status_of
from practice_canvas.store.reads import logins
from practice_canvas.store.records import GROUP, GROUP_CATEGORY, MEMBERSHIP, Record
from practice_canvas.store.writes import groups


class GroupMembershipImporter(RowImporter):
    """One row adds a user to a group or removes the user."""

    kind = "group_membership"

    def load(self, rows: Sequence[Row]) -> None:
        """Load the groups and users that the rows name, with the users' memberships and their groups."""
        named = {user_sis_id for row in rows if (user_sis_id := row["user_id"])}
        found = logins.people(self.db, "sis_user_id", named)
        self.user_ids = {user_sis_id: user_id for user_sis_id, user_id, *_ in found}
        self.load_named(rows, GROUP, group_id="sis_source_id")
        self.records.load(MEMBERSHIP.table, "user_id", self.user_ids.values())
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
        user_id = self.user_ids.get(user_sis_id)
        if user_id is None:
            raise Rejected(f"The user {user_sis_id} does not exist.")
        group = self.records.find(GROUP.table, "sis_source_id", group_sis_id)
        if group is None:
            raise Rejected(f"The group {group_sis_id} does not exist.")
        if group["course_id"] and not groups.is_enrolled(self.db, group["course_id"], user_id):
            raise Rejected(f"{what} is not possible: the user is not enrolled in the group's course.")
        memberships = self.records.find_all(MEMBERSHIP.table, "user_id", user_id)
        own = _live_first([one for one in memberships if one["group_id"] == group["id"]])
        if status.startswith("accepted"):
            category = self.records.find(GROUP_CATEGORY.table, "id", group["group_category_id"])
            self._check_section(category, group, user_id, what)
            self._leave_others(category, group, memberships)
            self._save(own, group, user_id, "accepted")
        elif own and own["workflow_state"] != "deleted":
            delete_membership(self.run, own)
        else:
            self._save(own, group, user_id, "deleted")
        return True

    def _check_section(self, category: Record | None, group: Record, user_id: int, what: str) -> None:
        if category is None or category["self_signup"] != "restricted":
            return
        self.records.write()
        if not groups.share_a_section(self.db, group["id"], user_id):
            raise Rejected(
                f"{what} is not possible: the members of a group in this set must share a section."
            )

    def _leave_others(self, category: Record | None, group: Record, memberships: Sequence[Record]) -> None:
        """End a user's memberships in other groups of the group's set."""
        if category is None or category["role"] in groups.OPEN_ROLES:
            return
        for other in memberships:
            if other["workflow_state"] != "deleted" and self._is_elsewhere_in_set(other, group):
                delete_membership(self.run, other)

    def _is_elsewhere_in_set(self, membership: Record, group: Record) -> bool:
        """Return whether a membership is in another group of a group's set."""
        if membership["group_id"] == group["id"]:
            return False
        other = self.records.find(GROUP.table, "id", membership["group_id"])
        return other is not None and other["group_category_id"] == group["group_category_id"]

    def _save(self, found: Record | None, group: Record, user_id: int, state: str) -> None:
        made = {} if found else {"group_id": group["id"], "user_id": user_id, "created_at": self.run.now}
        self.run.save(MEMBERSHIP, found, made | {"workflow_state": state})


def _live_first(memberships: Sequence[Record]) -> Record | None:
    """Return of a user's memberships in a group the one that is not deleted, if there is one."""
    return min(memberships, key=lambda one: one["workflow_state"] == "deleted", default=None)
