"""The sample school, to look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.practice_canvas.pages.reader import BROKEN, send
from tests.practice_server import Server, serving
from tests.zips import zipped

SAMPLE = Path(__file__).parents[3] / "data/sample_school"


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A practice Canvas that holds the sample school, and an import with messages."""
    with serving(tmp_path_factory.mktemp("pages") / "home") as server:
        files = {path.name: path.read_text(encoding="utf-8") for path in SAMPLE.glob("*.csv")}
        server.wait(send(server, zipped(files), "school.zip"))
        server.run_csv(BROKEN, "broken.csv")
        server.run_csv("course_id,short_name,long_name,status\n100%,P,100 % Proof,active\n", "percent.csv")
        yield server
