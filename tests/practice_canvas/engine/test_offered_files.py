from practice_canvas.store import records
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import courses, csv, users


def offered(store: Store, import_id: int, purpose: str = "csv") -> dict[str, str]:
    found = records.find_all(store.db, "attachments", sis_batch_id=import_id, purpose=purpose)
    return {one["display_name"]: (store.files / one["path"]).read_text(encoding="utf-8") for one in found}


def test_every_csv_that_is_not_empty_is_offered_under_its_own_name(store: Store) -> None:
    files = {"x/courses.csv": courses("A"), "users.csv": users("U"), "odd.csv": "a,b\n", "empty.csv": ""}
    outcome = import_files(store, files)
    kept = offered(store, outcome.id)
    assert kept == {"courses.csv": courses("A"), "users.csv": users("U"), "odd.csv": "a,b\n"}
    assert len(outcome.data["downloadable_attachment_ids"]) == 3


def test_passwords_are_left_out_of_the_offered_copy_only(store: Store) -> None:
    rows = 'user_id,login_id, Password ,full_name,status,ssha_password\nU,u,"very,secret",Una,active,\n'
    outcome = import_files(store, {"users.csv": rows.replace(" Password ", "password")})
    assert offered(store, outcome.id) == {
        "users_filtered.csv": "user_id,login_id,full_name,status\nU,u,Una,active\n"
    }
    assert outcome.counts["users"] == 1


def test_a_malformed_file_with_passwords_is_not_offered_at_all(store: Store) -> None:
    header = "user_id,login_id,password,status"
    files: dict[str, str | bytes] = {
        "a.csv": csv(header, 'U,u,secret,"active'),
        "b.csv": csv(header, "U,u,secret,M\u00fcller").encode("latin-1"),
        "c.csv": csv(header, "U,u,secret,active").encode("utf-16"),
        "d.csv": courses("A"),
    }
    outcome = import_files(store, files)
    assert outcome.state == "failed_with_messages"
    assert list(offered(store, outcome.id)) == ["d.csv"]


def test_an_upload_stays_as_it_was_sent(store: Store) -> None:
    outcome = import_files(store, {"courses.csv": courses("A")})
    uploads = records.find_all(store.db, "attachments", purpose="upload")
    assert (store.files / uploads[0]["path"]).read_text(encoding="utf-8") == courses("A")
    assert offered(store, outcome.id) == {"courses.csv": courses("A")}


def test_a_hundred_files_are_offered_and_no_more(store: Store) -> None:
    files = {f"{number}.csv": courses(f"C{number}") for number in range(101)}
    import_files(store, files, diffing_data_set_identifier="nightly")
    changed = {name: text.replace("Course", "New") for name, text in files.items()}
    diffed = import_files(store, changed, diffing_data_set_identifier="nightly")
    assert len(offered(store, diffed.id)) == len(diffed.data["downloadable_attachment_ids"]) == 100
    assert len(offered(store, diffed.id, "diffed")) == len(diffed.data["diffed_attachment_ids"]) == 100
