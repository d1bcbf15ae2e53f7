import csv
from urllib.parse import urlsplit

from tests.practice_server import IMPORTS, Server

MIXED = "course_id,short_name,long_name,status\nC1,C1,One,active\nC2,C2,Two,frozen\n"
MANY = "course_id,short_name,long_name,status\n" + "".join(f"M{n},M,Many,frozen\n" for n in range(30))


def test_a_clean_import_has_no_message_keys(canvas: Server) -> None:
    shown = canvas.run_csv(MIXED.replace("frozen", "active"), "courses.csv")
    assert not {"processing_errors", "processing_warnings", "errors_attachment"} & set(shown)
    assert (shown["progress"], shown["data"]["counts"]["warning_count"]) == (100, 0)
    assert [file["display_name"] for file in shown["csv_attachments"]] == ["courses.csv"]


def test_at_most_24_messages_are_shown_and_one_more_counts_the_rest(canvas: Server) -> None:
    shown = canvas.run_csv(MANY, "courses.csv")
    warnings = shown["processing_warnings"]
    assert len(warnings) == 25
    assert warnings[24][1].startswith("6 more messages are not shown")
    assert shown["data"]["counts"]["warning_count"] == 30


def test_24_messages_need_no_line_more(canvas: Server) -> None:
    assert len(canvas.run_csv("\n".join(MANY.splitlines()[:25]) + "\n")["processing_warnings"]) == 24


def test_the_errors_attachment_holds_every_message(canvas: Server) -> None:
    shown = canvas.run_csv(MANY, "courses.csv")
    file = shown["errors_attachment"]
    assert file["display_name"] == f"sis_errors_attachment_{shown['id']}.csv"
    answer = canvas.get(file["url"], token=None)
    rows = list(csv.DictReader(answer.body.decode().splitlines()))
    assert (len(rows), list(rows[0])) == (30, ["sis_import_id", "file", "message", "row"])
    assert file["size"] == len(answer.body)
    assert "attachment" in answer.headers["content-disposition"]


def test_what_was_uploaded_can_be_downloaded_again_without_a_token(canvas: Server) -> None:
    file = canvas.run_csv(MIXED, "courses.csv")["csv_attachments"][0]
    assert canvas.get(file["url"], token=None).body == MIXED.encode()
    assert (file["content-type"], file["locked"], file["hidden"]) == ("text/csv", False, False)


def test_a_wrong_verifier_downloads_nothing(canvas: Server) -> None:
    url = canvas.run_csv(MIXED)["csv_attachments"][0]["url"]
    path = urlsplit(url).path
    for query in ("", "?verifier=", "?verifier=x", "?verifier=%C3%A4"):
        assert canvas.get(f"{canvas.url}{path}{query}").status == 404
    assert canvas.get(f"{canvas.url}/files/x/download").status == 404
    assert canvas.get(f"{canvas.url}/files").status == 404


def test_a_file_that_somebody_removed_from_the_data_folder_is_not_found(canvas: Server) -> None:
    url = canvas.run_csv(MIXED)["csv_attachments"][0]["url"]
    for stored in (canvas.home / "files").iterdir():
        stored.unlink()
    assert canvas.get(url, token=None).status == 404


def test_the_runner_of_an_import_sees_the_same_import_in_list_and_show(canvas: Server) -> None:
    shown = canvas.run_csv(MIXED)
    assert canvas.get(IMPORTS).json["sis_imports"] == [shown]
