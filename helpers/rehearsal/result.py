"""What a rehearsal found: numbers and names, the messages, and whether it speaks for an import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.client.guards import BAD_ENDS
from helpers.client.import_options import Params
from helpers.client.models import ImportMessage, SisImport
from helpers.client.request_plans import RequestPlan
from helpers.rehearsal.bundle import fingerprint
from helpers.rehearsal.changes import DELETED, Change, KindChanges

if TYPE_CHECKING:
    from helpers.display.frames import DataFrame


@dataclass(frozen=True, repr=False)
class Rehearsal:
    """What an import would do, seen on a scratch Canvas.

    Args:
        files: the names of the files.
        params: the request's parameters.
        against: what the scratch Canvas began with, in words.
        domain: the Canvas that stands for; "" for none in particular, None for an empty one.
        digests: what the files held, to know them again.
        sis_import: the import at its end.
        messages: every message of it.
        kinds: the numbers of each kind.
        changes: what would be created, updated, concluded and deleted, by name (see NAMED).
        terms: the names of the terms that batch mode would clean up.
        notes: what could not be rehearsed as it is.
        beyond: when a threshold stopped it, the same import without thresholds; else None.
        gaps: those of the notes that are not so in every rehearsal: it may have missed something.
    """

    files: tuple[str, ...]
    params: Params
    against: str
    domain: str | None
    digests: frozenset[str]
    sis_import: SisImport
    messages: tuple[ImportMessage, ...]
    kinds: tuple[KindChanges, ...]
    changes: tuple[Change, ...]
    terms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    beyond: Rehearsal | None = None
    gaps: tuple[str, ...] = ()

    @property
    def threshold(self) -> int | None:
        """The change_threshold in percent, None without one."""
        given = dict(self.params).get("change_threshold")
        return int(given) if given else None

    @property
    def stopped(self) -> bool:
        """Whether a threshold kept the import from removing anything."""
        return self.beyond is not None

    @property
    def deleted(self) -> tuple[Change, ...]:
        """What would be deleted, by name; after a stop, what would be if the threshold allowed it."""
        return tuple(each for each in (self.beyond or self).changes if each.sort == DELETED)

    def kind(self, name: str) -> KindChanges:
        """Return the numbers of a kind, such as "courses"; zeros when there is none."""
        return next((each for each in self.kinds if each.kind == name), KindChanges(name, 0, 0))

    def to_frame(self, kind: str | None = None, sort: str | None = None) -> DataFrame:
        """Return one row per change: kind, sort (created, updated, …), sis_id, name, details."""
        from helpers.rehearsal.frames import changes_frame

        wanted = (each for each in self.changes if kind in (None, each.kind) and sort in (None, each.sort))
        return changes_frame(wanted)

    def counts(self) -> DataFrame:
        """Return one row per kind: before, created, updated, concluded, deleted, unchanged, after, percent.

        `percent` is what is deleted or concluded of all before, `percent_cleaned` what batch mode's cleanup
        removes of all that it looked at: the number that change_threshold limits.
        """
        from helpers.rehearsal.frames import kinds_frame

        return kinds_frame(self.kinds)

    def objection(self, plan: RequestPlan, domain: str) -> str | None:
        """Say why this rehearsal does not speak for sending a plan to a Canvas; None when it does."""
        if self.domain is None:
            return "It was rehearsed on an empty Canvas, where nothing can be removed."
        if self.domain not in ("", domain):
            return f"It was rehearsed for {self.domain}, not for {domain}."
        if set(plan.params) != set(self.params):
            return "It was rehearsed with other options."
        if plan.file is None or fingerprint([plan.file]) != self.digests:
            return "Another file was rehearsed, or this one has changed since."
        if self.stopped or self.sis_import.workflow_state in BAD_ENDS:
            return f"The rehearsal came to a bad end. {self.verdict}"
        return None

    def doubt(self, plan: RequestPlan, domain: str) -> str | None:
        """Say why a plan should not be sent on this rehearsal alone, unseen; None without a doubt."""
        objection = self.objection(plan, domain)
        if objection or not self.gaps:
            return objection
        return f"The rehearsal may have missed something. {' '.join(self.gaps)}"

    @property
    def verdict(self) -> str:
        """What would become of the import, in a sentence."""
        end = f"The import would end as {self.sis_import.workflow_state}"
        return f"{end}: a threshold keeps it from removing anything." if self.stopped else f"{end}."

    def summary(self) -> str:
        """Tell everything but the names, in a few lines."""
        from helpers.rehearsal.words import summary_lines

        return "\n".join(summary_lines(self))

    def __repr__(self) -> str:
        return f"<Rehearsal of {', '.join(self.files)}: {self.verdict}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from helpers.rehearsal.picture import rehearsal_html

        return {"text/html": rehearsal_html(self), "text/plain": self.summary()}
