"""Import users.csv: people and their logins. Source of the rules: Canvas's user importer."""

import re
from collections.abc import Sequence

from practice_canvas.engine.importer import Rejected, Row, RowImporter, Run
from practice_canvas.engine.rules import logins as rules
from practice_canvas.engine.rules.deletion import remove_from_account
from practice_canvas.engine.rules.names import changed_names, new_user_names
from practice_canvas.engine.rules.status import is_skipped
from practice_canvas.sis_csv.values import is_true
from practice_canvas.store.reads import logins
from practice_canvas.store.records import CHANNEL, LOGIN, USER, Record, new_uuid
from practice_canvas.store.school import settings

_STATUS = re.compile(r"active|suspended|deleted", re.IGNORECASE)


class UserImporter(RowImporter):
    """One row is one login: it creates or changes a user, or deletes the login."""

    kind = "user"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._takes_pronouns = settings.read(self.db)["can_add_pronouns"]

    def load(self, rows: Sequence[Row]) -> None:
        """Load the logins that the rows name, with their users and email channels."""
        user_ids = rules.load(self.run, rows, ["user_id"], ["integration_id"])
        self.records.load(USER.table, "id", user_ids)
        if any((row["status"] or "").lower() == "deleted" for row in rows):
            self.records.load(LOGIN.table, "user_id", user_ids)

    def import_row(self, row: Row) -> bool | None:
        """Apply one row; a login that is already deleted is skipped and not counted."""
        user_id, login_id = rules.check_present(row)
        state = _state(row)
        if is_skipped(self.run, row):
            return False
        provider_id = rules.provider_of(self.run, row)
        login = self._find(user_id, login_id, provider_id, deleting=state == "deleted")
        if login and login["workflow_state"] == state == "deleted":
            return False
        if state != "deleted":
            rules.check_integration_id(self.run, row, login)
        elif login and login["user_id"] == self.run.user_id:
            raise Rejected(f"User {user_id} runs this import and cannot delete themselves.")
        rules.check_values(row)
        self._save(row, login, state, provider_id)
        return True

    def _find(self, user_id: str, login_id: str, provider_id: int | None, *, deleting: bool) -> Record | None:
        """Return the row's login: by SIS ID, or else by login name."""
        login = self.records.find(LOGIN.table, "sis_user_id", user_id)
        named = rules.live_with_name(self.run, login_id, provider_id, login["id"] if login else None)
        if login is None:
            if named and named["sis_user_id"] and not self.run.options.update_sis_id_if_login_claimed:
                self._reject_claimed(named, user_id, login_id)
            return named
        same_name = login["unique_id_key"] == logins.case_key(login_id)
        if named and named["id"] != login["id"] and not (deleting and same_name):
            self._reject_claimed(named, user_id, login_id)
        return login

    def _reject_claimed(self, login: Record, user_id: str, login_id: str) -> None:
        owner = rules.owner(login)
        raise Rejected(f"The login_id {login_id} of user {user_id} is already in use by {owner}.")

    def _save(self, row: Row, login: Record | None, state: str, provider_id: int | None) -> None:
        user_id = self._save_user(row, login)
        saved = rules.save_login(self.run, login, user_id, rules.login_values(row, provider_id, state))
        was_live = login is not None and login["workflow_state"] != "deleted"
        if was_live and saved["workflow_state"] == "deleted" and not rules.live_of_user(self.run, user_id):
            remove_from_account(self.run, user_id)
        rules.save_email(self.run, row, saved, is_new=login is None)

    def _save_user(self, row: Row, login: Record | None) -> int:
        pronouns = row["pronouns"] if self._takes_pronouns else None
        values = {"pronouns": None if pronouns == rules.REMOVE else pronouns} if pronouns else {}
        if login is None:
            values |= {
                "workflow_state": _new_user_state(row),
                "uuid": new_uuid(),
                "created_at": self.run.now,
            }
            user_id = self.run.save(USER, None, new_user_names(row) | values)
            self.records.note_absent(CHANNEL.table, "user_id", user_id)
            return user_id
        user = self.records.find(USER.table, "id", login["user_id"])
        return self.run.save(USER, user, changed_names(row) | values)


def _state(row: Row) -> str:
    """Return the login's new state; a word that only starts with an allowed one counts as active."""
    status = (row["status"] or "").lower()
    if not _STATUS.match(status):
        problem = f"has the status {row['status']}" if status else "has no status"
        raise Rejected(f"The row of user {row['user_id']} {problem}: use active, suspended or deleted.")
    return status if status in ("suspended", "deleted") else "active"


def _new_user_state(row: Row) -> str:
    """Return the state of a new user; one who is asked by email to set a password is pre-registered."""
    asked = is_true(row["canvas_password_notification"])
    by_canvas = row["authentication_provider_id"] in (None, "canvas", "1")
    return "pre_registered" if asked and row["email"] and by_canvas else "registered"
