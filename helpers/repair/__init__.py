"""Mend an import: the rows that failed, new SIS ids, the row that breaks a file, and undoing.

Nothing here changes a file that you sent: what is written is new.
"""

from helpers.repair.bisect import Bisection, bisect_file
from helpers.repair.change_sis_id import SisIdChanges, change_sis_id_file
from helpers.repair.failed_rows import FailedRows, failed_rows, resend
from helpers.repair.restore import Aborted, RestorePreview, abort, restore, restore_preview

__all__ = [
    "Aborted",
    "Bisection",
    "FailedRows",
    "RestorePreview",
    "SisIdChanges",
    "abort",
    "bisect_file",
    "change_sis_id_file",
    "failed_rows",
    "resend",
    "restore",
    "restore_preview",
]
