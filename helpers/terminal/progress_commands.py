"""What the terminal shows of the learner's progress, and what it erases: `progress` and `reset`.

Each erases one thing and leaves the other: the progress, or the practice school.
"""

import argparse

from helpers.client.connect import start_practice
from helpers.errors import BadInput
from helpers.lesson.progress import progress
from helpers.terminal import output, prompts
from practice_canvas import controls

PROGRESS_ERASED = (
    "Erased: the verdicts on {} exercises. Kept: the practice school, its imports and snapshots."
)
SCHOOL_ERASED = (
    "Erased: the practice school (accounts, terms, courses, people) and its list of imports. Kept: your"
    " progress in the exercises, snapshots, and settings."
)


def show_progress(options: argparse.Namespace) -> int:
    """Show what is done and what comes next, or erase it."""
    so_far = progress()
    if not options.reset:
        output.line(repr(so_far))
        output.line(f"\nThe same as a page: {so_far.page}")
        return 0
    _confirm(f"This erases your progress: {so_far.sentence}", options.yes)
    controls.erase_progress(start_practice())
    output.line(PROGRESS_ERASED.format(len(so_far.exercises)))
    return 0


def reset_school(options: argparse.Namespace) -> int:
    """Empty the practice school. Calls: POST /practice/reset."""
    practice = start_practice()
    _confirm(f"This empties the practice school at {practice.url}.", options.yes)
    controls.reset_school(practice)
    output.line(SCHOOL_ERASED)
    return 0


def _confirm(what: str, yes: bool) -> None:
    """Ask before anything is erased. Raises BadInput when nobody agrees."""
    if yes:
        return
    if not prompts.agrees(f"{what} Erase it?"):
        raise BadInput(
            f"{what} You did not say yes; nothing was erased.",
            "Type yes when you are asked. Where nobody can answer, add --yes.",
        )
