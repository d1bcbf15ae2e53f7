import csv
import zipfile
from pathlib import Path

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.errors import BadInput, FileNotUsable
from helpers.messages import Report, explain_import
from helpers.repair import resend, write_failed_rows
from tests.messages.material import (
    COURSES,
    TERM,
    client_of,
    ended,
    finished,
    import_json,
    packed,
    saved_json,
    written,
)
from tests.practice_server import Server


@pytest.fixture
def client(canvas: Server) -> CanvasClient:
    return client_of(canvas)


@pytest.fixture
def report(client: CanvasClient, tmp_path: Path) -> Report:
    """The report of a small term with faults, explained with the very zip that was sent."""
    zipped = packed(tmp_path, {**TERM})
    return explain_import(ended(client, zipped), zipped, client=client)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_only_the_failed_rows_are_written_with_their_header(report: Report, tmp_path: Path) -> None:
    made = write_failed_rows(report, tmp_path / "fixes")
    assert [path.name for path in made.files] == [
        "courses_failed.csv",
        "enrollments_failed.csv",
        "sections_failed.csv",
        "users_failed.csv",
    ]
    assert lines(made.files[3]) == [
        {"user_id": "U2", "login_id": "", "full_name": "Two", "status": "active", "password": "secret-word-2"}
    ]
    assert made.rows == 9 and "9 failed rows" in str(made)


def test_the_reasons_are_in_a_separate_file(report: Report, tmp_path: Path) -> None:
    made = write_failed_rows(report, tmp_path / "fixes")
    assert made.reasons
    reasons = {(row["new_file"], row["new_row"]): row for row in lines(made.reasons)}
    first = reasons["enrollments_failed.csv", "2"]
    assert (first["file"], first["row"]) == ("enrollments.csv", "3")
    assert first["follows_from"] == "The row has no ID or name" and first["message"]
    assert "secret-word" not in made.reasons.read_text("utf-8")


def test_what_is_sent_again_holds_no_reasons(report: Report, tmp_path: Path) -> None:
    made = write_failed_rows(report, tmp_path / "fixes")
    assert made.upload and made.upload.name == "failed_rows.zip"
    assert zipfile.ZipFile(made.upload).namelist() == [path.name for path in made.files]


def test_fixed_rows_are_all_that_is_left_to_send(client: CanvasClient, tmp_path: Path) -> None:
    file = written(tmp_path, COURSES, "courses.csv")
    first = ended(client, file)
    made = write_failed_rows(explain_import(first, file, client=client), tmp_path)
    assert made.upload
    made.upload.write_text(made.upload.read_text("utf-8").replace("C2,,", "C2,C2,"), "utf-8")
    last = explain_import(finished(client, resend(client, made, like=first)), client=client)
    assert last.clean and last.balance[0].applied == 1


def test_resending_keeps_harmless_options_and_never_removes(client: CanvasClient, tmp_path: Path) -> None:
    terms = written(tmp_path, "term_id,name,status\nT1,Term,active\n", "terms.csv")
    ended(client, terms)
    batch = {"batch_mode": True, "batch_mode_term_id": "sis_term_id:T1", "change_threshold": 100}
    first = ended(client, terms, skip_deletes=True, override_sis_stickiness=True, **batch)
    again = resend(client, terms, like=first)
    assert again.raw["batch_mode"] is None and again.raw["diffing_data_set_identifier"] is None
    assert again.raw["skip_deletes"] is True and again.raw["override_sis_stickiness"] is True


def test_noise_and_applied_rows_are_left_alone(client: CanvasClient, tmp_path: Path) -> None:
    text = "course_id,short_name,long_name,start_date,status\nC1,c,Course,soon,active\nC2,,Course,,active\n"
    file = written(tmp_path, text, "courses.csv")
    sis_import = ended(client, file)
    noise = written(tmp_path, '[[noise]]\nkind = "course-blank"\nreason = "x"\n', "noise.toml")
    made = write_failed_rows(explain_import(sis_import, file, noise, client=client), tmp_path / "fixes")
    assert (made.upload, made.rows) == (None, 0) and "noise list" in str(made)
    assert not (tmp_path / "fixes").exists()


def test_values_are_written_as_they_were_sent(tmp_path: Path) -> None:
    odd = 'course_id,short_name,long_name,status\nC1," a ""b"", ü\nline",,active\n'
    file = written(tmp_path, odd, "courses.csv")
    csv_list = written(
        tmp_path, "sis_import_id,file,message,row\n412,courses.csv,Course C1 has no long_name.,2\n", "e"
    )
    report = explain_import([saved_json(tmp_path, import_json([["x", "y"]])), csv_list], file)
    [path] = write_failed_rows(report, tmp_path / "fixes").files
    assert lines(path)[0]["short_name"] == ' a "b", ü\nline'
    assert file.read_bytes() == odd.encode()


def test_a_file_refused_as_a_whole_is_named(client: CanvasClient, tmp_path: Path) -> None:
    zipped = packed(tmp_path, {"courses.csv": COURSES, "sections.csv": "section_id\nS1\n"})
    made = write_failed_rows(explain_import(ended(client, zipped), client=client), tmp_path / "fixes")
    assert "sections.csv was rejected as a whole" in str(made) and made.rows == 1


def test_passwords_that_canvas_keeps_back_are_reported(client: CanvasClient, tmp_path: Path) -> None:
    file = written(tmp_path, TERM["users.csv"], "users.csv")
    made = write_failed_rows(explain_import(ended(client, file), client=client), tmp_path / "fixes")
    assert "These rows contain no passwords" in str(made)
    assert "password" not in made.files[0].read_text("utf-8")


def test_rows_that_are_not_at_hand_are_reported(tmp_path: Path) -> None:
    text = "sis_import_id,file,message,row\n412,courses.csv,Course C2 has no long_name.,3\n"
    report = explain_import(written(tmp_path, text, "errors.csv"))
    with pytest.raises(BadInput, match="not available"):
        write_failed_rows(report, tmp_path)


def test_the_failed_rows_of_files_that_are_not_at_hand_are_counted(tmp_path: Path) -> None:
    said = [("courses.csv", "Course C2 has no short_name.", 3), ("users.csv", "User U2 has no login_id.", 3)]
    rows = "".join(f"412,{file},{text},{row}\n" for file, text, row in said)
    csv = written(tmp_path, f"sis_import_id,file,message,row\n{rows}", "errors")
    made = write_failed_rows(explain_import(csv, written(tmp_path, COURSES, "courses.csv")), tmp_path)
    assert [path.name for path in made.files] == ["courses_failed.csv"]
    assert "1 more row failed in files that are not available." in str(made)


def test_nothing_that_was_sent_is_written_over(tmp_path: Path) -> None:
    written(tmp_path, COURSES, "courses.csv")
    written(tmp_path, COURSES, "courses_failed.csv")
    text = "sis_import_id,file,message,row\n412,courses.csv,Course C2 has no short_name.,3\n"
    both = [tmp_path / "courses.csv", tmp_path / "courses_failed.csv"]
    report = explain_import(written(tmp_path, text, "errors"), both)
    with pytest.raises(FileNotUsable, match="a file that you sent"):
        write_failed_rows(report, tmp_path)
    assert both[1].read_text("utf-8") == COURSES


def test_two_files_of_one_name_become_two(client: CanvasClient, tmp_path: Path) -> None:
    zipped = packed(tmp_path, {"a/courses.csv": COURSES, "b/courses.csv": COURSES.replace("C2", "C3")})
    made = write_failed_rows(explain_import(ended(client, zipped), zipped, client=client), tmp_path / "fixes")
    assert [path.name for path in made.files] == ["courses_failed.csv", "courses_failed1.csv"]


def test_a_folder_that_cannot_be_made_is_reported(report: Report, tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable, match="cannot be written"):
        write_failed_rows(report, tmp_path / "term.zip")


def test_where_no_row_failed_nothing_is_sent(client: CanvasClient, tmp_path: Path) -> None:
    report = explain_import(saved_json(tmp_path, import_json()))
    with pytest.raises(BadInput, match="nothing to send"):
        resend(client, write_failed_rows(report, tmp_path))
