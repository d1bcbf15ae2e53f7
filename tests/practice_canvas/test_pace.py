"""How long an import takes: by the pace of the practice Canvas, or by its own."""

from collections.abc import Iterator

import pytest

from practice_canvas.engine.progress import Progress
from practice_canvas.queue import pace, queue
from practice_canvas.store.store import Store
from practice_canvas.store.writes import import_queue
from tests.practice_canvas.queue_world import CHUNKS, END, World, steps


@pytest.mark.parametrize(("setting", "least", "most"), [(20.0, 20, 20), ("realistic", 7, 7.01)])
def test_an_import_takes_as_long_as_the_pace_wants(
    world: World, monkeypatch: pytest.MonkeyPatch, setting: pace.Pace, least: float, most: float
) -> None:
    monkeypatch.setattr(queue, "run_import", steps(*CHUNKS, END))
    world.set(pace=setting)
    world.send()
    world.import_queue.run_due()
    assert least <= round(world.time, 6) <= most
    assert len(world.waits) == 5


def test_the_cleanup_of_batch_mode_takes_its_time_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaning = [Progress(percent, "cleanup_batch", steps_left=0) for percent in (0, 50, 99)]
    monkeypatch.setattr(queue, "run_import", steps(*cleaning, END))
    world.set(pace=20)
    world.send()
    world.import_queue.run_due()
    assert world.waits == pytest.approx([2, 2.5, 2.45])


@pytest.mark.parametrize(
    ("setting", "seconds"), [("realistic", 7 / 4), ("immediate", 0), ("brisk", 7 / 4), (20.0, 20)]
)
def test_an_import_that_is_to_run_briskly_does_so_where_the_pace_is_realistic(
    world: World, monkeypatch: pytest.MonkeyPatch, setting: pace.Pace, seconds: float
) -> None:
    monkeypatch.setattr(queue, "run_import", steps(*CHUNKS, END))
    world.set(pace=setting)
    import_id = world.send()
    with world.store.write() as db:
        assert import_queue.set_own_pace(db, import_id, pace.BRISK)
        assert not import_queue.set_own_pace(db, import_id + 1, pace.BRISK)
    world.import_queue.run_due()
    assert world.time == pytest.approx(seconds, abs=0.01)


def test_only_the_import_that_asked_runs_briskly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "run_import", steps(*CHUNKS, END))
    world.set(pace="realistic")
    world.send()
    world.send(pace="brisk")
    world.import_queue.run_due()
    assert world.time == pytest.approx(7 + 7 / 4, abs=0.01)


def test_what_needs_to_be_at_once_ignores_the_pace(world: World) -> None:
    world.set(pace=1000)
    world.send(pace="immediate")
    world.import_queue.run_due()
    assert world.waits == []


def test_a_faster_pace_ends_a_wait(world: World) -> None:
    world.set(pace=1000)
    world.on_wait = [lambda: world.set(pace="immediate")]
    import_id = world.send()
    world.import_queue.run_due()
    assert (world.shown(import_id)["workflow_state"], len(world.waits)) == ("imported", 1)


@pytest.mark.parametrize("given", ["immediate", "realistic", "0", "2.5", 7, 86400])
def test_paces(given: object) -> None:
    assert pace.parse(given) in ("immediate", "realistic", 0.0, 2.5, 7.0, 86400.0)


@pytest.mark.parametrize("given", ["", "quick", "-1", "nan", "inf", 86401, None, True, [1]])
def test_the_error_for_an_invalid_pace_names_the_valid_ones(given: object) -> None:
    with pytest.raises(
        pace.BadPace, match=r"immediate, brisk, realistic, or the number of seconds.* \(0 to 86400\)"
    ):
        pace.parse(given)


@pytest.mark.parametrize(
    ("setting", "waiting", "working", "cleaning"),
    [
        ("immediate", 0, [0, 0, 0, 0], 0),
        ("brisk", 0.5, [1.0625, 1.25, 5.9375, 6], 1.25),
        ("realistic", 2, [4.25, 5, 23.75, 24], 5),
        (0.0, 0, [0, 0, 0, 0], 0),
        (5.0, 1, [4] * 4, 1.25),
        (10.0, 2, [8] * 4, 2.5),
        (60.0, 2, [58] * 4, 15),
    ],
)
def test_how_long_each_stage_takes_at_a_pace(
    setting: pace.Pace, waiting: float, working: list[float], cleaning: float
) -> None:
    assert pace.queue_seconds(setting) == pytest.approx(waiting)
    assert [pace.work_seconds(setting, chunks) for chunks in (1, 4, 79, 81)] == pytest.approx(working)
    assert pace.cleanup_seconds(setting) == pytest.approx(cleaning)


@pytest.mark.parametrize(("rows", "working"), [(1, 4.25), (1_000, 6.5), (10_000, 16.25)])
def test_at_the_realistic_pace_an_import_takes_longer_the_more_rows_it_has(
    world: World, rows: int, working: float
) -> None:
    world.set(pace="realistic")
    world.send("group_id,name,status\n" + "".join(f"G{n},Group {n},available\n" for n in range(rows)))
    world.import_queue.run_due()
    assert world.time == pytest.approx(pace.queue_seconds("realistic") + working, abs=0.01)


def test_the_time_of_an_import_is_spread_evenly_over_its_steps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "run_import", steps(*CHUNKS, END))
    world.set(pace=20)
    world.send()
    world.import_queue.run_due()
    assert world.waits == pytest.approx([2, 4.5, 4.5, 4.5, 4.5])


def test_time_that_the_work_takes_counts_toward_the_pace(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(store: Store, import_id: int, moment: str) -> Iterator[Progress]:
        for step in (*CHUNKS, END):
            world.time += 3
            yield step

    monkeypatch.setattr(queue, "run_import", slow)
    world.set(pace=20)
    world.send()
    world.import_queue.run_due()
    assert world.waits == pytest.approx([2, 1.5, 1.5, 1.5, 1.5])
