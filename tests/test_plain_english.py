"""Phrases that no technical writer would sign stay out of everything a person can read."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PHRASES = re.compile(
    r"\b(is none of|stands? there|stands? twice|anew|mend(s|ed|ing)?|told|heeds?|gravest|nobody watches"
    r"|pass(es|ed|ing)? over|of one.s own|no keyboard|under way|not well:|something else than|if it is none"
    r"|in another spelling|th(at|is) very|(that|it) (is|are) no (rows?|files?|csv|json))\b"
    r"|\bsigns\b(?! (in|up|out))",
    re.IGNORECASE,
)
NAME = re.compile(r"^ *(?:async )?(?:def|class) (\w+)", re.MULTILINE)
WORD_ENDS = re.compile(r"_|(?<=[a-z])(?=[A-Z])")
# The schema's comments are part of its version: a new word would set every learner's school aside.
LEFT_OUT = {"practice_canvas/store/schema.sql", "docs/practice-canvas.md"}
SUFFIXES = {".py", ".toml", ".md", ".html", ".js", ".ps1", ".ipynb"}
PLACES = ["helpers", "practice_canvas", "launcher", "notebooks", "data", "docs", "benchmarks", "workshop"]
FILES = [
    path
    for place in [*(ROOT / name for name in PLACES), ROOT]
    for path in sorted(place.glob("*" if place == ROOT else "**/*"))
    if path.suffix in SUFFIXES and path.relative_to(ROOT).as_posix() not in LEFT_OUT
]


def readable(path: Path) -> Iterator[str]:
    """What a person reads in a file: all of it, and of a notebook the cells without their ids."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        yield text
        return
    for cell in json.loads(text)["cells"]:
        yield "".join(cell["source"])


def in_words(name: str) -> str:
    """A name in code as the words that it is made of."""
    return WORD_ENDS.sub(" ", name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_it_reads_as_plain_english(path: Path) -> None:
    found = [match[0] for text in readable(path) for match in PHRASES.finditer(text)]
    assert not found


@pytest.mark.parametrize("place", ["helpers", "practice_canvas", "launcher", "docs", "benchmarks", "tests"])
def test_names_are_plain_english(place: str) -> None:
    paths = list((ROOT / place).rglob("*.py"))
    names = {path.stem for path in paths}
    names |= {name for path in paths for name in NAME.findall(path.read_text(encoding="utf-8"))}
    assert names and not {name for name in names if PHRASES.search(in_words(name))}


def test_the_list_finds_what_it_should() -> None:
    assert PHRASES.search("A value is none of those") and PHRASES.search("Mended files were told")
    assert PHRASES.search("Lines that are no rows") and PHRASES.search("Pass over the rows")
    assert not PHRASES.search("the user signs in")
    assert PHRASES.search(in_words("RowsToldTwice")) and PHRASES.search(in_words("test_mending"))
