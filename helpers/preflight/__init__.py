"""Checks before sending: what is wrong with SIS files, found before Canvas finds it."""

from helpers.client.school_ids import ServerObject
from helpers.preflight.check import check_files
from helpers.preflight.findings import Finding
from helpers.preflight.result import Findings
from helpers.preflight.server import Server

__all__ = ["Finding", "Findings", "Server", "ServerObject", "check_files"]
