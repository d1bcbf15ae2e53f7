"""A response with its own status or headers."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """A JSON body with a status other than 200, or with its own headers."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
