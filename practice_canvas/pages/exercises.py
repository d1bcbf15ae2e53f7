"""The page of the lesson's exercises: what is done, what comes next, what the person can do now."""

from practice_canvas.pages.marks import Mark
from practice_canvas.pages.view import Content, View
from practice_canvas.store.exercises import progress

MARKS = {
    "done": Mark("✔", "done", "good"),
    "not_yet": Mark("○", "not yet", "care"),
    "not_tried": Mark("–", "not tried", "quiet"),
}


def exercises(view: View) -> Content:
    """Show the exercises in order; once all are done, this is the completion page."""
    found = progress(view.home)
    return "exercises.html", {
        "exercises": found,
        "done": [exercise for exercise in found if exercise["state"] == "done"],
        "next": next((exercise for exercise in found if exercise["state"] != "done"), None),
        "marks": MARKS,
    }
