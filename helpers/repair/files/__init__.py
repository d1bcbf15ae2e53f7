"""Rewrite a file without the faults whose repair is certain. The original is never changed."""

from helpers.repair.files.refusing import Comparison, Reading
from helpers.repair.files.rewriting import Change, Repair, repair

__all__ = ["Change", "Comparison", "Reading", "Repair", "repair"]
