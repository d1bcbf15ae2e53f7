"""Explain an import: every message, its root cause, its row, and whether the rows add up."""

from helpers.messages.report import Report, explain_import

__all__ = ["Report", "explain_import"]
