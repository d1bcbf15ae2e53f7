"""Rewrite a file without the faults whose repair is certain. The original is never changed."""

from helpers.preflight.repairs.refusing import Comparison, Reading
from helpers.preflight.repairs.repairing import Change, Repair, repair

__all__ = ["Change", "Comparison", "Reading", "Repair", "repair"]
