"""Each word of the glossary links there where a notebook uses it first."""

import re
from pathlib import Path

from tests.notebooks.glossary import GLOSSARY, link, terms, unlinked
from tests.notebooks.runs import NOTEBOOKS, each_notebook, read


@each_notebook
def test_the_first_use_of_each_word_is_linked(path: Path) -> None:
    add = "run  python -m tests.notebooks.glossary  to add the links"
    assert unlinked(read(path)) == [], add


def test_links_lead_to_words_that_are_there() -> None:
    targets = {link(term) for term in terms()}
    texts = "\n".join(cell.source for path in NOTEBOOKS for cell in read(path).cells)
    used = set(re.findall(r"\]\((glossary\.md#[^)]+)\)", texts))
    assert used and used <= targets


def test_words_are_in_order_and_explained() -> None:
    assert terms() == sorted(terms(), key=str.lower)
    parts = re.split(r"^## .+$", GLOSSARY.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert all(part.strip().endswith((".", ")")) for part in parts)
