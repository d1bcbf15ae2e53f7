"""Find the previous import, and the sorts of messages that it did not have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from helpers.client.models import ImportMessage, SisImport
from helpers.messages.explained_messages import ExplainedMessage, meaning, signature
from helpers.messages.sent import SentFiles

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient

SEARCHED = 50  # earlier imports to search for one with the same kinds of files


def previous_import(client: CanvasClient, sis_import: SisImport) -> SisImport | None:
    """Return the latest ended import before this one with the same kinds of files, or else the latest.

    Calls: GET /api/v1/accounts/self/sis_imports?created_before=…
    """
    second = timedelta(seconds=1)  # Canvas truncates its times to whole seconds
    before = datetime.fromisoformat(sis_import.created_at) + second if sis_import.created_at else None
    earlier = client.list_sis_imports(SEARCHED, created_before=before)
    ended = [each for each in earlier if each.ended_at and each.id < sis_import.id]
    alike = [each for each in ended if set(each.supplied_batches) == set(sis_import.supplied_batches)]
    return next(iter(alike or ended), None)


def new_sorts(
    messages: Sequence[ExplainedMessage], before: Iterable[ImportMessage], sent: SentFiles
) -> tuple[str, ...]:
    """Return the sorts of messages that the previous import did not have."""
    known = {signature(each.message, meaning(each, sent.find(each.file))) for each in before}
    found = dict.fromkeys(each.sort.signature for each in messages)
    return tuple(sort for sort in found if sort not in known)
