"""Copies of the whole school, database and files, kept below the home by name."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from practice_canvas.store.store import DATABASE, Store, is_of_this_version


def kept(store: Store) -> list[tuple[str, str]]:
    """Return (name, time of making) of every snapshot that this version can bring back, newest first."""
    found = [path.parent for path in _folder(store).glob(f"*/{DATABASE}") if is_of_this_version(path)]
    times = {path.name: (path / DATABASE).stat().st_mtime for path in found}
    return [
        (name, datetime.fromtimestamp(made, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        for name, made in sorted(times.items(), key=lambda item: -item[1])
    ]


def save(store: Store, name: str) -> None:
    """Keep the school under a name; the caller's transaction ends here."""
    store.db.commit()
    fresh = _folder(store) / f"{name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    store.db.execute("VACUUM INTO ?", (str(fresh / DATABASE),))
    shutil.copytree(store.files, fresh / "files")
    delete(store, name)
    fresh.rename(_folder(store) / name)


def restore(store: Store, name: str) -> None:
    """Bring the school of a snapshot back; the caller's transaction ends here."""
    store.db.commit()
    folder = _folder(store) / name
    for path in (folder / "files").iterdir():
        shutil.copy2(path, store.files)
    store.db.execute("ATTACH ? AS kept", (str(folder / DATABASE),))
    try:
        with store.write() as db:
            db.execute("BEGIN IMMEDIATE")
            for table in store.tables():
                db.execute(f"DELETE FROM main.{table}")  # noqa: S608 (names come from the schema)
                db.execute(f"INSERT INTO main.{table} SELECT * FROM kept.{table}")  # noqa: S608
            db.execute("DELETE FROM main.sqlite_sequence")
            db.execute("INSERT INTO main.sqlite_sequence SELECT * FROM kept.sqlite_sequence")
    finally:
        store.db.execute("DETACH kept")


def delete(store: Store, name: str) -> None:
    """Forget a snapshot."""
    shutil.rmtree(_folder(store) / name, ignore_errors=True)


def _folder(store: Store) -> Path:
    return store.home / "snapshots"
