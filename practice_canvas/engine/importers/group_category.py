"""Import group_categories.csv: group sets. Source of the rules: Canvas's group category importer."""

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.checks import check_lengths
from practice_canvas.engine.rules.owners import Owner, owner_in, owner_of
from practice_canvas.engine.rules.status import is_skipped, status_of
from practice_canvas.store import records
from practice_canvas.store.records import GROUP_CATEGORY, Record, Values
from practice_canvas.store.writes import groups

# Names that Canvas reserves for its own sets.
_RESERVED_IN_ACCOUNT = ("Communities", "Imported Groups")
_RESERVED_IN_COURSE = ("Student Groups", "Imported Groups")


class GroupCategoryImporter(RowImporter):
    """One row creates, renames, moves, deletes or restores one group set."""

    kind = "group_category"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row; without an account or course, the set belongs to the root account."""
        category_id, name = row["group_category_id"], row["category_name"]
        if not category_id:
            raise Rejected("The row has no group_category_id.")
        what = f"The group set {category_id}"
        if not name:
            raise Rejected(f"{what} has no category_name.")
        status = status_of(row, ("active", "deleted"), what)
        if is_skipped(self.run, row):
            return False
        owner = owner_in(self.run, row, what) or Owner(account_id=self.run.root_account_id)
        category = records.find(self.db, GROUP_CATEGORY.table, sis_source_id=category_id)
        values: Values = {
            "name": name,
            "workflow_state": "active" if status.startswith("active") else "deleted",
            **owner.values(),
        }
        self._check(category, owner, values, what)
        made = {} if category else {"sis_source_id": category_id, "created_at": self.run.now}
        self.run.save(GROUP_CATEGORY, category, values | made)
        return True

    def _check(self, category: Record | None, owner: Owner, values: Values, what: str) -> None:
        if category and owner_of(category) != owner and groups.has_groups(self.db, category["id"]):
            raise Rejected(f"{what} has groups and cannot be moved to another account or course.")
        if category and category["name"] == values["name"]:
            return
        check_lengths(values, what)
        name = values["name"]
        if name in (_RESERVED_IN_ACCOUNT if owner.account_id else _RESERVED_IN_COURSE):
            raise Rejected(f"{what} cannot have the name {name}: Canvas reserves it.")
        others = records.find_all(self.db, GROUP_CATEGORY.table, **owner.values(), name=name)
        own_id = category["id"] if category else None
        if any(other["id"] != own_id and other["workflow_state"] != "deleted" for other in others):
            raise Rejected(
                f"{what} cannot have the name {name}: another set in the same account or course has it."
            )
