"""Import logins.csv: additional logins of existing users. Source of the rules: Canvas's login importer."""

import re
from collections.abc import Sequence

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules import logins as rules
from practice_canvas.engine.rules.status import is_skipped
from practice_canvas.store.records import LOGIN, Record

EXISTING = ("existing_user_id", "existing_integration_id", "existing_canvas_user_id")
_WHOLE_NUMBER = re.compile(r"\d{1,18}")


class LoginImporter(RowImporter):
    """One row is one new login; it never creates, changes or deletes a user."""

    kind = "login"

    def load(self, rows: Sequence[Row]) -> None:
        """Load the logins that the rows name, and the email channels of their users."""
        numbers = (_number(row["existing_canvas_user_id"]) for row in rows)
        self.records.load(LOGIN.table, "user_id", numbers)
        rules.load(
            self.run,
            rows,
            ["user_id", "existing_user_id"],
            ["integration_id", "existing_integration_id"],
        )

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        user_id, login_id = rules.check_present(row)
        if is_skipped(self.run, row):
            return False
        if not any(row[column] for column in EXISTING):
            raise Rejected(
                f"The row of login {user_id} has no existing user: fill in one of {', '.join(EXISTING)}."
            )
        provider_id = rules.provider_of(self.run, row)
        taken = self.records.find(LOGIN.table, "sis_user_id", user_id)
        if taken or rules.live_with_name(self.run, login_id, provider_id):
            raise Rejected(f"A login with user_id {user_id} or login_id {login_id} already exists.")
        rules.check_integration_id(self.run, row, None)
        existing = self._existing(row)
        rules.check_values(row)
        values = rules.login_values(row, provider_id, "active")
        saved = rules.save_login(self.run, None, existing["user_id"], values)
        rules.save_email(self.run, row, saved, is_new=True)
        return True

    def _existing(self, row: Row) -> Record:
        """Return a login that is not deleted of the user who gets the additional one."""
        found = None if row["root_account"] else self._look_up(row)
        if not found:
            raise Rejected(f"The existing user for the login {row['user_id']} was not found.")
        wanted = {
            "sis_user_id": row["existing_user_id"],
            "integration_id": row["existing_integration_id"],
            "user_id": _number(row["existing_canvas_user_id"]),
        }
        if any(value is not None and found[column] != value for column, value in wanted.items()):
            raise Rejected(f"The existing_… values of the login {row['user_id']} belong to different users.")
        return found

    def _look_up(self, row: Row) -> Record | None:
        if row["existing_user_id"]:
            found = self.records.find(LOGIN.table, "sis_user_id", row["existing_user_id"])
        elif row["existing_integration_id"]:
            found = self.records.find(LOGIN.table, "integration_id", row["existing_integration_id"])
        else:
            user_id = _number(row["existing_canvas_user_id"]) or 0
            return next(iter(rules.live_of_user(self.run, user_id)), None)
        return found if found and found["workflow_state"] != "deleted" else None


def _number(text: str | None) -> int | None:
    """Read a Canvas ID as Canvas does: text that does not start with digits is 0."""
    if text is None:
        return None
    digits = _WHOLE_NUMBER.match(text)
    return int(digits.group()) if digits else 0
