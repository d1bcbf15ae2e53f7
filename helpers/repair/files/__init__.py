"""Rewrite a file without the faults that can be repaired for certain. The original never changes."""

from helpers.repair.files.comparison import Comparison, Reading
from helpers.repair.files.rewriting import FileChange, Repair, repair_file

__all__ = ["Comparison", "FileChange", "Reading", "Repair", "repair_file"]
