import csv

import pytest

from practice_canvas.engine import run as importing
from practice_canvas.engine.rows import column_names
from practice_canvas.engine.run import rows_per_chunk, run_import
from practice_canvas.sis_csv.kinds import COUNT_KEYS
from practice_canvas.store import records
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import NOW, import_files, make_import, pack, run
from tests.practice_canvas.engine.school import COURSE, courses, states
from tests.practice_canvas.engine.school import csv as csv_file


def many(number: int) -> str:
    return courses(*(f"C{one}" for one in range(number)))


def test_a_small_import_jumps_from_0_to_100(store: Store) -> None:
    outcome = import_files(store, {"courses.csv": many(49)})
    assert {step.progress for step in outcome.steps} == {0, 100}
    assert outcome.data["running_immediately"] is True


def test_a_larger_import_goes_through_its_chunks_and_never_back(store: Store) -> None:
    outcome = import_files(store, {"courses.csv": many(450)})
    progress = [step.progress for step in outcome.steps]
    assert progress == sorted(progress)
    assert sorted(set(progress) - {0, 100}) == [20, 40, 60, 80, 99]


@pytest.mark.parametrize(
    ("rows", "size"), [(50, 100), (4_900, 100), (4_901, 101), (490_000, 10_000), (4 * 10**6, 20_000)]
)
def test_a_chunk_has_a_49th_of_the_rows_between_100_and_20000(rows: int, size: int) -> None:
    assert rows_per_chunk(rows) == size


def test_many_small_files_take_few_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_STEPS", 5)
    outcome = import_files(store, {f"{one:02}.csv": courses(f"C{one}") for one in range(60)})
    assert outcome.counts["courses"] == len(states(store)) == 60
    assert 5 <= len({step.progress for step in outcome.steps}) <= 8
    assert len(outcome.steps) <= 8


def test_a_chunk_s_rows_and_messages_are_complete_when_its_progress_comes(store: Store) -> None:
    import_id = make_import(store, *pack({"courses.csv": many(150) + "X,,,active\n"}))
    steps = run_import(store, import_id, NOW)
    next(steps)
    next(steps)
    assert len(states(store)) == 100
    next(steps)
    assert len(states(store)) == 150
    assert len(records.find_all(store.db, "sis_batch_errors", sis_batch_id=import_id)) == 1
    steps.close()


def test_an_import_that_is_given_up_leaves_no_unpacked_files(store: Store) -> None:
    import_id = make_import(store, *pack({"a.csv": many(300), "b.csv": many(3)}))
    steps = run_import(store, import_id, NOW)
    next(steps)
    assert list((store.home / "unpacked").iterdir())
    steps.close()
    assert not (store.home / "unpacked").exists()


def test_what_a_killed_import_left_behind_is_removed_by_the_next(store: Store) -> None:
    (store.home / "unpacked" / "old").mkdir(parents=True)
    assert import_files(store, {"courses.csv": courses("A")}).state == "imported"
    assert not (store.home / "unpacked").exists()


def test_all_counts_are_there_from_the_start(store: Store) -> None:
    outcome = import_files(store, {"courses.csv": courses("A")})
    assert outcome.steps[0].data["counts"] == dict.fromkeys(COUNT_KEYS, 0)
    assert outcome.counts["courses"] == 1


def test_an_unreadable_archive_ends_without_counts_per_kind(store: Store) -> None:
    outcome = run(store, make_import(store, "sis.zip", b"no archive"))
    assert (outcome.state, outcome.steps[-1].progress) == ("failed_with_messages", 0)
    assert outcome.counts == {"error_count": 1, "warning_count": 0}
    assert outcome.messages[0][:3] == (1, None, None)


def test_an_upload_that_is_neither_zip_nor_csv_does_nothing(store: Store) -> None:
    outcome = run(store, make_import(store, "users.txt", b"user_id,login_id\n"))
    assert (outcome.state, outcome.data["supplied_batches"]) == ("imported", [])


def test_a_large_import_names_files_without_their_folders(store: Store) -> None:
    small = import_files(store, {"a/b.csv": csv_file(COURSE, "X,,,active"), "x.csv": courses("A")})
    large = import_files(store, {"a/b.csv": csv_file(COURSE, "X,,,active"), "x.csv": many(60)})
    assert (small.messages[0][1], large.messages[0][1]) == ("a/b.csv", "b.csv")


def test_every_message_is_in_the_errors_attachment(store: Store) -> None:
    rows = [f"X{one},X,,active" for one in range(60)]
    outcome = import_files(store, {"courses.csv": csv_file(COURSE, *rows)})
    found = records.find(store.db, "attachments", sis_batch_id=outcome.id, purpose="errors")
    assert found is not None and found["display_name"] == f"sis_errors_attachment_{outcome.id}.csv"
    with (store.files / found["path"]).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["row"] for line in lines] == [str(number) for number in range(2, 62)]
    assert {line["sis_import_id"] for line in lines} == {str(outcome.id)}


def test_a_clean_import_has_no_errors_attachment(store: Store) -> None:
    outcome = import_files(store, {"courses.csv": courses("A")})
    assert records.find(store.db, "attachments", sis_batch_id=outcome.id, purpose="errors") is None


def test_a_kind_without_rows_runs_too(store: Store) -> None:
    outcome = import_files(store, {"courses.csv": COURSE + "\n"})
    assert (outcome.state, outcome.data["completed_importers"]) == ("imported", ["course"])


def test_a_small_import_names_a_kind_once_for_each_file(store: Store) -> None:
    head = "user_id,login_id,full_name,status\n"
    for rows, named in ((1, ["user", "user"]), (60, ["user"])):
        files = {
            f"{letter}.csv": head + "".join(f"{letter}{n},{letter}{n},A,active\n" for n in range(rows))
            for letter in "ab"
        }
        assert import_files(store, {**files}).data["completed_importers"] == named


@pytest.mark.parametrize("content", ["\n\n", "\ufeff"])
def test_a_file_without_a_row_is_not_supplied(store: Store, content: str) -> None:
    outcome = import_files(store, {"users.csv": content})
    assert (outcome.state, outcome.messages, outcome.data["supplied_batches"]) == ("imported", [], [])


def test_the_header_is_reported_before_what_is_malformed_below_it(store: Store) -> None:
    for content in ('one,two\n1,"2\n', '{"error":"unauthorized"}\n'):
        (text,) = import_files(store, {"users.csv": content}).texts
        assert "header" in text and "malformed" not in text


def test_kinds_run_in_canvas_s_order_and_files_by_their_path(store: Store) -> None:
    files = {
        "a.csv": csv_file("section_id,course_id,name,status", "S,C,Section,active"),
        "z/1.csv": csv_file(COURSE, "C,C,Last,active"),
        "y/2.csv": csv_file(COURSE, "C,C,First,active"),
    }
    outcome = import_files(store, files)
    course = records.find(store.db, "courses", sis_source_id="C")
    assert outcome.data["supplied_batches"] == ["course", "section"]
    assert course is not None and course["name"] == "Last"


def test_every_kind_is_known_to_the_importers() -> None:
    from practice_canvas.engine.importers import IMPORTERS
    from practice_canvas.sis_csv.kinds import KINDS

    assert {kind.name for kind in KINDS if not kind.feature} == set(IMPORTERS)


def test_a_no_break_space_is_not_trimmed_and_makes_another_id(store: Store) -> None:
    import_files(store, {"courses.csv": csv_file(COURSE, " C1 ,A,A,active", "C1\u00a0,A,A,active")})
    assert states(store) == {"C1": "claimed", "C1\u00a0": "claimed"}


def test_a_million_columns_are_named_in_no_time() -> None:
    names = column_names(["A", "a", *(f"c{n}" for n in range(10**6))])
    assert names[:3] == ("a", "a (repeated 1)", "c0")
