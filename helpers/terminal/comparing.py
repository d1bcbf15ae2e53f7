"""Compare a Canvas with a practice Canvas that holds a little of everything."""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.shapes import Comparison, compare
from helpers.errors import NoRoute
from practice_canvas.scratch import scratch
from practice_canvas.service import PracticeCanvasFault

_FILES = {
    "terms": "term_id,name,status,start_date,end_date\nT1,Term,active,2026-08-01,2026-12-20\n",
    "accounts": "account_id,parent_account_id,name,status\nA1,,Department,active\n",
    "courses": "course_id,short_name,long_name,account_id,term_id,status\nC1,C,Course,A1,T1,active\n",
    "sections": "section_id,course_id,name,status\nS1,C1,Section,active\n",
    "users": "user_id,login_id,full_name,email,status\nU1,u1,User One,u1@school.example,active\n",
    "enrollments": "section_id,user_id,role,status\nS1,U1,student,active\n",
}
# Its second row is skipped, so that there is a message to compare. That it comes after an import without
# messages shows which fields an import has only with messages: a Canvas without them lacks nothing.
_FILES_WITH_A_MESSAGE = {
    "enrollments": "section_id,user_id,role,status\nS1,U1,student,active\nS1,U2,student,active\n"
}


def compare_with_practice(client: CanvasClient) -> Comparison:
    """Compare the shape of what a Canvas answers with that of a practice Canvas; nothing is changed there.

    Raises:
        CanvasError: the Canvas does not answer, or not to this token.
        NoRoute: the practice Canvas does not start.
    """
    client.get_self()  # a token that is refused everywhere is no difference
    with _practice() as practice:
        return compare(client.answer, practice.answer)


@contextmanager
def _practice() -> Iterator[CanvasClient]:
    """Run a scratch practice Canvas that has imported a little of everything."""
    try:
        with scratch() as started, TemporaryDirectory() as folder:
            client = CanvasClient(Connection(started.url, started.token))
            for files in (_FILES, _FILES_WITH_A_MESSAGE):
                client.wait_for(client.create_sis_import(_zip(files, Path(folder) / "sis.zip")))
            yield client
    except PracticeCanvasFault as fault:
        raise NoRoute(f"The practice Canvas does not start: {fault}", "Try again.") from fault


def _zip(files: Mapping[str, str], target: Path) -> Path:
    """Write one CSV file per kind into an archive."""
    with zipfile.ZipFile(target, "w") as archive:
        for kind, text in files.items():
            archive.writestr(f"{kind}.csv", text)
    return target
