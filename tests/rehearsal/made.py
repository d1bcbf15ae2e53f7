"""Rehearsals for tests, without a scratch Canvas."""

from typing import Any

from helpers.client.models import ImportMessage, SisImport
from helpers.rehearsal import KindChanges, ObjectChange, Rehearsal

COURSES = KindChanges("courses", 91, 66, created=1, updated=3, deleted=26, cleaned=26, scope=45)
PEOPLE = KindChanges("enrollments", 5326, 3814, concluded=120, deleted=1512)
STILL = KindChanges("group_membership", 60, 60)
GONE = tuple(ObjectChange("courses", "deleted", f"BIO-{n}", "Biology") for n in range(26))


def made(state: str = "imported", *kinds: KindChanges, **more: Any) -> Rehearsal:
    """Return a rehearsal that ended in this state."""
    given: dict[str, Any] = {
        "files": ("courses.csv",),
        "params": (("batch_mode", "true"), ("change_threshold", "10")),
        "against": "an export of school.test.instructure.com",
        "domain": "school.test.instructure.com",
        "digests": frozenset({"d1"}),
        "sis_import": SisImport(7, state, 100),
        "messages": (ImportMessage(7, "courses.csv", "<b>odd</b>", 2, "warning"),),
        "kinds": kinds or (COURSES, PEOPLE, STILL),
        "changes": GONE,
        "terms": ("Fall <2026>",),
        "notes": ("An export does not include deleted objects.",),
    }
    return Rehearsal(**{**given, **more})


def stopped(*kinds: KindChanges) -> Rehearsal:
    """Return a rehearsal that a threshold stopped."""
    return made("aborted", STILL, changes=(), beyond=made("imported", *kinds))
