import json
from typing import Any

import pytest

from helpers.client.connection import Connection
from helpers.client.models import ImportMessage
from helpers.widgets.json_view import JsonView, json_tree, plain, show_json
from tests.widgets.scripted import message, sis_import


def test_secrets_are_hidden_wherever_they_appear() -> None:
    covered = plain(
        {"token": "7~abc", "deep": [{"Authorization": "Bearer 7~abc"}], "url": "x?access_token=7~abc"}
    )
    assert "7~abc" not in json.dumps(covered)


def test_a_field_named_like_a_secret_keeps_its_numbers_and_lists() -> None:
    assert plain({"token_count": 3, "tokens": []}) == {"token_count": 3, "tokens": []}


def test_an_import_is_shown_as_the_json_it_came_from() -> None:
    assert plain(sis_import("created"))["workflow_state"] == "created"
    assert plain([message("bad row")])[0]["message"] == "bad row"


def test_a_message_that_came_from_no_json_is_shown_with_its_fields() -> None:
    shown = plain(ImportMessage(412, "users.csv", "bad row", 3, "warning"))
    assert (shown["file"], shown["row"], shown["message"]) == ("users.csv", 3, "bad row")


def test_values_that_are_not_json_become_text() -> None:
    assert plain({"where": Connection("127.0.0.1:1", "practice-admin-token")})["where"].startswith(
        "<Connection"
    )


def test_the_tree_escapes_names_and_values() -> None:
    tree = json_tree({"<i>": "<script>alert(1)</script>"})
    assert "<script>" not in tree and "<i>" not in tree
    assert "&lt;script&gt;" in tree


def test_lists_and_objects_are_collapsible_and_show_their_size() -> None:
    tree = json_tree({"data": {"counts": {"courses": 1}}, "files": ["a", "b"], "none": []})
    assert tree.count("<details open>") == 3
    assert "2 items" in tree and "1 field<" in tree


def test_notes_highlight_fields() -> None:
    assert "<mark>412</mark>" in json_tree({"id": 412}, {"id": "keep it"})


def test_show_json_offers_a_tree_and_text(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr("helpers.widgets.json_view.display", lambda bundle, **_: shown.append(bundle))
    show_json({"id": 412, "access_token": "7~abc"})
    assert set(shown[0]) == {"text/html", "text/plain"}
    assert "7~abc" not in json.dumps(shown)


def test_show_json_marks_what_matters_of_an_import_and_folds_what_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr("helpers.widgets.json_view.display", lambda bundle, **_: shown.append(bundle))
    show_json(sis_import("created", ended_at=None))
    tree = shown[0]["text/html"]
    open_part, folded = tree.split("null, 0, or empty", 1)
    assert open_part.count("<mark>") == 2 and "&quot;created&quot;</mark>" in open_part
    assert ">ended_at<" in folded and ">ended_at<" not in open_part


def test_a_field_that_is_false_is_not_folded() -> None:
    assert "null, 0" not in json_tree({"batch_mode": False}, fold=True)
    assert "1 field null, 0, or empty" in json_tree({"counts": {"users": 0, "courses": 1}}, fold=True)


def test_an_object_of_nothing_but_zeros_is_folded_as_one_field() -> None:
    statistics = {"Account": {"created": 0, "deleted": 0}, "Course": {"created": 1}, "Group": {"kinds": {}}}
    tree = json_tree({"statistics": statistics}, fold=True)
    shown, _, folded = tree.partition("2 fields null, 0, or empty")
    assert "Course" in shown and "Account" not in shown and "Account" in folded and "Group" in folded


def test_redrawing_sends_only_the_parts_that_changed() -> None:
    view = JsonView()
    view.show({"id": 1, "progress": 0, "data": {"a": 1}, "end": None})
    parts = view.parts
    sent: list[Any] = []
    for part in parts:
        part.observe(sent.append, "value")
    view.show({"id": 1, "progress": 50, "data": {"a": 1}, "end": None})
    assert view.parts == parts
    assert [change["owner"] for change in sent] == [parts[0]]
