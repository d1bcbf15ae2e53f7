"""Explain a message of Canvas: kind, cause, cure, and where the lesson teaches it."""

from helpers.models import ImportMessage


def explain(message: ImportMessage | str) -> str:
    """Explain one message."""
    return str(message)
