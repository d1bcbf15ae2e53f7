"""What each field of a SIS import's JSON means, in one plain sentence.

Source: Canvas's API documentation of SIS imports and its public code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from practice_canvas.sis_csv.kinds import CLEANED, KINDS


class FieldMeaning(NamedTuple):
    """One field of an import: its path in the JSON, its value, and its meaning."""

    field: str
    value: Any
    meaning: str


FIELDS: dict[str, str] = {
    "id": "The ID of this import. You need it to check the status.",
    "created_at": "When Canvas accepted the file.",
    "started_at": "When the import started to run; null while it waits.",
    "ended_at": "When the import ended; null until then.",
    "updated_at": "When Canvas last updated the import.",
    "progress": "The percentage of work done. Do not wait for 100: a failed import never reaches it.",
    "workflow_state": "The current state, and at the end the outcome: the one field to act on.",
    "data": "What was sent and what Canvas did with it.",
    "data.import_type": "The format of the upload: always instructure_csv.",
    "data.supplied_batches": "The kinds of files that Canvas recognized, in processing order.",
    "data.completed_importers": "The kinds whose rows have all been processed (internal).",
    "data.running_immediately": "Whether the import ran in a single step, as small imports do (internal).",
    "data.downloadable_attachment_ids": "The IDs of the uploaded files (internal).",
    "data.counts": "How many rows of each kind were processed without being rejected.",
    **{f"data.counts.{kind.count_key}": f"Rows applied: {kind.plural}." for kind in KINDS},
    "data.counts.error_count": "The number of errors: problems with a whole file or with the import.",
    "data.counts.warning_count": "The number of warnings: mostly rows that were skipped.",
    **{
        f"data.counts.{kind.cleaned_key}": f"How many {kind.plural} batch mode removed: no file lists them."
        for kind in CLEANED
    },
    "data.statistics": "Which objects changed their state, by type.",
    "data.statistics.total_state_changes": "How many objects changed their state, including new ones.",
    "data.statistics.*": "How many objects of this type were created, restored, concluded, or deleted.",
    "data.diffed_against_sis_batch_id": "The earlier import that this one was compared with.",
    "data.diffed_attachment_ids": "The IDs of the files that diffing created (internal).",
    "data.error_message": "The error that stopped Canvas (only after an internal error).",
    "data.stack_trace": "Where in its code Canvas failed (only after an internal error).",
    "batch_mode": "true if Canvas deletes objects of the term that the files do not list.",
    "batch_mode_term_id": "The Canvas ID of the term that batch mode cleans up.",
    "multi_term_batch_mode": "true if batch mode cleans up every term in the terms file.",
    "batch_mode_enrollment_drop_status": "The status for dropped enrollments: deleted, completed, inactive.",
    "skip_deletes": "true if Canvas ignores rows with status deleted.",
    "override_sis_stickiness": "true if the import overwrites fields that were changed by hand.",
    "add_sis_stickiness": "true if fields changed by this import count as changed by hand from now on.",
    "clear_sis_stickiness": "true if fields in this import no longer count as changed by hand.",
    "update_sis_id_if_login_claimed": "true if an existing login gets the SIS ID in the row.",
    "diffing_data_set_identifier": "The series in which each file is compared with the previous one.",
    "diffing_remaster": "true if the whole file was applied and is the new base of its series.",
    "diffed_against_import_id": "Meant for the import that this one was compared with; always null.",
    "diffing_drop_status": "The status of enrollments that are no longer in the file.",
    "diffing_user_remove_status": "The status of users who are no longer in the file.",
    "diffing_threshold_exceeded": "true if the file differed too much, so the whole file was applied.",
    "change_threshold": "The highest percentage that may be deleted or that the file may differ by.",
    "diff_row_count_threshold": "The highest number of changed rows for which diffing is used.",
    "processing_errors": "Up to 24 errors with their files: files that were not applied. Appears at the end.",
    "processing_warnings": "Up to 24 warnings with their files: mostly skipped rows. Appears at the end.",
    "errors_attachment": "A CSV file with every error and warning, kept for 30 days.",
    "csv_attachments": "The CSV files that you sent, for download.",
    "diffed_csv_attachments": "The CSV files that diffing created: what was actually applied.",
    "user": "The owner of the token that started the import.",
}
UNDOCUMENTED = "Canvas's documentation does not explain this field."
OPENED = {"data", "data.counts", "data.statistics"}


def explain_fields(raw: Mapping[str, Any]) -> list[FieldMeaning]:
    """Return one row per field of an import's JSON: its path, its value, and what it means."""
    return list(_rows(raw, ""))


def _rows(found: Mapping[str, Any], prefix: str) -> Iterator[FieldMeaning]:
    for key, value in found.items():
        path = f"{prefix}{key}"
        if path in OPENED and isinstance(value, Mapping):
            yield from _rows(value, f"{path}.")
        else:
            yield FieldMeaning(path, value, _meaning(path))


def _meaning(path: str) -> str:
    return FIELDS.get(path) or FIELDS.get(re.sub(r"\.[^.]*$", ".*", path)) or UNDOCUMENTED
