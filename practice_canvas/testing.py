"""A practice Canvas for the tests of your integration: what the pytest fixture `practice_canvas` gives.

In a script, or in another test framework:

    with running() as canvas:
        my_script(canvas.url, canvas.token)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from practice_canvas import controls
from practice_canvas.scratch import scratch
from practice_canvas.service import Practice, PracticeCanvasFault, find

SAMPLE_SCHOOL = "sample-school-of-testing"  # the snapshot by which the school is loaded again


class PracticeCanvas:
    """A practice Canvas of your own, which imports at once (pace immediate) and starts with an empty school.

    Args:
        practice: where it runs.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._settings = controls.read_settings(practice)
        del self._settings["scenarios"]  # these end, and cannot be set
        self._knows_sample_school = False

    def __repr__(self) -> str:
        return f"PracticeCanvas({self.url!r})"

    @property
    def url(self) -> str:
        """Its address, such as `http://127.0.0.1:41873`."""
        return self._practice.url

    @property
    def token(self) -> str:
        """The admin's access token."""
        return self._practice.token

    @property
    def tokens(self) -> dict[str, str]:
        """Every access token by name: admin, no_permission, expired, read_only."""
        return dict(self._practice.tokens)

    def reset(self) -> None:
        """Empty the school, end all scenarios, and restore the settings; snapshots stay.

        Calls: POST /practice/reset, PUT /practice/settings
        """
        controls.reset_school(self._practice)
        self.settings(**self._settings)

    def load_school(self) -> None:
        """Replace the school by the sample school: 1,200 people, two terms, their courses and enrollments.

        Calls: PUT /practice/school
        """
        if self._knows_sample_school:
            self.restore(SAMPLE_SCHOOL)
            return
        controls.load_school(self._practice)
        self.snapshot(SAMPLE_SCHOOL)
        self._knows_sample_school = True

    def scenario(self, name: str) -> None:
        """Begin a scenario, such as maintenance_page; it ends with `end_scenarios` or `reset`.

        Calls: POST /practice/scenarios/:name

        Raises:
            PracticeCanvasFault: there is no such scenario.
        """
        known = controls.scenarios(self._practice)
        if name not in known:
            raise PracticeCanvasFault(f"There is no scenario {name!r}: use {', '.join(known)}.")
        controls.begin_scenario(self._practice, name)

    def end_scenarios(self) -> None:
        """End all scenarios. Calls: DELETE /practice/scenarios."""
        controls.end_scenarios(self._practice)

    def snapshot(self, name: str) -> None:
        """Save the school and its imports under a name, for as long as this practice Canvas runs.

        Calls: POST /practice/snapshots/:name

        Raises:
            PracticeCanvasFault: an import is running, or the name has characters that are not allowed.
        """
        controls.save_snapshot(self._practice, name)

    def restore(self, name: str) -> None:
        """Restore the school and its imports as they were when a snapshot was saved.

        Calls: POST /practice/snapshots/:name/restore

        Raises:
            PracticeCanvasFault: there is no snapshot of that name.
        """
        controls.restore_snapshot(self._practice, name)

    def settings(self, **changes: object) -> dict[str, Any]:
        """Change settings, such as pace="brisk" or allow_sis_import=False, and return all of them.

        Calls: PUT /practice/settings

        Raises:
            PracticeCanvasFault: there is no such setting, or it takes no such value.
        """
        return controls.change_settings(self._practice, **changes)


@contextmanager
def running() -> Iterator[PracticeCanvas]:
    """Run a practice Canvas as long as the block runs; it also ends when this process is killed.

    Raises:
        PracticeCanvasFault: it does not start.
    """
    with scratch() as practice:
        yield PracticeCanvas(find(practice.home) or practice)  # its note has all of its tokens
