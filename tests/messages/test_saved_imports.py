"""Reports from saved files alone, and every way in which a saved file can be wrong."""

import gc
import json
from pathlib import Path

import pytest

from helpers.client.models import SisImport
from helpers.errors import BadInput, CanvasError, FileNotUsable
from helpers.messages import explain_import
from tests.messages.material import import_json, saved_json, written

HEADER = "sis_import_id,file,message,row\n"
NO_NAME = "Course C2 has no long_name."
ONE: list[list[str | None]] = [["courses.csv", NO_NAME]]


def test_a_saved_json_is_enough_for_a_report(tmp_path: Path) -> None:
    report = explain_import(saved_json(tmp_path, import_json(ONE)))
    assert (report.import_id, [cause.explanation.kind for cause in report.causes]) == (412, ["course-blank"])
    assert report.proof.complete and report.messages[0].message.row is None


def test_the_error_csv_adds_the_rows(tmp_path: Path) -> None:
    csv = written(tmp_path, f"{HEADER}412,courses.csv,{NO_NAME},3\n", "errors.csv")
    report = explain_import([saved_json(tmp_path, import_json(ONE)), csv])
    assert [each.message.row for each in report.messages] == [3]


def test_a_long_error_csv_is_read_whole_and_sorted(tmp_path: Path) -> None:
    rows = [f"412,{'users' if n % 2 else 'courses'}.csv,Zorglub U{n} odd.,{9000 - n}\n" for n in range(2500)]
    csv = written(tmp_path, HEADER + "".join(rows), "errors.csv")
    found = [each.message for each in explain_import(csv).messages]
    assert [(each.file, each.row) for each in found] == [
        (file, 9000 - n)
        for file, last in (("courses.csv", 2498), ("users.csv", 2499))
        for n in range(last, -1, -2)
    ]
    assert all(each.message == f"Zorglub U{9000 - (each.row or 0)} odd." for each in found)


def test_the_row_in_which_a_long_error_csv_is_cut_off_is_named(tmp_path: Path) -> None:
    csv = written(tmp_path, HEADER + "412,users.csv,text,3\n" * 2100 + "412,users.csv", "errors.csv")
    with pytest.raises(FileNotUsable, match="cut off in row 2102"):
        explain_import(csv)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sis_import_id;file;message;row\n412;users.csv;text;3\n", "separated by ';', not by commas"),
        ("sis_import_id\tfile\tmessage\trow\n412\tusers.csv\ttext\t3\n", "separated by '\\\\t'"),
        ("<!doctype html>\n<title>Log in, please</title>\n", "it is a web page, perhaps the page where"),
    ],
)
def test_a_list_that_was_saved_as_something_else_is_named(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(FileNotUsable, match=why):
        explain_import(written(tmp_path, text, "errors.csv"))


def test_a_severity_in_the_error_csv_is_kept(tmp_path: Path) -> None:
    rows = "412,a.csv,text,3,error\n412,a.csv,text,4,warning\n412,a.csv,users.csv is not UTF-8.,,warning\n"
    csv = written(tmp_path, HEADER.replace("row", "row,severity") + rows, "errors.csv")
    found = [(each.message.row, each.message.severity) for each in explain_import(csv).messages]
    assert found == [(None, "error"), (3, "error"), (4, "warning")]


def test_an_error_csv_alone_is_explained_and_its_completeness_left_open(tmp_path: Path) -> None:
    report = explain_import(written(tmp_path, f"{HEADER}412,courses.csv,{NO_NAME},3\n", "errors.csv"))
    assert report.import_id == 412 and not report.proof.complete and not report.clean
    assert "some may be missing" in str(report) and "course-blank" in report.causes[0].explanation.kind


def test_rows_without_numbers_are_counted_one_by_one(tmp_path: Path) -> None:
    two: list[list[str | None]] = [["courses.csv", f"Course C{n} has no long_name."] for n in (2, 3)]
    report = explain_import(saved_json(tmp_path, import_json(two)))
    assert [(rows.applied, rows.skipped) for rows in report.balance] == [(1, 2)]


def test_missing_messages_are_reported(tmp_path: Path) -> None:
    raw = import_json(ONE)
    raw["data"]["counts"]["warning_count"] = 40
    report = explain_import(saved_json(tmp_path, raw))
    assert not report.proof.complete and "39 missing" in str(report)


def test_the_line_about_more_messages_is_not_a_message(tmp_path: Path) -> None:
    many: list[list[str | None]] = [["courses.csv", f"Course C{n} has no long_name."] for n in range(24)]
    report = explain_import(saved_json(tmp_path, import_json([*many, [None, "6 more are not shown."]])))
    assert len(report.messages) == 24 and "1 missing" in str(report.proof)


def test_files_by_excel_pandas_and_powershell_are_read(tmp_path: Path) -> None:
    pandas = written(tmp_path, f"﻿{HEADER}412,courses.csv,{NO_NAME},3.0\r\n".replace("\n", "\r\n", 1), "e.csv")
    shell = tmp_path / "import.json"
    shell.write_bytes(json.dumps(import_json(ONE)).encode("utf-16"))
    assert explain_import([shell, pandas]).messages[0].message.row == 3
    pandas.write_text(pandas.read_text(encoding="utf-8-sig"), encoding="utf-16")
    assert explain_import([shell, pandas]).messages[0].message.row == 3


def test_the_answer_of_the_errors_list_is_read(tmp_path: Path) -> None:
    row = {"sis_import_id": 412, "file": "users.csv", "message": "users.csv is not UTF-8.", "row": None}
    report = explain_import(saved_json(tmp_path, {"sis_import_errors": [row]}))
    assert report.messages[0].message.severity == "error" and report.causes[0].severe


def test_a_list_of_one_import_is_that_import(tmp_path: Path) -> None:
    assert explain_import(saved_json(tmp_path, {"sis_imports": [import_json()]})).clean


def test_an_unknown_state_is_shown_and_reported_as_unknown(tmp_path: Path) -> None:
    report = explain_import(saved_json(tmp_path, import_json(workflow_state="pondering")))
    assert "pondering" in str(report) and "is unknown" in str(report) and not report.clean


def test_an_import_that_has_not_ended_says_so(tmp_path: Path) -> None:
    raw = import_json(workflow_state="importing", progress=40, ended_at=None)
    assert "has not ended (40 percent)" in str(explain_import(saved_json(tmp_path, raw)))


BAD = {
    "empty": "",
    "blank": " \n\n",
    "no-json": "{",
    "half": json.dumps(import_json(ONE))[:-40],
    "text": "hello",
    "a-number": "[1]",
    "deep": "[" * 100_000,
    "no-import": json.dumps({"courses": []}),
    "two-imports": json.dumps([import_json(), import_json()]),
    "no-state": json.dumps({"id": 1}),
    "id-is-a-path": json.dumps(import_json(id="../../x")),
    "state-is-a-list": json.dumps(import_json(workflow_state=[])),
    "data-is-text": json.dumps(import_json(data="x")),
    "counts-are-texts": json.dumps(import_json(data={"counts": {"courses": "many"}})),
    "counts-are-a-list": json.dumps(import_json(data={"counts": [1]})),
    "warnings-are-texts": json.dumps(import_json(processing_warnings=["text"])),
    "warnings-are-numbers": json.dumps(import_json(processing_warnings=[[1, 2]])),
    "time-is-odd": json.dumps(import_json(ended_at="yesterday")),
    "csv-of-courses": "course_id,short_name\nC1,C1\n",
    "csv-with-semicolons": HEADER.replace(",", ";"),
    "csv-cut-off": f"{HEADER}412,courses.csv\n",
    "csv-in-a-quote": f'{HEADER}412,courses.csv,"Course',
    "csv-odd-row": f"{HEADER}412,courses.csv,text,four\n",
    "csv-odd-id": f"{HEADER}x,courses.csv,text,4\n",
    "csv-infinite-row": f"{HEADER}412,courses.csv,text,inf\n",
    "csv-of-two-imports": f"{HEADER}412,a,text,4\n413,a,text,4\n",
    "errors-are-texts": json.dumps({"sis_import_errors": ["x"]}),
    "nul": "\0" * 200,
}


@pytest.mark.parametrize("name", BAD)
def test_a_saved_file_that_is_wrong_is_an_error_with_a_fix(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, BAD[name], "saved")
    with pytest.raises(FileNotUsable) as error:
        explain_import(file)
    assert error.value.what and error.value.fix and "Traceback" not in str(error.value)


def test_binary_and_latin_1_files_are_an_error(tmp_path: Path) -> None:
    for content in (bytes(range(256)), "sis_import_id,file,message,row\n1,a,Größe,2\n".encode("latin-1")):
        (tmp_path / "saved").write_bytes(content)
        with pytest.raises(FileNotUsable):
            explain_import(tmp_path / "saved")


@pytest.mark.parametrize("path", ["gone.json", "."])
def test_a_missing_file_is_an_error(tmp_path: Path, path: str) -> None:
    with pytest.raises(FileNotUsable):
        explain_import(tmp_path / path)


def test_the_error_csv_of_another_import_is_an_error(tmp_path: Path) -> None:
    csv = written(tmp_path, f"{HEADER}7,courses.csv,text,3\n", "errors.csv")
    with pytest.raises(FileNotUsable, match="from import 7, but the JSON is from import 412"):
        explain_import([saved_json(tmp_path, import_json()), csv])


def test_of_the_messages_of_many_imports_the_first_five_are_named(tmp_path: Path) -> None:
    csv = written(tmp_path, HEADER + "".join(f"{n},a.csv,text,3\n" for n in range(9, 1, -1)), "errors.csv")
    with pytest.raises(FileNotUsable, match=r"from several imports: 2, 3, 4, 5, 6\."):
        explain_import(csv)


def test_the_messages_of_all_imports_are_searched_for_those_of_one(tmp_path: Path) -> None:
    csv = written(tmp_path, f"{HEADER}7,a.csv,other,3\n412,courses.csv,{NO_NAME},3\n", "errors.csv")
    report = explain_import([saved_json(tmp_path, import_json(ONE)), csv])
    assert [each.message.message for each in report.messages] == [NO_NAME]


@pytest.mark.parametrize("source", [412, "412", []])
def test_an_id_needs_a_canvas_and_a_list_a_file(source: int | str) -> None:
    with pytest.raises(BadInput):
        explain_import(source)


def test_only_a_canvas_knows_the_previous_import(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="which import was the previous one"):
        explain_import(saved_json(tmp_path, import_json(ONE)), before="previous")


def test_the_saved_files_of_two_imports_are_an_error(tmp_path: Path) -> None:
    other = written(tmp_path, json.dumps(import_json(id=413)), "other.json")
    with pytest.raises(FileNotUsable, match="several imports: 412 and 413"):
        explain_import([saved_json(tmp_path, import_json(ONE)), other])


def test_an_import_at_hand_is_explained_without_a_canvas() -> None:
    report = explain_import(SisImport.from_json(import_json(ONE)))
    assert (report.import_id, [each.message.message for each in report.messages]) == (412, [NO_NAME])


def test_a_severity_that_the_list_leaves_out_comes_from_the_import(tmp_path: Path) -> None:
    rejected = "users.csv is not UTF-8."  # without the import, this is taken for an error
    rows = f"412,users.csv,{rejected},\n412,users.csv,Zorglub.,\n"
    csv = written(tmp_path, HEADER + rows, "errors.csv")
    both: list[list[str | None]] = [["users.csv", rejected], ["users.csv", "Zorglub."]]
    for errors in (both, both[:1], both[1:], []):
        raw = import_json([each for each in both if each not in errors])
        counts = raw["data"]["counts"] | {"error_count": len(errors)}
        raw |= {"processing_errors": errors, "data": raw["data"] | {"counts": counts}}
        found = {
            each.message.message: each.message.severity
            for each in explain_import([saved_json(tmp_path, raw), csv]).messages
        }
        assert found == {text: "error" if [file, text] in errors else "warning" for file, text in both}


def test_a_report_is_saved_and_read_again(tmp_path: Path) -> None:
    csv = written(tmp_path, f'{HEADER}412,courses.csv,"{NO_NAME}\r\n“ü”",3\n', "errors.csv")
    attached = {"id": 9, "url": "https://x.instructure.com/files/9/download?verifier=abc"}
    first = explain_import([saved_json(tmp_path, import_json(ONE, errors_attachment=attached)), csv])
    folder = first.save(tmp_path / "kept")
    again = explain_import(folder)
    assert folder.name == "sis_import_412"
    assert [each.message.message for each in again.messages] == [
        each.message.message for each in first.messages
    ]
    assert "verifier" not in (folder / "sis_import.json").read_text("utf-8")
    assert (folder / "report.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path: Path) -> None:
    report = explain_import(saved_json(tmp_path, import_json()))
    with pytest.raises(CanvasError, match="cannot be written"):
        report.save(tmp_path / "import.json")


def test_half_a_character_in_a_message_is_saved_so_that_it_can_be_seen(tmp_path: Path) -> None:
    broken = "Course \ud83d has no long_name."
    folder = explain_import(saved_json(tmp_path, import_json([["courses.csv", broken]]))).save(
        tmp_path / "kept"
    )
    assert "Course \\ud83d has no long_name." in (folder / "messages.csv").read_text(encoding="utf-8")


def test_a_report_counts_as_old_so_that_no_search_for_garbage_begins_with_it(tmp_path: Path) -> None:
    csv = written(tmp_path, f"{HEADER}412,courses.csv,{NO_NAME},3\n", "errors.csv")
    [explained] = explain_import(csv).messages
    assert gc.isenabled() and any(each is explained for each in gc.get_objects(generation=2))
