"""The pages of SIS imports: what matters first, while one runs and after it has ended."""

import re
from urllib.parse import urljoin

import pytest

from practice_canvas.pages.causes import shape
from tests.practice_canvas.pages.reader import BROKEN, Page, courses_csv, look, send
from tests.practice_server import HELD, IMPORTS, Server
from tests.zips import zipped


def test_messages_come_first_and_equal_ones_once(canvas: Server) -> None:
    import_id = canvas.run_csv(f"{courses_csv(30, 'NOWHERE')}B2,,,,active\n", "courses.csv")["id"]
    page = look(canvas, f"/sis_imports/{import_id}")
    assert "31 warnings with 2 causes" in page.text
    assert page.text.count("NOWHERE") == 1
    assert "courses.csv , row 2 · 29 more like this" in page.text
    assert page.text.index("NOWHERE") < page.text.index("Details") < page.text.index("Sent by")
    (like,) = (link.partition("#")[0] for link in page.links if link.startswith("?like="))
    alike = look(canvas, f"/sis_imports/{import_id}{like}")
    assert "30 messages, page 1 of 2 with one cause" in alike.text
    assert "of course N024 does not exist" in alike.text and "B2" not in alike.text
    assert "of course N029" in look(canvas, f"/sis_imports/{import_id}?page=2&like={like[6:]}").text
    assert canvas.get(f"/sis_imports/{import_id}?like=999999").status == 404


def test_errors_come_before_warnings_however_few(canvas: Server) -> None:
    files = {"courses.csv": courses_csv(3, "NOWHERE"), "odd.csv": "a,b\n1,2\n"}
    import_id = send(canvas, zipped(files), "mixed.zip")
    canvas.wait(import_id)
    text = look(canvas, f"/sis_imports/{import_id}").text
    assert text.index("✖ error The header of odd.csv") < text.index("▲ warning The account NOWHERE")
    assert "✖ Failed failed_with_messages" in text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The account A1 of course B1 does not exist.", "The account X of course b-2 does not exist.", True),
        ("The user jo does not exist (course C).", "The user kim does not exist (section (none)).", True),
        ("The status “actve” is not allowed.", "The status “dropped out” is not allowed.", True),
        (
            "The login al has the status actve: use on.",
            "The login b has the status off: use on.",
            True,
        ),
        ("Course C1 has no short_name.", "Course C1 has no long_name.", False),
        ("The row has no user_id.", "The row has no course_id.", False),
        ("The user A does not exist.", "The user A cannot observe themselves.", False),
    ],
)
def test_messages_have_one_cause_if_they_differ_in_ids_only(one: str, other: str, same: bool) -> None:
    assert (shape(one) == shape(other)) is same


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/sis_imports/1", "✔ Done imported Took"),
        ("/sis_imports/1", "applied 6,770 rows of 13 kinds"),
        ("/sis_imports/2", "▲ Done with messages imported_with_messages Took"),
        ("/sis_imports/2", "applied no rows"),
        ("/sis_imports/3", "applied 1 course"),
    ],
)
def test_an_import_that_ended_says_what_it_took_and_did(school: Server, path: str, shown: str) -> None:
    page = look(school, path)
    assert shown in page.text
    assert not page.all("progress") and "0 %" not in page.text


def test_what_batch_mode_deleted_is_said(canvas: Server) -> None:
    canvas.run_csv("term_id,name,status\nT,Term,active\n", "terms.csv")
    header = "course_id,short_name,long_name,term_id,status\n"
    canvas.run_csv(f"{header}A,A,A,T,active\nB,B,B,T,active\nC,C,C,T,active\n")
    ended = canvas.run_csv(f"{header}A,A,A,T,active\n", batch_mode="1", batch_mode_term_id="sis_term_id:T")
    told = look(canvas, f"/sis_imports/{ended['id']}").text
    assert "applied 1 course · batch mode deleted 2 courses" in told


def test_the_fields_that_a_sentence_names_are_links(school: Server) -> None:
    page = look(school, "/sis_imports/2")
    assert ": read the 2 warnings below ." in page.text
    assert "#messages" in page.links
    assert "processing_warnings" not in page.text


def test_an_import_that_ended_is_news(school: Server) -> None:
    for path in ("/sis_imports/2", "/sis_imports/2?severity=warnings"):
        assert "SIS import 2: Done with messages, 2 warnings." in look(school, path).text
    assert "SIS import 3: Done." in look(school, "/users").text


def test_a_running_import_is_reported_on_every_page_with_its_progress(canvas: Server) -> None:
    canvas.settings(pace=HELD)
    import_id = canvas.post_csv(BROKEN).json["id"]
    canvas.wait(import_id, until=lambda shown: shown["workflow_state"] == "importing")
    for path in ("/", "/users", "/sis_imports", f"/sis_imports/{import_id}", "/nothing"):
        page = Page(canvas.get(path).body.decode())
        assert "data-busy" in page.all("main")[0], path
        assert "▶ Importing" in page.text, path
        assert page.all("progress")[0]["aria-label"] == f"Progress of SIS import {import_id}", path
        assert re.search("<title>[0-9]+ % · ", page.html), path
    canvas.send("PUT", f"{IMPORTS}/{import_id}/abort", b"")
    canvas.wait(import_id)
    assert "<title>Aborted · SIS import" in look(canvas, f"/sis_imports/{import_id}").html
    assert "data-busy" not in look(canvas, "/").all("main")[0]


def test_files_are_offered_under_their_verifier(school: Server) -> None:
    link = next(each for each in look(school, "/sis_imports/2").links if "verifier=" in each)
    answer = school.get(urljoin(f"{school.url}/sis_imports/2", link), token=None)
    assert answer.status == 200
    assert b"NOWHERE" in answer.body
