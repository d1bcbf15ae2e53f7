"""Snapshots of the whole school, database and files, saved by name in the home folder.

A snapshot is a folder `NAME.N`, made as `NAME.N.new` and renamed once it is complete; the highest N counts.
So a process that is killed, or a disk that is full, never costs the snapshot before.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from practice_canvas.store.sql import sql
from practice_canvas.store.store import DATABASE, Store, begin, is_of_this_version

_COMPLETE = re.compile(r"([A-Za-z0-9_-]+)(?:\.([0-9]+))?")  # one of an older version has no number
_UNFINISHED = ".new"


def saved(store: Store) -> list[tuple[str, str]]:
    """Return (name, time of making) of every snapshot that this version can restore, newest first."""
    times = {}
    for name, path in _current(store).items():
        try:
            if is_of_this_version(path / DATABASE):
                times[name] = (path / DATABASE).stat().st_mtime
        except (OSError, sqlite3.DatabaseError):
            if not path.exists():  # it was replaced just now
                return saved(store)
            continue  # it is damaged
    return [
        (name, datetime.fromtimestamp(made, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        for name, made in sorted(times.items(), key=lambda item: -item[1])
    ]


def save(store: Store, name: str) -> None:
    """Save the school under a name; the caller's transaction ends here."""
    store.db.commit()
    target = _folder(store) / f"{name}.{_newest(store, name) + 1}"
    fresh = target.with_name(target.name + _UNFINISHED)
    _sweep(store)
    fresh.mkdir(parents=True)
    try:
        store.db.execute("VACUUM INTO ?", (str(fresh / DATABASE),))
        shutil.copytree(store.files, fresh / "files")
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _sweep(store)


def restore(store: Store, name: str) -> None:
    """Restore the school of a snapshot; the caller's transaction ends here."""
    store.db.commit()
    folder = _current(store)[name]
    for path in (folder / "files").iterdir():
        shutil.copy2(path, store.files)
    store.db.execute("ATTACH ? AS saved", (str(folder / DATABASE),))
    try:
        with store.write() as db:
            begin(db)
            for table in store.tables():
                db.execute(sql("DELETE FROM main.{}", table))
                db.execute(sql("INSERT INTO main.{} SELECT * FROM saved.{}", table, table))
            db.execute("DELETE FROM main.sqlite_sequence")
            db.execute("INSERT INTO main.sqlite_sequence SELECT * FROM saved.sqlite_sequence")
    finally:
        store.db.execute("DETACH saved")


def delete(store: Store, name: str) -> None:
    """Delete a snapshot."""
    for found, _, path in sorted(_complete(store)):
        if found == name:
            _remove(path)


def _complete(store: Store) -> Iterator[tuple[str, int, Path]]:
    """Yield name, number and folder of every complete snapshot."""
    for path in _folder(store).glob("*"):
        if found := _COMPLETE.fullmatch(path.name):
            yield found[1], int(found[2] or 0), path


def _current(store: Store) -> dict[str, Path]:
    """Return the folder that counts of each name."""
    return {name: path for name, _, path in sorted(_complete(store))}


def _newest(store: Store, name: str) -> int:
    return max((number for found, number, _ in _complete(store) if found == name), default=0)


def _sweep(store: Store) -> None:
    """Remove what was replaced, and what killed processes left unfinished."""
    current = set(_current(store).values())
    for path in _folder(store).glob("*"):
        if path not in current:
            _remove(path)


def _remove(path: Path) -> None:
    """Remove a folder: at once for readers, then in fact."""
    if not path.name.endswith(_UNFINISHED):
        path = path.rename(path.with_name(path.name + _UNFINISHED))
    shutil.rmtree(path, ignore_errors=True)


def _folder(store: Store) -> Path:
    return store.home / "snapshots"
