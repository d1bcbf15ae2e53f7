"""Pages of the practice Canvas, read and taken apart, and files to fill it with."""

import re
from html import unescape
from html.parser import HTMLParser

from tests.practice_server import IMPORTS, Server, multipart

BROKEN = "course_id,short_name,long_name,account_id,status\nB1,B,Broken,NOWHERE,active\nB2,,,,active\n"


class Page(HTMLParser):
    """A page taken apart: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html = html.replace("<wbr>", "")
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.text = " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def links(self) -> list[str]:
        return [link["href"] for link in self.all("a")]


def look(server: Server, path: str) -> Page:
    answer = server.get(path, token=None)
    assert answer.status == 200, (path, answer)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.body.decode())


def send(server: Server, content: bytes, name: str) -> int:
    body, kind = multipart({}, name, content, "application/zip")
    return int(server.send("POST", IMPORTS, body, {"Content-Type": kind}).json["id"])


def courses_csv(number: int, account: str = "") -> str:
    rows = (f"N{i:03},N{i},New course {i},{account},active" for i in range(number))
    return "\n".join(["course_id,short_name,long_name,account_id,status", *rows, ""])
