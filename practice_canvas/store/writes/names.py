"""How a list name follows from a full name: for imports and for changes by hand alike."""

import re

_SUFFIX = re.compile(r"(sn?r\.?|senior|jn?r\.?|junior|ii|iii|iv|v|vi|esq\.?|esquire)", re.IGNORECASE)


def sortable_name(full_name: str) -> str:
    """Infer "Last, First" from a full name.

    The last word is the surname; a closing Jr., III, … goes with the given name; with a comma the surname
    stands first already.
    """
    surname, _, given = (part.strip() for part in full_name.partition(","))
    if given and not _SUFFIX.fullmatch(given):
        return f"{surname}, {' '.join(given.replace(',', ' ').split())}"
    words = full_name.replace(",", " ").split()
    suffix = words[-1:] if len(words) > 1 and _SUFFIX.fullmatch(words[-1]) else []
    words = words[: len(words) - len(suffix)]
    if len(words) < 2:
        return " ".join(words + suffix)
    return f"{words[-1]}, {' '.join(words[:-1] + suffix)}"
