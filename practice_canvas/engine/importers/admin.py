"""Import admins.csv: admin roles in accounts. Source of the rules: Canvas's admin importer."""

from practice_canvas.engine.importer import Rejected, Row, RowImporter, Run
from practice_canvas.engine.rules.status import is_skipped, word_of
from practice_canvas.store import records
from practice_canvas.store.reads import logins, roles
from practice_canvas.store.records import ADMIN


class AdminImporter(RowImporter):
    """One row gives a user an admin role in an account or removes it.

    Only a role that carries an import's ID is managed by SIS and can be removed. The ID is set at the end of
    the file, so a row cannot remove what an earlier row of the same file gave.
    """

    kind = "admin"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._given: list[int] = []  # admin roles that the file's rows gave

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        user_sis_id = row["user_id"]
        if not user_sis_id:
            raise Rejected("The row has no user_id.")
        if not row["status"]:
            raise Rejected(f"The row of user {user_sis_id} has no status.")
        if not row["role"] and not row["role_id"]:
            raise Rejected(f"The row of user {user_sis_id} has neither role nor role_id.")
        status = word_of(row, "status", ("active", "deleted"), f"The admin role of user {user_sis_id}")
        if is_skipped(self.run, row):
            return False
        account_id = self._account_id(row)
        role_id = self._role_id(row, account_id)
        user_id = self._user_id(row)
        if status == "active":
            self._give(account_id, user_id, role_id)
            return True
        if user_id == self.run.user_id and account_id == self.run.root_account_id:
            raise Rejected(f"User {user_sis_id} runs this import and cannot remove themselves.")
        self._remove(account_id, user_id, role_id)
        return True

    def finish_file(self) -> None:
        """Mark the admin roles that the file gave as managed by SIS."""
        for admin_id in self._given:
            records.update(self.db, ADMIN.table, admin_id, {"sis_batch_id": self.run.import_id})
        self._given.clear()

    def _account_id(self, row: Row) -> int:
        if not row["account_id"]:
            return self.run.root_account_id
        account = records.find(self.db, "accounts", sis_source_id=row["account_id"], workflow_state="active")
        if account is None:
            raise Rejected(f"The account_id {row['account_id']} of user {row['user_id']} does not exist.")
        return int(account["id"])

    def _role_id(self, row: Row, account_id: int) -> int:
        offered = [
            role
            for role in roles.offered(self.db, account_id)
            if role["base_role_type"] == "AccountMembership"
        ]
        by_id = [role["id"] for role in offered if str(role["id"]) == row["role_id"]]
        by_name = [role["id"] for role in offered if role["name"] == row["role"]]
        if not by_id and not by_name:
            named = " or ".join(f"{column} {row[column]}" for column in ("role", "role_id") if row[column])
            raise Rejected(f"There is no admin {named} in this account (user {row['user_id']}).")
        return int((by_id + by_name)[0])

    def _user_id(self, row: Row) -> int:
        login = logins.live_with_sis_id(self.db, row["user_id"] or "")
        if login is None or row["root_account"]:  # there are no trusted accounts
            raise Rejected(f"The user {row['user_id']} does not exist.")
        return int(login["user_id"])

    def _give(self, account_id: int, user_id: int, role_id: int) -> None:
        identity = {"account_id": account_id, "user_id": user_id, "role_id": role_id}
        admin = records.find(self.db, ADMIN.table, **identity)
        if admin is None:
            admin_id = records.insert(self.db, ADMIN.table, {**identity, "workflow_state": "active"})
            self.run.changed_state(ADMIN, admin_id, None, "active")
        else:
            admin_id = admin["id"]
            records.update(self.db, ADMIN.table, admin_id, {"workflow_state": "active"})
            self.run.changed_state(ADMIN, admin_id, admin["workflow_state"], "active")
        self._given.append(admin_id)

    def _remove(self, account_id: int, user_id: int, role_id: int) -> None:
        admin = records.find(self.db, ADMIN.table, account_id=account_id, user_id=user_id, role_id=role_id)
        if admin and admin["sis_batch_id"] is not None:
            self.run.save(ADMIN, admin, {"workflow_state": "deleted"})
