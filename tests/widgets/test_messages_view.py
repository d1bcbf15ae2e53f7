"""The messages of an import as a table for each meaning, cut short with the number of the others."""

import re

import pytest

from helpers.widgets.messages_view import messages_html
from tests.widgets.scripted import message


@pytest.mark.parametrize(("messages", "more"), [(200, []), (201, ["1"]), (1_200, ["1,000"])])
def test_a_long_table_says_how_many_messages_it_leaves_out(messages: int, more: list[str]) -> None:
    page = messages_html([message("Course C1 has no short_name.", row) for row in range(messages)])
    assert re.findall(r"and (\S+) more of this kind", page) == more
    assert page.count("Course C1 has no short_name.") == 200 and f"({messages:,})" in page
