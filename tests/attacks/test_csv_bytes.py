"""Any bytes as a CSV file: check and repair raise no raw exception, and the check foresees the import."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.errors import FileNotRepairable
from helpers.preflight import check_files
from helpers.repair import repair_file
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.store.store import Store
from tests.examples import examples
from tests.practice_canvas.engine.driver import make_import, run

HEADERS = [",".join(column.name for column in kind.columns if column.required) for kind in KINDS]
PIECES = st.sampled_from(
    [
        *(b",", b'"', b'""', b"\n", b"\r\n", b"\r", b"\0", b" ", b"\t", b";", b"|", b"=", b"\\"),
        *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xe4", b"\xc3\xa4", b"\xe2\x80\x8b", b"\x1a", b"\x1b"),
        *(
            b"id",
            b"U1",
            b"active",
            b"deleted",
            b"2026-01-01",
            b"x" * 300,
            b"PK\x03\x04",
            b"\x1f\x8b",
            b"<html>",
        ),
    ]
)
headers = st.sampled_from(HEADERS).flatmap(
    lambda header: st.sampled_from([header, header.upper(), f'"{header}"', header.replace(",", ";"), ""])
)
rows = st.lists(PIECES | st.binary(max_size=3), max_size=40).map(b"".join)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"])
files = st.binary(max_size=60) | st.builds(
    lambda header, end, rest, encoding: f"{header}{end}".encode(encoding) + rest,
    headers,
    st.sampled_from(["\n", "\r\n", "\r", "", "\n\n"]),
    rows,
    encodings,
)


@settings(examples(0.2), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=files)
def test_whatever_a_csv_file_holds_the_check_foresees_whether_the_import_takes_it(
    tried: Callable[[int], None], content: bytes
) -> None:
    tried(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "upload.csv"
        path.write_bytes(content)
        findings = check_files(path)
        assert findings._repr_html_() and str(findings)
        state = state_after_importing(folder / "canvas", content)
        stops = [finding.slug for finding in findings if finding.severity == "stops the file"]
        stops += [finding.slug for finding in findings.of("kind-needs-feature")]  # here it is off
        assert bool(stops) == (state == "failed_with_messages"), (stops, state)
        with suppress(FileNotRepairable):
            repaired = repair_file(path, folder / "new.csv")
            assert str(repaired)
            check_files(folder / "new.csv")
        assert path.read_bytes() == content


def state_after_importing(home: Path, content: bytes) -> str:
    """Import the file into a new school and return the import's `workflow_state`."""
    home.mkdir()
    store = Store(home)
    try:
        return str(run(store, make_import(store, "upload.csv", content)).state)
    finally:
        store.close()
