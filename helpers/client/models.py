"""What Canvas answers, as Python objects; `.raw` always keeps the JSON as it came.

Of an import only `id` and `workflow_state` are needed. What else has an unknown shape is left out, so that no
accepted import is lost for it; every field of an object has the type that is written there.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any, Literal, NamedTuple, Self

from helpers.errors import NotUnderstood, UnexpectedState, clip
from practice_canvas.states import WorkflowState, workflow_state

Json = dict[str, Any]
FileMessage = tuple[str | None, str]
"""The file that a message is about (None: the whole import) and the message's text."""

_NUMBER = re.compile(r"[0-9]{1,19}")
_TOO_LARGE = 10**19  # more digits than any ID of Canvas has
_ID_ON_TOP = re.compile(r'\s*\{[^{}\[\]]*"id"\s*:\s*"?([0-9]{1,19})"?\s*[,}]')
_CHECK_DOMAIN = "Read the whole answer, and check that this is the domain of your Canvas."


class OfferedFile(NamedTuple):
    """A file that Canvas offers with an import; `url` is "" where it does not have it any more.

    `size` is in bytes, 0 where Canvas does not say.
    """

    name: str
    url: str
    size: int


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
                f"SIS import {self.id} is in an unknown workflow_state: {clip(self.workflow_state, 80)!r}",
                "Check the import in Canvas before you send another.",
            ) from None

    @property
    def data(self) -> Json:
        """The `data` of the JSON; empty where there is none."""
        return _object(self.raw.get("data"))

    def files(self, field: str) -> list[OfferedFile]:
        """Return the files in `csv_attachments`, `diffed_csv_attachments`, or `errors_attachment`."""
        offered = self.raw.get(field)
        return [
            OfferedFile(
                _text(each.get("display_name")) or _text(each.get("filename")) or "a file without a name",
                _text(each.get("url")) or "",
                max(whole_number(each.get("size")) or 0, 0),
            )
            for each in json_objects(offered if isinstance(offered, list) else [offered])
        ]

    @classmethod
    def from_json(cls, raw: Any) -> Self:
        """Read the JSON of one SIS import.

        Raises:
            NotUnderstood: it is not a JSON object, or `id` or `workflow_state` is missing, or `id` is not a
                whole number.
        """
        _require(raw, "id", "workflow_state")
        data = _object(raw.get("data"))
        return cls(
            id=_id(raw, "id"),
            workflow_state=str(raw["workflow_state"]),
            progress=min(max(whole_number(raw.get("progress")) or 0, 0), 100),
            created_at=_time(raw.get("created_at")),
            started_at=_time(raw.get("started_at")),
            ended_at=_time(raw.get("ended_at")),
            counts=_whole_numbers(data.get("counts")),
            statistics=_statistics(data.get("statistics")),
            supplied_batches=[name for name in _list(data.get("supplied_batches")) if isinstance(name, str)],
            warnings=_file_messages(raw.get("processing_warnings")),
            errors=_file_messages(raw.get("processing_errors")),
            raw=raw,
        )


class ImportMessage(NamedTuple):
    """One message of an import: an error about a whole file, or a warning about one row.

    `row` counts from the header, which is row 1; None where the message is about no single row. `row_info`
    is the row itself as text; it may hold a password, so no report shows it. `raw` is empty for a row of an
    error CSV. It is a tuple because an import can have a hundred thousand of them.
    """

    sis_import_id: int
    file: str | None
    message: str
    row: int | None
    severity: Literal["error", "warning"]
    row_info: str | None = None
    raw: Json = {}  # noqa: RUF012 (nobody writes to it)

    def __repr__(self) -> str:
        """Return the message without its row, which may hold a password."""
        shown = zip(self._fields, self[:5], strict=False)
        return f"ImportMessage({', '.join(f'{name}={value!r}' for name, value in shown)})"

    @classmethod
    def from_json(cls, raw: Any, severity: Literal["error", "warning"]) -> Self:
        """Read the JSON of one SIS import error; Canvas does not say its severity, so you do.

        Raises:
            NotUnderstood: it is not a JSON object, or `sis_import_id` or `message` is missing, or the ID is
                not a whole number.
        """
        _require(raw, "sis_import_id", "message")
        message = raw["message"]
        return cls(
            _id(raw, "sis_import_id"),
            _text(raw.get("file")),
            message if isinstance(message, str) else json.dumps(message),
            whole_number(raw.get("row")),
            severity,
            _text(raw.get("row_info")),
            raw,
        )


def json_object(raw: Any) -> Json:
    """Return an answer that must be a JSON object.

    Raises:
        NotUnderstood: it is something else.
    """
    if not isinstance(raw, dict):
        raise NotUnderstood(
            "The answer is not a JSON object.", "Check that this is the domain of your Canvas."
        )
    return raw


def json_objects(raw: Any, name: str = "") -> list[Json]:
    """Return the objects of a list, or of the list `name` in an object; all else is left out."""
    listed = raw.get(name) if name and isinstance(raw, dict) else raw
    return [each for each in _list(listed) if isinstance(each, dict)]


def _require(raw: Any, *names: str) -> None:
    """Raise NotUnderstood unless `raw` is a JSON object in which each of the names has a value."""
    found: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    missing = [name for name in names if found.get(name) is None]
    if missing:
        raise NotUnderstood(
            f"The answer has no {' and no '.join(missing)}.",
            _CHECK_DOMAIN,
        )


def _id(raw: Json, name: str) -> int:
    found = whole_number(raw[name])
    if found is None or found < 1:
        raise NotUnderstood(f"The {name} in the answer is not a whole number above 0.", _CHECK_DOMAIN)
    return found


def import_id_of(raw: Any) -> int | None:
    """Return the id of an import from its JSON, None where it has none that is a number."""
    return whole_number(raw.get("id")) if isinstance(raw, dict) else None


def import_id_in_cut(text: str) -> int | None:
    """Return the id of an import from JSON that is cut off, None where it does not reach that far."""
    found = _ID_ON_TOP.match(text)
    return int(found[1]) if found else None


def whole_number(value: Any) -> int | None:
    """Read a number that may come as `412`, `412.0` or `"412"`; None for anything else."""
    if isinstance(value, str):
        return int(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, float) and isfinite(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < _TOO_LARGE else None


def _whole_numbers(value: Any) -> dict[str, int]:
    found = ((name, whole_number(each)) for name, each in _object(value).items())
    return {name: number for name, number in found if number is not None}


def _statistics(value: Any) -> Json:
    """Keep the numbers: those of a kind of object, and those of all."""
    kinds = {name: _whole_numbers(each) for name, each in _object(value).items() if isinstance(each, dict)}
    return {**kinds, **_whole_numbers(value)}


def _time(value: Any) -> str | None:
    """Keep a time with its time zone, of a year with which one can calculate."""
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return value if time.tzinfo and 1970 <= time.year < 3000 else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _file_messages(entries: Any) -> list[FileMessage]:
    return [_file_message(entry) for entry in _list(entries)]


def _file_message(entry: Any) -> FileMessage:
    if isinstance(entry, list) and len(entry) == 2:
        return _text(entry[0]), _text(entry[1]) or ""
    return None, entry if isinstance(entry, str) else json.dumps(entry)
