"""Email addresses from imports, and the communication channels that hold them."""

from practice_canvas.engine.importer import Run
from practice_canvas.store import records
from practice_canvas.store.reads import logins
from practice_canvas.store.records import CHANNEL, Record, Values


def save_address(run: Run, login: Record, path: str) -> None:
    """Store the address of a login: change the login's own channel, or make one.

    If the user already has a channel with this address, that one is used; a retired one becomes active again.
    """
    own = records.find(run.store.db, CHANNEL.table, id=login["sis_communication_channel_id"])
    same = logins.channel_with_path(run.store.db, login["user_id"], path)
    if own and same and own["id"] != same["id"]:
        run.save(CHANNEL, own, {"workflow_state": "retired"})
        own = None
    channel = own or same
    values = {"path": path, "path_key": logins.case_key(path), "workflow_state": "active"}
    channel_id = run.save(CHANNEL, channel, values if channel else _new(run, login, values))
    records.update(run.store.db, "pseudonyms", login["id"], {"sis_communication_channel_id": channel_id})


def retire_address(run: Run, login: Record, path: str, *, is_new: bool) -> None:
    """Retire the address of a deleted login; a login that is created as deleted gets a retired address."""
    channel = logins.channel_with_path(run.store.db, login["user_id"], path)
    if channel:
        run.save(CHANNEL, channel, {"workflow_state": "retired"})
    elif is_new:
        values = {"path": path, "path_key": logins.case_key(path), "workflow_state": "retired"}
        run.save(CHANNEL, None, _new(run, login, values))


def _new(run: Run, login: Record, values: Values) -> Values:
    position = logins.next_channel_position(run.store.db, login["user_id"])
    return {"user_id": login["user_id"], "pseudonym_id": login["id"], "position": position, **values}
