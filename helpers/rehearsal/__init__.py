"""See what an import would do before you send it."""

from helpers.rehearsal.changes import KindChanges, ObjectChange
from helpers.rehearsal.rehearsing import rehearse, rehearse_plan
from helpers.rehearsal.result import Rehearsal

__all__ = ["KindChanges", "ObjectChange", "Rehearsal", "rehearse", "rehearse_plan"]
