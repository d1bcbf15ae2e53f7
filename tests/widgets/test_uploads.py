from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers.errors import FileNotUsable
from helpers.widgets import uploads as module
from helpers.widgets.uploads import Uploads
from tests.waiting import wait_for
from tests.widgets.browser_stand_in import announce, fail_to_read, lose, upload

BIG = {"big.csv": "a,b\n1,2\n"}
SMALL = {"small.csv": "a,b\n"}


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

    made = Uploads(changed, instead, description="Upload a file", multiple=True)
    return made


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE", 5)


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0)


def contents(uploads: Uploads) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in uploads.files]


def test_selected_files_arrive_and_the_button_names_them(uploads: Uploads, seen: list[str]) -> None:
    upload(uploads, **SMALL, **BIG)
    assert seen[0] == "small.csv and big.csv (12 bytes), 0 %" and seen[-1] == "small.csv big.csv"
    assert contents(uploads) == [*SMALL.values(), *BIG.values()]
    assert all(uploads.holds(path) for path in uploads.files) and uploads.error is None
    assert uploads.view.file_name == "small.csv, big.csv"


@pytest.mark.usefixtures("small_slices")
def test_a_file_is_put_together_from_slices(uploads: Uploads, seen: list[str]) -> None:
    upload(uploads, **BIG, **{"empty.csv": ""}, **SMALL)
    assert seen == [
        "big.csv and empty.csv and small.csv (12 bytes), 0 %",
        "big.csv and empty.csv and small.csv (12 bytes), 41 %",
        "big.csv and empty.csv and small.csv (12 bytes), 66 %",
        "big.csv and empty.csv and small.csv (12 bytes), 66 %",
        "big.csv empty.csv small.csv",
    ]
    assert contents(uploads) == [*BIG.values(), "", *SMALL.values()]


@pytest.mark.usefixtures("small_slices")
def test_a_slice_that_arrives_twice_counts_once(uploads: Uploads) -> None:
    selected = announce(uploads, **BIG)
    [first] = selected.asked
    selected.answer(first)
    selected.answer(first)
    selected.deliver()
    assert contents(uploads) == list(BIG.values())


@pytest.mark.usefixtures("no_patience")
def test_a_lost_slice_is_requested_again(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ATTEMPTS", 10**9)
    selected = announce(uploads, **BIG)
    first: dict[str, Any] = selected.asked[0]
    wait_for(lambda: len(selected.asked) > 1)
    assert selected.asked[1] == first
    selected.deliver()
    assert contents(uploads) == list(BIG.values())


@pytest.mark.usefixtures("no_patience")
def test_files_of_which_nothing_arrives_are_reported(uploads: Uploads, seen: list[str]) -> None:
    upload(uploads, **SMALL)
    announce(uploads, **BIG)
    assert uploads.files == []
    lose(uploads)
    assert seen[-1] == "big.csv (8 bytes) did not arrive."
    with pytest.raises(FileNotUsable, match=r"Instead of big\.csv\."):
        uploads.check()


@pytest.mark.usefixtures("no_patience")
def test_a_slice_that_arrives_after_a_long_time_still_counts(uploads: Uploads, seen: list[str]) -> None:
    selected = announce(uploads, **BIG)
    lose(uploads)
    selected.deliver()
    assert seen[-2:] == ["big.csv (8 bytes) did not arrive.", "big.csv"] and uploads.error is None


def test_slices_of_a_replaced_selection_are_dropped(uploads: Uploads) -> None:
    big = announce(uploads, **BIG)
    asked = list(big.asked)
    small = announce(uploads, **SMALL)
    big.answer(asked[0])
    assert uploads.waiting == "small.csv (4 bytes), 0 %" and uploads.files == []
    small.deliver()
    assert contents(uploads) == list(SMALL.values())


def test_a_forgotten_upload_is_not_accepted_later(uploads: Uploads) -> None:
    selected = announce(uploads, **BIG)
    assert uploads.forget()
    selected.deliver()
    assert uploads.files == [] and uploads.error is None and not uploads.forget()
    upload(uploads, **SMALL)
    assert contents(uploads) == list(SMALL.values())


def test_the_button_forgets_the_name_of_a_forgotten_file(uploads: Uploads) -> None:
    upload(uploads, **SMALL)
    uploads.forget()
    assert uploads.view.file_name == ""


def test_an_unreadable_file_is_reported_each_time(uploads: Uploads, seen: list[str]) -> None:
    upload(uploads, **SMALL)
    for _ in range(2):
        fail_to_read(uploads, **BIG)
        assert seen.pop() == "big.csv (8 bytes) cannot be read by the browser." and uploads.files == []
    upload(uploads, **SMALL)
    assert uploads.error is None


def test_a_file_of_the_same_name_does_not_overwrite_the_one_before(uploads: Uploads) -> None:
    upload(uploads, **{"a.csv": "first"})
    [first] = uploads.files
    upload(uploads, **{"a.csv": "second"})
    assert contents(uploads) == ["second"] and first.read_text(encoding="utf-8") == "first"


def test_a_full_disk_is_reported(uploads: Uploads, seen: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    selected = announce(uploads, **SMALL)
    monkeypatch.setattr(Path, "open", full)
    selected.deliver()
    assert seen[-1] == "small.csv (4 bytes) cannot be stored: No space left on device."
    with pytest.raises(FileNotUsable):
        uploads.check()
