"""What an explanation or a finding says is taught somewhere is a heading there."""

import re

import pytest

from helpers.messages.explain import UNKNOWN, message_kinds
from helpers.preflight import findings
from tests.notebooks.runs import NOTEBOOKS, read

PLACES = {kind.explanation.taught_in for kind in message_kinds()} | {UNKNOWN.taught_in}
PLACES |= {value for value in vars(findings).values() if isinstance(value, str) and value.startswith("0")}
HEADINGS = {
    f"{path.stem}: {heading}"
    for path in NOTEBOOKS
    for cell in read(path).cells
    for heading in re.findall(r"^## (.*)$", cell.source, re.MULTILINE)
}


@pytest.mark.parametrize("place", sorted(PLACES))
def test_it_is_taught_there(place: str) -> None:
    assert place in HEADINGS


def test_findings_name_places_too() -> None:
    assert findings.FILES in PLACES and findings.SILENCE in PLACES
