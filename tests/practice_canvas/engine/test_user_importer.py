import pytest

from practice_canvas.store import records
from practice_canvas.store.school import settings
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import csv

NORA = 2  # made by hand: no SIS id, everything of hers sticks
HEADER = "user_id,login_id,full_name,status\n"


def test_a_login_made_by_hand_is_adopted_and_its_name_sticks(store: Store) -> None:
    done = import_files(store, {"users.csv": HEADER + "N-1,Nora.NoRight,Other Name,active\n"})
    login = records.find(store.db, "pseudonyms", sis_user_id="N-1")
    user = records.find(store.db, "users", id=NORA)
    assert (done.state, done.counts["users"]) == ("imported", 1)
    assert login is not None
    assert (login["user_id"], login["unique_id"]) == (NORA, "nora.noright")
    assert user is not None
    assert user["name"] == "Nora Noright"


def test_an_owner_without_sis_id_is_named_by_canvas_id(store: Store) -> None:
    import_files(store, {"users.csv": HEADER + "U-1,uma,Uma,active\n"})
    done = import_files(store, {"users.csv": HEADER + "U-1,nora.noright,Uma,active\n"})
    assert "Canvas ID 2" in done.texts[0]
    assert "U-1" in done.texts[0]


def test_overriding_stickiness_writes_what_was_made_by_hand(store: Store) -> None:
    import_files(
        store, {"users.csv": HEADER + "N-1,nora.noright,New Name,active\n"}, override_sis_stickiness=True
    )
    user = records.find(store.db, "users", id=NORA)
    assert user is not None
    assert (user["name"], user["sortable_name"]) == ("New Name", "Name, New")


def test_a_login_state_made_by_hand_sticks_so_nothing_is_taken_away(store: Store) -> None:
    import_files(store, {"users.csv": HEADER + "N-1,nora.noright,Nora,active\n"})
    import_files(store, {"admins.csv": "user_id,account_id,role,status\nN-1,,AccountAdmin,active\n"})
    import_files(store, {"users.csv": HEADER + "N-1,nora.noright,Nora,deleted\n"})
    admin = records.find(store.db, "account_users", user_id=NORA)
    assert admin is not None
    assert admin["workflow_state"] == "active"


def test_a_new_user_who_is_asked_for_a_password_is_registered_later(store: Store) -> None:
    header = "user_id,login_id,email,status,canvas_password_notification\n"
    import_files(store, {"users.csv": header + "U-1,uma,u@s.test,active,yes\nU-2,ulf,,active,yes\n"})
    states = [row[0] for row in store.db.execute("SELECT workflow_state FROM users WHERE id > 2 ORDER BY id")]
    assert states == ["pre_registered", "registered"]


@pytest.mark.parametrize(
    ("provider", "state"),
    [
        ("", "pre_registered"),
        ("canvas", "pre_registered"),
        ("1", "pre_registered"),
        ("saml", "registered"),
        ("2", "registered"),
    ],
)
def test_only_canvas_asks_a_new_user_for_a_password(store: Store, provider: str, state: str) -> None:
    with store.write() as db:
        records.insert(db, "authentication_providers", {"auth_type": "saml"})
    header = "user_id,login_id,email,status,canvas_password_notification,authentication_provider_id\n"
    done = import_files(store, {"users.csv": f"{header}U-1,uma,u@s.test,active,yes,{provider}\n"})
    assert done.state == "imported"
    assert store.db.execute("SELECT workflow_state FROM users WHERE id > 2").fetchone()[0] == state


def test_deleting_a_leader_ends_the_leadership(store: Store) -> None:
    import_files(store, {"users.csv": HEADER + "U-1,uma,Uma,active\n"})
    import_files(store, {"groups.csv": "group_id,name,status\nG-1,Chess,available\n"})
    with store.write() as db:
        db.execute("UPDATE groups SET leader_id = 3")
    import_files(store, {"users.csv": HEADER + "U-1,uma,Uma,deleted\n"})
    assert records.find(store.db, "groups", sis_source_id="G-1", leader_id=None) is not None


def test_no_password_is_stored(store: Store) -> None:
    import_files(store, {"users.csv": "user_id,login_id,password,status\nU-1,uma,s3cret-word,active\n"})
    assert not any(
        "s3cret-word" in str(value) for row in store.db.execute("SELECT * FROM pseudonyms") for value in row
    )


@pytest.mark.parametrize(("allowed", "stored"), [(True, "they/them"), (False, None)])
def test_pronouns_are_ignored_unless_the_account_allows_them(
    store: Store, allowed: bool, stored: str | None
) -> None:
    settings.write(store.db, {"can_add_pronouns": allowed})
    rows = csv("user_id,login_id,full_name,status,pronouns", "U,u,Una,active,they/them")
    assert import_files(store, {"users.csv": rows}).state == "imported"
    found = store.db.execute("SELECT pronouns FROM users WHERE name = 'Una'").fetchone()
    assert found[0] == stored
