"""The checks of what rows refer to, in the files sent together and on a server."""

from __future__ import annotations

from collections.abc import Callable

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.references import claimed, deleted, missing, new, parents, places, renamed
from helpers.preflight.references.known import Known
from helpers.preflight.school import School
from practice_canvas.sis_csv.model import Kind

ReferenceCheck = Callable[[School, Kind, Known, FileFindings], None]

REFERENCE_CHECKS: tuple[ReferenceCheck, ...] = (
    new.check,
    parents.check,
    claimed.check,
    renamed.check,
    deleted.check,
    missing.check,
    places.check,
)
