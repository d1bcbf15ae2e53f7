"""A school small enough to count by hand, on a practice Canvas that rehearsals find."""

from pathlib import Path
from typing import Any

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from tests.conftest import Write
from tests.practice_server import Server

SCHOOL = {
    "terms.csv": "term_id,name,status\nF26,Fall 2026,active\nS27,Spring 2027,active\n",
    "courses.csv": "course_id,short_name,long_name,term_id,status\n"
    + "".join(f"BIO{n},BIO {n},Biology {n},F26,active\n" for n in range(1, 5))
    + "ART1,ART 1,Art 1,S27,active\n",
    "sections.csv": "section_id,course_id,name,status\n"
    + "".join(f"BIO{n}-1,BIO{n},Section {n},active\n" for n in range(1, 5)),
    "users.csv": "user_id,login_id,full_name,status\n"
    + "".join(f"u{n},user{n},Person {n},active\n" for n in range(1, 4)),
    "enrollments.csv": "section_id,user_id,role,status\n"
    + "".join(f"BIO{n}-1,u{m},student,active\n" for n in range(1, 5) for m in range(1, 4)),
}
COURSES, *_ = SCHOOL["courses.csv"].partition("BIO1")

HEADER = COURSES.strip()
BATCH: dict[str, Any] = {"batch_mode": True, "batch_mode_term_id": "sis_term_id:F26"}
NIGHTLY: dict[str, Any] = {"diffing_data_set_identifier": "nightly"}


@pytest.fixture
def school(canvas: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The practice Canvas of this computer, with the school in it."""
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(canvas.home))
    for name, text in SCHOOL.items():
        assert canvas.run_csv(text, name)["workflow_state"] == "imported"
    return canvas


@pytest.fixture
def client(school: Server) -> CanvasClient:
    """A client of the school."""
    return CanvasClient(Connection(school.url, school.token))


@pytest.fixture
def export(client: CanvasClient, tmp_path: Path) -> Path:
    """The school as a SIS export."""
    return client.sis_export(tmp_path / "export")


@pytest.fixture
def elsewhere(
    school: Server, client: CanvasClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CanvasClient:
    """The school as a Canvas that is not on this computer: it can only be asked."""
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(tmp_path / "nothing here"))
    return client


@pytest.fixture
def half(write: Write) -> Path:
    """A courses file that leaves out two of the four courses of a term."""
    rows = SCHOOL["courses.csv"].splitlines()[1:3]
    return write("courses.csv", HEADER, *rows, "NEW,NEW,A New Course,F26,active")
