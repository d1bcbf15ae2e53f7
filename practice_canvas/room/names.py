"""The names of learners: what is one, when two are the same, and the file that lists them."""

import unicodedata
from pathlib import Path

LONGEST = 60  # characters
_JOINERS = "\u200c\u200d"  # Persian, Hindi and others need them inside words


class BadName(ValueError):
    """A name, or a file with names, cannot be used; the text says why and what to do."""


def clean(typed: str) -> str:
    """Return a name as it is shown: one space between words, no characters that change the text around it.

    Raises:
        BadName: nothing is left, or it is too long.
    """
    text = unicodedata.normalize("NFC", typed)
    kept = "".join(each for each in text if each.isspace() or not _is_control(each))
    name = " ".join(kept.split())
    if not name:
        raise BadName("The name is empty. Type your name, or the number of your seat.")
    if len(name) > LONGEST:
        raise BadName(f"The name has {len(name)} characters. Use at most {LONGEST}.")
    return name


def same(name: str) -> str:
    """Return what is equal for two spellings of one name: upper and lower case, full and half width."""
    return unicodedata.normalize("NFKC", clean(name)).casefold()


def read(path: Path) -> list[str]:
    """Return the names in a file, one on each line; blank lines are ignored.

    Raises:
        BadName: it cannot be read, or a name in it is too long or appears twice.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as fault:
        raise BadName(f"{path} is not in UTF-8. Save it as UTF-8, with one name on each line.") from fault
    except OSError as fault:
        raise BadName(f"{path} cannot be read ({fault.strerror}). Check the path in --names.") from fault
    found: dict[str, int] = {}
    names = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            name, key = clean(line), same(line)
        except BadName as bad:
            raise BadName(f"{path}, line {number}: {bad}") from bad
        if key in found:
            raise BadName(
                f"{path}: the name {name} is in lines {found[key]} and {number}."
                " Tell the two people apart, such as by a last name."
            )
        found[key] = number
        names.append(name)
    if not names:
        raise BadName(f"{path} has no names. Write one on each line.")
    return names


def _is_control(character: str) -> bool:
    return unicodedata.category(character).startswith("C") and character not in _JOINERS
