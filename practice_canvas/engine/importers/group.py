"""Import groups.csv. Source of the rules: Canvas's group importer."""

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.checks import check_lengths
from practice_canvas.engine.rules.deletion import delete_memberships
from practice_canvas.engine.rules.owners import Owner, owner_in, owner_of
from practice_canvas.engine.rules.status import is_skipped, word_of
from practice_canvas.store import records
from practice_canvas.store.records import GROUP, GROUP_CATEGORY, Record, Values
from practice_canvas.store.writes import groups

STATUSES = ("available", "deleted", "closed", "completed")


class GroupImporter(RowImporter):
    """One row creates, renames, moves, deletes or restores one group."""

    kind = "group"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        group_id, name = row["group_id"], row["name"]
        if not group_id:
            raise Rejected("The row has no group_id.")
        what = f"The group {group_id}"
        if not name:
            raise Rejected(f"{what} has no name.")
        word_of(row, "status", STATUSES, what)
        if is_skipped(self.run, row):
            return False
        named = owner_in(self.run, row, what)
        category = self._category(row, named, what)
        group = records.find(self.db, GROUP.table, sis_source_id=group_id)
        owner = self._owner(named, category, group)
        self._check_move(group, owner, what)
        values: Values = {
            "name": name,
            # Only exactly this word, in lower case, deletes the group.
            "workflow_state": "deleted" if row["status"] == "deleted" else "available",
            **owner.values(),
        }
        check_lengths(values, what)
        values["group_category_id"] = self._category_id(category, group, owner)
        made = {} if group else {"sis_source_id": group_id, "created_at": self.run.now}
        saved_id = self.run.save(GROUP, group, values | made)
        if values["workflow_state"] == "deleted":
            delete_memberships(self.run, group_id=saved_id)
        return True

    def _category(self, row: Row, named: Owner | None, what: str) -> Record | None:
        """Return the row's group set; if the row has an owner, the set must belong to it."""
        category_id = row["group_category_id"]
        if not category_id:
            return None
        category = records.find(self.db, GROUP_CATEGORY.table, sis_source_id=category_id)
        is_live = category is not None and category["workflow_state"] != "deleted"
        if category and is_live and named in (None, owner_of(category)):
            return category
        where = ""
        if named:
            kind = "account" if named.account_id else "course"
            where = f" in the {kind} {row[f'{kind}_id']}"
        raise Rejected(
            f"{what} has the group_category_id {category_id}: the group set does not exist{where}."
        )

    def _owner(self, named: Owner | None, category: Record | None, group: Record | None) -> Owner:
        if named:
            return named
        if category:
            return owner_of(category)
        return owner_of(group) if group else Owner(account_id=self.run.root_account_id)

    def _check_move(self, group: Record | None, owner: Owner, what: str) -> None:
        if group is None or owner_of(group) == owner:
            return
        among_accounts = group["account_id"] and owner.account_id
        if not among_accounts and groups.has_members(self.db, group["id"]):
            raise Rejected(f"{what} has members and cannot be moved from or to a course.")

    def _category_id(self, category: Record | None, group: Record | None, owner: Owner) -> int | None:
        """Return the group's set; a course has a default set for groups without one."""
        if category:
            return int(category["id"])
        if group and owner_of(group) == owner and group["group_category_id"]:
            return int(group["group_category_id"])
        return groups.student_groups(self.db, owner.course_id, self.run.now) if owner.course_id else None
