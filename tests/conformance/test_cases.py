"""Every conformance case is a test: what Canvas does, seen over HTTP alone."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.runner import CaseRun
from tests.practice_server import Server

HERE = Path(__file__).parent
CASES = [
    case for path in sorted((HERE / "cases").glob("*.json")) for case in json.loads(path.read_text("utf-8"))
]
# Cases that we hold to be wrong, each with its reason in disputed.md; they are left failing.
DISPUTED = set(re.findall(r"^## (\S+)", (HERE / "disputed.md").read_text("utf-8"), re.MULTILINE))


def parameter(case: dict[str, Any]) -> Any:
    marks = [pytest.mark.xfail(strict=True, reason="disputed.md")] if case["id"] in DISPUTED else []
    return pytest.param(case, id=case["id"], marks=marks)


@pytest.mark.parametrize("case", [parameter(case) for case in CASES])
def test_case(canvas: Server, case: dict[str, Any]) -> None:
    CaseRun(canvas).run(case)


def test_ids_are_unique_and_disputed_ones_exist() -> None:
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids))
    assert set(ids) >= DISPUTED
