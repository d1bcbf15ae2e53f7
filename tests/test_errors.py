import ast
from collections.abc import Iterator
from pathlib import Path

from helpers import errors
from helpers.errors import CanvasError


def every_error(kind: type[CanvasError] = CanvasError) -> list[type[CanvasError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in every_error(child))]


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    drawn = (errors.__doc__ or "").split("CanvasError", 1)[1]
    for kind in every_error()[1:]:
        line = next(line for line in drawn.splitlines() if f" {kind.__name__} " in f"{line} ")
        deeper = line.startswith(("    │  ", "       "))
        assert deeper == (CanvasError not in kind.__bases__), kind


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = errors.FileNotUsable("a.csv is empty.", "Save it again.")
    assert str(error) == "a.csv is empty. — Save it again."
    assert (error.what, error.fix) == ("a.csv is empty.", "Save it again.")


def test_a_refusal_keeps_the_status_and_canvass_own_text() -> None:
    error = errors.RequestRefused("No.", "Change it.", status=400, canvas_text="the term is missing")
    assert (error.status, error.canvas_text) == (400, "the term is missing")


def test_a_notebook_shows_two_sentences_instead_of_a_page_of_code() -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    with capture_output() as captured:
        InteractiveShell().run_cell(
            "from helpers.errors import FileNotUsable\n"
            "raise FileNotUsable('a.csv is empty.', 'Save it again.')"
        )
    shown = captured.stdout
    assert "FileNotUsable: a.csv is empty." in shown
    assert "What to do: Save it again." in shown
    assert "Traceback" not in shown


HELPERS = Path(errors.__file__).parent
TO_DO = set(
    """
    Abort Add Ask Change Check Choose Close Copy Correct Create Download Explain Export Find Free Give Name
    Pack Pass Press Put Read Rename Run Save Search Start Try Type Unpack Use Wait Write
    """.split()  # noqa: SIM905 (one word after the other)
)
"""The words with which what to do begins, and nothing that happened does."""


def texts_of_errors() -> Iterator[tuple[str, str]]:
    """Yield the first words of what happened and of what to do, of every error that is written down."""
    names = {kind.__name__ for kind in every_error()}
    for path in HELPERS.rglob("*.py"):
        module = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: statement.value
            for statement in module.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(module):
            if isinstance(call, ast.Call) and len(call.args) > 1 and getattr(call.func, "id", "") in names:
                yield first_word(call.args[0], constants), first_word(call.args[1], constants)


def first_word(text: ast.expr, constants: dict[str, ast.expr]) -> str:
    """Return the word with which a literal or a constant of the module begins; "" if it is a value."""
    text = constants.get(text.id, text) if isinstance(text, ast.Name) else text
    start = text.values[0] if isinstance(text, ast.JoinedStr) and text.values else text
    literal = start.value if isinstance(start, ast.Constant) else ""
    return literal.split()[0] if isinstance(literal, str) and literal.strip() else ""


def test_every_error_says_first_what_happened_and_then_what_to_do() -> None:
    found = list(texts_of_errors())
    assert len(found) > 80
    assert [what for what, _ in found if what in TO_DO] == []
    assert sum(fix in TO_DO for _, fix in found) > 0.7 * len(found)
