"""A client with prepared answers: no server, no HTTP, no waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from helpers.client import guards
from helpers.client.connection import Connection
from helpers.client.guards import Sending, queue_state
from helpers.client.models import ImportMessage, SisImport
from helpers.client.request_plans import RequestPlan


def sis_import(state: str = "created", progress: int = 0, **more: Any) -> SisImport:
    """Return import 412 in this state."""
    return SisImport.from_json({"id": 412, "workflow_state": state, "progress": progress} | more)


def message(text: str, row: int | None = 2) -> ImportMessage:
    raw = {"sis_import_id": 412, "file": "courses.csv", "message": text, "row": row}
    return ImportMessage.from_json(raw, "warning")


class ScriptedClient:
    """Answers status reads with `polls` one by one, repeating the last; an exception is raised instead."""

    def __init__(
        self,
        polls: Iterable[SisImport | Exception] = (),
        *,
        domain: str = "127.0.0.1:8765",
        token: str = "practice-admin-token",  # noqa: S107
        messages: Iterable[ImportMessage] = (),
        accepted: SisImport | Exception | None = None,
        refuses: Exception | None = None,
        seen: Iterable[SisImport] = (),
        on_poll: Callable[[], None] = lambda: None,
    ) -> None:
        self.connection = Connection(domain, token)
        self.polls = list(polls)
        self.messages = list(messages)
        self.accepted = accepted or sis_import()
        self.refuses = refuses
        self.seen = list(seen)
        self.on_poll = on_poll
        self.sent: list[RequestPlan] = []

    def get_self(self) -> dict[str, Any]:
        return {"id": 1, "name": "Ada Admin", "login_id": "ada"}

    def get_account(self) -> dict[str, Any]:
        return {"id": 1, "name": "Practice School"}

    def get(self, path: str) -> dict[str, Any]:
        return {"enrollment_terms": [{"id": 1, "name": "Default Term", "sis_term_id": None}]}

    def list_sis_imports(self, limit: int | None = None) -> list[SisImport]:
        if self.refuses:
            raise self.refuses
        return []

    def send_import(
        self,
        plan: RequestPlan,
        *,
        progress: Callable[[int, int], None] | None = None,
        rehearsed: Any = None,
        waive: Iterable[str] = (),
        confirm: str = "",
    ) -> SisImport:
        plan.check()
        sending = Sending(self.connection, plan, lambda: queue_state(self.seen), confirm, rehearsed)
        guards.check(sending, guards.waived(waive))
        self.sent.append(plan)
        if progress:
            progress(10, 10)
        return _given(self.accepted)

    def get_sis_import(self, import_id: int) -> SisImport:
        self.on_poll()
        return _given(self.polls.pop(0) if len(self.polls) > 1 else self.polls[0])

    def list_sis_import_errors(self, import_id: int) -> list[ImportMessage]:
        return self.messages


def _given(answer: SisImport | Exception) -> SisImport:
    if isinstance(answer, Exception):
        raise answer
    return answer
