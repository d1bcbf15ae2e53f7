"""Load the sample school: PUT /practice/school."""

import asyncio
import zipfile
from pathlib import Path
from typing import Any

from practice_canvas import sample_school
from practice_canvas.api import errors
from practice_canvas.api.call import Call, Incoming
from practice_canvas.api.params import Params
from practice_canvas.api.routing import Route
from practice_canvas.api.sis_import_json import sis_import_json
from practice_canvas.api.sis_import_options import import_options
from practice_canvas.queue import pace
from practice_canvas.states import workflow_state
from practice_canvas.store import files
from practice_canvas.store.reads import sis_imports
from practice_canvas.store.school import fresh
from practice_canvas.store.store import now
from practice_canvas.store.writes import import_queue

SECONDS_TO_LOAD = 120.0


async def load(call: Call, incoming: Incoming) -> dict[str, Any]:
    """PUT /practice/school: reset the school and import the sample school at once."""
    path = call.store.new_file()
    import_id = await incoming.write(lambda writing: _start(writing, path))
    deadline = asyncio.get_running_loop().time() + SECONDS_TO_LOAD
    while asyncio.get_running_loop().time() < deadline:
        record = sis_imports.find(call.db, import_id)
        if record is None or workflow_state(record["workflow_state"]).terminal:
            break
        await asyncio.sleep(0.02)
    if record is None:
        raise errors.not_found()
    return sis_import_json(call, record)


def _start(call: Call, path: Path) -> int:
    """Reset the school and queue the import of the sample files, which ignores the pace."""
    call.store.reset()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sample_school.files():
            archive.writestr(name, text)
    moment = now()
    upload = files.add(call.store, None, "upload", "sample_school.zip", path, moment)
    call.wakes_worker = True
    return import_queue.create(
        call.db,
        account_id=fresh.ROOT_ACCOUNT_ID,
        user_id=call.person.id,
        options={**import_options(Params([]), None), "pace": pace.IMMEDIATE},
        attachment_id=upload,
        has_file=True,
        now=moment,
    )


ROUTES = (Route("PUT", "school", load, receives=True),)
