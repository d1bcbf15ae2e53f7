"""One importer per kind of CSV file, all of one shape (engine/base.py)."""
