"""The twelve `workflow_state` values of a SIS import, in the order of its life cycle.

initializing → created → importing → (cleanup_batch) → imported | imported_with_messages
                                                     | failed | failed_with_messages
any of those before the end → aborted
a finished import           → restoring → restored | partially_restored
"""

from dataclasses import dataclass
from typing import Literal

Stage = Literal["queue", "importing", "cleanup", "restoring", "ended"]


@dataclass(frozen=True)
class WorkflowState:
    """One `workflow_state`: where an import is in its life cycle, and what that means for you."""

    name: str
    stage: Stage
    terminal: bool
    good: bool
    sentence: str


def _waiting(name: str, stage: Stage, sentence: str) -> WorkflowState:
    return WorkflowState(name, stage, terminal=False, good=False, sentence=sentence)


def _ended(name: str, good: bool, sentence: str) -> WorkflowState:
    return WorkflowState(name, "ended", terminal=True, good=good, sentence=sentence)


WORKFLOW_STATES: dict[str, WorkflowState] = {
    state.name: state
    for state in (
        _waiting("initializing", "queue", "Canvas is still storing the file and the options."),
        _waiting("created", "queue", "Canvas has the file; the import is waiting in the queue."),
        _waiting("importing", "importing", "Canvas is reading the rows and applying them."),
        _waiting("cleanup_batch", "cleanup", "Batch mode is removing what is no longer in the file."),
        _ended("imported", True, "Done: Canvas reports no fault."),
        _ended(
            "imported_with_messages",
            False,
            "Done, but not every row was applied as sent: read processing_warnings.",
        ),
        _ended("failed", False, "Canvas had an internal error and could not store any messages."),
        _ended(
            "failed_with_messages",
            False,
            "A whole file could not be read: read processing_errors. Other files may have been applied.",
        ),
        _ended("aborted", False, "The import was stopped; rows that were already applied stay applied."),
        _waiting("restoring", "restoring", "Canvas is undoing what this import changed."),
        _ended("restored", True, "What this import changed has been undone."),
        _ended("partially_restored", True, "The chosen part of what this import changed has been undone."),
    )
}

ACCEPTED: tuple[str, ...] = ("created", "initializing")
"""The `workflow_state` of a new import; anything else means: find out why before you continue."""


def workflow_state(name: str) -> WorkflowState:
    """Look up what a `workflow_state` means.

    Raises:
        LookupError: the name is not one of the twelve known states.
    """
    if name not in WORKFLOW_STATES:
        raise LookupError(
            f"{name!r} is not a known workflow_state; the known ones are {', '.join(WORKFLOW_STATES)}."
        )
    return WORKFLOW_STATES[name]
