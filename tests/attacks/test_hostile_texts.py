"""Hostile text in every field that an import fills: pages and exports show it as the text that it is."""

import csv
import io
from html.parser import HTMLParser

import pytest

from practice_canvas.pages.site import PAGES
from tests.attacks.hostile_texts import KINDS, TEXTS, quoted
from tests.practice_server import Server


class Markup(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


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
