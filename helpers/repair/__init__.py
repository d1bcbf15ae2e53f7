"""Repair files and imports: broken files, failed rows, changed SIS IDs, rows that break a file, and undoing.

Nothing here changes a file that you sent: every file written is new.
"""

from helpers.repair.bisect import Bisection, bisect_file
from helpers.repair.change_sis_id import SisIdChanges, write_change_sis_id
from helpers.repair.failed_rows import FailedRows, resend, write_failed_rows
from helpers.repair.files import Comparison, FileChange, Reading, Repair, repair_file
from helpers.repair.restore import Aborted, RestorePreview, abort, restore, restore_preview

__all__ = [
    "Aborted",
    "Bisection",
    "Comparison",
    "FailedRows",
    "FileChange",
    "Reading",
    "Repair",
    "RestorePreview",
    "SisIdChanges",
    "abort",
    "bisect_file",
    "repair_file",
    "resend",
    "restore",
    "restore_preview",
    "write_change_sis_id",
    "write_failed_rows",
]
