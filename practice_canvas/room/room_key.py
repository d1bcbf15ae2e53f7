"""The key of a room: whoever guesses it must be slow, and whoever knows it must get in all the same."""

import asyncio
import hmac
from ipaddress import IPv6Address, ip_address
from weakref import WeakValueDictionary

SECONDS_AFTER_A_WRONG_KEY = 1.0
WRONG_AT_ONCE = 5  # from one address, behind which a whole class may be


class RoomKey:
    """Compares what learners type with the key of the room.

    No address is locked out. While five of its wrong keys wait for their answers, its next keys wait for
    their turn. The right ones do, too: an answer without a delay would give them away.

    Args:
        key: what a learner must know; "" for nothing.
    """

    def __init__(self, key: str) -> None:
        self.needed = bool(key)
        self._key = key.encode()
        self._turns: WeakValueDictionary[bytes, asyncio.Semaphore] = WeakValueDictionary()

    async def opens(self, given: str, address: str) -> bool:
        """Return whether a key is the right one, after a while if it is not.

        Args:
            given: what was typed.
            address: the IP address that it comes from.
        """
        if not self.needed:
            return True
        turn = self._turns.setdefault(_owner(address), asyncio.Semaphore(WRONG_AT_ONCE))
        async with turn:
            if hmac.compare_digest(given.encode(), self._key):
                return True
            await asyncio.sleep(SECONDS_AFTER_A_WRONG_KEY)
            return False


def _owner(address: str) -> bytes:
    """Return what stands for one computer or network: of IPv6, the part that its owner cannot choose."""
    found = ip_address(address)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).packed[:8]
