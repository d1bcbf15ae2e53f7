"""Small random changes to the modules that matter: the tests notice nearly all of them."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mutations.__main__ import ENOUGH
from tests.mutations.trying import copied, sample

NUMBER = 160


@pytest.mark.long
def test_nearly_every_change_is_noticed(tmp_path: Path, tried: Callable[[int], None]) -> None:
    with copied(tmp_path / "copy") as copy:
        trials = [copy.try_one(*each) for each in sample(NUMBER, random.randrange(1 << 30))]
    tried(len(trials))
    survivors = [str(trial) for trial in trials if not trial.noticed]
    assert len(survivors) <= (1 - ENOUGH) * len(trials), "\n".join(survivors)
