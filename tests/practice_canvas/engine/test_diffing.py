from typing import Any

import pytest

from practice_canvas.store import records
from practice_canvas.store.store import Store
from practice_canvas.store.writes.data_sets import base_of
from tests.practice_canvas.engine.driver import ROOT, Outcome, import_files
from tests.practice_canvas.engine.school import COURSE, courses, csv, states


def send(store: Store, files: dict[str, str | bytes], **options: Any) -> Outcome:
    return import_files(store, files, diffing_data_set_identifier="all", **options)


def diffed(store: Store, outcome: Outcome) -> str:
    found = records.find(store.db, "attachments", sis_batch_id=outcome.id, purpose="diffed")
    assert found is not None
    return (store.files / str(found["path"])).read_text(encoding="utf-8")


def test_a_diff_holds_changed_and_new_rows_and_then_vanished_ones_with_a_forced_status(store: Store) -> None:
    first = send(store, {"courses.csv": courses("A", "B", "C")})
    second = send(
        store, {"courses.csv": csv(COURSE, "D,D,New,active", "A,A,Changed,active", "C,C,Course C,active")}
    )
    assert diffed(store, second) == csv(
        COURSE, "D,D,New,active", "A,A,Changed,active", "B,B,Course B,deleted"
    )
    assert second.data["diffed_against_sis_batch_id"] == first.id
    assert second.counts["courses"] == 3
    assert states(store) == {"A": "claimed", "B": "deleted", "C": "claimed", "D": "claimed"}


def test_identical_data_give_a_diff_of_the_header_only(store: Store) -> None:
    send(store, {"courses.csv": courses("A")})
    second = send(store, {"courses.csv": courses("A")})
    assert (diffed(store, second), second.state, second.counts["courses"]) == (COURSE + "\n", "imported", 0)


def test_values_with_quotes_commas_and_line_ends_survive_the_comparison(store: Store) -> None:
    odd = csv(COURSE, 'A,A,"1, ""2""\n3",active')
    send(store, {"courses.csv": odd})
    assert send(store, {"courses.csv": odd}).counts["courses"] == 0
    send(store, {"courses.csv": odd.replace("3", "4")})
    course = records.find(store.db, "courses", sis_source_id="A")
    assert course is not None and course["name"] == '1, "2"\n4'


def test_the_base_is_the_first_good_import_until_one_was_diffed_or_is_a_remaster(store: Store) -> None:
    def base() -> int | None:
        return base_of(store.db, 10**6, ROOT, "all")

    assert base() is None
    send(store, {"x.csv": "odd\n"})
    assert base() is None
    first = send(store, {"courses.csv": courses("A", "B", "C")})
    assert base() == first.id
    send(store, {"courses.csv": courses("A")}, change_threshold=1)
    assert base() == first.id
    second = send(store, {"courses.csv": courses("A")})
    assert base() == second.id
    remaster = send(store, {"courses.csv": courses("A", "Z")}, diffing_remaster=True)
    assert base() == remaster.id


def test_an_import_beyond_a_threshold_is_flagged_and_deletes_nothing(store: Store) -> None:
    send(store, {"courses.csv": courses("A", "B", "C")})
    outcome = send(store, {"courses.csv": courses("A")}, change_threshold=10)
    flagged = records.find(store.db, "sis_batches", id=outcome.id)
    assert flagged is not None and flagged["diffing_threshold_exceeded"] == 1
    assert states(store)["B"] == "claimed"
    assert outcome.messages[0][:2] == (0, None)


@pytest.mark.parametrize(("threshold", "exceeded"), [(1, True), (2, False), (3, False), (0, False)])
def test_a_diff_of_exactly_as_many_rows_as_its_threshold_is_within_it(
    store: Store, threshold: int, exceeded: bool
) -> None:
    send(store, {"courses.csv": courses("A", "B", "C")})
    outcome = send(store, {"courses.csv": courses("C")}, diff_row_count_threshold=threshold)
    assert outcome.state == ("imported_with_messages" if exceeded else "imported")
    assert (
        not exceeded
        or "The diff has 2 rows, more than the diff_row_count_threshold of 1:" in outcome.texts[0]
    )
    assert states(store)["A"] == ("claimed" if exceeded else "deleted")


@pytest.mark.parametrize(("threshold", "exceeded"), [(49, True), (50, False), (51, False)])
def test_data_that_change_by_exactly_the_threshold_are_within_it(
    store: Store, threshold: int, exceeded: bool
) -> None:
    send(store, {"courses.csv": of_size(200)})
    outcome = send(store, {"courses.csv": of_size(100)}, change_threshold=threshold)
    assert outcome.state == ("imported_with_messages" if exceeded else "imported")
    assert not exceeded or "changed by 50 percent, more than the change_threshold of 49:" in outcome.texts[0]


def test_data_that_grow_count_as_changed_as_well(store: Store) -> None:
    send(store, {"courses.csv": of_size(80)})
    (text,) = send(store, {"courses.csv": of_size(200)}, change_threshold=100).texts
    assert "changed by 150 percent" in text


def of_size(size: int) -> str:
    """Return a file of so many bytes with one course."""
    empty = csv(COURSE, "A,A,,active")
    return csv(COURSE, f"A,A,{'x' * (size - len(empty))},active")


def test_the_duplicate_free_copy_is_what_is_compared(store: Store) -> None:
    send(store, {"courses.csv": courses("A", *["B"] * 101)})
    outcome = send(store, {"courses.csv": courses("A", "B")})
    assert outcome.counts["courses"] == 0


def test_five_imports_in_a_row_over_change_threshold_stop_the_series_until_a_remaster(store: Store) -> None:
    send(store, {"courses.csv": courses("A", "B", "C")})
    for _ in range(5):
        over = send(store, {"courses.csv": courses("A")}, change_threshold=1)
        assert over.state == "imported_with_messages"
    for _ in range(2):
        stopped = send(store, {"courses.csv": courses("A", "Z")})
        assert stopped.state == "failed_with_messages" and len(stopped.messages) == 1
        assert "The last 5 imports of the series all were" in stopped.texts[0]
        assert "diffing_remaster_data_set" in stopped.texts[0] and "Z" not in states(store)
    assert send(store, {"courses.csv": courses("A", "Z")}, diffing_remaster=True).state == "imported"
    assert send(store, {"courses.csv": courses("A", "Y")}).state == "imported"


def test_a_diff_within_the_threshold_starts_the_count_again(store: Store) -> None:
    send(store, {"courses.csv": courses("A", "B", "C")})
    for _ in range(4):
        send(store, {"courses.csv": courses("A")}, change_threshold=1)
    send(store, {"courses.csv": courses("A", "B", "C")}, change_threshold=1)
    for _ in range(2):
        assert send(store, {"courses.csv": courses("A")}, change_threshold=1).state != "failed_with_messages"


USERS = "user_id,login_id,status"


@pytest.mark.parametrize(
    ("option", "state"), [({}, "deleted"), ({"diffing_user_remove_status": "suspended"}, "suspended")]
)
def test_rows_that_are_gone_get_the_status_that_was_asked_for(
    store: Store, option: dict[str, str], state: str
) -> None:
    send(store, {"users.csv": csv(USERS, "U1,u1,active", "U2,u2,active")})
    second = send(store, {"users.csv": csv(USERS, "U2,u2,active")}, **option)
    assert diffed(store, second) == csv(USERS, f"U1,u1,{state}")


def test_files_that_have_no_counterpart_are_imported_in_full_with_one_warning(store: Store) -> None:
    send(store, {"a.csv": courses("A"), "b.csv": courses("B"), "users.csv": csv(USERS, "U1,u1,active")})
    files: dict[str, str | bytes] = {
        "a.csv": courses("A"),
        "c.csv": courses("C"),
        "users.csv": csv(USERS, "U1,u1,active"),
    }
    outcome = send(store, files)
    assert [(file, text.split(" were")[0]) for _, file, _, text in outcome.messages] == [
        ("a.csv", "The files of kind course")
    ]
    assert (outcome.counts["courses"], outcome.counts["users"]) == (2, 0)
    assert states(store) == {"A": "claimed", "B": "claimed", "C": "claimed"}


def test_files_are_compared_by_name_when_there_are_several(store: Store) -> None:
    send(store, {"a.csv": courses("A", "X"), "b.csv": courses("B")})
    second = send(store, {"a.csv": courses("A"), "b.csv": courses("B", "C")})
    assert (second.messages, second.counts["courses"]) == ([], 2)
    assert states(store) == {"A": "claimed", "X": "deleted", "B": "claimed", "C": "claimed"}


def test_a_file_with_other_columns_is_imported_in_full(store: Store) -> None:
    send(store, {"courses.csv": courses("A", "B")})
    second = send(store, {"courses.csv": csv(f"{COURSE},term_id", "A,A,A,active,")})
    assert [(file, "columns have changed" in text) for _, file, _, text in second.messages] == [
        ("courses.csv", True)
    ]
    assert states(store)["B"] == "claimed"
    third = send(store, {"courses.csv": csv(f"term_id,{COURSE}", ",A,A,A,active")})
    assert third.messages == [], "their order does not matter"
