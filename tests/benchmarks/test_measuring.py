"""How benchmarks measure, compare, and judge."""

import sys
from collections.abc import Callable

import pytest

from benchmarks.measured import Used, call, in_turns, run
from benchmarks.results import Goal, Result, Row, rows_of, shown

MEGABYTES = 50


def allocating(megabytes: str) -> Callable[[], int]:
    """What one of the tests runs in a process of its own."""
    return lambda: len(bytearray(int(megabytes) * 2**20))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory another process had")
def test_memory_is_that_of_the_program_above_being_prepared() -> None:
    used, returned = call("tests.benchmarks.test_measuring:allocating", str(MEGABYTES))
    assert returned == MEGABYTES * 2**20
    assert used.above_idle == pytest.approx(MEGABYTES, abs=10)
    assert used.megabytes > used.above_idle


@pytest.mark.skipif(sys.platform == "win32", reason="measures with what POSIX offers")
def test_cpu_time_is_that_of_the_program_and_not_of_waiting() -> None:
    busy = run([sys.executable, "-S", "-c", "sum(range(5_000_000))"])
    waiting = run([sys.executable, "-S", "-c", "import time; time.sleep(0.3)"])
    assert busy.cpu > waiting.cpu
    assert waiting.seconds >= 0.3 > waiting.cpu


@pytest.mark.skipif(sys.platform == "win32", reason="measures with what POSIX offers")
def test_a_program_that_fails_ends_the_benchmark() -> None:
    with pytest.raises(SystemExit, match="ended with status 3"):
        run([sys.executable, "-S", "-c", "raise SystemExit(3)"])


def test_programs_run_in_turns_and_the_medians_count() -> None:
    turns: list[str] = []

    def program(name: str, *seconds: float) -> Callable[[], Used]:
        left = list(seconds)

        def once() -> Used:
            turns.append(name)
            return Used(left.pop(0), 1.0, 10.0)

        return once

    used = in_turns({"a": program("a", 1, 9, 2), "b": program("b", 4, 4, 5)}, 3)
    assert turns == ["a", "b"] * 3
    assert (used["a"].seconds, used["b"].seconds) == (2, 4)


def test_programs_with_different_files_are_compared_by_row() -> None:
    used = {"fast": Used(1.0, 0.5, 10.0), "slow": Used(3.0, 3.0, 20.0)}
    fast, slow = rows_of(used, "fast", "cpu", {"fast": 1000, "slow": 500})
    assert (fast["× fast"], slow["× fast"]) == (1.0, 12.0)
    assert (fast["Rows/s"], slow["Rows/s"]) == (1000, 167)


def test_a_goal_says_whether_it_is_met() -> None:
    assert str(Goal("ratio", 0.874, 1.0)) == "ratio 0.87, goal at most 1.00: met"
    assert str(Goal("requests/s", 1500, 2000, "least")) == "requests/s 1,500, goal at least 2,000: MISSED"


def test_a_missed_goal_is_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[Row] = [{"Part": "one", "ms": 1.5}, {"Part": "another", "Errors": 0}]
    assert Result(rows, [Goal("ms", 1.5, 2)]).report() == 0
    assert Result(rows, [Goal("ms", 1.5, 2), Goal("ms", 1.5, 1)]).report() == 1
    assert "another             0\n" in capsys.readouterr().out


def test_figures_have_the_digits_that_a_measurement_is_good_for() -> None:
    assert [shown(each) for each in (0.1234, 12.34, 123.4, 12345.6, 7)] == [
        "0.12",
        "12.3",
        "123",
        "12,346",
        "7",
    ]
