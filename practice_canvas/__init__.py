"""A Canvas to practice on: a verified fake of the SIS Imports API and the reads that show its result."""

__version__ = "0.3.0"
