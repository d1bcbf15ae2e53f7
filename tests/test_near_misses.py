"""What check, repair, upload and report share: each of them must see the same faults."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import near_misses
from helpers.client.upload import check_file
from helpers.errors import FileNotUsable
from helpers.messages.explained_messages import visible
from helpers.preflight import check_files
from helpers.repair import repair_file
from helpers.scratch_database import scratch_database, text
from tests.examples import examples

USERS = "user_id,login_id,full_name,status\n"
INVISIBLE = ["\u00a0", "\u00ad", "\u2003", "\u200b", "\u200d", "\u202f", "\u205f", "\u2060", "\ufeff"]


@pytest.mark.parametrize("character", INVISIBLE)
def test_an_invisible_character_in_an_id_is_found_repaired_and_shown(tmp_path: Path, character: str) -> None:
    path = tmp_path / "users.csv"
    path.write_text(f"{USERS}U1{character},u1,Nora,active\n", encoding="utf-8")
    assert [one.slug for one in check_files(path)] == ["invisible-blank"]
    assert repair_file(path).path.read_text(encoding="utf-8") == f"{USERS}U1,u1,Nora,active\n"
    assert f"U+{ord(character):04X}" in visible(f"U1{character}")


@pytest.mark.parametrize("text", ["Nora Löd", "山田\u3000太郎", "a\tb"])
def test_characters_that_belong_to_names_are_not_invisible(text: str) -> None:
    assert not re.search(near_misses.INVISIBLE, text)


@pytest.mark.parametrize(
    "start",
    [b"PK\x03\x04", b"PK\x05\x06", b"%PDF-1.7", b"\x1f\x8b\x08", b"\x89PNG", b"Rar!"],
)
def test_a_file_of_another_format_is_refused_by_the_check_and_by_the_upload(
    tmp_path: Path, start: bytes
) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(start)
    assert [one.slug for one in check_files(path)] == ["file-no-csv"]
    with pytest.raises(FileNotUsable, match="contains a"):
        check_file(path)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<!doctype html>\n<html lang='en'>", "web page"),
        ("\ufeff\n\n <HTML><head>", "web page"),
        ('<html style="margin:0;padding:0;color:red"><p>Sign in</p></html>', "web page"),
        ("<?xml version='1.0'?><rows/>", "XML"),
        ('{"error":"unauthorized","message":"token expired"}', "JSON"),
        ('[\n  {"user_id": 1}\n]', "JSON"),
        ("ORA-01017: invalid username/password; logon denied\n", "database"),
        ('psql: error: connection to server at "db" failed\n', "database"),
        ("ERROR 1045 (28000): Access denied for user 'sis'@'db'\n", "database"),
        ("Msg 208, Level 16, State 1, Server DB\nInvalid object name 'users'.\n", "database"),
        ("[Microsoft][ODBC Driver 18 for SQL Server]Login timeout expired\n", "database"),
        ('Traceback (most recent call last):\n  File "export.py", line 3\n', "program"),
    ],
)
def test_other_text_is_named_by_the_check_and_by_the_upload(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "users.csv"
    path.write_text(text, encoding="utf-8")
    (finding,) = check_files(path)
    assert (finding.slug, finding.severity) == ("export-failed", "stops the file") and what in finding.text
    with pytest.raises(FileNotUsable, match=what):
        check_file(path)


@pytest.mark.parametrize(
    "start", ["PK_number,name\n", "error,fatal\n", "{id},name\n", "[1],name\n", "user_id,a\n"]
)
def test_a_csv_that_begins_like_another_format_is_text(start: str) -> None:
    assert near_misses.binary_format(start.encode()) is near_misses.text_format(start.encode()) is None


@pytest.mark.parametrize("reference", ["U1\u2060", "u1", "00U1", '="U1"', "\uff351", "U\u0661"])
def test_a_reference_that_looks_like_an_id_is_recognized(tmp_path: Path, reference: str) -> None:
    (tmp_path / "users.csv").write_text(f"{USERS}U1,u1,Nora,active\n", encoding="utf-8")
    quoted = '"' + reference.replace('"', '""') + '"'
    (tmp_path / "enrollments.csv").write_text(
        f"course_id,user_id,role,status\nC1,{quoted},student,active\n", encoding="utf-8"
    )
    assert "reference-near" in [one.slug for one in check_files(tmp_path)]


LOOK_ALIKES = [
    ("60", "0000060", "leading zeros"),
    ("u1", "U1", "uppercase and lowercase letters"),
    ("BIO 1", "BIO1", "spaces"),
    ("BIO–1", "BIO-1", "U+2013 EN DASH"),
    ("Р-1", "P-1", "U+0420 CYRILLIC CAPITAL LETTER ER"),
    ("Ρ-1", "P-1", "U+03A1 GREEK CAPITAL LETTER RHO"),
    ("１２", "12", "U+FF11 FULLWIDTH DIGIT ONE"),
    ("𝐀1", "A1", "U+1D400 MATHEMATICAL BOLD CAPITAL A"),
    ("𝟿", "9", "U+1D7FF MATHEMATICAL MONOSPACE DIGIT NINE"),
    ("P！", "P!", "U+FF01 FULLWIDTH EXCLAMATION MARK"),
    ("P～", "P~", "U+FF5E FULLWIDTH TILDE"),
    ("Cafe\u0301", "Caf\u00e9", "NFC or NFD"),
    ("P\u00a01", "P1", "U+00A0 NO-BREAK SPACE"),
    ("P\u202e1", "P1", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    ("12345.0", "12345", "a decimal zero"),
    ("1,234,567", "1234567", "separators between digits"),
    ("sis_user_id:P-1", "P-1", "an API prefix"),
    ('="007"', "007", "an equals sign or quotes"),
]


@pytest.mark.parametrize(("one", "other", "differs"), LOOK_ALIKES)
def test_look_alikes_are_recognized_and_the_difference_is_named(one: str, other: str, differs: str) -> None:
    assert near_misses.normal(one) == near_misses.normal(other)
    assert differs in near_misses.difference(one, other)
    assert near_misses.look_alikes([one], [other, "X"]) == {one: other}
    assert near_misses.look_alikes([one], [other, f"{other} "]) == {}  # which of the two?


def test_what_everybody_knows_has_no_number() -> None:
    assert near_misses.difference("BIO 1", "BIO1") == "spaces"


IDS = st.text(st.sampled_from("aZ09 -_.,:='\"\u00a0\u0301é–Р１\u200b\x07"), max_size=8)


@given(st.lists(IDS, min_size=1))
@examples(0.15)
def test_the_check_and_the_report_see_the_same_look_alikes(ids: list[str]) -> None:
    with scratch_database() as database:
        for one in [*ids, "0,123", "1,234.0", "sis_user_id:07", *(pair[0] for pair in LOOK_ALIKES)]:
            query = f"SELECT {near_misses.sql_normal('id')} FROM (SELECT {text(one)} AS id)"  # noqa: S608
            assert database.one(query) == near_misses.normal(one)


def test_the_quick_way_for_plain_ids_changes_nothing() -> None:
    chance = random.Random(1)
    for _ in range(3000):
        one = "".join(chance.choices("019aZs_-:.,@='\" (é", k=chance.randrange(8)))
        assert near_misses.normal(one) == near_misses._without("", one), one
