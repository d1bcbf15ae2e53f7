"""The sentence of a refusal is found in each of Canvas's shapes, and nothing else is taken for one."""

import pytest

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
