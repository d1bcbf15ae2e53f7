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


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `progress` and `reset` to the command line."""
    show = commands.add_parser("progress", help="show which exercises are done and what comes next")
    show.add_argument("--reset", action="store_true", help="erase your progress; the practice school stays")
    reset = commands.add_parser("reset", help="empty the practice school; your progress stays")
    for parser in (show, reset):
        parser.add_argument("--yes", action="store_true", help="erase without asking")
    show.set_defaults(command=show_progress)
    reset.set_defaults(command=reset_school)


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
    answer = prompts.ask(f"{what} Erase it? Type yes: ", about=what)
    if (answer or "").lower() != "yes":
        raise BadInput(
            f"{what} You did not say yes; nothing was erased.",
            "Type yes when you are asked. Where nobody can answer, add --yes.",
        )
