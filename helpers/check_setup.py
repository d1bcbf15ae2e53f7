"""Check whether this computer has what the lesson needs."""


def check_setup() -> None:
    """Check the set-up."""
