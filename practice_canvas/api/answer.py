"""An answer that is not just 200 and JSON."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """A JSON body with another status or with headers of its own."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
