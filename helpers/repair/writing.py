"""Write new files, and never over a file that was sent."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from helpers.errors import FileNotUsable


@contextmanager
def reporting_write_errors(target: Path) -> Iterator[None]:
    """Turn a file system error into an error that names the file."""
    try:
        yield
    except OSError as fault:
        raise FileNotUsable(
            f"{target} cannot be written: {fault.strerror or fault}.", "Choose another folder."
        ) from None


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], keep: Collection[Path] = ()
) -> Path:
    """Write a CSV file that Canvas accepts; create its folder if necessary.

    Args:
        path: the new file; it replaces one that we wrote before.
        header: the first row.
        rows: the other rows.
        keep: files that must not be overwritten.

    Raises:
        FileNotUsable: it is one of the files to keep, or cannot be written.
    """
    if any(path.exists() and each.exists() and path.samefile(each) for each in keep):
        raise FileNotUsable(
            f"{path.name} is a file that you sent. Sent files are never changed.",
            "Choose another folder.",
        )
    with reporting_write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)  # its line ending, CR LF, makes it quote values that contain either
            writer.writerow(header)
            writer.writerows(rows)
    return path
