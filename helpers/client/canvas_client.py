"""CanvasClient: Canvas's own verbs for SIS imports, and nothing between you and its JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from helpers.client import guards, request_plans, sis_export
from helpers.client.guards import QueueState, Rehearsed, Sending
from helpers.client.import_options import WHERE_TERMS_ARE, echo_differences
from helpers.client.models import ImportMessage, Json, SisImport, import_id_of, json_object
from helpers.client.polling import Snapshot, follow
from helpers.client.request_plans import EXPORT_KINDS, ImportId, RequestPlan, path_part
from helpers.client.rest_client import RestClient
from helpers.client.upload import Progress
from helpers.errors import NoSuchThing, NotAccepted, clip
from practice_canvas.states import ACCEPTED


class CanvasClient(RestClient):
    """Talks to one Canvas with one token.

    Every method may raise a `CanvasError`: `NotReachable` if no answer came, `Refused` if Canvas said no,
    `NotUnderstood` if the answer is not Canvas's. Where something was to be changed, its `may_have_worked`
    and its fix say whether Canvas may have done it all the same.

    Args:
        connection: which Canvas, and with which token.
        timeout: seconds to wait for the connection (and while sending, for each piece of a file to
            leave), and seconds to wait for each piece of the answer.
        deadline: seconds that a whole answer may take; a download gets more as it grows.
        retries: how often a read is tried again after a passing fault; nothing else is ever repeated.
        sleep: waits that many seconds between the tries.
    """

    _waived: frozenset[str] = frozenset()

    # What imports need

    def create_sis_import(
        self,
        file: Path | str,
        *,
        progress: Progress | None = None,
        account: str = "self",
        rehearsed: Rehearsed | None = None,
        waive: str | Iterable[str] = (),
        confirm: str = "",
        hold_back: bool = False,
        **options: Any,
    ) -> SisImport:
        """Send a CSV or zip file; Canvas answers at once and imports it later.

        A file of more than 25 MB goes in three requests, because one may last a minute at most.

        The guards run first: an import that may remove things needs a rehearsal, a production Canvas needs
        its domain typed, and the last import must not have failed (on the practice Canvas that is a note).

        Calls: GET /api/v1/accounts/:account/sis_imports · POST /api/v1/accounts/:account/sis_imports.json

        Args:
            file: the file to send.
            progress: called with the bytes sent so far and the bytes in all.
            account: a root account.
            rehearsed: what `rehearse` returned for exactly this file with exactly these options.
            waive: names of guards to ignore, such as "rehearsal".
            confirm: the domain, typed once more; needed on production only.
            hold_back: let the practice Canvas hold the import back after a failed one, as for a real Canvas.
            options: any of IMPORT_OPTIONS, such as `batch_mode=True`.

        Returns:
            The new import; its `differences` name the options that Canvas understood differently, its
            `notes` what the guards noticed, such as imports ahead of it.

        Raises:
            FileNotUsable: Canvas could not read the file as SIS data; nothing was sent.
            UnknownOption: there is no such option or guard, or it does not take this value; nothing was sent.
            HeldBack: a guard holds it back; nothing was sent.
            NotAccepted: the answer has no `id`, or a `workflow_state` other than created or initializing.
                This and every other error after sending has the `import_id` if Canvas named one.
        """
        return self.send_import(
            request_plans.create_sis_import(file, account, **options),
            progress=progress,
            rehearsed=rehearsed,
            waive=waive,
            confirm=confirm,
            hold_back=hold_back,
        )

    def send_import(
        self,
        plan: RequestPlan,
        *,
        progress: Progress | None = None,
        rehearsed: Rehearsed | None = None,
        waive: str | Iterable[str] = (),
        confirm: str = "",
        hold_back: bool = False,
        before_sending: Callable[[], object] | None = None,
    ) -> SisImport:
        """Send the plan of an import, perhaps one that was shown before; the guards run first.

        Calls: GET /api/v1/accounts/:account/sis_imports · POST /api/v1/accounts/:account/sis_imports.json

        Args:
            plan: what `request_plans.create_sis_import` returned.
            progress: as for `create_sis_import`, and so are the others.
            rehearsed: what `rehearse` returned.
            waive: names of guards to ignore.
            confirm: the domain, typed once more.
            hold_back: let the practice Canvas hold the import back.
            before_sending: called once no guard holds it back.

        Returns:
            The new import.

        Raises:
            CanvasError: as for `create_sis_import`.
        """
        waived = self._waived | guards.waived(waive)
        plan.check()
        sending = Sending(
            self.connection, plan, lambda: self._queue_state(plan), confirm, rehearsed, hold_back
        )
        guards.check(sending, waived)
        # Before it is sent, or the import itself would be in the queue.
        notes = tuple(guards.notes(sending, waived))
        if before_sending:
            before_sending()
        try:
            accepted = self._change(plan, _accepted, progress)
        except NoSuchThing as error:  # the account was there a moment ago, when its imports were listed
            term_id = dict(plan.params).get("batch_mode_term_id")
            if term_id and error.import_id is None:
                error.advise(f"Check batch_mode_term_id: is there a term {term_id}? {WHERE_TERMS_ARE}")
            raise
        differences = echo_differences(plan.params, accepted.raw)
        return replace(accepted, differences=differences, notes=notes)

    def waive(self, *names: str) -> None:
        """Ignore these guards for all later imports of this client, such as `waive("last_import")`.

        Raises:
            UnknownOption: there is no such guard, or it cannot be waived.
        """
        self._waived |= guards.waived(names)

    def get_sis_import(self, import_id: ImportId) -> SisImport:
        """Read one import. Calls: GET /api/v1/accounts/self/sis_imports/:id."""
        return SisImport.from_json(self.send(request_plans.get_sis_import(import_id)))

    def follow(
        self,
        sis_import: SisImport | ImportId,
        *,
        first: float = 1.0,
        longest: float = 15.0,
        deadline: float = 3600.0,
    ) -> Iterator[Snapshot]:
        """Yield a snapshot per poll until an import has ended.

        Calls: GET /api/v1/accounts/self/sis_imports/:id

        Args:
            sis_import: the import, or its ID.
            first: seconds to wait after the first poll, and after each change.
            longest: the waits grow to so many seconds while nothing changes.
            deadline: after so many seconds you stop waiting; Canvas continues to process the import.

        Raises:
            DeadlinePassed: it had not ended by then.
            UnexpectedState: Canvas named a `workflow_state` that its documentation does not list.
        """
        import_id = sis_import.id if isinstance(sis_import, SisImport) else sis_import
        return follow(lambda: self.get_sis_import(import_id), first=first, longest=longest, deadline=deadline)

    def wait_for(
        self,
        sis_import: SisImport | ImportId,
        *,
        deadline: float = 3600.0,
        on_poll: Callable[[Snapshot], object] | None = None,
    ) -> SisImport:
        """Poll an import until it has ended. Calls: GET /api/v1/accounts/self/sis_imports/:id.

        Args:
            sis_import: the import, or its ID.
            deadline: seconds after which you stop waiting; Canvas continues to process the import.
            on_poll: called with every snapshot, such as `print` or `history.append`.

        Returns:
            The import as it ended: read its `workflow_state`, a failed import is returned like a good one.

        Raises:
            DeadlinePassed: it had not ended by then.
            UnexpectedState: Canvas named a `workflow_state` that its documentation does not list.
        """
        ended: SisImport | None = None
        for snapshot in self.follow(sis_import, first=0.25, deadline=deadline):
            ended = snapshot.sis_import
            if on_poll:
                on_poll(snapshot)
        assert ended is not None, "follow() ends with an answer"  # noqa: S101
        return ended

    def list_sis_imports(
        self,
        limit: int | None = None,
        *,
        created_since: datetime | str | None = None,
        created_before: datetime | str | None = None,
        workflow_state: str | list[str] | None = None,
    ) -> list[SisImport]:
        """List imports, the newest first. Calls: GET /api/v1/accounts/self/sis_imports.

        Args:
            limit: at most so many; None means all.
            created_since: only imports created after this time (ISO 8601 if it is a text).
            created_before: only imports created before this time.
            workflow_state: only imports in this state, or in one of these.
        """
        plan = request_plans.list_sis_imports(
            created_since=created_since, created_before=created_before, workflow_state=workflow_state
        )
        return [SisImport.from_json(raw) for raw in islice(self.pages(plan), limit)]

    def importing_sis_imports(self) -> list[SisImport]:
        """List what is running. Calls: GET /api/v1/accounts/self/sis_imports/importing."""
        return [SisImport.from_json(raw) for raw in self.pages(request_plans.importing_sis_imports())]

    def abort_sis_import(self, import_id: ImportId) -> SisImport:
        """Stop an unfinished import. Calls: PUT /api/v1/accounts/self/sis_imports/:id/abort."""
        return self._change(request_plans.abort_sis_import(import_id), SisImport.from_json)

    def abort_all_pending(self) -> Json:
        """Abort all waiting imports. Calls: PUT /api/v1/accounts/self/sis_imports/abort_all_pending."""
        return self._change(request_plans.abort_all_pending(), json_object)

    def restore_states(
        self,
        import_id: ImportId,
        *,
        batch_mode: bool | None = None,
        undelete_only: bool | None = None,
        unconclude_only: bool | None = None,
    ) -> Json:
        """Undo the state changes of an import.

        Calls: PUT /api/v1/accounts/self/sis_imports/:id/restore_states

        Args:
            import_id: the import to undo.
            batch_mode: only what batch mode removed.
            undelete_only: only what was deleted.
            unconclude_only: only what was concluded.

        Returns:
            Canvas's Progress object of the restore.
        """
        plan = request_plans.restore_states(
            import_id,
            batch_mode=batch_mode,
            undelete_only=undelete_only,
            unconclude_only=unconclude_only,
        )
        return self._change(plan, json_object)

    def list_sis_import_errors(self, import_id: ImportId | None = None) -> list[ImportMessage]:
        """Read every message, the newest first, of one import or of all that the account had in 30 days.

        Calls: GET /api/v1/accounts/self/sis_imports/:id/errors, and again with failure=true, because Canvas
        has no other way to tell errors from warnings.
        """
        plan = request_plans.list_sis_import_errors
        failures = {json.dumps(raw) for raw in self.pages(plan(import_id, failure=True))}
        return [
            ImportMessage.from_json(raw, "error" if json.dumps(raw) in failures else "warning")
            for raw in self.pages(plan(import_id))
        ]

    def _queue_state(self, plan: RequestPlan) -> QueueState:
        """Ask what waits and runs; usually the first page of the list is enough."""
        raws = self.pages(request_plans.list_sis_imports(plan.account, per_page=10))
        term_id = dict(plan.params).get("batch_mode_term_id")
        term = self._term_name(term_id, plan.account) if term_id else ""
        return guards.queue_state(map(SisImport.from_json, raws), term)

    def _term_name(self, term_id: str, account: str) -> str:
        """Return a term's name beside the id that was given, or the id alone if Canvas has no such term."""
        with suppress(NoSuchThing):
            term = json_object(self.get(f"accounts/{path_part(account)}/terms/{path_part(term_id)}"))
            if term.get("name"):
                return f"{term['name']} ({term_id})"
        return term_id

    # Reads around them

    def get_self(self) -> Json:
        """Ask who the token belongs to. Calls: GET /api/v1/users/self."""
        return json_object(self.send(request_plans.get_self()))

    def get_account(self) -> Json:
        """Ask about the root account. Calls: GET /api/v1/accounts/self."""
        return json_object(self.send(request_plans.get_account()))

    def sis_export(
        self,
        to: Path | str,
        kinds: Sequence[str] = EXPORT_KINDS,
        *,
        account: str = "self",
        term: str | int | None = None,
        created_by_sis: bool = False,
        include_deleted: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Path:
        """Download what Canvas has as CSV files in the SIS format, one `KIND.csv` for each kind.

        Calls: POST /api/v1/accounts/:account/reports/sis_export_csv · GET …/sis_export_csv/:id until it is
        complete · GET of the address of its file

        Args:
            to: the folder for the files; made when it is missing.
            kinds: the kinds to export, of EXPORT_KINDS.
            account: the root account.
            term: only what belongs to this term: a Canvas id.
            created_by_sis: only what an import made or touched.
            include_deleted: deleted objects, too.
            progress: called with the percent done and 100.

        Returns:
            The folder.

        Raises:
            UnknownOption: there is no such kind.
            ExportFailed: Canvas could not make the export.
            DeadlinePassed: it was not complete after 6 hours.
        """
        plan = request_plans.start_sis_export(
            kinds, account, term=term, created_by_sis=created_by_sis, include_deleted=include_deleted
        )
        started = self._change(plan, sis_export.check_started)
        url = sis_export.wait_for_export(self.send, started, account, progress, self._sleep)
        return sis_export.fetch(self.download, url, Path(to), kinds)


def _accepted(raw: Any) -> SisImport:
    """Apply the lesson's rule: no id, or an unexpected workflow_state → find the cause before going on."""
    import_id = import_id_of(raw)
    state = raw.get("workflow_state") if isinstance(raw, dict) else None
    if import_id is not None and state in ACCEPTED:
        return SisImport.from_json(raw)
    state_instead = f"has the workflow_state {clip(repr(state), 80)} instead of {' or '.join(ACCEPTED)}"
    error = NotAccepted(
        f"Canvas answered, but the new import {'has no id' if import_id is None else state_instead}.",
        "Find the cause before you go on.",
    )
    error.import_id = import_id
    raise error
