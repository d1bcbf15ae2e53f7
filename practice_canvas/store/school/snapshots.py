"""Snapshots of the whole school, database and files, saved by name in the home folder."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from practice_canvas.store.sql import sql
from practice_canvas.store.store import DATABASE, Store, begin, is_of_this_version


def saved(store: Store) -> list[tuple[str, str]]:
    """Return (name, time of making) of every snapshot that this version can restore, newest first."""
    found = [path.parent for path in _folder(store).glob(f"*/{DATABASE}") if is_of_this_version(path)]
    times = {path.name: (path / DATABASE).stat().st_mtime for path in found}
    return [
        (name, datetime.fromtimestamp(made, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        for name, made in sorted(times.items(), key=lambda item: -item[1])
    ]


def save(store: Store, name: str) -> None:
    """Save the school under a name; the caller's transaction ends here."""
    store.db.commit()
    fresh = _folder(store) / f"{name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    store.db.execute("VACUUM INTO ?", (str(fresh / DATABASE),))
    shutil.copytree(store.files, fresh / "files")
    delete(store, name)
    fresh.rename(_folder(store) / name)


def restore(store: Store, name: str) -> None:
    """Restore the school of a snapshot; the caller's transaction ends here."""
    store.db.commit()
    folder = _folder(store) / name
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
    shutil.rmtree(_folder(store) / name, ignore_errors=True)


def _folder(store: Store) -> Path:
    return store.home / "snapshots"
