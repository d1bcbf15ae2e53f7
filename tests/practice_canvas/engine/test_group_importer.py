from practice_canvas.engine.restore import restore_states
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import csv, users

GROUP = "group_id,name,status"
MEMBERS = csv("group_id,user_id,status", "G,U,accepted", "G,V,accepted", "H,U,accepted")


def members(store: Store) -> list[tuple[str, str]]:
    query = (
        "SELECT sis_source_id, group_memberships.workflow_state FROM group_memberships"
        " JOIN groups ON groups.id = group_id ORDER BY group_memberships.id"
    )
    return [tuple(found) for found in store.db.execute(query)]


def test_deleting_a_group_deletes_its_members_for_good_unless_it_is_undone(store: Store) -> None:
    groups = csv(GROUP, "G,One,available", "H,Two,available")
    import_files(store, {"u.csv": users("U", "V"), "g.csv": groups, "m.csv": MEMBERS})
    outcome = import_files(store, {"g.csv": csv(GROUP, "G,One,deleted")})
    assert outcome.data["statistics"]["GroupMembership"]["deleted"] == 2
    assert outcome.data["statistics"]["total_state_changes"] == 3
    gone = [("G", "deleted"), ("G", "deleted"), ("H", "accepted")]
    assert members(store) == gone
    import_files(store, {"g.csv": groups})
    assert members(store) == gone
    list(restore_states(store, outcome.id))
    assert members(store) == [("G", "accepted"), ("G", "accepted"), ("H", "accepted")]
