"""Short ways to write CSV files and to look at what became of them."""

from practice_canvas.store.store import Store

COURSE = "course_id,short_name,long_name,status"
TERM_COURSE = "course_id,short_name,long_name,term_id,status"
SECTION = "section_id,course_id,name,status"
USER = "user_id,login_id,full_name,status"
ENROLLMENT = "course_id,user_id,role,section_id,status"


def csv(header: str, *rows: str) -> str:
    """Return a CSV file."""
    return "\n".join([header, *rows]) + "\n"


def courses(*course_ids: str, status: str = "active") -> str:
    """Return a courses file."""
    return csv(COURSE, *(f"{one},{one},Course {one},{status}" for one in course_ids))


def users(*user_ids: str) -> str:
    """Return a users file."""
    return csv(USER, *(f"{one},{one},User {one},active" for one in user_ids))


def states(store: Store) -> dict[str, str]:
    """Return SIS id → workflow_state of all courses."""
    return dict(store.db.execute("SELECT sis_source_id, workflow_state FROM courses").fetchall())
