"""What all calls share: a connection for reads, one for writes, the settings, and waking the worker."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.store.school import settings
from practice_canvas.store.store import Budget, Store, begin


class Backend:
    """The school behind the server.

    Args:
        home: the folder with its database and files.
        wake: wakes the worker.
        budget: how much memory and disk it may use.
        shared_tokens: the access tokens by name that a control call hands out.
    """

    def __init__(
        self, home: Path, wake: Callable[[], None], budget: Budget, shared_tokens: Mapping[str, str]
    ) -> None:
        self.reading = Store(home, budget)  # for the event loop
        self.shared_tokens = dict(shared_tokens)
        self._wake = wake
        self._lock = asyncio.Lock()
        self._settings: dict[str, Any] | None = None

    @cached_property
    def _writing(self) -> Store:
        """The connection for one other thread at a time, opened for the first write."""
        return Store(self.reading.home, self.reading.budget)

    def close(self) -> None:
        """Close the connections: until then, the home's database is in use."""
        self.reading.close()
        if "_writing" in vars(self):
            self._writing.close()

    def settings(self) -> dict[str, Any]:
        """Return the settings, cached until the next write: nobody else changes them."""
        if self._settings is None:
            self._settings = settings.read(self.reading.db)
        return self._settings

    async def write(self, call: Call, work: Callable[[Call], Any]) -> Any:
        """Run work that writes in a transaction, one at a time and off the event loop.

        Args:
            call: what the work gets, with the writing connection instead of the reading one.
            work: its result is committed and returned; when it raises, all is rolled back.
        """
        writing = replace(call, store=self._writing)
        async with self._lock:
            try:
                return await asyncio.to_thread(self._in_transaction, writing, work)
            finally:
                self._settings = None
                if writing.wakes_worker:
                    self._wake()

    def _in_transaction(self, call: Call, work: Callable[[Call], Any]) -> Any:
        with self._writing.write() as db:
            begin(db)
            try:
                return work(call)
            except errors.ApiError:
                if call.commit_despite_error:
                    db.commit()
                raise
