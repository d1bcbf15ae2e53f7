import asyncio
from threading import Event

from helpers.widgets.job import Job
from tests.waiting import LONGEST_WAIT, wait_on


def test_a_job_runs_beside_its_caller_and_can_be_awaited() -> None:
    seen: list[str] = []

    async def wait_for_it() -> None:
        await Job(lambda stop: seen.append("done"))

    asyncio.run(wait_for_it())
    assert seen == ["done"]


def test_a_stopped_job_is_done_at_once_even_if_its_thread_is_blocked() -> None:
    release = Event()
    job = Job(lambda stop: wait_on(release))
    job.stop()
    assert job.done and job.stopped
    assert not job.join(0)
    release.set()


def test_waiting_for_a_job_lets_other_tasks_run() -> None:
    ticks: list[int] = []
    enough, in_time = Event(), list[bool]()

    async def tick() -> None:
        while len(ticks) < 5:
            ticks.append(1)
            await asyncio.sleep(0.01)
        enough.set()

    async def both() -> None:
        other = asyncio.create_task(tick())
        await Job(lambda stop: in_time.append(enough.wait(LONGEST_WAIT)))
        await other

    asyncio.run(both())
    assert in_time == [True]


def test_interrupting_the_wait_stops_the_job() -> None:
    job = Job(wait_on)

    async def interrupted() -> None:
        async def wait() -> None:
            await job

        waiting = asyncio.ensure_future(wait())
        await asyncio.sleep(0)  # it begins
        waiting.cancel()
        await waiting

    asyncio.run(interrupted())
    assert job.stopped and job.join(LONGEST_WAIT)
