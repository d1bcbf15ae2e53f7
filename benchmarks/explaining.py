"""Explain the messages of an import, beside reading them with pandas and one regular expression each.

    python -m benchmarks.explaining [--messages 100000] [--runs 5]

The error CSV of an import has messages of ten sorts, each about an ID of its own.

Of the time of explain_import, a third goes into reading the CSV as strictly as Canvas does, a quarter into
finding what each message means and which objects it names, a sixth each into the root causes and the table,
and the rest into sorting and freeing them. pandas makes no object of a message. By an estimate, the same
answers would take 2.3 times as long as pandas even without an object for each message.

Working on a thousand messages at once, instead of on one after the other, made it twice as fast. Python's csv
module in place of our reader would save another fifteenth; but it takes a damaged file without a word, so it
stays out.

Ends with status 1 where the goal is missed.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.measured import Used, call, in_turns
from benchmarks.results import Goal, Result, rows_of

LARGEST_RATIO = 2.0
SORTS = (
    ("enrollments.csv", "The user U{0} does not exist (course C1, section S1)."),
    ("enrollments.csv", "Section S{0} is not known."),
    ("enrollments.csv", "Neither the course C{0} nor the section S9 of user U1 exists."),
    ("enrollments.csv", "The status “enrolled” of user U{0} is not a status of an enrollment."),
    ("enrollments.csv", "The user U{0} is deleted; course C1."),
    ("sections.csv", "The course C{0} of section S1 does not exist."),
    ("courses.csv", "The account A{0} of course C1 does not exist."),
    ("users.csv", "The account_id A{0} of user U1 does not exist."),
    ("users.csv", "The authentication provider P{0} of user U1 does not exist."),
    ("groups.csv", "The group G{0} does not exist."),
)


def write_messages(file: Path, count: int) -> None:
    """Write the error CSV of an import."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("sis_import_id", "file", "message", "row"))
        for number in range(count):
            name, text = SORTS[number % len(SORTS)]
            writer.writerow((1, name, text.format(number), number + 2))


def with_pandas(file: str) -> Callable[[], int]:
    """Prepare to read the messages and to find the ID in each."""
    import pandas

    def read() -> int:
        messages = pandas.read_csv(file)["message"]
        return int(messages.str.extract(r"\b([A-Z]\d+)\b").notna().sum().iloc[0])

    return read


def explained(file: str) -> Callable[[], int]:
    """Prepare to explain them all, as a table."""
    import pandas  # noqa: F401 (loaded before the clock starts, as for the other)

    from helpers.messages.report import explain_import

    return lambda: len(explain_import(file).to_frame())


def compare(count: int, runs: int) -> Result:
    """Measure in turns."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "errors.csv")
        write_messages(file, count)

        def measured(name: str) -> Used:
            used, found = call(f"benchmarks.explaining:{name}", file)
            assert found == count, found
            return used

        programs = {
            "pandas": partial(measured, "with_pandas"),
            "explain_import": partial(measured, "explained"),
        }
        used = in_turns(programs, runs)
    rows = rows_of(used, "pandas", "cpu", count)
    return Result(rows, [Goal("ratio", used["explain_import"].cpu / used["pandas"].cpu, LARGEST_RATIO)], runs)


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page."""
    return compare(1_000 if quick else 100_000, runs)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    return compare(given.messages, given.runs).report()


if __name__ == "__main__":
    sys.exit(main())
