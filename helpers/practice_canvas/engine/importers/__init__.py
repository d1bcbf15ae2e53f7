"""The importers: one module per CSV kind, all of one shape; here they are listed by kind."""

from helpers.practice_canvas.engine.base import Importer
from helpers.practice_canvas.engine.importers.course import CourseImporter

IMPORTERS: dict[str, type[Importer]] = {
    "course": CourseImporter,
}
