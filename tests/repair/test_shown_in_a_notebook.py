"""What a notebook shows of an explanation or a repair says the same as its text."""

from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from helpers.messages.explain import explain
from helpers.repair import Bisection, repair_file, write_change_sis_id
from helpers.repair.failed_rows import FailedRows
from helpers.repair.files.rewriting import MOST_SHOWN, FileChange, Repair
from tests.messages.material import warning


def words(html: str) -> str:
    """The words of a page, with one blank between them."""
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def shown(thing: object) -> str:
    return words(thing._repr_html_())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "thing",
    [
        Bisection((7,), "<users>.csv fails because of row 7.", imports=3),
        Bisection((), "users.csv did not fail here."),
        FailedRows((), None, None, 0, ("2 messages in your noise list left out.",)),
        FailedRows((Path("a.csv"), Path("<b>.csv")), Path("why.csv"), Path("all.zip"), 2),
    ],
    ids=["rows found", "nothing found", "no rows", "rows of two files"],
)
def test_a_result_is_shown_in_its_own_words(thing: object) -> None:
    assert shown(thing) == " ".join(str(thing).split())


def test_an_explanation_has_its_three_parts_in_order() -> None:
    found = explain(warning("Course C2 has no long_name."))
    assert shown(found) == " ".join(
        ("What it means", found.title, "Usual cause", found.cause, "What to do", found.fix)
    )


def test_a_repair_lists_its_changes_and_the_first_findings_that_remain(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    rows = "U9,'0009,Pupil,active\nU1,u1,Pupil,odd\n,u2,Pupil,active\nU3,,Pupil,active\n"
    path.write_text(f"user_id,login_id,full_name,status\n{rows}", encoding="utf-8")
    found = repair_file(path)
    assert len(found.remaining) == 3
    made = replace(found, remaining=found.remaining * 2)
    told = [f"Wrote {made.path.name} :", *map(str, made.changes), "Still to correct (6):"]
    assert shown(made) == " ".join([*told, *map(str, made.remaining[:MOST_SHOWN])])
    clean = Repair(path, (FileChange("<names>", 1_234),))
    assert shown(clean) == "Wrote users.csv : <names>: 1,234"


def test_a_file_of_changed_ids_says_what_to_check_and_in_which_order(tmp_path: Path) -> None:
    none = write_change_sis_id([warning("Course C2 has no long_name.")], tmp_path)
    assert shown(none).startswith("These messages contain no SIS ID to change.")
    text = "The login_id ada of user N1 is in use by the user with SIS ID O1."
    made = write_change_sis_id([warning(text, file="users.csv")], tmp_path)
    assert made.file and made.file.name in shown(made)
    said = " changes 1 SIS ID. Check each pair: both IDs must belong to the same person. Send this file first"
    assert said in shown(made) and shown(made).endswith(" row O1 N1")
