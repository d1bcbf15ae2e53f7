"""Import accounts.csv: sub-accounts. Source of the rules: Canvas's account importer."""

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.checks import check_integration_id, check_lengths
from practice_canvas.engine.rules.status import is_skipped, status_of
from practice_canvas.store import records
from practice_canvas.store.reads import accounts, courses
from practice_canvas.store.records import ACCOUNT, Record, Values, new_uuid


class AccountImporter(RowImporter):
    """One row creates, changes, moves, deletes or restores one sub-account."""

    kind = "account"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row; a parent must come before its children."""
        account_id = row["account_id"]
        if not account_id:
            raise Rejected("The row has no account_id.")
        if is_skipped(self.run, row):
            return False
        parent_id = self._parent_id(row, account_id)
        account = records.find(self.db, "accounts", sis_source_id=account_id)
        values: Values = {"parent_account_id": parent_id, "integration_id": row["integration_id"]}
        values |= self._new_values(row, account_id) if account is None else self._changed_values(row, account)
        self._check(row, account, values)
        self._make_parent_sticky(self.run.save(ACCOUNT, account, values))
        return True

    def _parent_id(self, row: Row, account_id: str) -> int:
        if not row["parent_account_id"]:
            return self.run.root_account_id
        parent = records.find(self.db, "accounts", sis_source_id=row["parent_account_id"])
        if parent is None:
            raise Rejected(f"The parent of account {account_id} does not exist: put it in an earlier row.")
        if parent["workflow_state"] == "deleted":
            raise Rejected(f"The parent {row['parent_account_id']} of account {account_id} is deleted.")
        return int(parent["id"])

    def _new_values(self, row: Row, account_id: str) -> Values:
        if not row["name"]:
            raise Rejected(f"The new account {account_id} has no name.")
        status = status_of(row, ("active", "deleted"), f"The new account {account_id}")
        return {
            "name": row["name"],
            "sis_source_id": account_id,
            "workflow_state": "deleted" if status.startswith("deleted") else "active",
            "uuid": new_uuid(),
            "created_at": self.run.now,
        }

    def _changed_values(self, row: Row, account: Record) -> Values:
        """Return the values for an existing account, whose status only has to contain one of two words."""
        status = (row["status"] or "").lower()
        values: Values = {"name": row["name"]} if row["name"] else {}
        if "active" in status:
            values["workflow_state"] = "active"
        elif "deleted" in status:
            self._check_empty(account)
            values["workflow_state"] = "deleted"
        return values

    def _check_empty(self, account: Record) -> None:
        if accounts.has_active_below(self.db, account["id"]):
            raise Rejected(f"Account {account['sis_source_id']} cannot be deleted: it has sub-accounts.")
        if courses.any_of(self.db, "account_id", account["id"]):
            raise Rejected(f"Account {account['sis_source_id']} cannot be deleted: it has courses.")

    def _check(self, row: Row, account: Record | None, values: Values) -> None:
        what = f"Account {row['account_id']}"
        if account is not None:
            written = self.run.writable(ACCOUNT, account, values)
            parent_id = written.get("parent_account_id", account["parent_account_id"])
            if parent_id and accounts.is_at_or_below(self.db, parent_id, account["id"]):
                raise Rejected(f"{what} cannot be moved below {row['parent_account_id']}, which is below it.")
        check_integration_id(self.run, ACCOUNT, account, row["integration_id"], what)
        check_lengths(values, what)

    def _make_parent_sticky(self, account_id: int) -> None:
        """With add_sis_stickiness, make the parent sticky even if it did not change."""
        options = self.run.options
        if (
            options.override_sis_stickiness
            and options.add_sis_stickiness
            and not options.clear_sis_stickiness
        ):
            records.add_stuck(self.db, ACCOUNT, account_id, "parent_account_id")
