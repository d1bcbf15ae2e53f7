"""Names and other texts that a program has damaged: decoded twice, letters lost, entities of web pages."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from helpers.preflight.encodings import is_text
from helpers.preflight.findings import Rule
from helpers.preflight.school import School, rows_of, stored_ids, stored_texts
from helpers.scratch_database import name
from practice_canvas.sis_csv.model import Kind

DOUBLE = Rule(
    slug="text-double-encoded",
    severity="ask",
    title="Text encoded twice",
    template="The {column} “{value}” seems to be “{more}”, encoded twice. Canvas stores it as it is.",
    fix="Find the program that reads UTF-8 as another encoding, and export again.",
)
LOST = Rule(
    slug="letter-lost",
    severity="silent",
    title="Letter replaced by a replacement character",
    template="The {column} “{value}” contains U+FFFD in place of a lost letter. Canvas stores it.",
    fix="Export again from the source, as CSV UTF-8.",
)
QUESTION = Rule(
    slug="letter-question-mark",
    severity="ask",
    title="Question mark inside a word",
    template="The {column} “{value}” has a question mark inside a word. Is it a lost letter?",
    fix="Compare with the source. If a letter is lost, export again as CSV UTF-8.",
)
ENTITY = Rule(
    slug="html-entity",
    severity="ask",
    title="HTML entity in a text",
    template="The {column} “{value}” contains an HTML entity. Is it “{more}”? Canvas stores it as it is.",
    fix="Export the text itself, without HTML.",
)
_MOST_TEXTS = 100_000
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|([A-Za-z][A-Za-z0-9]*));")
_TWO = r"[^\x00-\x7F]{2}"  # a letter that is read as another encoding becomes two characters or more
_MISREAD_AS = ("cp1252", "latin-1", "mac_roman", "cp437", "cp850", "cp1250", "cp1251")


def check(school: School, kind: Kind) -> None:
    """Find damaged texts."""
    files, columns = school.files_of(kind), school.columns(kind)
    ascii_only = all(file.ascii for file in files)
    questions, entities = (any(file.may_contain(character) for file in files) for character in "?&")
    for column in (*stored_texts(columns), *stored_ids(columns)):
        value = name(column)
        if questions:
            inside = f"contains({value}, '?') AND regexp_matches({value}, '\\p{{L}}\\?\\p{{L}}')"
            school.note(QUESTION, kind, column, inside)
        if entities:
            _note_readings(school, kind, column, ENTITY, f"contains({value}, '&')")
        if not ascii_only and column in school.odd_columns(kind):
            school.note(LOST, kind, column, f"contains({value}, '\ufffd')")
            beside = f"strlen({value}) > length({value}) + 1 AND regexp_matches({value}, '{_TWO}')"
            _note_readings(school, kind, column, DOUBLE, beside)


def _note_readings(school: School, kind: Kind, column: str, rule: Rule, where: str) -> None:
    """Read each text once, and record the rows whose text reads differently."""
    read = _without_entities if rule is ENTITY else decoded_once
    texts = school.database.rows(
        f"SELECT DISTINCT {name(column)} FROM {rows_of(kind)} WHERE {where} LIMIT {_MOST_TEXTS}"
    )
    changed = [(value, reading) for (value,) in texts if (reading := read(value)) != value]
    if changed:
        table = f"{rule.slug}_{kind.name}_{column}"
        school.database.fill(table, ("text", "reading"), changed)
        joined = (
            f"(SELECT r.*, t.reading FROM {rows_of(kind)} r JOIN {name(table)} t ON t.text = {name(column)})"
        )
        school.note(rule, kind, column, "true", more="reading", source=joined)


def _without_entities(value: str) -> str:
    """Return a text with its entities replaced; a browser reads "&notes" as one, but a person does not."""

    def text(found: re.Match[str]) -> str:
        return unescape(found[0]) if not found[1] or f"{found[1]};" in html5 else found[0]

    return _ENTITY.sub(text, value)


def decoded_once(value: str) -> str:
    """Return a text with each word that is UTF-8 read as another encoding decoded correctly."""
    return " ".join(map(_word, value.split(" ")))


def _word(word: str) -> str:
    if word.isascii():
        return word
    for codec in _MISREAD_AS:
        try:
            read = word.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if is_text(read):
            return read
    return word
