"""The result of a rehearsal: counts and names, messages, and whether it is valid for an import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.client.guards import BAD_ENDS
from helpers.client.import_options import Params
from helpers.client.models import ImportMessage, SisImport
from helpers.client.request_plans import RequestPlan
from helpers.display.frames import frame
from helpers.rehearsal.bundle import fingerprint
from helpers.rehearsal.changes import CHANGE_COLUMNS, DELETED, KIND_COLUMNS, KindChanges, ObjectChange

if TYPE_CHECKING:
    from helpers.display.frames import DataFrame


@dataclass(frozen=True, repr=False)
class Rehearsal:
    """What an import would do, as seen on a scratch Canvas.

    Args:
        files: the names of the files.
        params: the parameters of the request.
        against: what the scratch Canvas started with, in words.
        domain: the Canvas it represents; "" for no particular one, None for an empty one.
        digests: hashes of the files' content, to recognize them later.
        sis_import: the import at its end.
        messages: all of its messages.
        kinds: the counts of each kind.
        changes: what would be created, updated, concluded, and deleted, up to LISTED of each.
        terms: the names of the terms that batch mode would clean up.
        notes: what could not be rehearsed exactly.
        beyond: if a threshold stopped the import, the same import without thresholds; otherwise None.
        gaps: the notes that apply to this rehearsal in particular: it may have missed something.
    """

    files: tuple[str, ...]
    params: Params
    against: str
    domain: str | None
    digests: frozenset[str]
    sis_import: SisImport
    messages: tuple[ImportMessage, ...]
    kinds: tuple[KindChanges, ...]
    changes: tuple[ObjectChange, ...]
    terms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    beyond: Rehearsal | None = None
    gaps: tuple[str, ...] = ()

    @property
    def threshold(self) -> int | None:
        """The change_threshold in percent, or None."""
        given = dict(self.params).get("change_threshold")
        return int(given) if given else None

    @property
    def stopped(self) -> bool:
        """Whether a threshold stopped the import from removing anything."""
        return self.beyond is not None

    @property
    def deleted(self) -> tuple[ObjectChange, ...]:
        """What would be deleted; if a threshold stopped the import, what would be without the threshold."""
        return tuple(each for each in (self.beyond or self).changes if each.sort == DELETED)

    def kind(self, name: str) -> KindChanges:
        """Return the counts of a kind, such as "courses"; zeros if there are none."""
        return next((each for each in self.kinds if each.kind == name), KindChanges(name, 0, 0))

    def to_frame(self, kind: str | None = None, sort: str | None = None) -> DataFrame:
        """Return one row per change: kind, sort (created, updated, …), sis_id, name, details."""
        wanted = (each for each in self.changes if kind in (None, each.kind) and sort in (None, each.sort))
        return frame(wanted, CHANGE_COLUMNS)

    def counts(self) -> DataFrame:
        """Return one row per kind: before, created, updated, concluded, deleted, unchanged, after, percent.

        `percent` is the share of the objects before that is deleted or concluded. `percent_cleaned` is the
        share of its scope that batch mode's cleanup removes: change_threshold limits this number.
        """
        return frame(self.kinds, KIND_COLUMNS)

    def objection(self, plan: RequestPlan, domain: str) -> str | None:
        """Return why this rehearsal is not valid for sending a plan to a Canvas, or None if it is."""
        if self.domain is None:
            return "The import was rehearsed on an empty Canvas, where there is nothing to remove."
        if self.domain not in ("", domain):
            return f"The import was rehearsed for {self.domain}, not for {domain}."
        if set(plan.params) != set(self.params):
            return "The import was rehearsed with different options."
        if plan.file is None or fingerprint([plan.file]) != self.digests:
            return "A different file was rehearsed, or this one has changed since."
        if self.stopped or self.sis_import.workflow_state in BAD_ENDS:
            return f"The rehearsed import did not succeed. {self.verdict}"
        return None

    def doubt(self, plan: RequestPlan, domain: str) -> str | None:
        """Return why a plan needs a review before it is sent on this rehearsal, or None."""
        objection = self.objection(plan, domain)
        if objection or not self.gaps:
            return objection
        return f"The rehearsal may have missed something. {' '.join(self.gaps)}"

    @property
    def verdict(self) -> str:
        """How the import would end, in a sentence."""
        end = f"The import would end as {self.sis_import.workflow_state}"
        return f"{end}: a threshold stops it from removing anything." if self.stopped else f"{end}."

    def summary(self) -> str:
        """Return the rehearsal in a few lines of text."""
        from helpers.rehearsal.summary import summary_lines

        return "\n".join(summary_lines(self))

    def __repr__(self) -> str:
        return f"<Rehearsal of {', '.join(self.files)}: {self.verdict}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from helpers.rehearsal.chart import rehearsal_html

        return {"text/html": rehearsal_html(self), "text/plain": self.summary()}
