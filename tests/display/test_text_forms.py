"""What a notebook shows as HTML or as an image has words as its text too, for whoever sees only the text."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import helpers
from helpers.messages.evidence import Proof
from helpers.messages.explain import explain

OURS = Path(helpers.__file__).parent
SHOWING = ("_repr_html_", "_repr_mimebundle_")


def is_ours(method: object) -> bool:
    """Whether a method is written in helpers, and neither inherited nor made by @dataclass."""
    code = getattr(method, "__code__", None)
    return code is not None and Path(code.co_filename).is_relative_to(OURS)


def shown_classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(helpers.__path__, "helpers."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                mine = isinstance(value, type) and value.__module__ == module.name
                if mine and any(is_ours(getattr(value, name, None)) for name in SHOWING):
                    yield value


SHOWN = list(shown_classes())


def test_the_shown_classes_are_found() -> None:
    assert {"Explanation", "Report", "Chart", "Rehearsal", "Table"} <= {each.__name__ for each in SHOWN}


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: str(shown.__name__))
def test_what_is_shown_has_a_text_of_its_own(shown: type) -> None:
    assert is_ours(shown.__repr__)


def test_an_explanation_and_a_proof_are_sentences() -> None:
    assert repr(explain("Flux of S1.")).startswith("Unknown message. The message is new")
    assert repr(Proof(7, 7, "the saved list")) == "7 messages from the saved list: all that Canvas counted."
