"""The sentence of a refusal is found in each of Canvas's shapes, and nothing else is taken for one."""

import ast
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import practice_canvas
from practice_canvas.api import errors
from practice_canvas.api.errors import ApiError
from practice_canvas.refusals import sentence_of


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ('{"errors": [{"message": "No seat."}]}', "No seat."),
        ('{"message": "Too late."}', "Too late."),
        (b'{"errors": {"pace": [{"message": "Not a pace."}]}}', "Not a pace."),
        ('{"status": "unauthorized", "errors": [{"message": "No right."}]}', "No right."),
        ('{"error_report_id": 5, "errors": [{"message": "A fault."}]}', "A fault."),
        ('{"error_message": "No file."}', "No file."),
        ("<html>", ""),
        ("7", ""),
        ("[]", ""),
        ('{"errors": []}', ""),
    ],
)
def test_a_refusal_has_one_sentence_or_none(answer: bytes | str, sentence: str) -> None:
    assert sentence_of(answer) == sentence


def test_a_refused_field_is_named_before_the_sentence_about_it() -> None:
    calls = [
        call
        for path in Path(practice_canvas.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("errors.invalid", "values.needed")
    ]
    fields = [call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)]
    assert len(fields) > 20 and all(str(field).isidentifier() for field in fields), fields
    assert not any(isinstance(call.args[0], ast.JoinedStr) for call in calls)


REFUSALS = [
    made
    for name, made in vars(errors).items()
    if inspect.isfunction(made) and made.__module__ == errors.__name__ and not name.startswith("_")
]
ASKS_FOR_A_TOKEN = {"no_credentials", "bad_token", "expired_token", "revoked_token"}


@pytest.mark.parametrize("refuse", REFUSALS, ids=lambda made: made.__name__)
def test_a_refusal_has_the_status_that_its_description_names(refuse: Callable[..., ApiError]) -> None:
    named = re.findall(r"\b\d{3}\b", inspect.getdoc(refuse) or "")
    values = {int: int(named[-1]), str: "some text"}
    refusal = refuse(*(values[each.annotation] for each in inspect.signature(refuse).parameters.values()))
    assert str(refusal.status) in named
    if isinstance(refusal.body, str):  # plain text, as Canvas refuses before it looks at a call
        assert refusal.body and not refusal.body.startswith("{")
    else:
        assert " " in sentence_of(json.dumps(refusal.body))
    assert ("WWW-Authenticate" in refusal.headers) == (refuse.__name__ in ASKS_FOR_A_TOKEN)
