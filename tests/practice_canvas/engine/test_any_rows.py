import random
from typing import Any

import pytest

from practice_canvas.engine.restore import restore_states
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.sis_csv.model import Column, Kind
from practice_canvas.states import workflow_state
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import csv

IDS = ["A", "B", "C", "1", "2"]
ODD = [
    "",
    "é",
    "<delete>",
    "x" * 300,
    "a\0b",
    "9" * 30,
    "-1",
    "2026-13-01",
    "2026-09-01",
    "ghost",
    "a@b.test",
    "true",
]
OPTIONS = ["skip_deletes", "override_sis_stickiness", "add_sis_stickiness", "clear_sis_stickiness"]
TERM: dict[str, Any] = {"batch_mode": True, "batch_mode_term_id": 1}
SETS: dict[str, Any] = {"diffing_data_set_identifier": "all"}


def value(chance: random.Random, column: Column) -> str:
    if chance.random() < 0.1:
        return chance.choice(ODD)
    if column.name == "role":
        return chance.choice(["student", "teacher", "observer", "AccountAdmin"])
    return chance.choice(column.values or (["", *IDS] if column.refers_to else IDS))


def file(chance: random.Random, kind: Kind) -> str:
    rows = (",".join(value(chance, column) for column in kind.columns) for _ in range(chance.randrange(12)))
    return csv(",".join(column.name for column in kind.columns), *rows)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_rows_say_an_import_ends_and_the_school_stays_whole(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(25):
        kinds = chance.sample([kind for kind in KINDS if not kind.feature], 5)
        options: dict[str, Any] = dict.fromkeys(
            chance.sample(OPTIONS, chance.randrange(3)), True
        ) | chance.choice([{}, TERM, SETS])
        outcome = import_files(store, {f"{kind.name}.csv": file(chance, kind) for kind in kinds}, **options)
        assert workflow_state(str(outcome.state)).terminal
        assert outcome.counts["error_count"] == 0
        if chance.random() < 0.2:
            assert all(0 <= step.progress <= 100 for step in restore_states(store, outcome.id))
    assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
