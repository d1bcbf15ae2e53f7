import pytest

from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import import_files

HEADER = "group_id,user_id,status\n"


@pytest.fixture
def school(store: Store) -> Store:
    """A course with two sections, a student in each, and a set with restricted self sign-up."""
    files = {
        "users.csv": "user_id,login_id,status\nS1,sam,active\nS2,sue,active\nS3,sid,active\n",
        "courses.csv": "course_id,short_name,long_name,status\nC,C,Course,active\n",
        "sections.csv": "section_id,course_id,name,status\nA,C,A,active\nB,C,B,active\n",
        "enrollments.csv": "section_id,user_id,role,status\n"
        "A,S1,student,active\nA,S2,student,active\nB,S3,student,active\n",
        "group_categories.csv": "group_category_id,category_name,course_id,status\nT,Teams,C,active\n",
        "groups.csv": "group_id,name,group_category_id,status\nG,One,T,available\n",
    }
    import_files(store, files)
    with store.write() as db:
        db.execute("UPDATE group_categories SET self_signup = 'restricted'")
    return store


def test_a_restricted_set_takes_members_of_one_section_only(school: Store) -> None:
    done = import_files(school, {"m.csv": HEADER + "G,S1,accepted\nG,S2,accepted\nG,S3,accepted\n"})
    assert done.counts["group_memberships"] == 2
    assert "S3" in done.texts[0]
    assert "G" in done.texts[0]


def test_a_leader_who_leaves_the_group_leads_it_no_longer(school: Store) -> None:
    import_files(school, {"m.csv": HEADER + "G,S1,accepted\n"})
    with school.write() as db:
        db.execute("UPDATE groups SET leader_id = 3")
    import_files(school, {"m.csv": HEADER + "G,S1,deleted\n"})
    assert school.db.execute("SELECT leader_id FROM groups").fetchone()[0] is None
