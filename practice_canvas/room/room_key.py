"""The key of a room: whoever guesses it must be slow, and whoever knows it must get in all the same."""

import asyncio
import hmac
from ipaddress import IPv6Address, ip_address
from weakref import WeakValueDictionary

SECONDS_AFTER_A_WRONG_KEY = 1.0
WRONG_AT_ONCE = 5  # from one address, behind which a whole class may be
MOST_WAITING = 30  # from one address


class TooManyKeys(Exception):
    """More keys than are read wait for their turn."""


class _Turn(asyncio.Semaphore):
    """Whose turn it is among the keys of one address."""

    def __init__(self) -> None:
        super().__init__(WRONG_AT_ONCE)
        self.inside = 0


class RoomKey:
    """Compares what learners type with the key of the room.

    While five wrong keys of an address wait for their answers, its next keys wait for their turn. The right
    ones do, too: an answer without a delay would give them away. Nobody waits long, and a flood of keys takes
    no other connections of the room: as soon as a class of keys waits, the next ones are sent away unread.

    Args:
        key: what a learner must know; "" for nothing.
    """

    def __init__(self, key: str) -> None:
        self.needed = bool(key)
        self._key = key.encode()
        self._turns: WeakValueDictionary[bytes, _Turn] = WeakValueDictionary()

    async def opens(self, given: str, address: str) -> bool:
        """Return whether a key is the right one, after a while if it is not.

        Args:
            given: what was typed.
            address: the IP address that it comes from.

        Raises:
            TooManyKeys: too many keys of the address wait for their turn.
        """
        if not self.needed:
            return True
        turn = self._turns.setdefault(_owner(address), _Turn())
        if turn.inside >= MOST_WAITING:
            raise TooManyKeys
        turn.inside += 1
        try:
            async with turn:
                if hmac.compare_digest(given.encode(), self._key):
                    return True
                await asyncio.sleep(SECONDS_AFTER_A_WRONG_KEY)
                return False
        finally:
            turn.inside -= 1


def _owner(address: str) -> bytes:
    """Return what stands for one computer or network: of IPv6, the part that its owner cannot choose."""
    found = ip_address(address)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).packed[:8]
