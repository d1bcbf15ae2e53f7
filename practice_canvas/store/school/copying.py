"""Copy the school of one home into another, while the first one goes on serving."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from practice_canvas.store.files import link
from practice_canvas.store.store import DATABASE

# Running imports start again; nothing waits, and scenarios and pace are not copied.
_AS_NEW = (
    "UPDATE sis_batches SET workflow_state = 'created', run_token = NULL"
    " WHERE workflow_state IN ('importing', 'cleanup_batch')",
    "UPDATE sis_batches SET run_after = NULL",
    "DELETE FROM settings",
)


def copy_school(source: Path, target: Path) -> None:
    """Copy database and files of a home.

    Args:
        source: a home; it is only read.
        target: a home that nothing serves yet; made when it is missing.
    """
    (target / "files").mkdir(parents=True, exist_ok=True)
    with (
        closing(sqlite3.connect(source / DATABASE)) as old,
        closing(sqlite3.connect(target / DATABASE)) as new,
    ):
        old.backup(new)
        for statement in _AS_NEW:
            new.execute(statement)
        new.commit()
    for path in (source / "files").iterdir():
        with suppress(FileNotFoundError):  # it was temporary
            link(path, target / "files" / path.name)
