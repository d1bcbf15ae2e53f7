"""A store with its queue, a clock of the test's own, and an engine that the test writes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from practice_canvas.engine.progress import Progress
from practice_canvas.queue.import_run import PaceTimer
from practice_canvas.queue.queue import ImportQueue
from practice_canvas.store import files, messages
from practice_canvas.store.reads import sis_imports
from practice_canvas.store.school import settings
from practice_canvas.store.store import Store, now
from practice_canvas.store.writes import import_queue

OPTIONS = {"diffing_data_set_identifier": None, "diffing_remaster": None}
SMALL = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"
CHUNKS = [Progress(25 * done, steps_left=4 - done) for done in range(4)]
END = Progress(100, "imported", {"counts": {"users": 4}})


class World:
    """A store, its queue and a clock that only moves when the queue waits."""

    def __init__(self, home: Path) -> None:
        self.store = Store(home)
        self._server = Store(home)  # it sees what the queue has committed
        self.time = 0.0
        self.waits: list[float] = []
        self.on_wait: list[Any] = []
        self.import_queue = ImportQueue(self.store, PaceTimer(self.store, self.wait, lambda: self.time))
        self.set(pace="immediate")

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += max(seconds, 1e-9)  # a clock moves, however short the wait
        if self.on_wait:
            self.on_wait.pop(0)()

    def set(self, **values: Any) -> None:
        with self.store.write() as db:
            settings.write(db, values)

    def send(self, text: str = SMALL, **options: Any) -> int:
        path = self.store.new_file()
        path.write_text(text, encoding="utf-8")
        with self.store.write() as db:
            upload = files.add(self.store, None, "upload", "x.csv", path, now())
            return import_queue.create(
                db,
                account_id=1,
                user_id=1,
                options=OPTIONS | options,
                attachment_id=upload,
                has_file=True,
                now=now(),
            )

    def shown(self, import_id: int) -> dict[str, Any]:
        record = sis_imports.find(self._server.db, import_id)
        assert record
        return {**dict(record), "data": json.loads(record["data"])}

    def abort(self, import_id: int, others_wait_until: str = "2001-01-01T00:00:00+00:00") -> None:
        with self.store.write() as db:
            import_queue.abort(db, import_id, now=now(), others_wait_until=others_wait_until)

    def messages(self, import_id: int) -> list[list[str | None]]:
        return messages.first(self._server.db, import_id, failure=True, limit=9)


def steps(*found: Progress | Exception) -> Any:
    """Return an engine that yields, or raises, what is listed."""

    def run(store: Store, import_id: int, moment: str) -> Iterator[Progress]:
        for one in found:
            if isinstance(one, Exception):
                raise one
            yield one

    return run
