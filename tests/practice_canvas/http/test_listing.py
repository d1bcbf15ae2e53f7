from itertools import pairwise

import pytest

from tests.practice_server import IMPORTS, Server

ACCOUNTS = "account_id,parent_account_id,name,status\n" + "".join(
    f"A{n},,Account {n},active\n" for n in range(25)
)
SUB = "/api/v1/accounts/self/sub_accounts"
BAD = "course_id,short_name,long_name,status\n" + "".join(f"C{n},C,Course,frozen\n" for n in range(12))


def rels(link: str) -> dict[str, str]:
    """Return rel → address of a Link header, in its order."""
    return {part.split('rel="')[1][:-1]: part.split(">")[0].lstrip("<") for part in link.split(",")}


def test_ten_of_them_are_a_page(canvas: Server) -> None:
    canvas.run_csv(ACCOUNTS)
    answer = canvas.get(SUB)
    assert len(answer.json) == 10
    assert list(rels(answer.headers["link"])) == ["current", "next", "first", "last"]


def test_links_lead_through_the_whole_list(canvas: Server) -> None:
    canvas.run_csv(ACCOUNTS)
    address, found = f"{canvas.url}{SUB}?per_page=7", []
    while address:
        answer = canvas.get(address)
        found += [account["sis_account_id"] for account in answer.json]
        address = rels(answer.headers["link"]).get("next", "")
    assert found == [f"A{n}" for n in range(25)]
    assert list(rels(answer.headers["link"])) == ["current", "prev", "first", "last"]


def test_links_keep_the_query_but_no_token(canvas: Server) -> None:
    canvas.run_csv(ACCOUNTS)
    answer = canvas.get(f"{SUB}?recursive=true&access_token=practice-admin-token&per_page=2&page=3")
    links = rels(answer.headers["link"])
    assert links["next"] == f"{canvas.url}{SUB}?recursive=true&page=4&per_page=2"
    assert links["last"].endswith("page=13&per_page=2")
    assert "token" not in answer.headers["link"]


@pytest.mark.parametrize(("asked", "got"), [("0", 1), ("-3", 1), ("junk", 1), ("1000", 25), ("3", 3)])
def test_per_page_is_held_between_1_and_100(canvas: Server, asked: str, got: int) -> None:
    canvas.run_csv(ACCOUNTS)
    assert len(canvas.get(f"{SUB}?per_page={asked}").json) == got


@pytest.mark.parametrize("page", ["0", "-1", "junk", "1.5"])
def test_a_page_that_is_no_positive_number_is_not_found(canvas: Server, page: str) -> None:
    assert {canvas.get(f"{path}?page={page}").status for path in (SUB, IMPORTS)} == {404}


def test_a_page_past_the_end_is_empty(canvas: Server) -> None:
    answer = canvas.get(f"{SUB}?page=9")
    assert (answer.status, answer.json) == (200, [])


def test_the_list_of_imports_tells_no_last_page_while_more_follow(canvas: Server) -> None:
    for _ in range(3):
        canvas.run_csv(ACCOUNTS)
    first, last, past = (canvas.get(f"{IMPORTS}?per_page=2&page={page}") for page in (1, 2, 3))
    assert list(rels(first.headers["link"])) == ["current", "next", "first"]
    assert list(rels(last.headers["link"])) == ["current", "prev", "first", "last"]
    assert list(rels(past.headers["link"])) == ["current", "prev", "first"]
    ids = [shown["id"] for shown in canvas.get(IMPORTS).json["sis_imports"]]
    assert all(newer > older for newer, older in pairwise(ids))


def test_messages_come_newest_first_of_one_import_or_all(canvas: Server) -> None:
    first, second = canvas.run_csv(BAD), canvas.run_csv("a,b\n1,2\n")
    own = canvas.get(f"{IMPORTS}/{first['id']}/errors?per_page=100").json["sis_import_errors"]
    every = canvas.get("/api/v1/accounts/self/sis_import_errors?per_page=100").json["sis_import_errors"]
    assert [message["row"] for message in own] == list(range(13, 1, -1))
    assert every[0] == {**every[0], "sis_import_id": second["id"], "row": None, "file": "file.csv"}
    assert every[1:] == own


def test_failure_keeps_the_errors_only(canvas: Server) -> None:
    shown = canvas.run_csv(BAD)
    path = f"{IMPORTS}/{shown['id']}/errors"
    found = [len(canvas.get(f"{path}{query}").json["sis_import_errors"]) for query in ("", "?failure=true")]
    assert found == [10, 0]


def test_states_and_dates_narrow_the_list_of_imports(canvas: Server) -> None:
    canvas.run_csv(ACCOUNTS), canvas.run_csv(BAD)
    made = canvas.get(f"{IMPORTS}/1").json["created_at"]
    queries = {
        "workflow_state=imported": 1,
        "workflow_state[]=imported&workflow_state[]=imported_with_messages": 2,
        "workflow_state[]=nonsense": 2,
        "workflow_state[]=nonsense&workflow_state[]=aborted": 0,
        f"created_since={made}": len(canvas.get(f"{IMPORTS}?created_since={made}").json["sis_imports"]),
        "created_since=2099-01-01": 0,
        "created_before=2099-01-01T00:00:00+01:00": 2,
        "created_since=&created_before=soon": 2,
    }
    found = {query: len(canvas.get(f"{IMPORTS}?{query}").json["sis_imports"]) for query in queries}
    assert found == queries


def test_a_json_ending_changes_nothing(canvas: Server) -> None:
    canvas.run_csv(ACCOUNTS)
    for path in (f"{IMPORTS}/1", SUB, "/api/v1/accounts/sis_account_id:A1", f"{IMPORTS}/importing"):
        assert canvas.get(f"{path}.json").json == canvas.get(path).json


@pytest.mark.parametrize("number", ["0", "99", "x", "1x", "-1", "9" * 30, "%C2%B2"])
def test_an_import_that_is_not_there_is_not_found(canvas: Server, number: str) -> None:
    canvas.run_csv(ACCOUNTS)
    answers = [canvas.get(f"{IMPORTS}/{number}{more}") for more in ("", "/errors")]
    assert {(answer.status, tuple(answer.json)) for answer in answers} == {(404, ("errors",))}


def test_a_message_about_a_row_carries_its_contents_without_passwords(canvas: Server) -> None:
    shown = canvas.run_csv('user_id,login_id,full_name,password,status\nU1,,"Lee, Ann",s3cret99,active\n')
    (message,) = canvas.get(f"{IMPORTS}/{shown['id']}/errors").json["sis_import_errors"]
    assert (message["row"], message["row_info"]) == (2, 'U1,,"Lee, Ann",,active')


def test_a_message_about_a_file_has_no_contents_in_either_list(canvas: Server) -> None:
    shown = canvas.run_csv("a,b\n1,2\n")
    for path in (f"{IMPORTS}/{shown['id']}/errors", "/api/v1/accounts/self/sis_import_errors"):
        (message,) = canvas.get(path).json["sis_import_errors"]
        assert message["row_info"] is None
