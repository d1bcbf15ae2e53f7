import pytest

from tests.practice_server import Server

COURSES = (
    "course_id,short_name,long_name,status,integration_id\n"
    "A/B,A,Slash,active,int-1\nTwo words,T,Blank,active,\nUmläut,U,Umlaut,active,\nx.json,X,Dot,active,\n"
    "5,F,Digits,active,\n"
)
USERS = "user_id,login_id,full_name,status,integration_id\nU-1,Ann.Lee,Ann Lee,active,i-1\n"
TERMS = (
    "term_id,name,status,start_date,end_date\n"
    "NOW,Now,active,2020-01-01,2090-01-01\nOLD,Old,active,2001-01-01,2002-01-01\nEVER,Ever,active,,\n"
)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("sis_course_id:A%2FB", "Slash"),
        ("sis_course_id:Two%20words", "Blank"),
        ("sis_course_id:Uml%C3%A4ut", "Umlaut"),
        ("sis_integration_id:int-1", "Slash"),
        ("hex:sis_course_id:412f42", "Slash"),
        ("hex:sis_course_id:556D6CC3A47574", "Umlaut"),
        ("sis_course_id:5", "Digits"),
    ],
)
def test_a_course_is_found_by_each_way_of_writing_its_id(canvas: Server, path: str, name: str) -> None:
    canvas.run_csv(COURSES)
    assert canvas.get(f"{canvas.url}/api/v1/courses/{path}").json["name"] == name


@pytest.mark.parametrize(
    "path",
    [
        "A%2FB",
        "sis_course_id:a%2Fb",
        "sis_user_id:A%2FB",
        "sis_course_id:",
        "hex:sis_course_id:41z",
        "hex:sis_course_id:ff",
        "sis_course_id:A/B",
        "5x",
    ],
)
def test_anything_else_finds_nothing(canvas: Server, path: str) -> None:
    canvas.run_csv(COURSES)
    answer = canvas.get(f"{canvas.url}/api/v1/courses/{path}")
    assert (answer.status, list(answer.json)) == (404, ["errors"])


@pytest.mark.parametrize("text", ["sis_login_id:ann.lee", "sis_login_id:ANN.LEE", "sis_integration_id:i-1"])
def test_a_user_is_found_by_login_without_letter_case(canvas: Server, text: str) -> None:
    canvas.run_csv(USERS)
    assert canvas.get(f"/api/v1/users/{text}").json["sis_user_id"] == "U-1"


def test_self_is_who_asks(canvas: Server) -> None:
    assert canvas.get("/api/v1/users/self").json["name"] == "Ada Admin"
    assert (
        canvas.get("/api/v1/users/self", token="practice-no-permission-token").json["name"] == "Nora Noright"
    )


def test_accounts_have_names_for_the_root(canvas: Server) -> None:
    found = [canvas.get(f"/api/v1/accounts/{name}").json["id"] for name in ("self", "default", "1")]
    assert found == [1, 1, 1]
    assert canvas.get("/api/v1/accounts/site_admin").status == 403


def test_terms_have_names_for_the_default_and_the_current_one(canvas: Server) -> None:
    assert canvas.get("/api/v1/accounts/self/terms/current").status == 404
    canvas.run_csv(TERMS)
    names = [
        canvas.get(f"/api/v1/accounts/self/terms/{name}").json["name"] for name in ("default", "current")
    ]
    assert names == ["Default Term", "Now"]


def test_two_open_terms_are_no_current_one(canvas: Server) -> None:
    canvas.run_csv(TERMS + "ALSO,Also,active,2020-01-01,\n")
    assert canvas.get("/api/v1/accounts/self/terms/current").status == 404
