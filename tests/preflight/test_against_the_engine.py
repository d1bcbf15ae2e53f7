"""Random schools with random faults: what the check foresees is what the practice Canvas says, row by row."""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from helpers.preflight import ServerObject, check_files
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.preflight.driver import write

SEEDS = range(12)
STATUSES = ["", "enrolled", "Active", "deleted", "activex", "inactive"]


class EmptyCanvas:
    """A server that has nothing, like the practice Canvas before the import."""

    def objects(self, kind: str) -> Iterable[ServerObject]:
        return ()

    def has(self, kind: str, sis_id: str) -> bool:
        return False


class Maker:
    """Writes rows in which every eighth value is a bad one."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def pick(self, good: Sequence[str], bad: Sequence[str] = ()) -> str:
        return self.chance.choice(bad if bad and self.chance.random() < 0.12 else good)

    def ids(self, letter: str, count: int, optional: bool = False) -> str:
        """Return the id of one that may exist, now and then of one that does not."""
        good = [*([""] if optional else []), *(f"{letter}{n}" for n in range(count))]
        return self.pick(good, [f"{letter}9", "NULL", "9.0"])

    def school(self) -> dict[str, str]:
        makers = (
            self.accounts,
            self.terms,
            self.courses,
            self.sections,
            self.users,
            self.enrollments,
            self.groups,
            self.observers,
        )
        files = {make.__name__: make() for make in makers}
        return {f"{name}.csv": text for name, text in files.items() if self.chance.random() < 0.9}

    def accounts(self) -> str:
        rows = [
            (
                f"A{n}",
                self.pick(["", *(f"A{k}" for k in range(n))], ["A9", "A3"]),
                self.pick(["n"], [""]),
                self.pick(["active"], ["", "x", "deleted"]),
            )
            for n in range(4)
        ]
        return csv("account_id,parent_account_id,name,status", rows)

    def terms(self) -> str:
        rows = [
            (
                self.pick([f"T{n}"], [""]),
                self.pick(["n"], [""]),
                self.pick(["active"], ["", "x"]),
                self.pick(["", "2026-01-01"], ["2026-13-01"]),
            )
            for n in range(2)
        ]
        return csv("term_id,name,status,start_date", rows)

    def courses(self) -> str:
        rows = [
            (
                self.pick([f"C{n}"], [""]),
                self.pick(["s"], [""]),
                self.pick(["l"], ["", "x" * 300]),
                self.ids("A", 4, True),
                self.ids("T", 2, True),
                self.pick(["active"], STATUSES),
                self.pick(["", "2026-01-01"], ["2026-13-01"]),
                self.pick(["", "2026-02-01"], ["2025-01-01"]),
            )
            for n in range(5)
        ]
        return csv("course_id,short_name,long_name,account_id,term_id,status,start_date,end_date", rows)

    def sections(self) -> str:
        rows = [
            (
                self.pick([f"S{n}"], [""]),
                self.pick([f"C{k}" for k in range(5)], ["C9", ""]),
                "n",
                self.pick(["active"], STATUSES),
            )
            for n in range(7)
        ]
        return csv("section_id,course_id,name,status", rows)

    def users(self) -> str:
        rows = [
            (
                self.pick([f"U{n}"], [""]),
                self.pick([f"u{n}"], ["", "U1", "x" * 101]),
                self.pick(["", "a@b.test"], ["nope"]),
                self.pick(["active"], ["", "x", "suspended"]),
            )
            for n in range(8)
        ]
        return csv("user_id,login_id,email,status", rows)

    def enrollments(self) -> str:
        rows = [
            (
                self.ids("C", 5, True),
                self.ids("S", 7, True),
                self.pick([f"U{n}" for n in range(8)], ["U9", "", "NULL", "12345.0", "1E+05"]),
                self.pick(["student", "ta", "Teacher", "students"], ["studnet", ""]),
                self.pick(["active", "inactive"], ["", "enrolled", "activex"]),
            )
            for _ in range(12)
        ]
        return csv("course_id,section_id,user_id,role,status", rows)

    def groups(self) -> str:
        rows = [
            (self.pick([f"G{n}"], [""]), self.pick(["n"], [""]), self.pick(["available"], ["active", ""]))
            for n in range(3)
        ]
        return csv("group_id,name,status", rows)

    def observers(self) -> str:
        rows = [(self.ids("U", 8), self.ids("U", 8), self.pick(["active"], ["", "x"])) for _ in range(3)]
        return csv("observer_id,student_id,status", rows)


def csv(header: str, rows: Iterable[Sequence[str]]) -> str:
    return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"


@pytest.mark.parametrize("seed", SEEDS)
def test_each_row_with_a_message_was_foreseen_and_no_other(tmp_path: Path, seed: int) -> None:
    files = Maker(seed).school()
    (tmp_path / "canvas").mkdir()
    store = Store(tmp_path / "canvas")
    messages = {(file, row) for _, file, row, _ in import_files(store, files).messages}
    store.close()
    findings = check_files(write(tmp_path, files), server=EmptyCanvas())
    severe = [one for one in findings if one.severity in ("skips the row", "drops the value")]
    assert {(one.position.file, row) for one in severe for row in one.first_rows} == messages
    assert messages
