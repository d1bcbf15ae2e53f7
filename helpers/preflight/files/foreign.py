"""CSV files of other systems, recognized by their header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.files.spelling import letters
from helpers.preflight.findings import FILES, Position, Rule

FOREIGN = Rule(
    slug="format-foreign",
    severity="stops the file",
    title="File in the format of another system",
    template="{file} is {value}, which a SIS import does not read. {more}.",
    fix="Export in Canvas's SIS format, or rename the columns to those of the kind that you want to send.",
    taught_in=FILES,
)
PROVISIONING = Rule(
    slug="format-provisioning",
    severity="note",
    title="Provisioning report of Canvas",
    template=(
        "{file} is a provisioning report of Canvas. Canvas skips its rows without a SIS ID, which were made "
        "by hand, and its status concluded is completed in a file."
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
_GRADEBOOK = ("an export of the Canvas gradebook", "Import it on the page Grades of its course")
_CLEVER = ("a Clever file", "Its Student_id and Teacher_id can be user_ids")
_BLACKBOARD = ("a Blackboard feed", "Its external keys are SIS IDs")
FORMATS = (
    Format("sourcedId,dateLastModified", *_ONEROSTER),
    Format("sourcedId,givenName,familyName", *_ONEROSTER),
    Format("sourcedId,title", *_ONEROSTER),
    Format("classSourcedId,userSourcedId", *_ONEROSTER),
    Format("Student,ID,SIS User ID,Section", *_GRADEBOOK),
    Format("Student,ID,SIS Login ID,Section", *_GRADEBOOK),
    Format("Student,ID,Section,Current Score", *_GRADEBOOK),
    Format("sis_import_id,file,message,row", "the list of errors of an import", "Send the corrected rows"),
    Format("vendor_guid,object_type,title", "an outcomes file", "Import it on the page Outcomes of Canvas"),
    Format("School_id,Student_id,Last_name", *_CLEVER),
    Format("School_id,Teacher_id,Last_name", *_CLEVER),
    Format("School_id,Section_id,Teacher_id", *_CLEVER),
    Format(
        "First Name [Required],Last Name [Required]", "a user list of Google Workspace", "It has no SIS ID"
    ),
    Format("User principal name,Display name", "a user list of Microsoft 365", "It has no SIS ID"),
    Format("username,firstname,lastname", "a user list of Moodle", "Its username can be the login_id"),
    Format("external_person_key,data_source_key", *_BLACKBOARD),
    Format("external_course_key,external_person_key", *_BLACKBOARD),
    Format("OrgDefinedId,Username", "a Brightspace export", "Its OrgDefinedId can be the user_id"),
)
_CANVAS_IDS = {f"canvas{kind}id" for kind in ("course", "user", "section", "account", "term", "group")}


def foreign_format(header: Sequence[str]) -> Format | None:
    """Return the foreign format that has this header, None if none is known."""
    names = set(map(letters, header))
    return next((each for each in FORMATS if each.fits(names)), None)


def report_provisioning(name: str, header: Sequence[str], file_findings: FileFindings) -> None:
    """Report a file that Canvas recognizes, but made for people to read."""
    if "createdbysis" in (names := set(map(letters, header))) and names & _CANVAS_IDS:
        more = (
            "rows with an empty SIS ID are not for import, and its status concluded is completed in a file."
        )
        file_findings.add(PROVISIONING, Position(name, 1), more=more)
