"""Every package in a lock has hashes and a license that is permitted, or the check says which has not."""

import re
from pathlib import Path

import pytest

from docs.licenses import LOCKS, PERMITTED_PACKAGES, is_permitted, license_of, locked, main, problems

WITHOUT_HASH = "rich==14.0.0 ; python_version > '3'\nrequests==2.32.0 \\\n    --hash=sha256:00\n"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_of_a_lock_has_hashes_and_a_permitted_license(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    packages = [*locked(text)]
    assert len(packages) == len(re.findall(r"^\w", text, re.MULTILINE))
    assert not [problem for package in packages for problem in problems(*package)]


def test_a_package_without_a_hash_or_a_known_license_is_named() -> None:
    assert [*locked(WITHOUT_HASH)] == [("rich", False), ("requests", True)]
    assert [problem.split(":")[0] for problem in problems("rich", has_hash=False)] == ["rich has no hash"]
    assert [*problems("no-such-package", has_hash=True)]


@pytest.mark.parametrize(
    ("expression", "permitted"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT AND Zlib", True),
        ("", False),
    ],
)
def test_one_alternative_must_be_permitted_in_all_its_parts(expression: str, permitted: bool) -> None:
    assert is_permitted(expression) is permitted


def test_every_exception_is_needed() -> None:
    assert not [package for package in PERMITTED_PACKAGES if is_permitted(license_of(package))]


def test_the_command_lists_every_license(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert "requests " in capsys.readouterr().out
