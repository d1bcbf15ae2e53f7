"""A connection that stays open, so that one process can be many clients."""

import asyncio
from urllib.parse import urlsplit


class KeepAlive:
    """Sends one request after the other over one connection.

    Args:
        url: the address of a practice Canvas.
        token: an access token, sent with every request.
        headers: more lines for every request, each with its end.
    """

    def __init__(self, url: str, token: str, headers: str = "") -> None:
        self.url, self.token = url, token
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or 0
        self._headers = (
            f"Host: {address.netloc}\r\nUser-Agent: benchmark\r\nAuthorization: Bearer {token}\r\n{headers}"
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
        """Send a request, and return the status and the body of the answer."""
        if self._streams is None or self._streams[0].at_eof():
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}"
        head += f"Content-Type: {kind}\r\n" if kind else ""
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next(line for line in answer.split(b"\r\n") if line.startswith(b"content-length:"))
        return int(answer[9:12]), await reader.readexactly(int(length.split(b":")[1]))

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()
        self._streams = None
