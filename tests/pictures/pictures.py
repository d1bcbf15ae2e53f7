"""Every picture of the charts that is compared with its approved one, by name."""

from helpers.rehearsal import KindChanges
from helpers.rehearsal.changes import TermShare
from helpers.rehearsal.chart import rehearsal_svg
from helpers.watching.batch_windows import windows, windows_svg
from helpers.watching.history import History
from helpers.watching.progress_chart import LINES, progress_svg
from practice_canvas.sis_csv.kinds import EXPORTED
from tests.rehearsal.made import COURSES, PEOPLE, STILL, made, stopped
from tests.watching.made import BATCH, DAY, FIRST, LATE, SECOND, history, nightly

IN_QUICK_STAGES = history(
    (0, "created", 0),
    (1, "importing", 50),
    (2, "cleanup_batch", 60),
    (40, "cleanup_batch", 60),
    (60, "imported_with_messages", 100),
)
AT_THE_LAST_MOMENT = history(
    (0, "created", 0),
    (1, "importing", 50),
    (59, "importing", 90),
    (59.95, "cleanup_batch", 90),
    (60, "imported", 100),
)
WITHOUT_ANSWERS = history(
    *[(0, "created", 0), (5, None, 0), (6, None, 0), (20, "importing", 30), (25, None, 0)],
    (30, "failed_with_messages", 30),
    name="A night's import with a name that is far too long for the heading of its chart",
    note="No answer: timed out.",
)
OFTEN_POLLED = history(
    *[(n / 10, "importing", min(n // 9, 99) if n != 450 else 3) for n in range(900)], (91, "aborted", 99)
)
NIGHTS = [
    FIRST,
    SECOND,
    WITHOUT_ANSWERS,
    history((0, "created", 0), (4, "restoring", 20), (9, "partially_restored", 100), name="restored in part"),
    history((0, "importing", 10), (3, "importing", 30), name="still running"),
    History("not yet answered"),
    history((0, "created", 0), (8, "imported", 100), name="one more than there are line styles"),
]
if len(NIGHTS) <= len(LINES):
    raise ValueError("a line style has to come a second time")
EVERY_CHANGE = KindChanges("users", 40, 45, created=10, updated=12, concluded=3, deleted=5)
LONG_NAME = "Summer term of the School of Continuing Education, with the evening and weekend courses"
TERMS = (TermShare("Fall 2026", 30, 40), TermShare("Spring 2027", 1, 160), TermShare(LONG_NAME, 0, 0))
IN_TERMS = KindChanges("courses", 1000, 969, deleted=31, cleaned=31, scope=200, by_term=TERMS)
UNTOUCHED = [KindChanges(kind, 1234, 1234) for kind in EXPORTED]
ONE_OF_MANY = KindChanges("enrollments", 1_000_000, 999_999, deleted=1)

PICTURES = {
    "progress_before_the_first_answer": progress_svg(History("tonight")),
    "progress_at_the_first_answer": progress_svg(history((0, "created", 0))),
    "progress_of_a_batch": progress_svg(BATCH),
    "progress_in_quick_stages": progress_svg(IN_QUICK_STAGES),
    "progress_at_the_last_moment": progress_svg(AT_THE_LAST_MOMENT),
    "progress_without_some_answers": progress_svg(WITHOUT_ANSWERS),
    "progress_often_polled": progress_svg(OFTEN_POLLED),
    "progress_of_two": progress_svg([FIRST, SECOND]),
    "progress_of_many": progress_svg(NIGHTS),
    "progress_of_none": progress_svg([]),
    "windows_late": windows_svg(windows(LATE)),
    "windows_planned": windows_svg(windows(LATE, every=3600)),
    "windows_of_one": windows_svg(windows(LATE[:1])),
    "windows_of_none": windows_svg([]),
    "windows_nightly": windows_svg(windows(nightly(*((n * DAY, n * 60, n * 5000) for n in range(12))))),
    "rehearsal_of_a_batch": rehearsal_svg(made()),
    "rehearsal_of_every_change": rehearsal_svg(made("imported_with_messages", EVERY_CHANGE, ONE_OF_MANY)),
    "rehearsal_in_terms": rehearsal_svg(stopped(IN_TERMS, COURSES, PEOPLE, STILL)),
    "rehearsal_without_changes": rehearsal_svg(made("imported", *UNTOUCHED, files=("a" * 120 + ".csv",))),
}
