"""Connect a command: to the practice Canvas, or to the Canvas that --domain names."""

import os
from contextlib import suppress
from urllib.parse import SplitResult

from helpers.client.canvas_client import CanvasClient
from helpers.client.connect import connect, start_practice
from helpers.client.connection import (
    DOMAIN_VARIABLE,
    TOKEN_VARIABLE,
    Connection,
    address_before_token,
)
from helpers.errors import ConnectionInputError
from helpers.place import practice_home
from helpers.terminal import output, prompts
from helpers.terminal.arguments import PRACTICE
from practice_canvas import controls, service

NOT_USED = (
    f"{DOMAIN_VARIABLE} is {{}}. Commands in the terminal use it only for a seat in a room, with the seat's"
    f" token in {TOKEN_VARIABLE}. This goes to your practice Canvas. To use that address, add --domain {{}}."
)


def client_for(domain: str | None) -> CanvasClient:
    """Return a client for a domain and show which Canvas it is; None or `PRACTICE` is the practice Canvas.

    Raises:
        ConnectionInputError: the domain cannot be one, or there is no token for it.
    """
    if domain is None or domain == PRACTICE:
        practice = start_practice()
        client = connect(practice.url, practice.token)
    else:
        client = connect(domain, os.environ.get(TOKEN_VARIABLE) or _token_for(address_before_token(domain)))
    connection = client.connection
    seat = f" · seat {connection.seat}" if connection.seat else ""
    output.line(f"{connection.environment.upper()}{seat} Canvas at {connection.base_url}")
    named = os.environ.get(DOMAIN_VARIABLE)
    unused = [] if domain or not named or connection.seat else [NOT_USED.format(named, named)]
    for sentence in (*unused, *connection.cleaned):
        output.line(f"Note: {sentence}")
    return client


def public_token(connection: Connection) -> str:
    """Return the token of a connection if it is a public one of your practice Canvas, otherwise ""."""
    if connection.environment != "practice" or connection.seat:
        return ""
    practice = service.find(practice_home())
    if practice is None or practice.own_tokens or practice.url != connection.base_url:
        return ""
    tokens = (token for token in practice.tokens.values() if connection.authorization == f"Bearer {token}")
    return next(tokens, "")


def run_briskly(connection: Connection, import_id: int) -> None:
    """Spare somebody at a terminal the time that an import takes in the lesson's notebooks.

    Calls: POST /practice/sis_imports/:id/brisk
    """
    found = service.find(practice_home())
    if found and found.url == connection.base_url:
        with suppress(OSError, service.PracticeCanvasFault):  # then it takes as long as usual
            controls.run_briskly(found, import_id)


def _token_for(address: SplitResult) -> str:
    return _token_of_practice(address) or _ask_token(address.netloc)


def _token_of_practice(address: SplitResult) -> str:
    """Return the admin's token if it is the address of your practice Canvas, otherwise ""."""
    practice = service.find(practice_home())
    url = address.geturl().replace("localhost", "127.0.0.1")
    return practice.token if practice and practice.url == url else ""


def _ask_token(domain: str) -> str:
    token = prompts.ask_secret(f"Access token for {domain} (it stays hidden while you type): ")
    if not token:
        raise ConnectionInputError(
            f"There is no access token for {domain}.",
            f"Put it into the environment variable {TOKEN_VARIABLE}, or type it at an interactive terminal"
            " when you are asked.",
        )
    return token
