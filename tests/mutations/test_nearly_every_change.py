"""Small random changes to the modules that matter: the type check and the tests notice nearly all of them."""

import random
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.mutations.__main__ import ENOUGH
from tests.mutations.trying import Trial, sample, trials

NUMBER = 160
SECONDS = 5400.0  # a busy machine tries fewer


@pytest.mark.long
def test_nearly_every_change_is_noticed(tmp_path: Path, tried: Callable[[int], None]) -> None:
    begun, ended = time.monotonic(), list[Trial]()
    with closing(trials(sample(NUMBER, random.randrange(1 << 30)), tmp_path)) as running:
        for trial in running:
            ended.append(trial)
            print(trial, flush=True)
            if time.monotonic() - begun > SECONDS:
                break
    tried(len(ended))
    survivors = [str(trial) for trial in ended if not trial.noticed]
    assert len(survivors) <= (1 - ENOUGH) * len(ended), "\n".join(survivors)
