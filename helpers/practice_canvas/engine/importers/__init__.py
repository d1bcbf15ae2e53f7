"""The importers: one module per CSV kind, all of one shape; here they are listed by kind."""

from helpers.practice_canvas.engine.base import Importer
from helpers.practice_canvas.engine.importers.course import CourseImporter
from helpers.practice_canvas.engine.importers.login import LoginImporter
from helpers.practice_canvas.engine.importers.user import UserImporter

IMPORTERS: dict[str, type[Importer]] = {
    "course": CourseImporter,
    "user": UserImporter,
    "login": LoginImporter,
}
