"""The records that a chunk holds in memory: found as the database would find them, written in one go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_canvas.store import records
from practice_canvas.store.store import Store, begin
from practice_canvas.store.working_set import WorkingSet

WHEN = "2026-02-03T09:15:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    begin(store.db)
    for sis_id in ("S1", "S2"):
        records.insert(store.db, "course_sections", _section(sis_id))
    yield store
    store.close()


def _section(sis_id: str, **values: object) -> dict[str, object]:
    return {"course_id": 1, "name": sis_id, "sis_source_id": sis_id, "created_at": WHEN, **values}


def _stored(store: Store, sis_id: str) -> dict[str, object] | None:
    found = records.find(store.db, "course_sections", sis_source_id=sis_id)
    return dict(found) if found else None


def test_what_is_made_and_changed_is_found_at_once_and_stored_at_the_end(store: Store) -> None:
    held = WorkingSet(store.db)
    held.load("course_sections", "sis_source_id", ["S1", "S3"])
    known = held.find("course_sections", "sis_source_id", "S1")
    assert known is not None
    assert held.find("course_sections", "sis_source_id", "S3") is None
    made = held.insert("course_sections", _section("S3"))
    held.update("course_sections", made, {"name": "Third"})
    held.update("course_sections", known["id"], {"name": "First"})
    assert known["name"] == "S1", "whoever found it keeps it as it was"
    assert _stored(store, "S3") is None, "not written yet"
    in_memory = [held.find("course_sections", "sis_source_id", each) for each in ("S1", "S3")]
    held.release()
    assert [_stored(store, "S1"), _stored(store, "S3")] == in_memory
    assert [each and each["name"] for each in in_memory] == ["First", "Third"]


def test_a_record_is_found_under_its_new_id_and_not_under_the_old_one(store: Store) -> None:
    held = WorkingSet(store.db)
    held.load("course_sections", "sis_source_id", ["S1", "S9"])
    first = held.find("course_sections", "sis_source_id", "S1")
    assert first is not None
    held.update("course_sections", first["id"], {"sis_source_id": "S9"})
    again = held.insert("course_sections", _section("S1"))
    found = [held.find("course_sections", "sis_source_id", each) for each in ("S9", "S1")]
    assert [each and each["id"] for each in found] == [first["id"], again]
    held.release()
    stored = [_stored(store, each) for each in ("S9", "S1")]
    assert [each and each["id"] for each in stored] == [first["id"], again]


def test_what_was_not_loaded_is_looked_up_after_writing(store: Store) -> None:
    held = WorkingSet(store.db)
    held.load("course_sections", "sis_source_id", [])
    made = held.insert("course_sections", _section("A\0B", integration_id="I"))
    assert [each["id"] for each in held.find_all("course_sections", "integration_id", "I")] == [made]
    held.release()
    held.load("course_sections", "sis_source_id", ["A", "A\0B", None])
    assert held.find("course_sections", "sis_source_id", "A") is None
    found = held.find("course_sections", "sis_source_id", "A\0B")
    assert found is not None and found["id"] == made


def test_a_record_that_was_not_loaded_is_found_as_it_was_changed(store: Store) -> None:
    held = WorkingSet(store.db)
    held.load("course_sections", "sis_source_id", ["S1", "S9"])
    second = _stored(store, "S2")
    assert second is not None
    held.update("course_sections", int(str(second["id"])), {"sis_source_id": "S9", "name": "Second"})
    found = held.find("course_sections", "sis_source_id", "S9")
    assert found is not None and (found["id"], found["name"]) == (second["id"], "Second")
    held.release()
    assert _stored(store, "S9") == found and _stored(store, "S2") is None


def test_a_table_that_is_not_held_is_read_and_written_at_once(store: Store) -> None:
    direct = WorkingSet(store.db)
    made = direct.insert("course_sections", _section("S3"))
    direct.update("course_sections", made, {"name": "Third"})
    stored = _stored(store, "S3")
    assert stored is not None and stored["name"] == "Third"
    assert direct.find("course_sections", "id", None) is None
