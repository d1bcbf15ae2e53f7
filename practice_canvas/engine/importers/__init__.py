"""The importers by kind of CSV file: one module each, all with the same interface."""

from practice_canvas.engine.importer import Importer
from practice_canvas.engine.importers.abstract_course import AbstractCourseImporter
from practice_canvas.engine.importers.account import AccountImporter
from practice_canvas.engine.importers.admin import AdminImporter
from practice_canvas.engine.importers.change_sis_id import ChangeSisIdImporter
from practice_canvas.engine.importers.course import CourseImporter
from practice_canvas.engine.importers.differentiation_tag import (
    DifferentiationTagImporter,
    DifferentiationTagMembershipImporter,
    DifferentiationTagSetImporter,
)
from practice_canvas.engine.importers.enrollment.importer import EnrollmentImporter
from practice_canvas.engine.importers.grade_publishing_results import GradePublishingResultsImporter
from practice_canvas.engine.importers.group import GroupImporter
from practice_canvas.engine.importers.group_category import GroupCategoryImporter
from practice_canvas.engine.importers.group_membership import GroupMembershipImporter
from practice_canvas.engine.importers.login import LoginImporter
from practice_canvas.engine.importers.section import SectionImporter
from practice_canvas.engine.importers.term import TermImporter
from practice_canvas.engine.importers.user import UserImporter
from practice_canvas.engine.importers.user_observer import UserObserverImporter
from practice_canvas.engine.importers.xlist import XlistImporter

IMPORTERS: dict[str, type[Importer]] = {
    importer.kind: importer
    for importer in (
        ChangeSisIdImporter,
        AccountImporter,
        TermImporter,
        AbstractCourseImporter,
        CourseImporter,
        SectionImporter,
        XlistImporter,
        UserImporter,
        LoginImporter,
        EnrollmentImporter,
        AdminImporter,
        GroupCategoryImporter,
        DifferentiationTagSetImporter,
        GroupImporter,
        DifferentiationTagImporter,
        GroupMembershipImporter,
        DifferentiationTagMembershipImporter,
        GradePublishingResultsImporter,
        UserObserverImporter,
    )
}
