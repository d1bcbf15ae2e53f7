import pandas
import pytest

from helpers.client.models import SisImport
from helpers.display.tables import show_table, show_values
from helpers.errors import BadInput


def test_rows_of_any_form_become_the_same_table() -> None:
    rows = [{"id": 1, "name": "Ada"}, {"id": 12345, "name": None}]
    shown = repr(show_table(rows))
    assert shown == "id      name\n1       Ada\n12,345"
    assert shown == repr(show_table([(1, "Ada"), (12345, None)], ["id", "name"]))
    assert shown == repr(show_table(pandas.DataFrame(rows)))


def test_objects_show_the_columns_asked_for() -> None:
    imports = [SisImport(id=7, workflow_state="imported", progress=100)]
    assert show_table(imports, ["workflow_state", "id"]).rows == [("imported", "7")]


def test_columns_choose_and_order() -> None:
    assert show_table([{"a": 1, "b": 2}], ["b"]).rows == [("2",)]


def test_what_comes_from_elsewhere_is_escaped() -> None:
    html = show_table([["<script>"]], ["<b>"])._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html and "&lt;b&gt;" in html


def test_names_and_values() -> None:
    assert repr(show_values({"admin": "practice-admin-token"}, ("who", "token"))).splitlines()[0].split() == [
        "who",
        "token",
    ]


def test_rows_without_names_ask_for_them() -> None:
    with pytest.raises(BadInput, match="Name the columns"):
        show_table([[1, 2]])
