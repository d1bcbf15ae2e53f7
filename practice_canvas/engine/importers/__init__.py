"""The importers by kind of CSV file: one module each, all with the same interface."""

from practice_canvas.engine.base import Importer
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
from practice_canvas.engine.importers.enrollment import EnrollmentImporter
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
    "change_sis_id": ChangeSisIdImporter,
    "account": AccountImporter,
    "term": TermImporter,
    "abstract_course": AbstractCourseImporter,
    "course": CourseImporter,
    "section": SectionImporter,
    "xlist": XlistImporter,
    "user": UserImporter,
    "login": LoginImporter,
    "enrollment": EnrollmentImporter,
    "admin": AdminImporter,
    "group_category": GroupCategoryImporter,
    "differentiation_tag_set": DifferentiationTagSetImporter,
    "group": GroupImporter,
    "differentiation_tag": DifferentiationTagImporter,
    "group_membership": GroupMembershipImporter,
    "differentiation_tag_membership": DifferentiationTagMembershipImporter,
    "grade_publishing_results": GradePublishingResultsImporter,
    "user_observer": UserObserverImporter,
}
