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
    template="{file} is {more}",
    fix="Export in Canvas's SIS format, or map the columns to those of the kind of file that you want to send.",
    taught_in=FILES,
)
PROVISIONING = Rule(
    slug="format-provisioning",
    severity="note",
    title="Provisioning report of Canvas",
    template="{file} is a provisioning report of Canvas: {more}",
    fix=(
        "Run a SIS export instead, or leave out the rows without a SIS ID, which Canvas skips: they were made "
        "by hand."
    ),
    taught_in=FILES,
)


@dataclass(frozen=True)
class Format:
    """A foreign format: the column names that only it has, what it is, and what to do with it."""

    columns: str
    what: str

    def fits(self, names: set[str]) -> bool:
        """Return whether a header has all of its columns."""
        return {letters(column) for column in self.columns.split(",")} <= names


FORMATS = (
    Format(
        "sourcedId,status,dateLastModified", "a OneRoster file. Its sourcedId and userSourcedId are SIS IDs."
    ),
    Format("sourcedId,givenName,familyName", "a OneRoster file. Its sourcedId is the user_id."),
    Format("sourcedId,title", "a OneRoster file. Its sourcedId is the ID of the course or class."),
    Format("classSourcedId,userSourcedId", "a OneRoster file. Its sourcedIds are SIS IDs."),
    Format(
        "Student,ID,SIS User ID,Section",
        "an export of the Canvas gradebook. Import it in the gradebook, not with SIS imports.",
    ),
    Format("Student,ID,SIS Login ID,Section", "an export of the Canvas gradebook. It is no SIS file."),
    Format("sis_import_id,file,message,row", "the list of errors of a SIS import, not a SIS file."),
    Format("vendor_guid,object_type,title", "an outcomes file. Import it on the page Outcomes of Canvas."),
    Format("School_id,Student_id,Last_name", "a Clever file. Its Student_id can be the user_id."),
    Format("School_id,Teacher_id,Last_name", "a Clever file. Its Teacher_id can be the user_id."),
    Format("School_id,Section_id,Teacher_id", "a Clever file of sections."),
    Format("First Name [Required],Last Name [Required]", "a user list of Google Workspace."),
    Format("User principal name,Display name", "a user list of Microsoft 365."),
    Format("username,firstname,lastname", "a user list of Moodle. Its username can be the login_id."),
    Format(
        "external_person_key,data_source_key", "a Blackboard feed. Its external_person_key is the user_id."
    ),
    Format("external_course_key,external_person_key", "a Blackboard feed. Its keys are SIS IDs."),
    Format("OrgDefinedId,Username", "a Brightspace export. Its OrgDefinedId can be the user_id."),
)
_CANVAS_IDS = {f"canvas{kind}id" for kind in ("course", "user", "section", "account", "term", "group")}


def foreign_format(header: Sequence[str]) -> str | None:
    """Return what a file is that has this header, None if no known format has it."""
    names = set(map(letters, header))
    return next((each.what for each in FORMATS if each.fits(names)), None)


def report_provisioning(name: str, header: Sequence[str], file_findings: FileFindings) -> None:
    """Report a file that Canvas recognizes, but made for people to read."""
    if "createdbysis" in (names := set(map(letters, header))) and names & _CANVAS_IDS:
        more = (
            "rows with an empty SIS ID are not for import, and its status concluded is completed in a file."
        )
        file_findings.add(PROVISIONING, Position(name, 1), more=more)
