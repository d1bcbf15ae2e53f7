"""What a person may have written: the letters, digits and symbols in a word."""

import pytest

from helpers.preflight.encodings import has_symbols, is_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Müller", True),
        ("M√ºller", False),  # UTF-8, read as Mac Roman
        ("Mьller", False),  # two scripts
        ("Müller 2", True),
        ("سنة٣أ", True),  # Arabic, with a digit of its own
        ("M٣ller", False),
        ("高校１年", True),
        ("Anna–Ωμέγα", True),  # two words
        ("Müller ©", True),
    ],
)
def test_a_word_has_letters_of_one_script_and_no_symbol_inside(value: str, text: bool) -> None:
    assert is_text(value) is text


@pytest.mark.parametrize(
    ("value", "symbols"), [("Müller ©", True), ("½ day", True), ("Anna – Ω", False), ("سنة ٣", False)]
)
def test_a_symbol_is_neither_a_letter_nor_a_digit_nor_between_words(value: str, symbols: bool) -> None:
    assert has_symbols(value) is symbols
