"""The file that an import sends: one file as it is, or several and those of a folder as one zip."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from helpers.client.upload import check_file
from helpers.errors import FileNotUsable

Paths = Path | str | Iterable[Path | str]


def files_to_send(paths: Paths) -> tuple[Path, ...]:
    """Return the files that paths name; a folder means the CSV files in it.

    A single file is checked when it is sent; several are checked here, before they become one zip.

    Raises:
        FileNotUsable: there is no file, or one of several that Canvas does not accept.
    """
    given = [Path(paths)] if isinstance(paths, Path | str) else [Path(path) for path in paths]
    found = tuple(file for path in given for file in _files_of(path))
    if not found:
        where = f" in {given[0]}, without its subfolders" if given else ""
        raise FileNotUsable(f"No CSV files found{where}.", "Name CSV files, a folder of them, or a zip.")
    if len(found) == 1:
        return found
    for file in found:
        check_file(file)
        if any("\ud800" <= character <= "\udfff" for character in file.name):  # it has no UTF-8
            raise FileNotUsable(f"The name of {file.name!a} is not UTF-8.", "Rename the file.")
    if len({file.name for file in found}) < len(found):
        raise FileNotUsable("Two of the files have the same name.", "Rename one, or zip them yourself.")
    return found


def packed(files: Sequence[Path], target: Path) -> Path:
    """Return the file to send: the only one, or a zip of all, which is written to `target`."""
    if len(files) == 1:
        return files[0]
    # a time that no zip can hold, such as 1970, becomes the nearest one that it can
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as archive:
        for file in files:
            archive.write(file, file.name)
    return target


def left_out(folder: Path) -> list[str]:
    """Return the names of what a folder has besides the files to send, but for hidden files."""
    rest = {*folder.iterdir()} - {*_files_of(folder)}
    return sorted(path.name for path in rest if not _is_hidden(path))


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in path.iterdir()
        if file.suffix.lower() == ".csv" and file.is_file() and not _is_hidden(file)
    )


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")
