"""Enrollments whose section is not in their course."""

from __future__ import annotations

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import ENROLLMENTS, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.school import NOT_SKIPPED, School, rows_of
from practice_canvas.sis_csv.model import Kind

ELSEWHERE = Rule(
    slug="section-elsewhere",
    severity="skips the row",
    title="Section belongs to another course",
    template="The section “{value}” belongs to the course {more}, not to the course in this row.",
    fix="Correct the course_id, or leave it empty to use the course of the section.",
    taught_in=ENROLLMENTS,
)


def check(school: School, kind: Kind, known: Known, file_findings: FileFindings) -> None:
    """Find enrollments whose section is not in their course; a cross-listed section is in two."""
    if kind.name != "enrollment" or not school.has("section"):
        return
    sections = (
        "SELECT section_id, arg_max(course_id, (file, nr)) AS place"
        f" FROM {rows_of('section')} WHERE course_id IS NOT NULL AND {NOT_SKIPPED} GROUP BY section_id"
    )
    elsewhere = f"SELECT p.*, place FROM {school.places()} p JOIN ({sections}) s USING (section_id)"
    source = (
        f"(SELECT r.*, place FROM {rows_of(kind)} r"
        f" JOIN ({elsewhere} WHERE p.course_id <> place) USING (course_id, section_id))"
    )
    where = "true"
    if school.has("xlist"):
        crossed = f"SELECT xlist_course_id, section_id FROM {rows_of('xlist')}"
        where += f" AND (course_id, section_id) NOT IN ({crossed})"
    school.note(ELSEWHERE, kind, "section_id", where, more="place", source=source)
