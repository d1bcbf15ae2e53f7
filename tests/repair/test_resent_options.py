"""Rows are sent again with what was harmless in the first import, and with nothing that removes."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.models import SisImport
from helpers.repair import resend
from tests.fake_server import FakeCanvas, Reply

KEPT = [
    "override_sis_stickiness",
    "add_sis_stickiness",
    "clear_sis_stickiness",
    "update_sis_id_if_login_claimed",
    "skip_deletes",
]
REMOVING = {
    "batch_mode": True,
    "batch_mode_term_id": 4,
    "diffing_data_set_identifier": "sis",
    "multi_term_batch_mode": True,
    "change_threshold": 100,
}


@pytest.mark.parametrize("switched_on", [[name] for name in KEPT] + [KEPT, []], ids=len)
def test_each_kept_option_is_sent_again_and_no_other(
    fake_canvas: FakeCanvas, tmp_path: Path, switched_on: list[str]
) -> None:
    file = tmp_path / "courses.csv"
    file.write_text("course_id\nC1\n", encoding="utf-8")
    off = dict.fromkeys(KEPT, False)
    raw = {"id": 4, "workflow_state": "failed", **off, **dict.fromkeys(switched_on, True), **REMOVING}
    fake_canvas.script(Reply({"id": 5, "workflow_state": "created"}))
    client = CanvasClient(Connection(fake_canvas.url, "practice-admin-token"))
    resend(client, file, like=SisImport.from_json(raw))
    query = parse_qs(urlsplit(fake_canvas.received[-1].target).query)
    assert query == {"import_type": ["instructure_csv"], **{name: ["true"] for name in switched_on}}
