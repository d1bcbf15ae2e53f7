"""Rows that an import skips without a message: they are not counted, either."""

from practice_canvas.sis_csv.kinds import COUNT_KEYS
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files
from tests.practice_canvas.engine.school import COURSE, ENROLLMENT, SECTION, USER, csv

DELETIONS: dict[str, str | bytes] = {
    "accounts.csv": csv("account_id,parent_account_id,name,status", "A,,A,deleted"),
    "terms.csv": csv("term_id,name,status", "T,T,deleted"),
    "abstract_courses.csv": csv("abstract_course_id,short_name,long_name,status", "B,B,B,deleted"),
    "courses.csv": csv(COURSE, "C,C,C,deleted"),
    "sections.csv": csv(SECTION, "S,C,S,deleted"),
    "xlists.csv": csv("xlist_course_id,section_id,status", "C,S,deleted"),
    "users.csv": csv(USER, "U,u,U,deleted"),
    "logins.csv": csv("user_id,login_id,existing_user_id,status", "L,l,U,deleted"),
    "enrollments.csv": csv(ENROLLMENT, "C,U,student,S,deleted"),
    "group_categories.csv": csv("group_category_id,category_name,status", "K,K,deleted"),
    "groups.csv": csv("group_id,name,status", "G,G,deleted"),
    "group_membership.csv": csv("group_id,user_id,status", "G,U,deleted"),
    "user_observers.csv": csv("observer_id,student_id,status", "O,U,deleted"),
    "admins.csv": csv("user_id,account_id,role,status", "U,,AccountAdmin,deleted"),
}


def test_skip_deletes_skips_the_deletions_of_every_kind_without_a_count_or_a_message(store: Store) -> None:
    done = import_files(store, DELETIONS, skip_deletes=True)
    assert len(done.data["supplied_batches"]) == len(DELETIONS)
    assert (done.state, done.messages) == ("imported", [])
    assert {key: done.counts[key] for key in COUNT_KEYS} == dict.fromkeys(COUNT_KEYS, 0)


def test_a_login_that_is_deleted_already_is_not_counted(store: Store) -> None:
    file = csv(USER, "U,u,U,deleted")
    import_files(store, {"users.csv": csv(USER, "U,u,U,active")})
    counts = [import_files(store, {"users.csv": file}).counts["users"] for _ in range(2)]
    assert counts == [1, 0]


def test_a_section_that_was_cross_listed_by_hand_is_not_counted(store: Store) -> None:
    files: dict[str, str | bytes] = {
        "courses.csv": csv(COURSE, "C,C,C,active", "D,D,D,active"),
        "sections.csv": csv(SECTION, "S,C,S,active"),
    }
    import_files(store, files)
    with store.write() as db:
        db.execute("UPDATE course_sections SET stuck = 'course_id'")
    done = import_files(store, {"xlists.csv": csv("xlist_course_id,section_id,status", "D,S,active")})
    assert (done.counts["xlists"], done.messages) == (0, [])
