"""The changes that are tried against the tests: made where they belong, found again, and taken back."""

from pathlib import Path

import pytest

from tests.mutations import trying
from tests.mutations.mutants import Mutant, mutants
from tests.mutations.trying import COVERED, ROOT, WITHOUT_EFFECT, copied, importers_of, sample


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("a = b < 1", ["a = (b <= 1)", "a = b < (2)"]),
        ("a = b and not c", ["a = (b or not c)", "a = b and (c)"]),
        ("a += 1", ["a -= 1", "pass", "a += (2)"]),
        ("f(a, b=True)", ["pass", "(f(a))", "f(a, b=(False))"]),
        ("f(a, b)", ["pass", "(f(b, a))"]),
        ("a = 'é' if b else d", ["a = (d if b else 'é')"]),
        ("def f() -> int | None:\n    return g", ["def f() -> int | None:\n    return"]),
        ("if a:\n    raise b", ["if a:\n    pass"]),
        ("a.b = c", ["pass"]),
        ("a = b", []),
        ('"""Text."""\na: int = f"{b + c}"', []),
    ],
)
def test_a_change_is_made_where_it_belongs(code: str, changed: list[str]) -> None:
    assert sorted(mutant.source for mutant in mutants(code)) == sorted(changed)


def test_every_place_of_the_table_is_there_and_its_tests_are() -> None:
    assert all((ROOT / place).exists() for place in COVERED)
    assert all((ROOT / test).exists() for tests in COVERED.values() for test in tests.split())


def test_the_tests_of_a_module_are_those_that_import_it() -> None:
    found = importers_of("helpers/client/polling.py", "tests/client")
    assert "tests/client/test_polling.py" in found and "tests/client/test_commands.py" not in found


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    places = ["helpers/watching"]
    assert sample(5, 1, places) == sample(5, 1, places) != sample(5, 2, places)


def test_every_change_called_without_effect_is_one_that_is_made() -> None:
    places = sorted({module for module, _, _ in WITHOUT_EFFECT})
    made = {
        (module, mutant.text, mutant.after)
        for module in places
        for mutant in mutants((ROOT / module).read_text(encoding="utf-8"))
    }
    assert made >= WITHOUT_EFFECT


def test_a_change_called_without_effect_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    place = "helpers/near_misses.py"
    (module, mutant), *others = sample(10**6, 1, [place])
    named = {(module, mutant.text, mutant.after)}
    monkeypatch.setattr(trying, "WITHOUT_EFFECT", named)
    left = sample(10**6, 1, [place])
    assert others and left
    assert not {(m, x.text, x.after) for m, x in left} & named


def test_a_change_that_breaks_a_module_is_noticed_and_taken_back(tmp_path: Path) -> None:
    module = "helpers/near_misses.py"
    with copied(tmp_path / "copy") as copy:
        copy.passing.add(module)  # saves the run without a change
        assert copy.try_one(module, Mutant(1, "", "", source="1 / 0\n")).noticed
        assert (copy.folder / module).read_bytes() == (ROOT / module).read_bytes()
    assert not (tmp_path / "copy").exists()
