"""See what an import would do before you send it."""

from helpers.rehearsal.changes import Change, KindChanges
from helpers.rehearsal.rehearsing import rehearse
from helpers.rehearsal.result import Rehearsal

__all__ = ["Change", "KindChanges", "Rehearsal", "rehearse"]
