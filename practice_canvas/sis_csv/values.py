"""Read the values of rows as Canvas does: blanks, email addresses, yes or no."""

import re

BLANKS = " \t\n\v\f\r"
"""What Canvas trims. A no-break space stays, and makes another id; a NUL stays, and spoils a person's row."""

_SPECIAL = r"\s@<>()\[\],;:\\\""
ADDRESS = rf"[^{_SPECIAL}]+@[^{_SPECIAL}.]+(\.[^{_SPECIAL}.]+)*"
TRUE = frozenset(("1", "true", "t", "yes", "y", "on"))
FALSE = frozenset(("0", "false", "f", "no", "n", "off"))


def is_address(text: str) -> bool:
    """Say whether Canvas takes the text for an email address: local part, @ and domain, nothing else."""
    return re.fullmatch(ADDRESS, text) is not None


def is_true(text: str | None) -> bool:
    """Say whether Canvas takes a text for true, whatever its letter case."""
    return (text or "").lower() in TRUE
