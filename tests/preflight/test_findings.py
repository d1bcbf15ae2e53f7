"""Findings as data, as a table, as text and as HTML."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.display.text import plural
from helpers.preflight import check_files
from helpers.preflight.findings import SEVERITIES, CheckedFile, Finding, Group, Position, Rule
from helpers.preflight.result import Findings
from tests.preflight.driver import check

BROKEN = Path(__file__).parents[2] / "data" / "broken"
RULE = Rule(
    slug="odd",
    severity="silent",
    title="Odd things",
    template="The {column} “{value}” is odd: {more}.",
    fix="Fix it.",
    taught_in="04: Odd",
)


def group(severity: Any = "silent", **more: Any) -> Group:
    rule = replace(RULE, severity=severity)
    return Group(rule, "a.csv", None, (Finding(rule, Position("a.csv")),), 1, 1, **more)


def test_a_finding_is_a_sentence_with_its_place() -> None:
    finding = Finding(RULE, Position("a.csv", 7, 9, None, "status", "open"), 1, (7,), "so it is")
    assert finding.text == "The status “open” is odd: so it is."
    assert str(finding) == "The status “open” is odd: so it is. (a.csv, row 7, line 9, status)"
    assert (finding.slug, finding.severity, finding.fix, finding.taught_in) == (
        "odd",
        "silent",
        "Fix it.",
        "04: Odd",
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\u00a0b", "a[NBSP]b"),
        ("x\x07", "x�"),
        ("y" * 80, "y" * 80),
        ("y" * 200, "y" * 80 + "…"),
        (None, "(empty)"),
        ("{0}", "{0}"),
    ],
)
def test_values_from_files_are_shown_visibly(value: str | None, shown: str) -> None:
    finding = Finding(RULE, Position("a.csv", column="status", value=value))
    assert f"“{shown}”" in finding.text


@pytest.mark.parametrize(("length", "shown"), [(400, "y" * 400), (401, "y" * 400 + "…")])
def test_details_are_shown_up_to_a_length(length: int, shown: str) -> None:
    finding = Finding(RULE, Position("a.csv", column="status", value="open"), more="y" * length)
    assert finding.text == f"The status “open” is odd: {shown}."


def test_the_worst_comes_first_and_then_what_has_most_consequences() -> None:
    found = Findings(
        [
            group("note"),
            group("ask"),
            group("silent"),
            group("silent", follow={"b.csv": 3}),
            group("stops the file"),
        ]
    )
    assert [(one.rule.severity, sum(one.follow.values())) for one in found.groups] == [
        ("stops the file", 0), ("silent", 3), ("silent", 0), ("ask", 0), ("note", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("severity", SEVERITIES)
def test_only_notes_are_ok(severity: str) -> None:
    assert Findings([group(severity)]).ok is (severity == "note")


def test_nothing_found_says_what_was_checked() -> None:
    found = Findings([], [CheckedFile("a.csv", "user", 1200), CheckedFile("b.csv", "course", 1)])
    assert str(found) == "✔ Checked 2 files with 1,201 rows: no problems found."
    assert found.ok and not list(found) and found._repr_html_().count("no problems found") == 1


def test_text_and_html_show_causes_consequences_and_fixes() -> None:
    findings = check_files(BROKEN / "one_cause_many_messages")
    for shown in (str(findings), findings._repr_html_()):
        assert "The status “open” is not one of active, deleted." in shown
        assert "6 rows of enrollments.csv" in shown and "Use one of the allowed values" in shown
    assert "GEO-201-A" in findings._repr_html_()  # what follows, too


@pytest.mark.parametrize(
    ("number", "in_text", "in_html"), [(5, None, None), (9, 4, None), (100, 95, None), (101, 96, 1)]
)
def test_what_is_cut_short_says_by_how_much(
    tmp_path: Path, number: int, in_text: int | None, in_html: int | None
) -> None:
    rows = "".join(f"C{n},C{n},Course,state{n}\n" for n in range(number))
    found = check(tmp_path, {"courses.csv": f"course_id,short_name,long_name,status\n{rows}"})
    for text, shown, rest in ((str(found), 5, in_text), (found._repr_html_(), 100, in_html)):
        assert text.count("” is not one of") == min(number, shown)
        assert re.findall(r"and (\S+) more like this", text) == ([str(rest)] if rest else [])


def test_values_from_a_file_are_escaped_in_html(tmp_path: Path) -> None:
    html = check(tmp_path, {"courses.csv": "<b>,<script>\n1,2\n"})._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_the_table_has_a_row_for_each_finding_and_names_causes() -> None:
    findings = check_files(BROKEN / "one_cause_many_messages")
    frame = findings.to_frame()
    assert list(frame["slug"]) == ["value-not-allowed", "reference-missing"]
    assert list(frame["follow"]) == [6, 0] and list(frame["rows"]) == [1, 6]
    assert frame["cause"][1].startswith("value-not-allowed · sections.csv")
    assert frame.dtypes["row"] == "Int64"


def test_an_empty_table_has_the_same_columns() -> None:
    full = check_files(BROKEN / "term_unknown").to_frame()
    assert list(Findings([]).to_frame().dtypes) == list(full.dtypes)


def test_a_file_with_nothing_but_placeholders_is_repairable(tmp_path: Path) -> None:
    found = check(tmp_path, {"courses.csv": "course_id,short_name,long_name,status\nC1,C1,NULL,active\n"})
    assert {one.slug for one in found} == {"text-no-value"}
    assert [file.name for file in found.repairable()] == ["courses.csv"]


def test_repairable_files_are_listed(tmp_path: Path) -> None:
    findings = check(
        tmp_path, {"courses.csv": "course_id;short_name;status\n", "terms.csv": "term_id,name,status\n"}
    )
    assert [(file.name, file.path) for file in findings.repairable()] == [
        ("courses.csv", tmp_path / "files" / "courses.csv")
    ]


@pytest.mark.parametrize(
    ("severity", "rows", "sentence"),
    [
        ("skips the row", 1, "only because of this, 1 row of b.csv fails"),
        ("skips the row", 3, "only because of this, 3 rows of b.csv fail"),
        # which IDs are in such a file is not known: some rows may fail after its repair, too
        ("stops the file", 3, "until this is repaired, 3 rows of b.csv fail: check again then"),
    ],
)
def test_consequences_are_counted_in_good_grammar(severity: str, rows: int, sentence: str) -> None:
    found = Findings([group(severity, follow={"b.csv": rows})])
    assert str(found).splitlines()[-2] == f"    ↳ {sentence}"
    assert f"{sentence[0].upper()}{sentence[1:]}." in found._repr_html_()
    assert found.summary().endswith(
        f"; {plural(rows, 'row')} {'fail' if rows > 1 else 'fails'} because of it."
    )
    assert Findings([*found.groups] * 2).summary().endswith("because of them.")


def test_a_check_without_a_csv_file_says_so(tmp_path: Path) -> None:
    found = check(tmp_path, {"users.xlsx": "PK"})
    assert found.summary().startswith("Checked no CSV file. Findings: 1 ")


def test_a_check_counts_its_files_in_good_grammar() -> None:
    assert str(Findings([group()], [CheckedFile("a.csv", rows=1)])).startswith("Checked 1 file with 1 row.")


@pytest.mark.parametrize(
    ("position", "text"),
    [
        (Position("a.csv"), "a.csv"),
        (Position("a.csv", 1200, 1201, 8, "status"), "a.csv, row 1,200, line 1,201, character 8, status"),
        (Position("a.csv", 7, 7), "a.csv, row 7"),
        (Position("a.csv", line=1), "a.csv, line 1"),
    ],
)
def test_a_position_names_what_is_known_and_a_line_that_is_not_the_row(position: Position, text: str) -> None:
    assert str(position) == text
