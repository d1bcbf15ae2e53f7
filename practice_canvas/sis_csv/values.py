"""Read the values of rows as Canvas does: white space, email addresses, booleans."""

import re

BLANKS = " \t\n\v\f\r\0"
"""What Canvas trims. A no-break space stays and makes a different ID; a NUL inside breaks a user's row."""

_SPECIAL = r"\s@<>()\[\],;:\\\""
ADDRESS = rf"[^{_SPECIAL}]+@[^{_SPECIAL}.]+(\.[^{_SPECIAL}.]+)*"
TRUE = frozenset(("1", "true", "t", "yes", "y", "on"))
FALSE = frozenset(("0", "false", "f", "no", "n", "off"))


def is_address(text: str) -> bool:
    """Return whether Canvas accepts the text as an email address: local part, @ and domain, nothing else."""
    return re.fullmatch(ADDRESS, text) is not None


def is_true(text: str | None) -> bool:
    """Return whether Canvas reads a text as true, in any letter case."""
    return (text or "").lower() in TRUE
