"""Start practice Canvases for tests and talk to them, with the standard library alone."""

import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.waiting import LONGEST_WAIT, wait_for

REPOSITORY = Path(__file__).parents[1]
IMPORTS = "/api/v1/accounts/self/sis_imports"
TERMINAL = {
    "imported",
    "imported_with_messages",
    "failed",
    "failed_with_messages",
    "aborted",
    "restored",
    "partially_restored",
}
HELD = "86400"
"""A pace at which no import goes on while a test runs."""
OWN = "the admin's token of the server"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers in lower case, and the body as bytes and as JSON (else None)."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass
class Server:
    """A practice Canvas of a test's own."""

    url: str
    token: str
    home: Path
    process: "subprocess.Popen[str]"
    secret: str = field(default="", repr=False)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        token: str | None = OWN,
    ) -> Answer:
        """Send a request; `path` is sent as it is unless it holds signs that no URL may hold."""
        token = self.token if token == OWN else token
        url = (
            path
            if path.startswith("http")
            else self.url + urllib.parse.quote(path, safe="/:?&=%[]~!$'()*+,;@-._")
        )
        request = urllib.request.Request(url, body, headers or {}, method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None and not request.has_header("Content-type"):
            request.add_header("Content-Type", "")  # urllib would claim a form otherwise
        try:
            with DIRECT.open(request, timeout=LONGEST_WAIT) as answer:
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, _lower(refusal.headers), refusal.read())

    def get(self, path: str, **more: Any) -> Answer:
        """Read."""
        return self.send("GET", path, **more)

    def put(self, path: str, **fields: Any) -> Answer:
        """Send a form with PUT."""
        body, kind = urllib.parse.urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded"
        return self.send("PUT", path, body, {"Content-Type": kind})

    def form(self, method: str, path: str, fields: dict[str, Any]) -> Answer:
        """Send a form whose names are no Python names."""
        body, kind = urllib.parse.urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded"
        return self.send(method, path, body, {"Content-Type": kind})

    def settings(self, **values: Any) -> Answer:
        """Change settings."""
        body = json.dumps(values).encode()
        return self.send("PUT", "/practice/settings", body, {"Content-Type": "application/json"})

    def post_csv(self, text: str, name: str = "file.csv", query: str = "", **fields: str) -> Answer:
        """Send a CSV file as the lesson does."""
        body, kind = multipart(fields, name, text.encode())
        return self.send("POST", f"{IMPORTS}.json{query}", body, {"Content-Type": kind})

    def wait(self, import_id: int, until: Callable[[dict[str, Any]], bool] | None = None) -> dict[str, Any]:
        """Ask until the import has ended (or `until` says so) and return it."""
        until = until or (lambda shown: shown["workflow_state"] in TERMINAL)
        return wait_for(lambda: self.get(f"{IMPORTS}/{import_id}").json, until)

    def run_csv(self, text: str, name: str = "file.csv", **fields: str) -> dict[str, Any]:
        """Send a CSV file and wait for its end."""
        answer = self.post_csv(text, name, **fields)
        assert answer.status == 200, answer
        return self.wait(answer.json["id"])

    def run_midway(self, text: str) -> int:
        """Send a CSV file of some hundred rows, and hold its import when it has imported some of them."""
        self.settings(pace=20)
        import_id = int(self.post_csv(text).json["id"])
        assert self.wait(import_id, lambda shown: shown["progress"] > 0)["progress"] < 100
        self.settings(pace=HELD)
        return import_id


def multipart(
    fields: dict[str, Any],
    file_name: str | None = None,
    content: bytes = b"",
    kind: str = "text/csv",
    part: str = "attachment",
) -> tuple[bytes, str]:
    """Return the body of a form with a file, and its Content-Type."""
    edge, out = uuid4().hex, BytesIO()
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            out.write(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{one}\r\n'.encode())
    if file_name is not None:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{part}"; filename="{file_name}"\r\n'
        out.write(head.encode() + f"Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n")
    out.write(f"--{edge}--\r\n".encode())
    return out.getvalue(), f"multipart/form-data; boundary={edge}"


def children(pid: int) -> list[int]:
    """Return the process ids of a process's children (Linux)."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


@contextmanager
def serving(home: Path, pace: str = "immediate", *more: str) -> Iterator[Server]:
    """Run a practice Canvas on a free port as long as the block runs."""
    command = [sys.executable, "-m", "practice_canvas", "--port", "0", "--pace", pace]
    command += ["--home", str(home), "--json", *more]
    with (home.parent / f"{home.name}.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout
    line = process.stdout.readline()
    assert line, (home.parent / f"{home.name}.log").read_text()
    told = json.loads(line)
    try:
        yield Server(told["url"], told["token"], home, process, told["secret"])
    finally:
        process.terminate()
        process.wait(LONGEST_WAIT)
        process.stdout.close()


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
