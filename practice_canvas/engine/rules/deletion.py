"""Delete enrollments and account access, together with everything that depends on them."""

from collections.abc import Iterable
from itertools import islice

from practice_canvas.engine.importer import Run
from practice_canvas.store import records
from practice_canvas.store.records import ADMIN, ENROLLMENT, GROUP, MEMBERSHIP
from practice_canvas.store.writes import enrollments, groups

# Enrollments deleted at a time, so that memory stays flat however many a file deletes.
SLICE = 10_000


def delete_enrollments(run: Run, ids: Iterable[int], *, batch_mode: bool = False) -> int:
    """Delete enrollments, those of linked observers, and the group memberships that depend on them.

    Args:
        run: the import; its ID is stamped on what changes, and the state changes are recorded.
        ids: Canvas ids of enrollments; those already deleted are skipped.
        batch_mode: whether the batch mode cleanup deletes them.

    Returns:
        How many of the given enrollments were deleted (not counting those of observers).
    """
    remaining, deleted = iter(ids), 0
    while batch := list(islice(remaining, SLICE)):
        deleted += _delete_slice(run, batch, batch_mode)
        run.store_state_changes()
    return deleted


def _delete_slice(run: Run, ids: list[int], batch_mode: bool) -> int:
    db = run.store.db
    named = enrollments.not_deleted(db, ids)
    linked = enrollments.linked_to(db, [row["id"] for row in named])
    chosen = {row["id"]: row["workflow_state"] for row in (*named, *linked)}
    for enrollment_id, state in chosen.items():
        run.changed_state(ENROLLMENT, enrollment_id, state, "deleted", batch_mode=batch_mode)
    enrollments.mark_deleted(db, chosen, run.import_id, run.now)
    for membership in groups.memberships_without_enrollment(db, list(chosen)):
        delete_membership(run, membership)
    return len(named)


def delete_membership(run: Run, membership: records.Record) -> None:
    """Remove a user from a group; a leader who is removed no longer leads it."""
    run.save(MEMBERSHIP, membership, {"workflow_state": "deleted"})
    group = run.records.find(GROUP.table, "id", membership["group_id"])
    if group and group["leader_id"] == membership["user_id"]:
        run.records.update(GROUP.table, group["id"], {"leader_id": None})


def delete_memberships(run: Run, **of: int) -> None:
    """Remove all members of a group (`group_id=…`), or a user from all groups (`user_id=…`)."""
    for membership in records.find_all(run.store.db, MEMBERSHIP.table, **of, workflow_state="accepted"):
        delete_membership(run, membership)


def remove_from_account(run: Run, user_id: int) -> None:
    """Remove the enrollments, memberships, leaderships and admin roles of a user whose last login is gone."""
    db = run.store.db
    delete_enrollments(run, enrollments.ids_of_user(db, user_id))
    delete_memberships(run, user_id=user_id)
    groups.remove_leader(db, user_id)
    for admin in records.find_all(db, "account_users", user_id=user_id, workflow_state="active"):
        run.save(ADMIN, admin, {"workflow_state": "deleted"})
