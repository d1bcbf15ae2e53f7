"""Files as they come in the field: what the check finds in them, and what a repair makes of them."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from helpers.errors import FileNotRepairable
from helpers.preflight import check_files
from helpers.repair import repair_file

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = tomllib.loads(
    (HERE / "rules_and_repairs.toml").read_text(encoding="utf-8")
)
FILES = [(folder, path.name) for folder in CASES for path in sorted((HERE / folder).glob("*.csv"))]


@pytest.mark.parametrize("folder", CASES)
def test_the_check_finds_the_fault_and_knows_what_canvas_says(folder: str) -> None:
    expected = [tuple(found) for found in CASES[folder]["found"]]
    slugs = {slug for slug, *_ in expected}
    found = [
        (one.slug, one.position.file, one.position.row, one.severity) for one in check_files(HERE / folder)
    ]
    assert sorted(each for each in found if each[0] in slugs) == sorted(expected)
    others = {slug for slug, *_, severity in found if severity != "note"} - slugs
    assert all(slug.startswith("date-") for slug in others)


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_a_repair_gives_the_right_file_or_refuses(tmp_path: Path, folder: str, name: str) -> None:
    path = Path(shutil.copy(HERE / folder / name, tmp_path))
    repaired = CASES[folder].get("repaired", {}).get(name)
    if repaired is None:
        with pytest.raises(FileNotRepairable) as refused:
            repair_file(path)
        assert refused.value.what.startswith(CASES[folder].get("refused", {}).get(name, "There is nothing"))
        assert list(tmp_path.iterdir()) == [path]
    else:
        made = repair_file(path)
        assert made.path.read_text(encoding="utf-8") == repaired
        assert {one.severity for one in made.remaining} <= {"skips the row", "drops the value"}
