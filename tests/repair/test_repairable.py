"""What the check calls repairable is gone after a repair, and nothing else is."""

import shutil
from pathlib import Path

import pytest

from helpers.errors import FileNotRepairable
from helpers.preflight import check_files
from helpers.repair import repair_file
from tests.messages.material import written
from tests.preflight.test_rules import RULES

TESTS = Path(__file__).parents[1]
BROKEN = [*TESTS.parent.glob("data/broken/*/*.csv"), *TESTS.glob("field_cases/*/*.csv")]
USER = "user_id,login_id,full_name,status\n"
MADE = {
    "column-spelling": "user_id,login_id,full_name,First Name,status\n1,a,A A,A,active\n",
    "nul-character": f"{USER}1,a\0b,A A,active\n",
    "row-in-quotes": f'{USER}1,a,A A,active\n"2,b,B B,active"\n',
    "text-no-value": "user_id,login_id,full_name,short_name,status\n1,a,A A,(null),active\n",
}
# These need the pattern of the IDs, another file, and quotes around the column names as well.
NEED_MORE = {"zeros-lost", "reference-near", "id-quoted"}


def findings(path: Path) -> set[str]:
    """Return the names of the rules that a file breaks."""
    return {finding.slug for finding in check_files(path)}


def test_what_is_repairable_is_gone_after_a_repair_and_nothing_else(tmp_path: Path) -> None:
    gone = set()
    for number, path in enumerate(
        [*BROKEN, *(written(tmp_path, MADE[slug], f"{slug}.csv") for slug in MADE)]
    ):
        folder = tmp_path / f"{number}"
        (folder / "repaired").mkdir(parents=True)
        copy = Path(shutil.copy(path, folder))
        try:
            repaired = repair_file(copy, folder / "repaired" / path.name).path
        except FileNotRepairable:
            continue
        after = findings(repaired)
        assert not {slug for slug in after if RULES[slug].repairable}, path
        gone |= findings(copy) - after
    repairable = {slug for slug, rule in RULES.items() if rule.repairable}
    assert gone | NEED_MORE == repairable and not gone & NEED_MORE


@pytest.mark.parametrize("slug", MADE)
def test_a_file_made_for_a_rule_breaks_it(tmp_path: Path, slug: str) -> None:
    assert slug in findings(written(tmp_path, MADE[slug], "users.csv"))
