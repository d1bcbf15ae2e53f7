"""The changes that are tried against the tests: made where they belong, found again, and taken back."""

import re
from pathlib import Path

import pytest

from tests.mutations import without_effect
from tests.mutations.__main__ import main
from tests.mutations.mutants import Mutant, mutants
from tests.mutations.trying import (
    COVERED,
    ROOT,
    copied,
    covering,
    row_of,
    sample,
)
from tests.mutations.without_effect import WITHOUT_EFFECT, is_lenient_zip


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("a = b < 1", ["a = (b <= 1)", "a = b < (2)"]),
        ("a = b and not c", ["a = (b or not c)", "a = b and (c)"]),
        ("a += 1", ["a -= 1", "pass", "a += (2)"]),
        ("f(a, b=True)", ["pass", "(f(a))", "f(a, b=(False))"]),
        ("f(a, b)", ["pass", "(f(b, a))"]),
        ("f('a', 'a')", ["pass"]),
        ("max(a, b)", ["pass"]),
        ("f(a, strict=False)", ["pass", "f(a, strict=(True))"]),
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


def test_the_tests_nearest_to_a_module_come_first() -> None:
    found = covering("helpers/client/polling.py")
    named, importing, other = (f"tests/client/test_{n}.py" for n in ("polling", "canvas_client", "answers"))
    assert found.index(named) < found.index(importing) < found.index(other)
    assert found[-1] == "tests/test_errors.py" and len(found) == len(set(found))
    assert len(found) == 1 + len(list((ROOT / "tests/client").glob("test_*.py")))


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    places = ["helpers/watching"]
    assert sample(5, 1, places) == sample(5, 1, places) != sample(5, 2, places)


def test_a_sample_has_as_many_changes_of_a_small_row_as_of_a_large_one() -> None:
    places = ["helpers/watching", "practice_canvas/states.py"]
    rows = [row_of(module) for module, _ in sample(20, 1, places)]
    assert sorted(rows) == sorted(places * 10) != rows


def test_every_change_called_without_effect_is_one_that_is_made_on_one_line() -> None:
    """Each is on one line: the reason may not hold for another line with the same text."""
    places = sorted({module for module, _, _ in WITHOUT_EFFECT})
    made = {
        (module, mutant.text, mutant.after, mutant.line)
        for module in places
        for mutant in mutants((ROOT / module).read_text(encoding="utf-8"))
    }
    assert sorted(each[:3] for each in made if each[:3] in WITHOUT_EFFECT) == sorted(WITHOUT_EFFECT)


def test_a_change_called_without_effect_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    place = "helpers/near_misses.py"
    (module, mutant), *others = sample(10**6, 1, [place])
    named = {(module, mutant.text, mutant.after)}
    monkeypatch.setattr(without_effect, "WITHOUT_EFFECT", named)
    left = sample(10**6, 1, [place])
    assert others and left
    assert not {(m, x.text, x.after) for m, x in left} & named


def test_a_zip_that_no_longer_insists_on_equal_lengths_is_not_tried() -> None:
    lines = "rows = zip(a, b, strict=True)\nothers = zip(a, b, strict=False)\n"
    found = {(each.line, each.after): is_lenient_zip(each) for each in mutants(lines)}
    assert found[1, "(False)"] and found[1, "(zip(a, b))"]
    assert not found[1, "(zip(b, a, strict=True))"] and not found[2, "(True)"]


MODULE = "practice_canvas/states.py"
TEXT = (ROOT / MODULE).read_text(encoding="utf-8")


def test_a_change_is_noticed_and_taken_back_unless_the_test_fails_without_it(tmp_path: Path) -> None:
    with copied(tmp_path / "copy") as copy:
        settings = copy.folder / "pyproject.toml"  # to check the types of one module takes less time
        text = settings.read_text(encoding="utf-8")
        settings.write_text(re.sub(r"(?m)^files = .*", f'files = ["{MODULE}"]', text), encoding="utf-8")
        assert copy.try_one(MODULE, Mutant(1, "", "", source=f"{TEXT}WORKFLOW_STATES.clear()\n")).noticed
        assert (copy.folder / MODULE).read_text(encoding="utf-8") == TEXT
        untyped = Mutant(1, "", "", source=f"{TEXT}\n\ndef number() -> int:\n    return 'one'\n")
        assert copy.try_one(MODULE, untyped).noticed
        test = copy.folder / "tests/practice_canvas/test_states.py"
        test.write_text("def test_nothing(): assert False\n", encoding="utf-8")
        with pytest.raises(RuntimeError, match=rf"Without any change, a check of {MODULE} fails"):
            copy.try_one(MODULE, Mutant(1, "", "", source=TEXT))
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("number", ["0", "-1", "few"])
def test_at_least_one_change_is_tried(
    number: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["mutations", "--number", number])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2 and "argument --number: " in capsys.readouterr().err
