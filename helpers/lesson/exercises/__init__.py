"""Every exercise of the lesson, in its order: one module for each notebook."""

from helpers.lesson.exercise import Exercise
from helpers.lesson.exercises import (
    automate,
    bad_files_and_rows,
    check_import_status,
    full_batch_and_diffing,
    import_a_test_file,
    install,
    requests_and_queues,
    start_here,
)

_NOTEBOOKS = (
    start_here,
    install,
    import_a_test_file,
    check_import_status,
    bad_files_and_rows,
    requests_and_queues,
    full_batch_and_diffing,
    automate,
)
EXERCISES: dict[str, Exercise] = {
    exercise.id: exercise for notebook in _NOTEBOOKS for exercise in notebook.EXERCISES
}
"""ID → exercise."""
