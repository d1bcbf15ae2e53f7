"""How states are displayed: a shape, a word and a color tone, so that color is never needed alone."""

from dataclasses import dataclass

from practice_canvas.api.courses import SHOWN_STATES
from practice_canvas.states import WORKFLOW_STATES, WorkflowState


@dataclass(frozen=True)
class Mark:
    """A state as a shape, a word and a tone (a class of the style sheet).

    Args:
        shape: one character.
        word: a word for people.
        tone: good, calm, care, bad or quiet.
        name: the API's name of the state, if it is not the word itself.
    """

    shape: str
    word: str
    tone: str
    name: str = ""


# (shape, tone) → the states of records displayed this way
STYLES = {
    ("●", "good"): "active available accepted registered built_in",
    ("○", "quiet"): "unpublished invited creation_pending pre_registered unconfirmed",
    ("■", "calm"): "completed",
    ("◐", "care"): "inactive suspended",
    ("✖", "bad"): "deleted rejected retired",
}
RECORD_MARKS = {
    state: Mark(shape, state, tone) for (shape, tone), states in STYLES.items() for state in states.split()
}
NEEDS_ATTENTION = {"imported_with_messages", "aborted"}
# What the pages call a workflow_state of a SIS import, where its own name is not a word for people.
WORDS = {
    "initializing": "Storing",
    "created": "Waiting",
    "cleanup_batch": "Cleaning up",
    "imported": "Done",
    "imported_with_messages": "Done with messages",
    "failed_with_messages": "Failed",
    "partially_restored": "Partly restored",
}


def record_mark(state: str) -> Mark:
    """Return the mark of a record's workflow_state, with the word that the API uses for it."""
    word = SHOWN_STATES.get(state, state)
    return RECORD_MARKS.get(word, Mark("○", word, "quiet"))


def import_mark(state: str) -> Mark:
    """Return the mark of a SIS import's workflow_state."""
    shape, tone = _import_style(WORKFLOW_STATES[state])
    return Mark(shape, WORDS.get(state, state.capitalize()), tone, state if state in WORDS else "")


def _import_style(state: WorkflowState) -> tuple[str, str]:
    if not state.terminal:
        return ("○", "quiet") if state.stage == "queue" else ("▶", "calm")
    if state.good:
        return "✔", "good"
    return ("▲", "care") if state.name in NEEDS_ATTENTION else ("✖", "bad")
