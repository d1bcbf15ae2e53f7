"""Who reaches the practice Canvas: the headers Host and Origin, and the secret of its controls."""

import socket
import subprocess
import sys
from http.client import HTTPConnection, HTTPResponse
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request

from practice_canvas.api.errors import ApiError
from practice_canvas.api.hosts import Hosts
from practice_canvas.app import CONTROL_MODULES, RESOURCES
from practice_canvas.service import SECRET_HEADER
from tests.practice_canvas.http.reach import ALLOWED, EVERYWHERE, HEALTH, LOOPBACK, RESET
from tests.practice_server import REPOSITORY, Server
from tests.waiting import LONGEST_WAIT

COURSE = "course_id,short_name,long_name,status\nC1,C1,Still here,active\n"
CALLS = [
    HEALTH,
    ("GET", "/practice/tokens"),
    ("PUT", "/practice/settings"),
    ("DELETE", "/practice/scenarios"),
]
SECRETS = ["right", "wrong", "none"]
# Host → whether it is accepted on loopback, and on every address.
HOSTS = {
    "127.0.0.1:{port}": (True, True),
    "localhost:{port}": (True, True),
    "LOCALHOST:{port}": (True, True),
    "[::1]:{port}": (True, True),
    f"{ALLOWED}:{{port}}": (True, True),
    f"{ALLOWED}:1": (True, True),
    "127.0.0.1:1": (False, True),  # beyond loopback the port may be published as another
    "localhost": (False, True),
    "192.0.2.7:{port}": (False, True),
    "[2001:db8::7]:{port}": (False, True),
    f"{socket.gethostname()}:{{port}}": (False, True),
    "evil.example:{port}": (False, False),
    f"evil.{ALLOWED}:{{port}}": (False, False),
    "127.0.0.1.evil.example:{port}": (False, False),
    "127.0.0.1:{port}@evil.example": (False, False),
    "[::1:{port}": (False, False),
    "[": (False, False),
    "": (False, False),
}
# Origin headers → whether they match the Host.
ORIGINS = {
    (): True,
    ("http://{host}",): True,
    ("https://{host}",): False,
    ("http://{name}:2",): False,
    ("http://evil.example",): False,
    ("http://{host}.evil.example",): False,
    ("{host}",): False,
    ("null",): False,
    ("",): False,
    ("http://[",): False,
    ("http://{host}", "http://evil.example"): False,
}


@pytest.fixture(params=[LOOPBACK, EVERYWHERE])
def server(request: pytest.FixtureRequest, on_loopback: Server, everywhere: Server) -> Server:
    return on_loopback if request.param == LOOPBACK else everywhere


def status(
    connection: HTTPConnection,
    call: tuple[str, str],
    host: str,
    origins: tuple[str, ...] = (),
    secret: str = "",
) -> int:
    """Send a request with exactly these headers and return its status."""
    return sent(connection, call, host, origins, secret).status


def sent(
    connection: HTTPConnection,
    call: tuple[str, str],
    host: str,
    origins: tuple[str, ...] = (),
    secret: str = "",
) -> HTTPResponse:
    connection.putrequest(*call, skip_host=True)
    headers = [("Host", host), *(("Origin", origin) for origin in origins)]
    headers += [(SECRET_HEADER, secret)] if secret else []
    for header in headers:
        connection.putheader(*header)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    return answer


def connected(server: Server) -> HTTPConnection:
    return HTTPConnection(LOOPBACK, urlsplit(server.url).port or 0, timeout=LONGEST_WAIT)


def has_the_course(server: Server) -> bool:
    return server.get("/api/v1/courses/sis_course_id:C1").status == 200


@pytest.mark.parametrize("host", HOSTS)
def test_host_origin_and_secret_decide_together(server: Server, everywhere: Server, host: str) -> None:
    port, beyond = urlsplit(server.url).port, server is everywhere
    sent_host, host_fits = host.format(port=port), HOSTS[host][beyond]
    name = sent_host.rpartition(":")[0] or sent_host
    told = {"right": server.secret, "wrong": server.secret[:-1] + "!", "none": ""}
    outcomes, expected = {}, {}
    connection = connected(server)
    for call, (origins, origin_fits), secret in product(CALLS, ORIGINS.items(), SECRETS):
        sent_origins = tuple(origin.format(host=sent_host, name=name) for origin in origins)
        row = (*call, sent_origins, secret)
        outcomes[row] = status(connection, call, sent_host, sent_origins, told[secret])
        let_in = host_fits and origin_fits and (call == HEALTH or not beyond or secret == "right")
        expected[row] = 200 if let_in else 403
    connection.close()
    assert outcomes == expected


@pytest.mark.parametrize(
    ("host", "origins", "secret"),
    [
        ("127.0.0.1:{port}", ("http://evil.example",), "right"),
        ("127.0.0.1:{port}", ("null",), "right"),
        ("evil.example:{port}", ("http://evil.example:{port}",), "right"),
        ("127.0.0.1:{port}", (), "wrong"),
    ],
)
def test_a_refused_reset_leaves_the_school(
    everywhere: Server, host: str, origins: tuple[str, ...], secret: str
) -> None:
    everywhere.run_csv(COURSE)
    port = urlsplit(everywhere.url).port
    told = {"right": everywhere.secret, "wrong": "guess"}[secret]
    sent_origins = tuple(origin.format(port=port) for origin in origins)
    assert status(connected(everywhere), RESET, host.format(port=port), sent_origins, told) == 403
    assert has_the_course(everywhere)
    assert status(connected(everywhere), RESET, f"localhost:{port}", (), everywhere.secret) == 200
    assert not has_the_course(everywhere)


def test_on_loopback_a_reset_needs_no_secret(on_loopback: Server) -> None:
    on_loopback.run_csv(COURSE)
    assert on_loopback.send(*RESET, b"", token=None).status == 200
    assert not has_the_course(on_loopback)


@pytest.mark.parametrize(
    "path", ["/", "/courses", "/live.js", "/nothing", "/files/1/download", "/api/v1/users/self", "/api/v2"]
)
def test_host_and_origin_are_checked_on_every_path(server: Server, path: str) -> None:
    allowed = {"Origin": server.url}
    assert server.get(path, headers=allowed).status != 403
    assert server.get(path, headers={"Host": "evil.example"}).status == 403
    assert server.get(path, headers={"Origin": "http://evil.example"}).status == 403


@pytest.mark.parametrize(
    ("told", "bound", "host", "fits"),
    [
        ("127.0.0.2", "127.0.0.2", "127.0.0.2:8765", True),
        ("127.0.0.2", "127.0.0.2", "127.0.0.3:8765", False),
        ("practice.test", "192.0.2.7", "practice.test", True),
        ("192.0.2.7", "192.0.2.7", "192.0.2.7:8765", True),
        ("192.0.2.7", "192.0.2.7", "localhost:8765", True),
        ("192.0.2.7", "192.0.2.7", "192.0.2.8:8765", False),
        ("192.0.2.7", "192.0.2.7", f"{socket.gethostname()}:8765", False),
        ("::", "::", "[2001:DB8:0::7]:8765", True),
        ("::", "::", "192.0.2.7:8765", True),
        ("::", "::", "evil.example:8765", False),
        ("", EVERYWHERE, "192.0.2.7:8765", True),
        ("2001:db8::7", "2001:db8::7", "[2001:DB8:0::7]:8765", True),
        ("2001:db8::7", "2001:db8::7", "[2001:db8::8]:8765", False),
    ],
)
def test_the_address_it_listens_on_decides_about_the_host(
    told: str, bound: str, host: str, fits: bool
) -> None:
    hosts = Hosts(told, bound, 8765)
    if fits:
        return hosts.check(host, (), "http")
    with pytest.raises(ApiError, match="does not answer to the host name"):
        hosts.check(host, (), "http")
    return None


@pytest.mark.parametrize(
    ("address", "beyond"),
    [
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("::1", False),
        (EVERYWHERE, True),
        ("::", True),
        ("192.0.2.7", True),
        ("2001:db8::7", True),
    ],
)
def test_the_bound_address_decides_whether_controls_need_the_secret(address: str, beyond: bool) -> None:
    assert Hosts("localhost", address, 8765).beyond_loopback is beyond


@pytest.mark.parametrize(
    ("host", "origin", "scheme", "fits"),
    [
        ("a.test", "http://a.test:80", "http", True),
        ("a.test:80", "http://a.test", "http", True),
        ("a.test:80", "HTTP://A.test", "http", True),
        ("a.test", "https://a.test:443", "https", True),
        ("a.test", "https://a.test", "http", False),
        ("a.test", "http://a.test:443", "http", False),
        ("a.test:8765", "http://a.test", "http", False),
        ("a.test", "http://b.test", "http", False),  # each is allowed, but they are two sites
        ("[::1]:8765", "http://[0:0:0:0:0:0:0:1]:8765", "http", True),
        ("a.test", "http://user@a.test", "http", False),
        ("a.test", "http://a.test/", "http", False),
    ],
)
def test_an_origin_fits_with_scheme_name_and_port(host: str, origin: str, scheme: str, fits: bool) -> None:
    hosts = Hosts(EVERYWHERE, EVERYWHERE, 8765, ["a.test", "b.test"])
    if fits:
        return hosts.check(host, [origin], scheme)
    with pytest.raises(ApiError, match="may not use the practice Canvas"):
        hosts.check(host, [origin], scheme)
    return None


@pytest.mark.parametrize(
    ("method", "site", "fits"),
    [
        ("POST", "", True),  # a program
        ("POST", "same-origin", True),
        ("POST", "none", True),  # typed by a person
        ("POST", "cross-site", False),
        ("PUT", "same-site", False),
        ("DELETE", "cross-site", False),
        ("GET", "cross-site", True),  # a link in a notebook
    ],
)
def test_a_form_of_another_site_is_refused_also_without_an_origin(method: str, site: str, fits: bool) -> None:
    headers = {"host": "127.0.0.1:8765", "content-type": "text/plain"} | (
        {"sec-fetch-site": site} if site else {}
    )
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "method": method, "scheme": "http", "headers": sent})
    hosts = Hosts("127.0.0.1", "127.0.0.1", 8765)
    if fits:
        return hosts.check_request(request)
    with pytest.raises(ApiError, match="may not use the practice Canvas"):
        hosts.check_request(request)
    return None


@pytest.mark.parametrize("name", ["http://practice.example", "practice.example:80", "a b", "", "*"])
def test_an_allowed_host_that_is_no_name_is_refused_at_the_start(tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-m", "practice_canvas", "--home", str(tmp_path), "--allow-host", name]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=LONGEST_WAIT)
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False)
    assert "give the name alone" in ended.stderr


def test_no_call_that_reads_changes_anything() -> None:
    routes = [route for module in (*CONTROL_MODULES, *RESOURCES) for route in module.ROUTES]
    changing = [route.path for route in routes if route.method == "GET" and (route.writes or route.receives)]
    # Canvas confirms an upload with a GET. No page can send it: it needs the token and the upload's own key.
    assert changing == ["files/:id/create_success"]
    assert [route.path for route in routes if route.public] == ["health"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("query", ["", "?_method=POST"])
def test_no_other_method_stands_for_a_post(on_loopback: Server, method: str, query: str) -> None:
    on_loopback.run_csv(COURSE)
    headers = {"X-HTTP-Method-Override": "POST"}
    assert on_loopback.send(method, f"/practice/reset{query}", headers=headers).status == 404
    assert has_the_course(on_loopback)


@pytest.mark.parametrize("path", ["/practice/reset", "/api/v1/users/self", "/courses"])
def test_no_site_learns_that_it_may_read_or_send(server: Server, path: str) -> None:
    asking = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": SECRET_HEADER}
    for method, origin in product(("OPTIONS", "GET"), (server.url, "http://evil.example", "null")):
        answer = server.send(method, path, headers={"Origin": origin, **asking})
        assert not [name for name in answer.headers if name.startswith("access-control-")]
