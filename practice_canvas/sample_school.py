"""Generate the sample school: `python -m practice_canvas.sample_school FOLDER` writes its CSV files.

All people are invented: given names are common ones, family names are trees, birds, stones and waters.
"""

import argparse
import csv
import io
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

SEED = 2026
PEOPLE = STUDENTS, TEACHERS, ASSISTANTS, OBSERVERS, STAFF = 1_060, 62, 28, 36, 14

ACCOUNTS = [  # account_id, parent_account_id, name; a parent comes before its children
    ("01", "", "Lindenford College"),
    ("0110", "01", "School of Sciences"),
    ("0111", "0110", "Mathematics"),
    ("0112", "0110", "Biology and Chemistry"),
    ("0113", "0110", "Computing"),
    ("0120", "01", "School of Arts"),
    ("0121", "0120", "Languages"),
    ("0122", "0120", "History, Law and Politics"),
    ("0123", "0120", "Music & Fine Arts"),
    ("0130", "01", "Library and Study Skills"),
]

TERMS = [  # term_id, name, start_date, end_date
    ("2026-fall", "Fall 2026", "2026-08-24T00:00:00Z", "2026-12-18T23:59:59Z"),
    ("2027-spring", "Spring 2027", "2027-01-11T00:00:00Z", "2027-05-14T23:59:59Z"),
]

SUBJECTS = [  # code, account_id, titles: number 101 in both terms, then 102, ...
    ("MATH", "0111", ["Algebra", "Calculus I", "Calculus II", "Statistics", "Proofs and Sets"]),
    ("PHYS", "0111", ["Mechanics", "Waves, Light and Sound", "Electricity"]),
    ("BIOL", "0112", ["The Cell", "Genetics", "Plants of the Region", "Ecology, with Field Work"]),
    ("CHEM", "0112", ["General Chemistry", "Organic Chemistry", "Laboratory Safety"]),
    ("COMP", "0113", ["Programming", "Data Structures", "Databases", 'The "Hello, World" Workshop']),
    ("ENGL", "0121", ["Composition", "Poetry", "The Short Story", "Reading Aloud"]),
    ("SPAN", "0121", ["Español I", "Español II", "Cuentos de América"]),
    ("FREN", "0121", ["Français débutant", "Le théâtre classique"]),
    ("GERM", "0121", ["Deutsch für Anfänger", "Märchen und Sagen"]),
    ("HIST", "0122", ["The Ancient World", "The Long 19th Century", "Cities"]),
    ("LAW", "0122", ["Ethics, Law and Society", "Rights and Courts"]),
    ("POLI", "0122", ["How Parliaments Work", "Elections", "Cities and Power"]),
    ("MUSI", "0123", ["Harmony", "Choir", "Antonín Dvořák and His Time"]),
    ("ART", "0123", ["Drawing", "Color", "Printmaking"]),
    ("STUD", "0130", ["Finding and Citing Sources"]),
]

GIVEN = """
Aaliyah Adam Aiko Alba Amara Ana André Anouk Ben Björn Camila Chloé Daan Dalia Deniz Elif Emeka Emma
Eszter Fatima Felix Fiona Françoise Gabriel Grace Hana Hugo Ines Iris Isaac Ivo Jamal João José
Jürgen Kai Kofi Lena Leo Lina Łucja Mai Maja Malik Mateo Mila Min-jun Nadia Naomi Niamh Noor Nuño
Olga Omar Oskar Paula Priya Quentin Rania Renée Rosa Ruth Sami Sara Siobhán Søren Tariq Tess Thảo
Tomáš Uma Vera Victor Wanjiru Xavier Yara Yusuf Zara Zoë
"""
FAMILY = """
Alder Ashwood Birch Bluestone Brook Cedar Chalk Clearwater Cypress Dunlin Elm Étang Fennel Finch
Flint Garnet Gołąb Granite Greenfinch Håkull Hazel Heron Hickory Holly Ibis Ivy Jasper Juniper
Kestrel Köhlerbach Larch Larkspur Linde Lynx Maple Marlstone Merle Moss Nightjar Oak O'Heron Olmo
Onyx Osprey Pebble Peña-Roble Pine Plover Quartz Ravine Redstart Reed River Robin Rowan Sandpiper
Sauce Schiefer Slate Sparrow Spruce Starling Stork Swift Sycamore Teal Thistle Thrush Tilleul Topaz
van-der-Linde Vireo Walnut Waxwing Willow Wren Yew Żuraw
"""

TEAM_COURSES = ["BIOL-104-2026-fall", "COMP-101-2026-fall", "ENGL-101-2027-spring"]
TOGETHER = "CITIES-2027-spring"  # one course for a section of history and one of politics
TAUGHT_TOGETHER = ["HIST-103-2027-spring-01", "POLI-103-2027-spring-01"]
ADMIN_ACCOUNTS = ["01", "0110", "0120", "0130"]

Row = tuple[str, ...]


class Section(NamedTuple):
    """One section, with the term of its course."""

    section_id: str
    course_id: str
    name: str
    term_id: str


def courses() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield course_id, short_name, long_name, account_id and term_id of every course, term by term."""
    for term_id, term, *_ in TERMS:
        for code, account_id, titles in SUBJECTS:
            for number, title in enumerate(titles, start=101):
                course_id, short_name = f"{code}-{number}-{term_id}", f"{code} {number}"
                yield course_id, short_name, f"{title} ({term})", account_id, term_id


def sections(rng: random.Random) -> Iterator[Section]:
    """Yield one to three sections for each course."""
    for course_id, short_name, _, _, term_id in courses():
        for number in range(1, rng.choice([1, 1, 2, 2, 3]) + 1):
            section_id = f"{course_id}-{number:02d}"
            yield Section(section_id, course_id, f"{short_name}, section {number:02d}", term_id)


def people(rng: random.Random) -> Iterator[Row]:
    """Yield users rows."""
    everybody = [user_id for group, size in enumerate(PEOPLE) for user_id in ids(group, size)]
    names = rng.sample(
        [(given, family) for given in GIVEN.split() for family in FAMILY.split()], k=len(everybody)
    )
    for user_id, (given, family) in zip(everybody, names, strict=True):
        login_id = f"u{user_id}"
        family = family.replace("van-der-Linde", "van der Linde")
        yield user_id, login_id, given, family, f"{login_id}@lindenford.test", "active"


def ids(group: int, size: int) -> list[str]:
    """Return the user IDs of one group of people: they start with its two-digit number."""
    return [f"{group:02d}{number:05d}" for number in range(1, size + 1)]


def enrollments(rng: random.Random, offered: list[Section]) -> Iterator[Row]:
    """Yield enrollments rows: a teacher for each section, some assistants, two or three courses a term."""
    for section in offered:
        yield section.course_id, section.section_id, rng.choice(ids(1, TEACHERS)), "teacher", "active"
        if rng.random() < 0.4:
            yield section.course_id, section.section_id, rng.choice(ids(2, ASSISTANTS)), "ta", "active"
    by_term: dict[str, dict[str, list[Section]]] = {}
    for section in offered:
        by_term.setdefault(section.term_id, {}).setdefault(section.course_id, []).append(section)
    for student in ids(0, STUDENTS):
        for term_courses in by_term.values():
            for course_id in rng.sample(sorted(term_courses), k=rng.choice([2, 2, 3])):
                section = rng.choice(term_courses[course_id])
                status = "inactive" if rng.random() < 0.01 else "active"
                yield course_id, section.section_id, student, "student", status


def teams(enrolled: list[Row]) -> dict[str, list[Row]]:
    """Return group_categories, groups and group_memberships: four teams in each of three courses."""
    files: dict[str, list[Row]] = {"group_categories": [], "groups": [], "group_memberships": []}
    for course_id in TEAM_COURSES:
        files["group_categories"].append((f"{course_id}-teams", "Project teams", course_id, "active"))
        members = [
            user for course, _, user, *how in enrolled if (course, how) == (course_id, ["student", "active"])
        ]
        for number in range(4):
            group_id = f"{course_id}-team-{number + 1}"
            files["groups"].append((group_id, f"{course_id}-teams", f"Team {number + 1}", "available"))
            files["group_memberships"] += [(group_id, member, "accepted") for member in members[number:20:4]]
    return files


def with_status(rows: Iterable[Row]) -> list[Row]:
    """Return the rows with `active` as the last column."""
    return [(*row, "active") for row in rows]


def school() -> dict[str, tuple[str, list[Row]]]:
    """Return header and rows of every file, by kind, in the order in which Canvas takes them."""
    rng = random.Random(SEED)
    offered = list(sections(rng))
    users = list(people(rng))
    enrolled = list(enrollments(rng, offered))
    observed = rng.sample(ids(0, STUDENTS), k=OBSERVERS)
    together = (TOGETHER, "CITIES", "Cities: History and Power (Spring 2027)", "0122", "2027-spring")
    admins = [
        (user, account, "AccountAdmin") for user, account in zip(ids(4, 4), ADMIN_ACCOUNTS, strict=True)
    ]
    team = teams(enrolled)
    return {
        "accounts": ("account_id,parent_account_id,name,status", with_status(ACCOUNTS)),
        "terms": ("term_id,name,start_date,end_date,status", with_status(TERMS)),
        "courses": (
            "course_id,short_name,long_name,account_id,term_id,status",
            with_status([*courses(), together]),
        ),
        "sections": ("section_id,course_id,name,status", with_status(row[:3] for row in offered)),
        "xlists": ("xlist_course_id,section_id,status", with_status((TOGETHER, s) for s in TAUGHT_TOGETHER)),
        "users": ("user_id,login_id,first_name,last_name,email,status", users),
        "logins": (
            "user_id,login_id,existing_user_id",
            [(f"A{user_id}", f"alumni.{user_id}", user_id) for user_id in ids(2, 6)],
        ),
        "enrollments": ("course_id,section_id,user_id,role,status", enrolled),
        "admins": ("user_id,account_id,role,status", with_status(admins)),
        "group_categories": ("group_category_id,category_name,course_id,status", team["group_categories"]),
        "groups": ("group_id,group_category_id,name,status", team["groups"]),
        "group_memberships": ("group_id,user_id,status", team["group_memberships"]),
        "user_observers": (
            "observer_id,student_id,status",
            with_status(zip(ids(3, OBSERVERS), observed, strict=True)),
        ),
    }


def files() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of one CSV file per kind."""
    for kind, (header, rows) in school().items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header.split(","), *rows])
        yield f"{kind}.csv", text.getvalue()


def write(folder: Path) -> None:
    """Write the CSV files into a folder, which is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m practice_canvas.sample_school", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the CSV files go")
    write(parser.parse_args().folder)
