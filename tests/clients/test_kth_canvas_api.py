"""A client of another language: KTH's Canvas client for Node.js, its SIS upload and its pagination."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.installing import installed
from tests.practice_server import Server
from tests.waiting import LONGEST_WAIT

PACKAGE = "@kth/canvas-api@5.1.1"
SCRIPT = Path(__file__).with_name("kth.js")
NPM, NODE = shutil.which("npm"), shutil.which("node")


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client installed."""
    folder = tmp_path_factory.mktemp("node")
    options = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(folder)]
    installed([NPM or "npm", *options, PACKAGE], PACKAGE)
    return folder / "node_modules"


def test_its_upload_its_status_reads_its_terms_and_its_pages(
    canvas: Server, modules: Path, tmp_path: Path
) -> None:
    assert NODE
    rows = "".join(f"A{n},,Account {n},active\n" for n in range(12))
    file = tmp_path / "accounts.csv"
    file.write_text(f"account_id,parent_account_id,name,status\n{rows}", encoding="utf-8")
    environment = os.environ | {"NODE_PATH": str(modules)}
    command = [NODE, str(SCRIPT), canvas.url, canvas.token, str(file)]
    told = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=LONGEST_WAIT, check=True
    )
    found = json.loads(told.stdout.splitlines()[-1])  # the client itself says a word first
    assert found["created"]["workflow_state"] == "created"
    assert found["shown"]["workflow_state"] == "imported"
    assert found["shown"]["data"]["counts"]["accounts"] == 12
    assert (found["term"]["name"], found["term"]["sis_import_id"]) == ("Spring", None)
    assert found["names"] == [f"Account {n}" for n in range(12)]
    assert found["missing"] == 404
