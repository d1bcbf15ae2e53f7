"""Checks before sending: what is wrong with SIS files, found before Canvas finds it."""

from helpers.preflight.check import check_files
from helpers.preflight.findings import Finding, Findings
from helpers.preflight.repairs import Comparison, Repair, repair
from helpers.preflight.server import Server, ServerObject

__all__ = ["Comparison", "Finding", "Findings", "Repair", "Server", "ServerObject", "check_files", "repair"]
