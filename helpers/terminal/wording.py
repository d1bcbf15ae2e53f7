"""Say with the terminal's own words what texts for notebooks say with functions and arguments."""

import re

from helpers.errors import CanvasError, HeldBack

STOPPED = "The practice Canvas has stopped; its data is kept."
NOT_RUNNING = "No practice Canvas is running."
STILL_RUNNING = "The practice Canvas is still running."
_AFTER_HELD_BACK = {
    "confirmation": "Try it on a test Canvas, or confirm with --yes-production and the domain.",
    "rehearsal": "Add --rehearse to see what it would do before it is sent, or --waive rehearsal.",
    "last_import": "Find out why and fix it: python start.py status{to}. If this is the fixed import, add"
    " --waive last_import.",
}
_PYTHON = {
    r"read list_sis_import_errors\((\d+)\)": r"python start.py status \1{to} shows them",
    r'canvas\.check_files\("FILE"\)': "python start.py check FILE",
    r"check_files\(…, server=[^)]*\)\)": "--domain",
    r"batch_mode_term_id='(sis_term_id:…)'": r"--option batch_mode_term_id=\1",
}
_REPAIR = "repair_file()"
_HOW_TO_REPAIR = (
    f'{_REPAIR} is for notebooks, which python start.py opens: canvas.repair_file("FILE", "REPAIRED FILE").'
    " Notebook 04 teaches it."
)


def in_terminal(text: str, domain: str | None = None) -> str:
    """Return a text with commands and options in place of Python; after it, where to repair files.

    Args:
        text: as notebooks show it.
        domain: the Canvas that the commands go to; None for the practice Canvas.
    """
    for python, words in _PYTHON.items():
        text = re.sub(python, words.format(to=_to(domain)), text)
    return f"{text}\n\n{_HOW_TO_REPAIR}" if _REPAIR in text else text


def fix_in_terminal(error: CanvasError, domain: str | None = None) -> str:
    """Return what to do about an error in the terminal; its commands go to the domain."""
    if isinstance(error, HeldBack):
        return _AFTER_HELD_BACK[error.guard].format(to=_to(domain))
    return in_terminal(error.fix, domain)


def check_id(domain: str | None = None) -> str:
    """Return what to do where a Canvas has no import with an ID."""
    return f"Check the ID. To list the latest imports: python start.py status{_to(domain)}"


def show_all(import_id: int, domain: str | None = None) -> str:
    """Return what shows all messages of an import."""
    return f"python start.py explain {import_id}{_to(domain)} --all shows all of them"


def _to(domain: str | None) -> str:
    return f" --domain {domain}" if domain else ""
