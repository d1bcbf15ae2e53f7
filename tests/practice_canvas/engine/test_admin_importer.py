import pytest

from practice_canvas.store import records
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files

HEADER = "user_id,account_id,role,status\n"


@pytest.fixture
def school(store: Store) -> Store:
    """A sub-account with a user and custom roles."""
    accounts = "account_id,parent_account_id,name,status\nA,,Arts,active\nB,,Biology,active\n"
    users = "user_id,login_id,status\nM,mo,active\n"
    import_files(store, {"accounts.csv": accounts, "users.csv": users})
    with store.write() as db:
        for account_id, name, state in (
            (1, "Dean", "active"),
            (2, "Clerk", "active"),
            (2, "Old", "inactive"),
        ):
            role = {"account_id": account_id, "name": name, "base_role_type": "AccountMembership"}
            records.insert(db, "roles", {**role, "workflow_state": state})
    return store


def test_an_entry_made_by_hand_is_not_removed_before_an_import_has_given_it(school: Store) -> None:
    with school.write() as db:
        records.insert(db, "account_users", {"account_id": 1, "user_id": 3, "role_id": 6})
    states = []
    for status in ("deleted", "active", "deleted"):
        done = import_files(school, {"admins.csv": f"{HEADER}M,,AccountAdmin,{status}\n"})
        assert (done.texts, done.counts["admins"]) == ([], 1)
        states.append(
            school.db.execute("SELECT workflow_state FROM account_users WHERE user_id = 3").fetchone()[0]
        )
    assert states == ["active", "active", "deleted"]


def test_custom_roles_of_the_account_and_its_parents_are_offered(school: Store) -> None:
    rows = "M,A,Dean,active\nM,A,Clerk,active\nM,B,Clerk,active\nM,A,Old,active\n"
    done = import_files(school, {"admins.csv": HEADER + rows})
    assert done.counts["admins"] == 2
    assert [(message[2], "Clerk" in message[3], "Old" in message[3]) for message in done.messages] == [
        (4, True, False),
        (5, False, True),
    ]
