"""Open the practice Canvas's database and its folder of files."""

import errno
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from practice_canvas import diagnosis
from practice_canvas.store.school import fresh
from practice_canvas.store.sql import Sql, name, sql

DATABASE = "practice.sqlite3"
SCHEMA = Path(__file__).with_name("schema.sql")
# Waiting this long for another process's write is normal while an import stores a chunk.
BUSY_SECONDS = 30.0
# A file that is given up when the disk is full, so that what happened can still be stored.
RESERVE = "reserve"
LARGE = 2 << 20  # bytes: a database from this size on is made small again by a reset
SHORT_MILLISECONDS = 500
# SQLite's code → the error number of the operating system that it stands for.
_NUMBERS = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR_WRITE: errno.EFBIG,  # beyond a quota or the largest size of a file
    sqlite3.SQLITE_IOERR_SHMSIZE: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}
# What every query function of store/ takes.
Database = sqlite3.Connection
DatabaseFault = sqlite3.DatabaseError


def error_number(fault: BaseException) -> int | None:
    """Return the operating system's number of an error, also of one of the database; None for others."""
    if isinstance(fault, sqlite3.Error):
        code = getattr(fault, "sqlite_errorcode", 0)
        return _NUMBERS.get(code) or _NUMBERS.get(code & 0xFF)
    return fault.errno if isinstance(fault, OSError) else None


def disk_is_full(fault: BaseException) -> bool:
    """Return whether this error means that the disk is full."""
    return error_number(fault) in diagnosis.FULL


def now() -> str:
    """Return the present time as Canvas writes it: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def begin(db: Database) -> None:
    """Begin to write, unless that has begun: until the commit nobody else changes what is read here."""
    if not db.in_transaction:
        db.execute("BEGIN IMMEDIATE")


@dataclass(frozen=True)
class Budget:
    """How much memory and disk a home may use beside its school.

    Args:
        cache_mib: the most memory that a connection's page cache may use.
        reserve_bytes: the size of the file that is given up when the disk is full.
        checkpoint_pages: how long the write-ahead log may become before it is written back. A large import
            touches the same index pages in chunk after chunk, so a longer log makes it faster.
    """

    cache_mib: int
    reserve_bytes: int
    checkpoint_pages: int


DESK = Budget(cache_mib=64, reserve_bytes=4 << 20, checkpoint_pages=16_384)
SEAT = Budget(cache_mib=2, reserve_bytes=256 << 10, checkpoint_pages=1_000)
"""Of one seat among many on the same computer."""


class Store:
    """One connection to the practice Canvas's SQLite database (WAL: readers never wait for the writer).

    Args:
        home: the folder that holds `practice.sqlite3` and `files/`; created if missing.
        budget: how much memory and disk it may use.

    The server's process and the worker's process each open their own.
    """

    def __init__(self, home: Path, budget: Budget = DESK) -> None:
        self.home = home
        self.budget = budget
        self.files = home / "files"
        self.files.mkdir(parents=True, exist_ok=True)
        # "IMMEDIATE": the first write of a transaction takes the write lock, reads alone take none.
        self.db = sqlite3.connect(
            home / DATABASE,
            timeout=BUSY_SECONDS,
            isolation_level="IMMEDIATE",
            check_same_thread=False,
            cached_statements=512,
        )
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute(f"PRAGMA cache_size = -{budget.cache_mib * 1024:d}")
        self.db.execute(f"PRAGMA wal_autocheckpoint = {budget.checkpoint_pages:d}")
        self._make_tables()

    def _make_tables(self) -> None:
        if self._has_tables():  # without the write lock: somebody may be writing for long
            return
        with self.write() as db:
            begin(db)
            if not self._has_tables():
                for statement in _statements(SCHEMA.read_text(encoding="utf-8")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {_version()}")
                fresh.fill(db, now())

    def _has_tables(self) -> bool:
        return bool(self.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sis_batches'").fetchone())

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Commit what the block wrote, or roll all of it back when it raises."""
        try:
            yield self.db
        except BaseException:
            self.db.rollback()
            raise
        self.db.commit()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Run all reads of the block on one snapshot, which also avoids taking a lock for each of them."""
        self.db.execute("BEGIN")
        try:
            yield self.db
        finally:
            self.db.rollback()

    def reset(self) -> None:
        """Empty the database to a fresh root account and delete the stored files; a full disk has room then.

        The caller's transaction ends here.
        """
        try:
            self._empty()
        except (OSError, DatabaseFault) as fault:
            if not disk_is_full(fault):
                raise
            self._delete_files()
            self.make_room()
            self._empty()
        self._delete_files()
        self._shrink()
        self.fill_reserve()

    def _empty(self) -> None:
        with self.write() as db:
            for table in self.tables():
                db.execute(sql("DELETE FROM {}", table))
            db.execute("DELETE FROM sqlite_sequence")
            fresh.fill(db, now())

    def _shrink(self) -> None:
        """Give the space of a large database back; while another connection reads, leave it for later use."""
        if sum(path.stat().st_size for path in self.home.glob(f"{DATABASE}*")) < LARGE:
            return
        self.db.execute(f"PRAGMA busy_timeout = {SHORT_MILLISECONDS:d}")
        with suppress(sqlite3.OperationalError):
            self.db.execute("VACUUM")
            self._shorten_wal()
        self.db.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS) * 1000:d}")

    def _delete_files(self) -> None:
        for path in self.files.glob("*"):
            with suppress(OSError):  # in use by a transfer; the next start deletes it
                path.unlink(missing_ok=True)

    def make_room(self) -> None:
        """Free what can be freed on a full disk without losing anything; what was not committed is lost."""
        self.db.rollback()
        (self.home / RESERVE).unlink(missing_ok=True)
        with suppress(sqlite3.OperationalError):
            self._shorten_wal()

    def _shorten_wal(self) -> None:
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def fill_reserve(self) -> None:
        """Set disk space aside for `make_room`, if there is any."""
        path = self.home / RESERVE
        if path.exists() or shutil.disk_usage(self.home).free < 2 * self.budget.reserve_bytes:
            return
        try:
            path.write_bytes(bytes(self.budget.reserve_bytes))
        except OSError:
            path.unlink(missing_ok=True)

    def tables(self) -> list[Sql]:
        """Return the names of the tables that hold the school: all but the settings."""
        found = self.db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return [name(table) for (table,) in found if table != "settings"]

    def new_file(self, suffix: str = "") -> Path:
        """Return the path of a file that does not exist yet, below `files/`."""
        return self.files / f"{uuid4().hex}{suffix}"

    @contextmanager
    def writing_file(self, suffix: str) -> Iterator[Path]:
        """Yield the path of a new file below `files/`, and delete the file when the block raises."""
        path = self.new_file(suffix)
        try:
            yield path
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def close(self) -> None:
        """Close the connection."""
        self.db.close()


def is_of_this_version(path: Path) -> bool:
    """Return whether the schema as it is made this database."""
    # The last connection to close takes the -wal file along. A missing file is not made.
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as db:
        return bool(db.execute("PRAGMA user_version").fetchone()[0] == _version())


def _version() -> int:
    """Return a number that stands for the schema as it is."""
    return zlib.crc32(SCHEMA.read_bytes()) >> 1  # SQLite keeps 31 bits


def _statements(script: str) -> Iterator[str]:
    """Yield the script's statements one by one, so that they run inside one transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
