"""Guesses of a room's key: a few at a time, however many are sent at once, and a class still gets in."""

import asyncio

import pytest

from practice_canvas.room import room_key
from practice_canvas.room.room_key import MOST_WAITING, WRONG_AT_ONCE, RoomKey, TooManyKeys

SCHOOL, HOME = "192.0.2.7", "198.51.100.9"


class Pauses:
    """The pauses after wrong keys, which end when a test says so."""

    def __init__(self) -> None:
        self.waiting: list[asyncio.Event] = []

    async def sleep(self, seconds: float) -> None:
        assert seconds == room_key.SECONDS_AFTER_A_WRONG_KEY
        self.waiting.append(asyncio.Event())
        await self.waiting[-1].wait()

    def end(self) -> None:
        for each in self.waiting:
            each.set()
        self.waiting.clear()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    made = Pauses()
    monkeypatch.setattr(asyncio, "sleep", made.sleep)
    return made


async def settle() -> None:
    """Let every task go on as far as it can."""
    turn = asyncio.get_running_loop()
    for _ in range(20):
        done = turn.create_future()
        turn.call_soon(done.set_result, None)
        await done


@pytest.mark.parametrize(
    "addresses",
    [[SCHOOL], [f"::ffff:{SCHOOL}"], [f"2001:db8::{number:x}" for number in range(1, 24)]],
    ids=["one", "IPv4 as IPv6", "one network"],
)
def test_parallel_guesses_take_turns_and_the_right_key_gets_in_after_them(
    pauses: Pauses, addresses: list[str]
) -> None:
    async def guess() -> None:
        key = RoomKey("open sesame")
        sent = [
            asyncio.create_task(key.opens(f"guess {number}", addresses[number % len(addresses)]))
            for number in range(WRONG_AT_ONCE * 3)
        ]
        right = asyncio.create_task(key.opens("open sesame", addresses[0]))
        await settle()
        assert await key.opens("open sesame", HOME), "others do not wait"
        for answered in (0, 1, 2):
            await settle()
            assert len(pauses.waiting) == WRONG_AT_ONCE
            assert sum(task.done() for task in sent) == answered * WRONG_AT_ONCE
            assert not right.done(), "it would be known by not having to wait"
            pauses.end()
        assert await right
        assert not any([await task for task in sent])

    asyncio.run(guess())


def test_a_flood_of_keys_is_sent_away_and_the_right_key_gets_in_after_it(pauses: Pauses) -> None:
    async def flood() -> None:
        key = RoomKey("open sesame")
        waiting = [asyncio.create_task(key.opens("guess", SCHOOL)) for _ in range(MOST_WAITING)]
        await settle()
        for given in ("guess", "open sesame"):
            with pytest.raises(TooManyKeys):
                await key.opens(given, SCHOOL)
        while not all(task.done() for task in waiting):
            pauses.end()
            await settle()
        assert await key.opens("open sesame", SCHOOL)

    asyncio.run(flood())


def test_a_class_behind_one_address_does_not_wait(pauses: Pauses) -> None:
    async def come() -> list[bool]:
        key = RoomKey("open sesame")
        return await asyncio.gather(*(key.opens("open sesame", SCHOOL) for _ in range(40)))

    assert all(asyncio.run(come())) and not pauses.waiting


def test_without_a_key_everybody_gets_in() -> None:
    assert asyncio.run(RoomKey("").opens("", SCHOOL)) and not RoomKey("").needed
