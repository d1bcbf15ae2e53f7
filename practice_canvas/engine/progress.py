"""What a step of the engine reports: how far an import, or the restoring of one, is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Progress:
    """What to store together with the step that was just done.

    Args:
        progress: percent, 0 to 100.
        workflow_state: the new state; None if it does not change. The last Progress of an import has a
            terminal state.
        data: merged into the import's `data`.
        steps_left: how many chunks are left, as far as is known.
    """

    progress: int
    workflow_state: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    steps_left: int = 0
