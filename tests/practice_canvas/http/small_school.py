"""A small school with something of every kind, and what of its answers is the same each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conformance.runner import packed
from tests.practice_server import IMPORTS, Server, multipart, serving

FILES = {
    "accounts.csv": "account_id,parent_account_id,name,status,integration_id\nSCI,,Science,active,i-sci\n"
    "BIO,SCI,Biology,active,\nART,,Arts,active,\n",
    "terms.csv": "term_id,name,status,start_date,end_date\nA26,Autumn,active,2026-09-01,2026-12-20\n"
    "GONE,Gone,deleted,,\n",
    "courses.csv": "course_id,short_name,long_name,account_id,term_id,status,start_date,course_format\n"
    "ZOO,Z1,Zoology,BIO,A26,active,2026-09-02T08:00:00+02:00,online\nPHY,P1,Physics,SCI,,published,,\n"
    "INK,I1,Ink,ART,,completed,,\nOLD,O1,Old,,,deleted,,\n",
    "sections.csv": "section_id,course_id,name,status\nZOO-A,ZOO,Zoo A,active\nZOO-B,ZOO,Zoo B,active\n",
    "users.csv": "user_id,login_id,full_name,email,status,pronouns\n"
    "S1,stu1,Ben Ali,ben@school.test,active,he/him\n"
    "S2,stu2,Cyd Day,,active,\nT1,tea1,Tia Ode,tia@school.test,active,\nP1,par1,Pat Ali,,active,\n"
    "X1,gone1,Gone Girl,,deleted,\n",
    "enrollments.csv": "course_id,user_id,role,section_id,status,associated_user_id\n"
    "ZOO,S1,student,ZOO-A,active,\nZOO,S2,student,ZOO-B,inactive,\nZOO,T1,teacher,ZOO-A,active,\n"
    "ZOO,P1,observer,ZOO-A,active,S1\nPHY,S2,student,,completed,\n",
    "admins.csv": "user_id,account_id,role,status\nT1,SCI,AccountAdmin,active\n",
    "sets.csv": "group_category_id,category_name,status,course_id\nSET,Teams,active,ZOO\n",
    "groups.csv": "group_id,name,status,group_category_id\nG1,Red,available,SET\nCLUB,Club,available,\n",
    "memberships.csv": "group_id,user_id,status\nG1,S1,accepted\nCLUB,S2,accepted\n",
    "observers.csv": "observer_id,student_id,status\nP1,S1,active\n",
}


ANEW = {
    "announced_at",
    "calendar",
    "completed_at",
    "createdAt",
    "created_at",
    "ended_at",
    "ics",
    "modified_at",
    "started_at",
    "updatedAt",
    "updated_at",
    "url",
    "uuid",
}
"""What differs each time a school is made."""


@contextmanager
def serving_school(home: Path) -> Iterator[Server]:
    """Serve the school from a home of its own."""
    name, content, kind = packed({name: text.encode() for name, text in FILES.items()})
    body, content_type = multipart({}, name, content, kind)
    with serving(home) as server:
        server.settings(can_add_pronouns=True)
        answer = server.send("POST", IMPORTS, body, {"Content-Type": content_type})
        assert server.wait(answer.json["id"])["workflow_state"] == "imported"
        yield server


def timeless(found: dict[str, Any]) -> dict[str, Any]:
    """Keep whether there is a time, an address or a uuid, and not which."""
    return {name: "…" if name in ANEW and value is not None else value for name, value in found.items()}
