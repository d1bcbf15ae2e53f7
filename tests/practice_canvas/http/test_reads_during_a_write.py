"""Whatever only reads is answered while something is written, however long that takes."""

import sqlite3
from contextlib import closing

import pytest

from practice_canvas.store.store import DATABASE
from tests.practice_server import IMPORTS, Server

READS = (
    *("/api/v1/accounts/self", "/api/v1/accounts/self/courses", "/api/v1/users/self", IMPORTS),
    *("/api/v1/accounts/self/reports", "/practice/settings", "/practice/exercises", "/practice/snapshots"),
    *("/", "/courses"),
)


@pytest.mark.parametrize("path", READS)
def test_a_read_does_not_wait_for_a_write(canvas: Server, path: str) -> None:
    with closing(sqlite3.connect(canvas.home / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert canvas.get(path).status == 200
        other.execute("ROLLBACK")
