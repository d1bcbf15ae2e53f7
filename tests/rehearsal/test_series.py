"""Which import of a diffing series the next one is compared with."""

from typing import Any

import pytest

from helpers.client.models import SisImport
from helpers.rehearsal.series import base_of


def night(number: int, **raw: Any) -> SisImport:
    return SisImport(number, "imported", 100, raw=raw)


DIFFED = {"data": {"diffed_against_sis_batch_id": 1}}


@pytest.mark.parametrize(
    ("series", "base"),
    [
        ([], None),
        ([night(2), night(1)], 1),
        ([night(3, **DIFFED), night(2, **DIFFED), night(1)], 3),
        ([night(3), night(2, diffing_remaster=True), night(1)], 2),
        ([night(3, diffing_threshold_exceeded=True), night(2, **DIFFED), night(1)], 2),
        ([night(2, diffing_threshold_exceeded=True)], None),
    ],
)
def test_the_latest_link_of_the_chain_else_the_first_of_all(
    series: list[SisImport], base: int | None
) -> None:
    found = base_of(series)
    assert (found and found.id) == base
