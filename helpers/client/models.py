"""What Canvas answers, as Python objects; `.raw` always keeps the JSON as it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from helpers.errors import NotUnderstood, UnexpectedState
from practice_canvas.states import WorkflowState, workflow_state

Json = dict[str, Any]
FileMessage = tuple[str | None, str]
"""The file that a message is about (None: the whole import) and the message's text."""

_LOOK_AT_IT = "Look at the whole answer, and check that the domain is that of your Canvas."


@dataclass(frozen=True)
class SisImport:
    """One SIS import as Canvas showed it at one moment.

    Fields are spelled as in Canvas's JSON, save these: `counts`, `statistics` and `supplied_batches` are
    lifted out of `data`; `warnings` and `errors` are `processing_warnings` and `processing_errors`.
    `differences` holds a sentence for each option that Canvas took otherwise than you asked (only filled by
    `create_sis_import`), and `notes` what you should know about sending it, such as imports ahead of it.
    """

    id: int
    workflow_state: str
    progress: int
    created_at: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    counts: dict[str, int] = field(default_factory=dict, repr=False)
    statistics: Json = field(default_factory=dict, repr=False)
    supplied_batches: list[str] = field(default_factory=list)
    warnings: list[FileMessage] = field(default_factory=list)
    errors: list[FileMessage] = field(default_factory=list)
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    raw: Json = field(default_factory=dict, repr=False)

    @property
    def state(self) -> WorkflowState:
        """What the `workflow_state` means. Raises UnexpectedState if it is an unknown one."""
        try:
            return workflow_state(self.workflow_state)
        except LookupError:
            raise UnexpectedState(
                f"SIS import {self.id} is in an unknown workflow_state: {self.workflow_state!r}",
                "Look at the import in Canvas before you send another.",
            ) from None

    @classmethod
    def from_json(cls, raw: Any) -> Self:
        """Read the JSON of one SIS import.

        Raises:
            NotUnderstood: it is no JSON object, or `id` or `workflow_state` is missing, or `data` or
                `progress` is no such thing.
        """
        _require(raw, "id", "workflow_state")
        data, progress = raw.get("data") or {}, raw.get("progress") or 0
        if not isinstance(data, dict) or not isinstance(progress, int):
            raise NotUnderstood("The answer has odd data or progress for a SIS import.", _LOOK_AT_IT)
        return cls(
            id=raw["id"],
            workflow_state=raw["workflow_state"],
            progress=progress,
            created_at=raw.get("created_at"),
            started_at=raw.get("started_at"),
            ended_at=raw.get("ended_at"),
            counts=data.get("counts") or {},
            statistics=data.get("statistics") or {},
            supplied_batches=data.get("supplied_batches") or [],
            warnings=_file_messages(raw.get("processing_warnings")),
            errors=_file_messages(raw.get("processing_errors")),
            raw=raw,
        )


@dataclass(frozen=True)
class ImportMessage:
    """One message of an import: an error about a whole file, or a warning about one row.

    `row` counts from the header, which is row 1; None where the message is about no single row.
    """

    sis_import_id: int
    file: str | None
    message: str
    row: int | None
    severity: Literal["error", "warning"]
    raw: Json = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, raw: Any, severity: Literal["error", "warning"]) -> Self:
        """Read the JSON of one SIS import error; Canvas does not say its severity, so you do.

        Raises:
            NotUnderstood: it is no JSON object, or `sis_import_id` or `message` is missing.
        """
        _require(raw, "sis_import_id", "message")
        return cls(raw["sis_import_id"], raw.get("file"), raw["message"], raw.get("row"), severity, raw)


def _require(raw: Any, *names: str) -> None:
    """Raise NotUnderstood unless `raw` is a JSON object in which each of the names has a value."""
    found: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    missing = [name for name in names if found.get(name) is None]
    if missing:
        raise NotUnderstood(
            f"The answer has no {' and no '.join(missing)}.",
            _LOOK_AT_IT,
        )


def _file_messages(pairs: list[list[str | None]] | None) -> list[FileMessage]:
    return [(file, text or "") for file, text in pairs or []]
