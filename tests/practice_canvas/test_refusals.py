"""The sentence of a refusal is found in each of Canvas's shapes, and nothing else is taken for one."""

import ast
from pathlib import Path

import pytest

import practice_canvas
from practice_canvas.refusals import sentence_of


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ('{"errors": [{"message": "No seat."}]}', "No seat."),
        ('{"message": "Too late."}', "Too late."),
        (b'{"errors": {"pace": [{"message": "Not a pace."}]}}', "Not a pace."),
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
