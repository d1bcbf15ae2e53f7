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
