"""Install a foreign client for a test: into a folder of its own, because its pins do not fit the lesson's."""

import os
import subprocess

import pytest

from tests.waiting import LONGEST_WAIT


def installed(command: list[str], what: str) -> None:
    """Run an installer; where that is impossible the test is skipped, but not in CI."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_WAIT)
        if ended.returncode == 0:
            return
        why = ended.stderr[-500:]
    except OSError as missing:
        why = str(missing)
    if os.environ.get("CI"):
        pytest.fail(f"{what} could not be installed: {why}")
    pytest.skip(f"{what} could not be installed")
