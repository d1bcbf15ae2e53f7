"""The rules as data: one name each, a sentence that can be filled, a section that teaches it, a test."""

import json
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import helpers.preflight
from helpers.preflight.findings import (
    CASCADES,
    ENROLLMENTS,
    FILES,
    NEW_IDS,
    ROWS,
    SEVERITIES,
    USERS,
    Finding,
    Position,
    Rule,
)

TESTS = Path(__file__).parent
NOTEBOOKS = TESTS.parents[1] / "notebooks"
MODULES = [
    import_module(found.name)
    for found in pkgutil.walk_packages(helpers.preflight.__path__, "helpers.preflight.")
]
RULES = {rule.slug: rule for module in MODULES for rule in vars(module).values() if isinstance(rule, Rule)}
each = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))


def headings(notebook: str) -> set[str]:
    cells = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    lines = [line.strip() for cell in cells for line in cell["source"] if line.startswith("## ")]
    return {line.removeprefix("## ").removesuffix(" (stretch)") for line in lines}


def test_no_two_rules_share_a_name() -> None:
    found = {id(rule) for module in MODULES for rule in vars(module).values() if isinstance(rule, Rule)}
    assert len(found) == len(RULES) > 50


@each
def test_a_rule_says_what_happens_and_what_to_do(rule: Rule) -> None:
    finding = Finding(rule, Position("users.csv", 7, column="status", value="odd"), more="more")
    assert rule.severity in SEVERITIES
    assert finding.text.endswith((".", "?", "odd")) and "{" not in finding.text + rule.fix
    assert rule.title[0].isupper() and not rule.title.endswith(".") and rule.fix.endswith(".")


@each
def test_a_rule_is_taught_in_a_section_that_exists(rule: Rule) -> None:
    notebook, _, heading = rule.section.partition(": ")
    assert heading in headings(notebook)


@pytest.mark.parametrize(
    ("section", "slugs"),
    [
        (FILES, "check-stopped bom format-provisioning kind-needs-feature member-foreign"),
        (CASCADES, "reference-deleted reference-missing reference-near reference-dropped parent-later"),
        (ROWS, "new-may-lack-value"),
        (ENROLLMENTS, "section-elsewhere role-misspelled role-custom"),
        (USERS, "login-claimed email-invalid login-repeated login-exists"),
        (NEW_IDS, "ids-changed old-id-referenced old-id-used new-id-is-old-id group-set-integration-id"),
    ],
)
def test_a_rule_is_taught_where_its_subject_is(section: str, slugs: str) -> None:
    assert {slug: RULES[slug].section for slug in slugs.split()} == dict.fromkeys(slugs.split(), section)


@each
def test_a_rule_has_a_test(rule: Rule) -> None:
    others = [path for path in TESTS.glob("test_*.py") if path.name != "test_rules.py"]
    texts = [path.read_text(encoding="utf-8") for path in others]
    gallery = (TESTS.parents[1] / "data" / "broken" / "README.md").read_text(encoding="utf-8")
    assert any(f'"{rule.slug}"' in text for text in texts) or f"`{rule.slug}`" in gallery
