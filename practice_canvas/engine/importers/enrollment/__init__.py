"""The parts of the enrollment importer: people, places, a chunk's enrollments, linked observers."""
