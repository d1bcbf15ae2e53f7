"""Hostile text in every field that an import fills: pages and exports show it as the text that it is."""

import csv
import io
from html.parser import HTMLParser

import pytest

from practice_canvas.pages.site import PAGES
from tests.practice_server import Server

TEXTS = {
    "script": "<script>alert(1)</script>",
    "attribute": "x' onmouseover='alert(1)' style='x",
    "image": "<img src=x onerror=alert(1)>",
    "template": "{{ 7 * 191 }}{% raw %}${7*191}",
    "end of everything": "</td></table></textarea></title><!--",
    "entity": "&lt;script&gt;&#60;b&#62;",
    "direction": "\u202egnp.exe\u2066\u200b\ufeff",
    "controls": "a\x01\x07\x1b[31mb",
    "wide": "\U0001f9d1\u200d\U0001f680\u0301\u0e33" * 9,
    "formula": "=HYPERLINK(1)+@SUM(1)",
    "address": "javascript:alert(1)//../../etc",
}
KINDS = {
    "accounts.csv": "account_id,parent_account_id,name,status|{0},,{0},active",
    "terms.csv": "term_id,name,status|{0},{0},active",
    "courses.csv": "course_id,short_name,long_name,account_id,term_id,status|{0},{0},{0},{0},{0},active",
    "sections.csv": "section_id,course_id,name,status|{0},{0},{0},active",
    "users.csv": "user_id,login_id,full_name,sortable_name,short_name,status|{0},{0},{0},{0},{0},active",
    "enrollments.csv": "course_id,user_id,role,section_id,status|{0},{0},student,{0},active",
    "groups.csv": "group_id,name,status|{0},{0},available",
    "odd.csv": "{0},{0}|{0},{0}",
    "admins.csv": "user_id,account_id,role,status|{0},{0},{0},active",
}


class Markup(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def quoted(template: str, text: str) -> str:
    """Return a CSV file with the text as one value, whatever is in it."""
    value = '"' + text.replace('"', '""') + '"'
    return template.replace("|", "\n").replace("{0}", value) + "\n"


@pytest.mark.parametrize("what", TEXTS)
def test_a_hostile_text_stays_text(canvas: Server, what: str) -> None:
    text = TEXTS[what]
    for name, template in KINDS.items():
        assert canvas.run_csv(quoted(template, text), name)["ended_at"]
    paths = ["/" + route.path.replace(":id", number) for route in PAGES for number in ("1", "2", "3", "8")]
    for path in dict.fromkeys(paths):
        answer = canvas.get(path)
        assert answer.status in {200, 404}, path
        for tag, attributes in Markup(answer.body.decode()).found:
            assert tag not in {"img", "iframe", "object", "embed", "base"}
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (path, tag)
            assert tag != "script" or "src" in attributes, path
            assert tag != "a" or not (attributes.get("href") or "").lower().startswith("javascript"), path
        assert str(7 * 191) not in answer.body.decode(), path
    course = canvas.get("/api/v1/accounts/self/courses").json[0]
    assert course["name"] == course["sis_course_id"] == text


@pytest.mark.parametrize(
    "name", ["<b>.csv", 'a"b.csv', "a\\..\\..\\b.csv", "../../up.csv", "x\u202e.csv", "é'.csv"]
)
def test_a_hostile_file_name_stays_a_name_below_the_folder(canvas: Server, name: str) -> None:
    shown = canvas.run_csv("course_id,short_name,long_name,status\nC1,,,active\n", name.replace('"', "%22"))
    page = canvas.get(f"/sis_imports/{shown['id']}").body.decode()
    assert "<b>" not in page and 'a"b' not in page
    for attachment in shown.get("csv_attachments", []):
        answer = canvas.get(attachment["url"], token=None)
        assert answer.status == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "\n" not in answer.headers["content-disposition"]
    stored = [path for path in canvas.home.parent.rglob("*.csv") if path.parent != canvas.home / "files"]
    assert stored == []
    errors = shown["errors_attachment"]["url"]
    rows = list(csv.DictReader(io.StringIO(canvas.get(errors, token=None).body.decode())))
    assert len(rows) == shown["data"]["counts"]["error_count"] + shown["data"]["counts"]["warning_count"]
