"""The twelve `workflow_state` values of a SIS import, in the order of its life.

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
    """One `workflow_state`: where in its life an import is, and what that means for you."""

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
        _waiting("created", "queue", "Canvas has the file; the import waits for its turn."),
        _waiting("importing", "importing", "Canvas is reading the rows and applying them."),
        _waiting("cleanup_batch", "cleanup", "Batch mode is removing what the file no longer mentions."),
        _ended("imported", True, "Done: every row was applied."),
        _ended(
            "imported_with_messages", False, "Done, but some rows were skipped: read processing_warnings."
        ),
        _ended("failed", False, "Canvas stopped at an internal fault and could store no message."),
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
"""What a new import's `workflow_state` may be; anything else means: find out why before going on."""


def workflow_state(name: str) -> WorkflowState:
    """Look up what a `workflow_state` means.

    Raises:
        LookupError: the name is none of the twelve that are known.
    """
    if name not in WORKFLOW_STATES:
        raise LookupError(
            f"{name!r} is none of the known workflow_state values: {', '.join(WORKFLOW_STATES)}."
        )
    return WORKFLOW_STATES[name]
