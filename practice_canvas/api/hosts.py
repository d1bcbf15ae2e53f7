"""Under which names the practice Canvas may be addressed: a web page elsewhere must not reach it."""

from urllib.parse import urlsplit

from practice_canvas.api import errors

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (only compared with)


class Hosts:
    """The names and the port that a request's Host header may carry.

    Args:
        host: the address it listens on.
        port: the port it listens on.
    """

    def __init__(self, host: str, port: int) -> None:
        names = {*LOOPBACK, f"[{host}]" if ":" in host else host}
        self._any = host in EVERYWHERE
        self._allowed = {f"{name}:{port}" for name in names} | (names if port == 80 else set())

    def check(self, host: str, origin: str | None) -> None:
        """Refuse a request that was meant for another name (DNS rebinding) or that another site's page sent.

        Raises:
            ApiError: 403.
        """
        if self._any:
            return
        if host.lower() not in self._allowed:
            raise errors.wrong_host(host)
        if origin is not None and urlsplit(origin).netloc.lower() not in self._allowed:
            raise errors.wrong_origin(origin)
