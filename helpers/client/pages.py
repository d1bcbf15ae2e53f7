"""The addresses at which the learner's browser finds the pages of a practice Canvas.

A kernel reaches it on loopback. The browser runs on that same computer only on a desk: behind a hub, or in a
codespace, it needs the way that leads there from outside.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from helpers.client.connection import Connection, is_loopback
from practice_canvas import hub

CODESPACE = "CODESPACE_NAME"
FORWARDING_DOMAIN = "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN"


def page_of(connection: Connection, path: str) -> str:
    """Return the address at which the browser opens a page of the Canvas that a connection leads to."""
    return browser_url(connection.base_url, path, of_seat=connection.seat is not None)


def browser_url(base_url: str, path: str, *, of_seat: bool = False) -> str:
    """Return the address of a page as the browser reaches it, wherever Jupyter runs.

    Behind a hub (also on Binder) jupyter-server-proxy shows the pages below the user's own server, and a
    codespace gives each port a host name. VS Code forwards loopback ports by itself, with the same numbers.

    Args:
        base_url: the address as kernels reach it, such as `http://127.0.0.1:8765`.
        path: of the page.
        of_seat: whether it is a seat in a training room, which browsers reach as kernels do.
    """
    path = f"/{path.lstrip('/')}"
    address = urlsplit(base_url)
    if of_seat or not is_loopback(address.hostname or ""):
        return base_url + path
    if prefix := hub.prefix():
        return f"{prefix.rstrip('/')}/{hub.PROXY_NAME}{path}"
    codespace, domain = os.environ.get(CODESPACE), os.environ.get(FORWARDING_DOMAIN)
    if codespace and domain:
        return f"https://{codespace}-{address.port}.{domain}{path}"
    return base_url + path
