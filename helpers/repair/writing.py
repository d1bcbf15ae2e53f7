"""Write new files beside old ones, and never over what was sent."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from helpers.errors import FileNotUsable


@contextmanager
def writing_told(target: Path) -> Iterator[None]:
    """Turn what the file system refuses into an error that names the file."""
    try:
        yield
    except OSError as fault:
        raise FileNotUsable(
            f"{target} cannot be written: {fault.strerror or fault}.", "Choose another folder."
        ) from None


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], keep: Collection[Path] = ()
) -> Path:
    """Write a CSV file that Canvas reads, and its folder when it is missing.

    Args:
        path: the new file; one that we wrote before is written anew.
        header: the first row.
        rows: the others.
        keep: files that must not be written over.

    Raises:
        FileNotUsable: it is one of those to keep, or cannot be written.
    """
    if any(path.exists() and each.exists() and path.samefile(each) for each in keep):
        raise FileNotUsable(
            f"{path.name} is a file that you sent, and those are never changed.", "Choose another folder."
        )
    with writing_told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)  # its line ends, CR and LF, make it quote values that hold either
            writer.writerow(header)
            writer.writerows(rows)
    return path
