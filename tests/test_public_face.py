import subprocess
import sys

import pytest

import helpers

HEAVY = ("pandas", "duckdb", "ipywidgets", "requests", "IPython", "rich", "starlette")


def in_a_fresh_process(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_public_face_is_small_and_sorted() -> None:
    assert len(helpers.__all__) <= 15
    assert helpers.__all__ == sorted(helpers.__all__) == dir(helpers)


@pytest.mark.parametrize("name", helpers.__all__)
def test_each_name_is_there_and_documented(name: str) -> None:
    thing = getattr(helpers, name)
    assert thing.__name__ == name
    assert thing.__doc__


def test_importing_helpers_loads_nothing_heavy() -> None:
    loaded = in_a_fresh_process("import helpers, sys; print(*sys.modules)").split()
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize("name", ["explain", "check_setup"])
@pytest.mark.parametrize(
    "first", ["helpers.widgets", "helpers.messages.explain", "helpers.lesson.check_setup"]
)
def test_a_function_named_like_its_module_stays_the_function(name: str, first: str) -> None:
    assert (
        in_a_fresh_process(f"import {first}; from helpers import {name}; print(callable({name}))") == "True"
    )


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"helpers has no 'conect'; it has .*connect"):
        helpers.conect  # noqa: B018
