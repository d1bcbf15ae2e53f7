"""Find the practice Canvas that is running, or start it: a process of its own that all notebooks share."""

import hmac
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from practice_canvas import __version__, hub
from practice_canvas.credentials import write_private
from practice_canvas.diagnosis import why_unusable
from practice_canvas.fetching import fetch
from practice_canvas.logs import LOG_FILE as LOG_FILE
from practice_canvas.processes import apart, environment, module_command
from practice_canvas.store.school.lock import is_locked

PORT = 8765
STATE_FILE = "service.json"
ROOM_STATE_FILE = "room_service.json"
SECRET_HEADER = "X-Practice-Secret"  # noqa: S105 (a name)
LAST_IMPORT_FILE = "last_import.json"  # the import that was sent last; a reset forgets it
SECONDS_TO_START = 30.0
SECONDS_TO_STOP = 30.0
RESTARTED = "An older practice Canvas was running; it was restarted."
KEPT = "Your school is as it was."
# Exit statuses of the server's process.
STOPPED = 1  # by Ctrl+C, before it had done what was asked
NO_ROOM = 2  # the seats or names asked for cannot be
ALREADY_SERVED = 3
NO_PORT = 4
NO_DATABASE = 5
NO_HOME = 6
BAD_CREDENTIALS = 7


class PracticeCanvasFault(RuntimeError):
    """The practice Canvas did not start, stop, or do what it was asked; the text says what to do."""


class CannotServe(Exception):
    """The server cannot start.

    Args:
        status: the exit status of its process.
        text: what is wrong and what to do.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Practice:
    """A running practice Canvas.

    Args:
        url: its address, such as `http://127.0.0.1:8765`.
        token: the admin's access token.
        tokens: every access token by name: admin, no_permission, expired, read_only.
        pid: the server's process id; 0 for a seat of a room.
        home: the folder with its data; None for a seat of a room, which is elsewhere.
        secret: what its control calls need, unless they are open.
        own_tokens: whether its tokens are its own, which nobody else knows.
        version: of the package that it runs; "" for one from before it said so.
        note: a sentence for the user, such as that an older one was restarted.
    """

    url: str
    token: str = field(repr=False)
    tokens: dict[str, str] = field(repr=False)
    pid: int
    home: Path | None
    secret: str = field(default="", repr=False)
    own_tokens: bool = False
    version: str = __version__
    note: str = ""

    @property
    def shown_tokens(self) -> dict[str, str]:
        """The tokens as a notebook may show them: the public ones; those of one person are hidden."""
        public = self.home is not None and not self.own_tokens
        return {name: token if public else "hidden: it is yours alone" for name, token in self.tokens.items()}


def default_home() -> Path:
    """Return the folder with its data: PRACTICE_CANVAS_HOME, else the user's folder for data."""
    named = os.environ.get("PRACTICE_CANVAS_HOME")
    return Path(named) if named else _user_data("practice-canvas")


def absolute(home: Path) -> Path:
    """Return the whole path of a data folder; links that lead in a circle stay as they are."""
    return Path(os.path.realpath(home))


def default_room_home() -> Path:
    """Return the folder with the seats of a room."""
    return _user_data("practice-canvas-room")


def _user_data(name: str) -> Path:
    from platformdirs import user_data_path  # start.py reads the room's command line before it is installed

    return user_data_path(name, appauthor=False)


def default_pace() -> str:
    """Return the pace to start with: PRACTICE_CANVAS_PACE, else realistic."""
    return os.environ.get("PRACTICE_CANVAS_PACE") or "realistic"


def find_or_start(home: Path | None = None, *, pace: str | None = None, port: int = PORT) -> Practice:
    """Return the running practice Canvas; start it when there is none, restart it when it is an older one.

    Args:
        home: the folder with its data; None takes the default one.
        pace: how long imports take; None leaves a running one as it is.
        port: the first port to try when it is started.

    Raises:
        PracticeCanvasFault: it does not start.
    """
    home = absolute(home or default_home())
    found = find(home)
    if found is None:
        return _start(home, pace or default_pace(), port)
    if _numbers(found.version) < _numbers(__version__):
        stop(home)
        started = _start(home, pace or default_pace(), port)
        return replace(started, note=f"{RESTARTED} {started.note or KEPT}")
    if pace is not None:
        ask(found, "PUT", "settings", {"pace": pace})
    return found


def find(home: Path | None = None, state_file: str = STATE_FILE) -> Practice | None:
    """Return the practice Canvas that serves this home; None if none does or its note is outdated.

    After a hard kill, somebody else's program may have the noted address: it gets no secret and no token
    before it has proved that it can read the note. A server of an older version, which proves nothing, is
    returned without its secret and its version: all that can be done with it is to stop it.
    """
    home = absolute(home or default_home())
    try:
        noted = _noted(home, state_file)
        practice = Practice(
            noted["url"],
            noted["token"],
            noted["tokens"],
            noted["pid"],
            home,
            noted.get("secret", ""),  # one of an older version has none
            noted.get("own_tokens", False),
        )
        if not practice.url.startswith("http://") or practice.pid <= 0:
            return None
        challenge = secrets.token_urlsafe()
        health = fetch(urllib.request.Request(f"{practice.url}/practice/health?challenge={challenge}"))  # noqa: S310
        if health["pid"] != practice.pid:
            return None
        if "key" not in noted:
            return replace(practice, secret="", version="") if health["version"] else None
        proved = hmac.compare_digest(health["proof"], _proof(noted["key"], challenge))
        return replace(practice, version=health["version"]) if proved else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, AttributeError):
        return None  # there is no note, it is out of date or damaged, or another program has that address


def identity(home: Path, challenge: str | None, state_file: str = STATE_FILE) -> dict[str, Any]:
    """Return what the server of a home says of itself, with its proof if there is a challenge."""
    shown = {"version": __version__, "pid": os.getpid()}
    return {**shown, "proof": _answer_to(challenge, home, state_file)} if challenge else shown


def _answer_to(challenge: str, home: Path, state_file: str) -> str:
    """Return the answer to a challenge; nobody else can read the key in the note."""
    try:
        return _proof(_noted(home, state_file)["key"], challenge)
    except (OSError, ValueError, KeyError):  # it is a seat of a room, which has no note
        return ""


def _noted(home: Path, state_file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / state_file).read_text(encoding="utf-8"))
    return found


def _proof(key: str, challenge: str) -> str:
    return hmac.new(key.encode(), challenge.encode(), sha256).hexdigest()


def stop(home: Path | None = None) -> bool:
    """End the practice Canvas and wait until it has; its data stay.

    Returns:
        Whether there was one.

    Raises:
        PracticeCanvasFault: it does not stop.
    """
    home = absolute(home or default_home())
    practice = find(home)
    if practice is None:
        return False
    with suppress(OSError):  # it has just ended
        os.kill(practice.pid, signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_STOP
    while find(home) is not None or is_locked(home):  # its files are free only when it has ended
        if time.monotonic() > deadline:
            raise PracticeCanvasFault(
                f"The practice Canvas (process {practice.pid}) did not stop: end that process yourself."
            )
        time.sleep(0.05)
    return True


def find_room() -> Practice | None:
    """Return where the room in the usual folder serves, without a token; None if it is not open."""
    return find(default_room_home(), ROOM_STATE_FILE)


def note(home: Path, practice: Practice, state_file: str = STATE_FILE) -> None:
    """Record who serves a home, so that this user's other processes find it; called by the server."""
    key = secrets.token_urlsafe()  # it never leaves this file: `secret` may be one that a person chose
    write_private(home / state_file, {**asdict(practice), "home": str(home), "key": key})


def forget(home: Path, state_file: str = STATE_FILE) -> None:
    """Remove the note; called by the server when it ends."""
    (home / state_file).unlink(missing_ok=True)


def _start(home: Path, pace: str, port: int) -> Practice:
    """Start a server and wait until one serves this home, whether started here or by another notebook."""
    try:
        make_home(home)
        server = _launch(home, pace, port)
    except OSError as fault:
        raise PracticeCanvasFault(why_unusable(home, fault.errno)) from fault
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if practice := find(home):
            _end_unless_it_serves(server, practice)
            return replace(practice, note=note_of_start(home))
        if server.poll() not in (None, ALREADY_SERVED):
            break
        time.sleep(0.05)
    raise PracticeCanvasFault(f"The practice Canvas did not start. {_last_words(home)}")


def _end_unless_it_serves(server: "subprocess.Popen[bytes]", practice: Practice) -> None:
    """End a server that came too late: it would take over a home whose own server is stopped right now.

    On Windows `server` may be the launcher of a virtual environment, whose process ID is never the server's.
    """
    if sys.platform != "win32" and server.pid != practice.pid:
        server.terminate()
        server.wait()


def note_of_start(home: Path) -> str:
    """Return what the server noted for the user when it started."""
    try:
        return str(_noted(home, STATE_FILE).get("note", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _launch(home: Path, pace: str, port: int) -> "subprocess.Popen[bytes]":
    """Start the server so that it outlives this process (a kernel may restart at any time)."""
    options = ["--pace", pace, "--port", str(port), *hub.start_options()]
    command = module_command("", *options, "--home", home)
    with _log(home / LOG_FILE) as log:
        return subprocess.Popen(
            command,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **apart(),
        )


def make_home(home: Path) -> None:
    """Make a data folder that only this user can read; an existing one stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)


def _log(path: Path) -> BinaryIO:
    """Open the log to append to it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _last_words(home: Path) -> str:
    """Return the end of the server's log, and where it is."""
    path = home / LOG_FILE
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    return f"The end of its log ({path}): {' / '.join(lines[-3:]) or 'empty'}"


def ask(
    practice: Practice, method: str, path: str, body: object = None, *, timeout: float | None = None
) -> Any:
    """Send a control call, with the secret, and return its JSON.

    Args:
        practice: whose control it is.
        method: GET, POST, PUT or DELETE.
        path: below /practice/, percent-encoded.
        body: sent as JSON; None sends none.
        timeout: how many seconds to wait for the answer; None for those of most calls.

    Raises:
        HTTPError: it is refused.
    """
    request = urllib.request.Request(f"{practice.url}/practice/{path}", method=method)  # noqa: S310
    request.add_header(SECRET_HEADER, practice.secret)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    return fetch(request, timeout)
