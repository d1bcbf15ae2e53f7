"""The learner's progress: every verdict goes to their practice Canvas, which keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from helpers.client.connect import start_practice
from helpers.client.pages import browser_url
from helpers.client.seats import NOT_ANSWERED
from helpers.display.html import table
from helpers.errors import CanvasError
from helpers.lesson.catalog import Listed, catalog
from practice_canvas import controls

if TYPE_CHECKING:
    from practice_canvas.service import Practice

_MARKS = {"done": "✔ done", "not_yet": "○ not yet", "not_tried": "– not tried"}


@dataclass(frozen=True, repr=False)
class Progress:
    """What is done, and what comes next.

    Args:
        exercises: each with id, notebook, title, can, state and why, in the lesson's order.
        page: the address of the page that shows the same.
    """

    exercises: list[dict[str, Any]]
    page: str

    @property
    def done(self) -> list[dict[str, Any]]:
        """The exercises that are done."""
        return [each for each in self.exercises if each["state"] == "done"]

    @property
    def sentence(self) -> str:
        """How far it is, and the next exercise."""
        so_far = f"{len(self.done)} of {len(self.exercises)} exercises done."
        upcoming = next((each for each in self.exercises if each["state"] != "done"), None)
        if upcoming is None:
            return f"{so_far} You have completed the lesson."
        return f"{so_far} Next: {upcoming['title']}, in notebook {upcoming['notebook']}."

    @property
    def rows(self) -> list[list[str]]:
        """Notebook, title and state of each exercise."""
        return [[each["notebook"], each["title"], _MARKS[each["state"]]] for each in self.exercises]

    @property
    def abilities(self) -> str:
        """What the person can do now, as one paragraph; "" before the first exercise is done."""
        can = [f"- {each['can']}" for each in self.done]
        return "\n".join(["You can now", *can]) if can else ""

    def __repr__(self) -> str:
        lines = [f"{notebook:28}  {state:12}  {title}" for notebook, title, state in self.rows]
        return "\n".join([self.sentence, *lines, *([self.abilities] if self.done else [])])

    def _repr_html_(self) -> str:
        can = "".join(f"<li>{escape(each['can'])}</li>" for each in self.done)
        return (
            f"<p>{escape(self.sentence)} <a href='{escape(self.page)}' target='_blank'>Your progress</a></p>"
            + table(["notebook", "exercise", "state"], self.rows)
            + (f"<p>You can now</p><ul>{can}</ul>" if can else "")
        )


def progress() -> Progress:
    """Return what is done and what comes next. Calls: PUT /practice/exercises.

    Raises:
        NoRoute: the practice Canvas does not start.
    """
    practice = start_practice()
    page = browser_url(practice.url, "/exercises", of_seat=practice.home is None)
    return Progress(_define(practice), page)


def report(exercise: Listed, state: str, why: str) -> None:
    """Send a verdict to the learner's practice Canvas, whatever Canvas the exercise used.

    An exercise is not lost because its verdict is: where no practice Canvas answers, nothing is reported.

    Calls: PUT /practice/exercises, PUT /practice/exercises/:id
    """
    try:
        practice = start_practice()
        _define(practice)
        controls.report_verdict(practice, exercise.id, state=state, why=why, notebook=exercise.notebook)
    except (CanvasError, *NOT_ANSWERED):
        return


def _define(practice: Practice) -> list[dict[str, Any]]:
    fields = ("id", "notebook", "title", "can")
    return controls.define_exercises(
        practice, [{name: getattr(each, name) for name in fields} for each in catalog()]
    )
