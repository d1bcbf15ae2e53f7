"""CSV files of other systems, recognized by their header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.files.spelling import letters
from helpers.preflight.findings import FILES, Position, Rule

FOREIGN = Rule(
    slug="format-foreign",
    severity="stops the file",
    title="File is not in the SIS format",
    template="{file} is {value}, which a SIS import cannot read. {more}.",
    fix="Export in Canvas's SIS format, or rename the columns to those of the kind that you want to send.",
)
PROVISIONING = Rule(
    slug="format-provisioning",
    severity="note",
    title="Canvas provisioning report",
    template=(
        "{file} is a Canvas provisioning report. Canvas skips its rows without a SIS ID, which were created "
        "manually. Its status concluded is called completed in SIS files."
    ),
    fix="Run a SIS export instead, or leave out the rows without a SIS ID.",
    taught_in=FILES,
)


@dataclass(frozen=True)
class Format:
    """A foreign format.

    Args:
        columns: the column names that only it has.
        what: what it is.
        hint: what to know about it.
    """

    columns: str
    what: str
    hint: str

    def fits(self, names: set[str]) -> bool:
        """Return whether a header has all of its columns."""
        return {letters(column) for column in self.columns.split(",")} <= names


_ONEROSTER = ("a OneRoster file", "Its sourcedId is the SIS ID of the object in each row")
_GRADEBOOK = ("a Canvas gradebook export", "Import it on the Grades page of its course")
_CLEVER = ("a Clever file", "Its Student_id and Teacher_id can serve as user_id")
_BLACKBOARD = ("a Blackboard feed", "Its external keys are SIS IDs")
FORMATS = (
    Format("sourcedId,dateLastModified", *_ONEROSTER),
    Format("sourcedId,givenName,familyName", *_ONEROSTER),
    Format("sourcedId,title", *_ONEROSTER),
    Format("classSourcedId,userSourcedId", *_ONEROSTER),
    Format("Student,ID,SIS User ID,Section", *_GRADEBOOK),
    Format("Student,ID,SIS Login ID,Section", *_GRADEBOOK),
    Format("Student,ID,Section,Current Score", *_GRADEBOOK),
    Format("sis_import_id,file,message,row", "an import's list of errors", "Send the corrected rows"),
    Format("vendor_guid,object_type,title", "an outcomes file", "Import it on the Outcomes page in Canvas"),
    Format("School_id,Student_id,Last_name", *_CLEVER),
    Format("School_id,Teacher_id,Last_name", *_CLEVER),
    Format("School_id,Section_id,Teacher_id", *_CLEVER),
    Format("First Name [Required],Last Name [Required]", "a Google Workspace user list", "It has no SIS ID"),
    Format("User principal name,Display name", "a Microsoft 365 user list", "It has no SIS ID"),
    Format("username,firstname,lastname", "a Moodle user list", "Its username can serve as login_id"),
    Format("external_person_key,data_source_key", *_BLACKBOARD),
    Format("external_course_key,external_person_key", *_BLACKBOARD),
    Format("OrgDefinedId,Username", "a Brightspace export", "Its OrgDefinedId can serve as user_id"),
)


def foreign_format(header: Sequence[str]) -> Format | None:
    """Return the foreign format that has this header, None if none is known."""
    names = set(map(letters, header))
    return next((each for each in FORMATS if each.fits(names)), None)


def report_provisioning(name: str, header: Sequence[str], file_findings: FileFindings) -> None:
    """Report a file that Canvas recognizes, but made for people to read."""
    names = set(map(letters, header))
    if "createdbysis" in names and any(re.fullmatch("canvas.*id", each) for each in names):
        file_findings.add(PROVISIONING, Position(name, 1))
