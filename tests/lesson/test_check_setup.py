import platform
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.lesson.check_setup import (
    Check,
    Checks,
    _fits,
    _package,
    _powershell,
    _requirements,
    check_setup,
)
from practice_canvas import service


@pytest.fixture(autouse=True)
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = service.Practice("http://127.0.0.1:8765", "practice-admin-token", {}, 1, tmp_path)
    monkeypatch.setattr(service, "find_or_start", lambda home: running)


def named(name: str) -> Check:
    return next(check for check in check_setup() if check.name == name)


def without(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == program else found(name))


def says(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=text))


def test_a_computer_that_has_everything_is_ready() -> None:
    checks = check_setup()
    assert checks.ok, checks.report()
    assert checks.verdict == "Everything is ready."


def test_every_dependency_of_the_project_is_checked() -> None:
    names = {check.name for check in check_setup()}
    assert {re.split("[<>=]", requirement)[0] for requirement in _requirements()} <= names
    assert {"jupyterlab", "ipywidgets", "requests", "pandas", "starlette"} <= names


def test_curl_is_found_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    says("curl 8.5.0 (x86_64) libcurl/8.5.0\nRelease-Date: …", monkeypatch)
    assert named("cURL") == Check("cURL", True, "curl 8.5.0")


@pytest.mark.parametrize(
    ("system", "fix"), [("Darwin", "xcode-select"), ("Linux", "apt-get install curl"), ("Windows", "winget")]
)
def test_without_curl_each_system_learns_how_to_get_it(
    system: str, fix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without("curl", monkeypatch)
    monkeypatch.setattr(platform, "system", lambda: system)
    check = named("cURL")
    assert not check.ok and fix in check.fix


def test_a_curl_that_does_not_run_counts_as_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(*arguments: Any, **options: Any) -> None:
        raise subprocess.TimeoutExpired("curl", 10)

    monkeypatch.setattr(subprocess, "run", hangs)
    assert not named("cURL").ok


def test_on_windows_powershell_7_is_advised_for_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    without("pwsh", monkeypatch)
    [check] = _powershell()
    assert check.ok and "prefer PowerShell 7" in check.fix
    says("PowerShell 7.4.1", monkeypatch)
    assert list(_powershell()) == [Check("PowerShell", True, "PowerShell 7.4.1")]


def test_elsewhere_powershell_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    assert not list(_powershell())


def test_a_python_that_is_too_old_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    check = named("Python")
    assert not check.ok and "3.11" in check.fix


def test_a_missing_package_is_reported_with_the_fix() -> None:
    check = _package("surely-not-installed>=1")
    assert (check.ok, check.found) == (False, "not installed")
    assert "python start.py" in check.fix


def test_a_package_of_the_wrong_version_is_reported_with_the_right_one() -> None:
    check = _package("requests>=99,<100")
    assert not check.ok and check.found.endswith("but >=99,<100 is needed")


@pytest.mark.parametrize(
    ("version", "needed", "fits"),
    [
        ("8.1.10", ">=8.1.5,<9", True),
        ("8.1.4", ">=8.1.5,<9", False),
        ("9.0", ">=8.1.5,<9", False),
        ("3.0.17", "~=3.0.15", True),
        ("3.1.0", "~=3.0.15", False),
        ("3.0.14", "~=3.0.15", False),
        ("1.0", "", True),
    ],
)
def test_versions_are_compared_by_their_numbers(version: str, needed: str, fits: bool) -> None:
    assert _fits(version, needed) == fits


def test_widgets_of_two_halves_that_do_not_fit_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda name: ["comm>=0.1.3", "jupyterlab_widgets~=99.0.1"])
    check = named("JupyterLab widgets")
    assert not check.ok and "99.0.1" in check.found


def test_a_practice_canvas_that_does_not_start_is_one_row_of_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(home: object) -> None:
        raise service.PracticeCanvasFault("see the log in /home/ada/lesson/service.log")

    monkeypatch.setattr(service, "find_or_start", broken)
    checks = check_setup()
    assert [check.name for check in checks if not check.ok] == ["practice Canvas"]
    assert checks.verdict == f"1 of {len(checks)} checks need something from you."
    assert "ada" not in checks.report()


SAMPLE = Checks(
    [Check("cURL", True, "curl 8.5.0"), Check("<b>Python</b>", False, "3.9 & older", "Get 3.11.")]
)


def test_the_table_tells_the_result_in_a_mark_and_a_word() -> None:
    html = SAMPLE._repr_html_()
    assert "✓ fine" in html and "✗ to do" in html
    assert '<th scope="row">cURL</th>' in html and "<caption>1 of 2 checks" in html


def test_the_table_is_escaped() -> None:
    html = SAMPLE._repr_html_()
    assert "<b>" not in html and "3.9 &amp; older" in html


def test_the_report_is_text_without_names_and_paths() -> None:
    report = check_setup().report()
    assert repr(SAMPLE) == SAMPLE.report()
    assert "→ <b>Python</b>: Get 3.11." in SAMPLE.report()
    assert str(Path.home()) not in report and platform.node() not in report
