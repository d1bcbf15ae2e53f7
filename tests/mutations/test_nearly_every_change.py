"""Small random changes to the modules that matter: the tests notice nearly all of them."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mutations.__main__ import ENOUGH
from tests.mutations.trying import Trial, copied, sample

NUMBER = 160
SECONDS = 5400.0  # a busy machine tries fewer


@pytest.mark.long
def test_nearly_every_change_is_noticed(tmp_path: Path, tried: Callable[[int], None]) -> None:
    begun, trials = time.monotonic(), list[Trial]()
    with copied(tmp_path / "copy") as copy:
        for each in sample(NUMBER, random.randrange(1 << 30)):
            if time.monotonic() - begun < SECONDS:
                trials.append(copy.try_one(*each))
                print(trials[-1], flush=True)
    tried(len(trials))
    survivors = [str(trial) for trial in trials if not trial.noticed]
    assert len(survivors) <= (1 - ENOUGH) * len(trials), "\n".join(survivors)
