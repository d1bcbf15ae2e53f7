from collections import Counter

import pytest

from practice_canvas.engine.importer import Chunk
from practice_canvas.engine.importers.enrollment import people, places
from practice_canvas.engine.importers.enrollment.importer import EnrollmentImporter
from practice_canvas.store import records
from practice_canvas.store.store import Store
from tests.practice_canvas.engine import driver
from tests.practice_canvas.engine.driver import import_files

HEADER = "course_id,section_id,user_id,role,status\n"
STUDENTS = 300
LATER = 13  # rows


@pytest.fixture
def school(store: Store) -> Store:
    """A sub-account with a course of two sections, and people enough for several chunks."""
    people = "".join(f"S{number},s{number},active\n" for number in range(STUDENTS))
    files = {
        "accounts.csv": "account_id,parent_account_id,name,status\nA,,Arts,active\nB,,Biology,active\n",
        "users.csv": f"user_id,login_id,status\n{people}",
        "courses.csv": "course_id,short_name,long_name,account_id,status\nC,C,Course,A,active\n",
        "sections.csv": "section_id,course_id,name,status\nC-A,C,A,active\nC-B,C,B,active\n",
    }
    assert import_files(store, files).state == "imported"
    return store


def add_role(store: Store, name: str, base: str, account_id: int, state: str = "active") -> int:
    with store.write() as db:
        role = {"name": name, "base_role_type": base, "account_id": account_id, "workflow_state": state}
        return records.insert(db, "roles", role)


def states(store: Store) -> Counter[str]:
    return Counter(row[0] for row in store.db.execute("SELECT workflow_state FROM enrollments"))


def test_custom_roles_of_the_accounts_above_the_course_are_offered(school: Store) -> None:
    add_role(school, "Tutor", "TaEnrollment", account_id=1)
    add_role(school, "Lurker", "StudentEnrollment", account_id=3)
    add_role(school, "Former", "StudentEnrollment", account_id=2, state="inactive")
    rows = "C,,S1,Tutor,active\nC,,S1,tutor,active\nC,,S1,Lurker,active\nC,,S1,Former,active\n"
    done = import_files(school, {"enrollments.csv": HEADER + rows})
    assert done.counts["enrollments"] == 1
    assert [message[2] for message in done.messages] == [3, 4, 5]


def test_the_nearest_custom_role_of_a_name_counts(school: Store) -> None:
    add_role(school, "Tutor", "TaEnrollment", account_id=1, state="inactive")
    near = add_role(school, "Tutor", "TeacherEnrollment", account_id=2)
    add_role(school, "Tutor", "TaEnrollment", account_id=1)
    import_files(school, {"enrollments.csv": HEADER + "C,,S1,Tutor,active\n"})
    assert school.db.execute("SELECT role_id FROM enrollments").fetchone()[0] == near


def test_custom_roles_of_one_type_make_enrollments_of_their_own(school: Store) -> None:
    add_role(school, "Auditor", "StudentEnrollment", account_id=2)
    rows = "C,,S1,student,active\nC,,S1,Auditor,active\nC,,S1,Auditor,deleted\n"
    import_files(school, {"enrollments.csv": HEADER + rows})
    assert states(school) == {"active": 1, "deleted": 1}


def test_a_custom_observer_role_observes(school: Store) -> None:
    add_role(school, "Mentor", "ObserverEnrollment", account_id=2)
    rows = "C,C-A,S1,Mentor,active,S2\nC,C-A,S1,Mentor,active,NOBODY\n"
    done = import_files(school, {"enrollments.csv": HEADER.strip() + ",associated_user_id\n" + rows})
    observed = school.db.execute("SELECT associated_user_id FROM enrollments").fetchall()
    assert (len(observed), observed[0][0] is not None, len(done.texts)) == (1, True, 1)


def test_small_memories_of_people_and_places_find_everybody_all_the_same(
    school: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "CACHED", 10)
    monkeypatch.setattr(places, "CACHED", 1)
    rows = "".join(f"C,C-{'AB'[n % 2]},S{n},student,active\n" for n in range(STUDENTS))
    done = import_files(school, {"enrollments.csv": HEADER + rows})
    assert (done.counts["enrollments"], done.texts) == (STUDENTS, [])
    assert done.data["statistics"]["Enrollment"]["created"] == STUDENTS
    # Each again: in the other section, and some chunks later deleted, among people who are not known yet.
    rows = ""
    for n in range(STUDENTS):
        late = n - LATER
        rows += f"C,C-{'BA'[n % 2]},S{n},student,active\n"
        rows += f"C,C-{'AB'[late % 2]},S{late},student,deleted\n" if late >= 0 else ""
    done = import_files(school, {"enrollments.csv": HEADER + rows})
    assert (done.counts["enrollments"], done.texts) == (2 * STUDENTS - LATER, [])


def test_new_enrollments_are_noted_as_ranges_that_restore_undoes_one_by_one(school: Store) -> None:
    rows = "".join(f"C,C-A,S{n},student,{'active' if n % 100 else 'completed'}\n" for n in range(STUDENTS))
    done = import_files(school, {"enrollments.csv": HEADER + rows})
    noted = school.db.execute(
        "SELECT count(*), sum(last_context_id - context_id + 1) FROM sis_batch_roll_back_data"
        " WHERE sis_batch_id = ? AND context_type = 'Enrollment'",
        (done.id,),
    ).fetchone()
    assert noted[0] <= 10
    assert noted[1] == STUDENTS


def test_enrollments_of_linked_observers_carry_no_import(school: Store) -> None:
    import_files(school, {"user_observers.csv": "observer_id,student_id,status\nS1,S2,active\n"})
    import_files(school, {"enrollments.csv": HEADER + "C,C-A,S2,student,active\n"})
    stamps = [row[0] for row in school.db.execute("SELECT sis_batch_id FROM enrollments ORDER BY id")]
    assert stamps == [3, None]


def test_an_observer_whose_login_is_deleted_is_not_enrolled(school: Store) -> None:
    import_files(school, {"user_observers.csv": "observer_id,student_id,status\nS1,S2,active\n"})
    import_files(school, {"users.csv": "user_id,login_id,status\nS1,s1,deleted\n"})
    import_files(school, {"enrollments.csv": HEADER + "C,C-A,S2,student,active\n"})
    assert states(school) == {"active": 1}


def test_an_observer_s_dates_follow_the_student_s(school: Store) -> None:
    import_files(school, {"user_observers.csv": "observer_id,student_id,status\nS1,S2,active\n"})
    header = HEADER.strip() + ",start_date,end_date\n"
    for date in ("2031-01-15", "2032-01-15"):
        import_files(school, {"enrollments.csv": f"{header}C,C-A,S2,student,active,{date},\n"})
    starts = [row[0] for row in school.db.execute("SELECT start_at FROM enrollments")]
    assert starts == ["2032-01-15T00:00:00Z"] * 2


def test_a_chunk_takes_few_statements(school: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"C,C-A,S{n},student,active\n" for n in range(100))
    import_files(school, {"enrollments.csv": HEADER + rows})
    statements: list[str] = []
    applied = EnrollmentImporter.import_rows

    def traced(self: EnrollmentImporter, chunk: Chunk) -> None:
        school.db.set_trace_callback(statements.append)
        applied(self, chunk)
        school.db.set_trace_callback(None)

    monkeypatch.setattr(EnrollmentImporter, "import_rows", traced)
    import_files(school, {"enrollments.csv": HEADER + rows})
    assert len(statements) < 15


def completed_at(store: Store, status: str, hour: int, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Import an enrollment with a status at an hour, and return its completed_at."""
    monkeypatch.setattr(driver, "NOW", f"2026-02-03T{hour:02}:00:00Z")
    import_files(store, {"enrollments.csv": f"{HEADER}C,C-A,S1,student,{status}\n"})
    found: str | None = store.db.execute("SELECT completed_at FROM enrollments").fetchone()[0]
    return found


def test_completing_sets_the_time_once(school: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [("active", None), ("completed", 2), ("completed", 2), ("active", 2), ("completed", 2)]
    expected = [hour and f"2026-02-03T{hour:02}:00:00Z" for _, hour in steps]
    found = [
        completed_at(school, status, hour, monkeypatch) for hour, (status, _) in enumerate(steps, start=1)
    ]
    assert found == expected


@pytest.mark.parametrize("status", ["active", "inactive", "deleted"])
def test_no_other_status_sets_the_time(school: Store, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    completed_at(school, "active", 1, monkeypatch)
    assert completed_at(school, status, 2, monkeypatch) is None


def test_a_default_section_that_was_cross_listed_away_stays_the_one_of_its_first_course(
    school: Store,
) -> None:
    import_files(school, {"enrollments.csv": HEADER + "C,,S1,student,active\n"})
    import_files(school, {"courses.csv": "course_id,short_name,long_name,status\nD,D,Other,active\n"})
    with school.write() as db:
        db.execute(
            "UPDATE course_sections SET course_id = 2, nonxlist_course_id = 1 WHERE default_section = 1"
        )
    import_files(school, {"enrollments.csv": HEADER + "C,,S2,student,active\nD,,S3,student,active\n"})
    sections = [row[0] for row in school.db.execute("SELECT course_section_id FROM enrollments ORDER BY id")]
    assert sections[0] == sections[1] != sections[2]


def test_each_row_with_an_invalid_date_gets_its_own_message(school: Store) -> None:
    header = HEADER.strip() + ",start_date\n"
    rows = "".join(f"C,C-A,S{number},student,active,2026-13-01\n" for number in (1, 2))
    found = import_files(school, {"enrollments.csv": header + rows})
    assert sorted(row or 0 for _, _, row, _ in found.messages) == [2, 3]
    assert states(school) == {"active": 2}


def test_the_last_of_several_rows_for_an_enrollment_counts(school: Store) -> None:
    for status in ("active", "inactive"):
        rows = f"C,C-A,S1,student,{status}\n" * 2 + "C,C-A,S1,student,inactive\n"
        import_files(school, {"enrollments.csv": HEADER + rows})
    assert states(school) == {"inactive": 1}


def test_nobody_is_enrolled_in_a_deleted_section(school: Store) -> None:
    sections = "section_id,course_id,name,status\nC-A,C,A,deleted\n"
    import_files(school, {"sections.csv": sections})
    found = import_files(school, {"enrollments.csv": HEADER + "C,C-A,S1,student,active\n"})
    assert [text.rpartition(": ")[2] for text in found.texts] == ["the section is deleted."]
