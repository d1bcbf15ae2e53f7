"""The SIS export report: asked for, made by the worker, downloaded, and importable as it stands."""

import csv
import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from practice_canvas.sis_csv.kinds import recognize
from tests.practice_server import Server, multipart
from tests.waiting import wait_for
from tests.zips import zipped

REPORTS = "/api/v1/accounts/self/reports"
EXPORT = f"{REPORTS}/sis_export_csv"
SCHOOL = Path(__file__).parents[3] / "data/sample_school"
FILES: tuple[str, ...] = (
    "accounts",
    "terms",
    "courses",
    "sections",
    "xlist",
    "users",
    "enrollments",
    "admins",
)
FILES += ("group_categories", "groups", "group_membership", "user_observers")


def finished(canvas: Server, report: str = "sis_export_csv", **parameters: Any) -> dict[str, Any]:
    fields = {f"parameters[{name}]": value for name, value in parameters.items()}
    asked = canvas.form("POST", f"{REPORTS}/{report}", fields)
    assert asked.status == 200 and asked.json["status"] == "created", asked
    shown: dict[str, Any] = wait_for(
        lambda: canvas.get(f"{REPORTS}/{report}/{asked.json['id']}").json,
        lambda now: now["status"] in ("complete", "error"),
    )
    return shown


def export(canvas: Server, *names: str, **choice: Any) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each file of an export."""
    shown = finished(canvas, **dict.fromkeys(names or FILES, "true"), **choice)
    content = canvas.get(shown["attachment"]["url"], token=None).body
    if len(names) == 1:
        return {names[0]: rows(content)}
    with ZipFile(io.BytesIO(content)) as archive:
        return {Path(name).stem: rows(archive.read(name)) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def send_zip(canvas: Server, files: dict[str, bytes]) -> dict[str, Any]:
    body, kind = multipart({}, "school.zip", zipped(files), "application/zip")
    answer = canvas.send("POST", "/api/v1/accounts/self/sis_imports", body, {"Content-Type": kind})
    return canvas.wait(answer.json["id"])


def as_csv(found: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(found[0]))
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue().encode()


@pytest.fixture
def school(canvas: Server) -> Server:
    """A practice Canvas with the sample school in it."""
    ended = send_zip(canvas, {path.name: path.read_bytes() for path in SCHOOL.glob("*.csv")})
    assert ended["workflow_state"] == "imported", ended
    return canvas


def test_an_export_imports_again_to_the_very_same_school(school: Server) -> None:
    before = export(school)
    assert set(before) == set(FILES) and all(before.values())
    school.send("POST", "/practice/reset", b"")
    ended = send_zip(school, {f"{name}.csv": as_csv(found) for name, found in before.items()})
    assert ended["workflow_state"] == "imported", ended.get("processing_warnings")
    after = export(school)
    for name in FILES:
        assert sorted(map(str, after[name])) == sorted(map(str, before[name])), name


def test_every_file_is_recognized_by_its_header(school: Server) -> None:
    kinds = [recognize(list(found[0])) for found in export(school).values()]
    assert len({kind.name for kind in kinds if kind}) == len(FILES)


def test_one_kind_comes_as_a_csv_file_and_not_as_a_zip(school: Server) -> None:
    shown = finished(school, terms="1")
    assert shown["attachment"]["display_name"].endswith(".csv") and shown["progress"] == 100
    assert [row["term_id"] for row in export(school, "terms")["terms"]]


def test_an_export_can_be_limited_to_one_term(school: Server) -> None:
    every = export(school, "courses", "enrollments")
    term = every["courses"][0]["term_id"]
    some = export(school, "courses", "enrollments", enrollment_term_id=f"sis_term_id:{term}")
    assert {row["term_id"] for row in some["courses"]} == {term}
    assert 0 < len(some["enrollments"]) < len(every["enrollments"])


def test_deleted_objects_are_there_only_when_asked_for(canvas: Server) -> None:
    header = "course_id,short_name,long_name,status\n"
    canvas.run_csv(header + "A,A,A,active\nB,B,B,active\n")
    canvas.run_csv(header + "B,B,B,deleted\n")
    assert [row["course_id"] for row in export(canvas, "courses")["courses"]] == ["A"]
    found = export(canvas, "courses", include_deleted="true")["courses"]
    assert [(row["course_id"], row["status"]) for row in found] == [("A", "unpublished"), ("B", "deleted")]


def test_what_no_import_touched_can_be_left_out(canvas: Server) -> None:
    canvas.form("PUT", "/api/v1/accounts/self/terms/1", {"enrollment_term[sis_term_id]": "HAND"})
    canvas.run_csv("term_id,name,status\nSIS,By SIS,active\n")
    assert [row["term_id"] for row in export(canvas, "terms")["terms"]] == ["HAND", "SIS"]
    assert [row["term_id"] for row in export(canvas, "terms", created_by_sis="true")["terms"]] == ["SIS"]


def test_a_report_without_any_kind_ends_with_an_error_that_says_so(canvas: Server) -> None:
    shown = finished(canvas, include_deleted="true")
    assert shown["status"] == "error" and "parameters[courses]" in shown["message"]
    assert "attachment" not in shown


def test_a_provisioning_report_also_has_what_no_import_knows(canvas: Server) -> None:
    canvas.run_csv("course_id,short_name,long_name,status\nC1,C1,One,active\n")
    made = canvas.form("POST", "/api/v1/accounts/self/courses", {"course[name]": "By hand"}).json
    shown = finished(canvas, "provisioning_csv", courses="true")
    [known, new] = rows(canvas.get(shown["attachment"]["url"], token=None).body)
    assert (known["course_id"], known["created_by_sis"]) == ("C1", "true")
    assert (new["canvas_course_id"], new["course_id"], new["created_by_sis"]) == (
        str(made["id"]),
        "",
        "false",
    )


@pytest.mark.parametrize(
    ("report", "names"),
    [
        ("unused_courses_csv", ["One", "Two"]),
        ("unpublished_courses_csv", ["One"]),
        ("recently_deleted_courses_csv", ["Gone"]),
    ],
)
def test_lists_of_courses_are_reports_too(canvas: Server, report: str, names: list[str]) -> None:
    courses = "C1,C1,One,active\nC2,C2,Two,published\nC3,C3,Gone,"
    for status in ("active", "deleted"):
        canvas.run_csv(f"course_id,short_name,long_name,status\n{courses}{status}\n")
    found = rows(canvas.get(finished(canvas, report)["attachment"]["url"], token=None).body)
    assert [row["long name"] for row in found] == names


def test_reports_are_listed_with_the_newest_first(canvas: Server) -> None:
    ids = [finished(canvas, terms="true")["id"] for _ in range(2)]
    assert [shown["id"] for shown in canvas.get(EXPORT).json] == ids[::-1]
    available = next(one for one in canvas.get(REPORTS).json if one["report"] == "sis_export_csv")
    assert available["last_run"]["id"] == ids[1] and set(FILES) < set(available["parameters"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{EXPORT}/999", 404),
        ("GET", f"{EXPORT}/x", 404),
        ("POST", f"{REPORTS}/grade_export_csv", 404),
        ("POST", f"{EXPORT}?parameters[enrollment_term_id]=sis_term_id:NONE", 400),
    ],
)
def test_what_is_not_there_is_refused(canvas: Server, method: str, path: str, status: int) -> None:
    assert canvas.send(method, path, b"" if method == "POST" else None).status == status


def test_reports_need_an_administrator(canvas: Server) -> None:
    for method, path in (("GET", REPORTS), ("GET", f"{EXPORT}/1"), ("POST", EXPORT)):
        body = b"" if method == "POST" else None
        assert canvas.send(method, path, body, token="practice-no-permission-token").status == 403


def test_reset_forgets_the_reports(canvas: Server) -> None:
    finished(canvas, terms="true")
    canvas.send("POST", "/practice/reset", b"")
    assert canvas.get(EXPORT).json == []
