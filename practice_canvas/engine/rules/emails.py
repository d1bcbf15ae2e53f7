"""Email addresses from imports, and the communication channels that hold them."""

from practice_canvas.engine.importer import Run
from practice_canvas.store.reads import logins
from practice_canvas.store.records import CHANNEL, LOGIN, Record, Values


def save_address(run: Run, login: Record, path: str) -> None:
    """Store the address of a login: change the login's own channel, or make one.

    If the user already has a channel with this address, that one is used; a retired one becomes active again.
    """
    own = run.records.find(CHANNEL.table, "id", login["sis_communication_channel_id"])
    same = _with_path(run, login, path)
    if own and same and own["id"] != same["id"]:
        run.save(CHANNEL, own, {"workflow_state": "retired"})
        own = None
    channel = own or same
    values = {"path": path, "path_key": logins.case_key(path), "workflow_state": "active"}
    channel_id = run.save(CHANNEL, channel, values if channel else _new(run, login, values))
    run.records.update(LOGIN.table, login["id"], {"sis_communication_channel_id": channel_id})


def retire_address(run: Run, login: Record, path: str, *, is_new: bool) -> None:
    """Retire the address of a deleted login; a login that is created as deleted gets a retired address."""
    channel = _with_path(run, login, path)
    if channel:
        run.save(CHANNEL, channel, {"workflow_state": "retired"})
    elif is_new:
        values = {"path": path, "path_key": logins.case_key(path), "workflow_state": "retired"}
        run.save(CHANNEL, None, _new(run, login, values))


def _with_path(run: Run, login: Record, path: str) -> Record | None:
    """Return the channel of the login's user with this address in any letter case, a retired one too."""
    key = logins.case_key(path)
    channels = run.records.find_all(CHANNEL.table, "user_id", login["user_id"])
    return next((each for each in channels if each["path_key"] == key), None)


def _new(run: Run, login: Record, values: Values) -> Values:
    positions = (
        each["position"] for each in run.records.find_all(CHANNEL.table, "user_id", login["user_id"])
    )
    position = max(positions, default=0) + 1
    return {"user_id": login["user_id"], "pseudonym_id": login["id"], "position": position, **values}
