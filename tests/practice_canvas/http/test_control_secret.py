"""The secret of the practice Canvas's controls: who is asked for it, and who can read it."""

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from practice_canvas import controls, service
from practice_canvas.service import SECRET_HEADER, Practice, PracticeCanvasFault
from tests.practice_canvas.http.reach import EVERYWHERE, RESET
from tests.practice_server import REPOSITORY, Server, serving


@pytest.mark.parametrize(
    ("secret", "why"), [("", "since others may reach it"), ("guess", "creates a new one at each start")]
)
def test_a_refusal_says_where_the_secret_is(everywhere: Server, secret: str, why: str) -> None:
    told = everywhere.get("/practice/settings", headers={SECRET_HEADER: secret}).json["errors"][0]["message"]
    assert why in told
    assert SECRET_HEADER in told
    assert service.STATE_FILE in told
    assert "--json" in told


def found(server: Server) -> Practice:
    practice = service.find(server.home)
    assert practice
    return practice


def test_the_helpers_send_the_secret(everywhere: Server) -> None:
    practice = found(everywhere)
    assert practice.secret == everywhere.secret
    assert controls.change_settings(practice, pace="immediate")["pace"] == "immediate"
    assert service.find_or_start(everywhere.home, pace="immediate") == practice
    controls.begin_scenario(practice, "expired_token")
    assert controls.active_scenarios(practice) == ["expired_token"]
    controls.end_scenarios(practice)
    with pytest.raises(PracticeCanvasFault, match=SECRET_HEADER):
        controls.change_settings(replace(practice, secret=""), pace="immediate")


def test_each_start_makes_another_secret(on_loopback: Server, everywhere: Server) -> None:
    assert len(on_loopback.secret) >= 43  # 256 bits
    assert on_loopback.secret != everywhere.secret


def test_the_secret_is_in_no_log_page_answer_or_repr(everywhere: Server) -> None:
    practice = found(everywhere)
    headers = {SECRET_HEADER: everywhere.secret}
    paths = ["/", "/users", "/sis_imports", "/nothing", "/practice/settings", "/practice/tokens"]
    paths += ["/practice/health", "/practice/nothing", f"/practice/settings?secret={'x' * 9}"]
    shown = [everywhere.get(path, headers=headers) for path in paths]
    shown += [everywhere.send(*RESET, b"{", {**headers, "Content-Type": "application/json"})]
    shown += [everywhere.get("/practice/settings", headers={SECRET_HEADER: everywhere.secret + "x"})]
    log = (everywhere.home.parent / f"{everywhere.home.name}.log").read_text(encoding="utf-8")
    assert everywhere.secret not in f"{shown} {log} {practice!r} {everywhere!r}"


def test_without_json_the_secret_is_not_printed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "practice_canvas", "--home", str(tmp_path), "--port", "0"]
    command += ["--host", EVERYWHERE]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout
        lines = [server.stdout.readline() for _ in range(6)]
        practice = service.find(tmp_path)
        server.terminate()
        printed = "".join(lines) + server.stdout.read()
    assert practice
    assert practice.secret
    assert practice.secret not in printed
    assert SECRET_HEADER in printed
    assert str(tmp_path / service.STATE_FILE) in printed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the user's folder private by itself")
def test_only_you_can_read_the_file_with_the_secret(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    noted = home / service.STATE_FILE
    noted.write_text("{}", encoding="utf-8")
    noted.chmod(0o666)
    with serving(home):
        assert stat.S_IMODE(noted.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the user's folder private by itself")
@pytest.mark.parametrize("left_over", [False, True])
def test_the_file_with_the_secret_is_never_readable_by_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_over: bool
) -> None:
    practice = Practice("http://127.0.0.1:1", "t", {}, os.getpid(), tmp_path, "the secret")
    beginning = tmp_path / "service.new"
    if left_over:  # by a server that was killed while it wrote
        beginning.write_text("", encoding="utf-8")
        beginning.chmod(0o666)
    modes = []
    opened = os.fdopen

    def watched(descriptor: int, *more: str, **named: str) -> object:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return opened(descriptor, *more, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "fdopen", watched)
    before = os.umask(0)
    try:
        service.note(tmp_path, practice)
    finally:
        os.umask(before)
    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / service.STATE_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [service.STATE_FILE]
