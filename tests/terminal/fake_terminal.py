"""A terminal to run commands at, against a client that answers from a list."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from helpers.client.connection import Connection
from helpers.client.models import ImportMessage, SisImport
from helpers.client.request_plans import RequestPlan
from helpers.errors import HeldBack
from helpers.terminal import cli, connecting, import_command, output, prompts

TOKEN = "7~SentinelTokenSentinelTokenSentinelToken"
WARNING = ImportMessage(12, "courses.csv", "Status [b]odd[/b] unknown for course C1", 3, "warning")


def sis_import(state: str, progress: int = 0, **data: Any) -> SisImport:
    return SisImport.from_json({"id": 12, "workflow_state": state, "progress": progress, "data": data})


class Canvas:
    """Stands in for the client: takes one import and answers with the given states, one per look."""

    def __init__(self, domain: str, token: str, looks: list[SisImport | BaseException]) -> None:
        self.connection = Connection(domain, token)
        self.looks = looks
        self.sent: list[RequestPlan] = []
        self.waived: list[str] = []
        self.confirmed = ""
        self.rehearsed: object = None
        self.accepts: SisImport | BaseException = sis_import("created")

    def send_import(
        self,
        plan: RequestPlan,
        *,
        progress: Callable[[int, int], None],
        rehearsed: object,
        waive: list[str],
        confirm: str,
        before_sending: Callable[[], object],
    ) -> SisImport:
        plan.check()
        self.waived, self.confirmed, self.rehearsed = waive, confirm, rehearsed
        if not isinstance(self.accepts, HeldBack):
            before_sending()
        self.sent.append(plan)
        progress(10, 10)
        return _given(self.accepts)

    def get_sis_import(self, import_id: int) -> SisImport:
        return _given(self.looks.pop(0) if len(self.looks) > 1 else self.looks[0])  # it stays at its end

    def list_sis_imports(self, limit: int | None) -> list[SisImport]:
        return [sis_import("importing", 40), sis_import("imported", 100)][:limit]

    def list_sis_import_errors(self, import_id: int) -> list[ImportMessage]:
        return [WARNING]


def _given(answer: SisImport | BaseException) -> SisImport:
    if isinstance(answer, BaseException):
        raise answer
    return answer


class FakeTerminal:
    """A terminal to run commands at: what it shows, and the Canvas it talked to.

    `typed` is what is answered to every question; None where nobody can be asked.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.looks: list[SisImport | BaseException] = [sis_import("imported", 100, counts={"courses": 1})]
        self.canvas: Canvas | None = None
        self.typed: str | None = None
        for ask in ("ask", "ask_secret"):
            monkeypatch.setattr(prompts, ask, lambda question, about="": self.typed)
        self.accepts: SisImport | BaseException = sis_import("created")
        self.remembered: list[int] = []
        monkeypatch.setattr(
            import_command, "remember_import", lambda _, import_id: self.remembered.append(import_id)
        )
        monkeypatch.setattr(output, "console", Console(file=self.out, width=80, highlight=False))
        monkeypatch.setattr(output, "errors", Console(file=self.err, width=80, highlight=False))
        monkeypatch.setattr(connecting, "connect", self.connect)

    def connect(self, domain: str, token: str) -> Canvas:
        self.canvas = Canvas(domain, token, self.looks)
        self.canvas.accepts = self.accepts
        return self.canvas

    def run(self, *arguments: object) -> int:
        return cli.main([str(word) for word in arguments])

    @property
    def shown(self) -> str:
        return self.out.getvalue()
