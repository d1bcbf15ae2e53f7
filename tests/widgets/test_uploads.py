from collections.abc import Sequence
from pathlib import Path

import pytest

from helpers.errors import FileNotUsable
from helpers.widgets import uploads as module
from helpers.widgets.uploads import Uploads
from tests.widgets.browser_stand_in import announce, answer, button_of, deliver, fail_to_read, ping, upload

BIG = {"big.csv": "a,b\n1,2\n"}
SMALL = {"small.csv": "a,b\n"}


@pytest.fixture(autouse=True)
def ask_once_and_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PING_AFTER", (0,))


@pytest.fixture
def seen() -> list[str]:
    """The state at each reported change."""
    return []


@pytest.fixture
def uploads(seen: list[str]) -> Uploads:
    def changed() -> None:
        error = made.error.what if made.error else ""
        seen.append(made.waiting or error or " ".join(path.name for path in made.files))

    def instead(names: Sequence[str]) -> str:
        return f"Instead of {names[0]}."

    made = Uploads(changed, instead, multiple=True)
    return made


def contents(uploads: Uploads) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in uploads.files]


def test_announced_and_delivered_files_are_available(uploads: Uploads, seen: list[str]) -> None:
    upload(uploads, **SMALL, **BIG)
    assert seen == ["small.csv and big.csv (12 bytes)", "small.csv big.csv"]
    assert contents(uploads) == [*SMALL.values(), *BIG.values()]
    assert all(uploads.holds(path) for path in uploads.files) and uploads.error is None
    assert button_of(uploads).value == ()


def test_an_answer_without_content_means_that_the_upload_failed(uploads: Uploads, seen: list[str]) -> None:
    upload(uploads, **SMALL)
    first = button_of(uploads)
    announce(first, **BIG)
    assert uploads.files == [] and uploads.waiting == "big.csv (8 bytes)"
    answer(uploads)
    assert seen[-1] == "big.csv (8 bytes) did not arrive." and uploads.waiting == ""
    assert len(uploads.view.children) == 1 and button_of(uploads) is not first
    with pytest.raises(FileNotUsable, match=r"Instead of big\.csv\."):
        uploads.check()
    upload(uploads, **SMALL)
    assert seen[-1] == "small.csv" and uploads.error is None


def test_an_answer_after_the_content_is_ignored(uploads: Uploads, seen: list[str]) -> None:
    announce(uploads, **BIG)
    question = ping()
    deliver(uploads, **BIG)
    question.answered = True
    assert seen[-1] == "big.csv" and uploads.error is None


def test_content_that_arrives_late_is_still_accepted(uploads: Uploads, seen: list[str]) -> None:
    first = button_of(uploads)
    announce(first, **BIG)
    answer(uploads)
    deliver(first, **BIG)
    assert seen[-2:] == ["big.csv (8 bytes) did not arrive.", "big.csv"] and uploads.error is None


def test_content_that_arrives_before_its_announcement_is_accepted_once(
    uploads: Uploads, seen: list[str]
) -> None:
    deliver(uploads, **BIG)
    announce(uploads, **BIG)
    assert seen == ["big.csv"] and contents(uploads) == list(BIG.values())


def test_content_of_a_replaced_selection_is_dropped(uploads: Uploads, seen: list[str]) -> None:
    announce(uploads, **BIG)
    announce(uploads, **SMALL)
    deliver(uploads, **BIG)
    assert uploads.waiting == "small.csv (4 bytes)" and uploads.files == []
    deliver(uploads, **SMALL)
    assert contents(uploads) == list(SMALL.values())


def test_an_answer_about_a_replaced_selection_is_ignored(uploads: Uploads) -> None:
    announce(uploads, **BIG)
    about_big = ping()
    announce(uploads, **SMALL)
    about_big.answered = True
    assert uploads.waiting == "small.csv (4 bytes)"


def test_a_forgotten_upload_is_not_accepted_later(uploads: Uploads) -> None:
    first = button_of(uploads)
    announce(first, **BIG)
    assert uploads.forget()
    deliver(first, **BIG)
    assert uploads.files == [] and uploads.error is None and not uploads.forget()
    upload(uploads, **SMALL)
    assert contents(uploads) == list(SMALL.values())


def test_an_unreadable_file_is_reported_each_time(uploads: Uploads, seen: list[str]) -> None:
    upload(uploads, **SMALL)
    for _ in range(2):
        fail_to_read(uploads)
        assert seen.pop() == "The browser cannot read the file that you selected." and uploads.files == []
    upload(uploads, **SMALL)
    assert uploads.error is None


def test_a_file_of_the_same_name_does_not_overwrite_the_one_before(uploads: Uploads) -> None:
    upload(uploads, **{"a.csv": "first"})
    [first] = uploads.files
    upload(uploads, **{"a.csv": "second"})
    assert contents(uploads) == ["second"] and first.read_text(encoding="utf-8") == "first"


def test_a_full_disk_is_reported(uploads: Uploads, seen: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    upload(uploads, **SMALL)
    assert seen[-1] == "small.csv (4 bytes) cannot be stored: No space left on device."
    with pytest.raises(FileNotUsable):
        uploads.check()
