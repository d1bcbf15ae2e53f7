"""What each field of a SIS import's JSON means, one plain sentence each.

Source: Canvas's API documentation of SIS imports and its public code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from practice_canvas.sis_csv.kinds import CLEANED, KINDS


class FieldMeaning(NamedTuple):
    """One field of an import: its path in the JSON, its value there, and what it means."""

    field: str
    value: Any
    meaning: str


FIELDS: dict[str, str] = {
    "id": "The number of this import: you need it to ask for its status.",
    "created_at": "When Canvas took the file.",
    "started_at": "When its turn came and it began to run; null while it waits.",
    "ended_at": "When it ended; null until then.",
    "updated_at": "When Canvas last wrote to it.",
    "progress": "How many percent of the work is done. Do not wait for 100: a failed import stops short.",
    "workflow_state": "Where it is in its life, and in the end how it went: the one field to act on.",
    "data": "What was sent and what became of it.",
    "data.import_type": "The format of the upload: always instructure_csv.",
    "data.supplied_batches": "The kinds of files Canvas recognized, in the order in which it processes them.",
    "data.completed_importers": "The kinds whose rows have all been processed (internal).",
    "data.running_immediately": "Whether it ran in one go, as small imports do (internal).",
    "data.downloadable_attachment_ids": "The numbers of the uploaded files (internal).",
    "data.counts": "How many rows of each kind were processed without being rejected.",
    **{f"data.counts.{kind.count_key}": f"Rows applied: {kind.plural}." for kind in KINDS},
    "data.counts.error_count": "How many errors there are: problems with a whole file, or with the import.",
    "data.counts.warning_count": "How many warnings there are: mostly rows that were skipped.",
    **{
        f"data.counts.{kind.cleaned_key}": f"How many {kind.plural} batch mode removed: no file had them."
        for kind in CLEANED
    },
    "data.statistics": "What really changed its state, by type of object.",
    "data.statistics.total_state_changes": "How many objects changed their state in all, new ones included.",
    "data.statistics.*": "How many objects of this type were created, restored, concluded, deleted.",
    "data.diffed_against_sis_batch_id": "The earlier import that this one was compared with.",
    "data.diffed_attachment_ids": "The numbers of the files that comparing made (internal).",
    "data.error_message": "What Canvas noted when it broke down (only after an internal fault).",
    "data.stack_trace": "Where in its program Canvas broke down (only after an internal fault).",
    "batch_mode": "true if objects of the term that the files do not mention are deleted.",
    "batch_mode_term_id": "The term that batch mode cleans, as Canvas's own number.",
    "multi_term_batch_mode": "true if batch mode cleans every term of the terms file.",
    "batch_mode_enrollment_drop_status": "What dropped enrollments become: deleted, completed or inactive.",
    "skip_deletes": "true if rows with status deleted are passed over.",
    "override_sis_stickiness": "true if fields that were changed by hand are overwritten.",
    "add_sis_stickiness": "true if what this import changes counts as changed by hand from now on.",
    "clear_sis_stickiness": "true if what this import touches counts as never changed by hand from now on.",
    "update_sis_id_if_login_claimed": "true if a login that exists already takes the SIS id of the row.",
    "diffing_data_set_identifier": "The name of the series in which each file is compared with the last.",
    "diffing_remaster": "true if the whole file was applied and becomes the new base of its series.",
    "diffed_against_import_id": "Meant for the import compared with; Canvas leaves it null.",
    "diffing_drop_status": "What enrollments become that vanished from the file.",
    "diffing_user_remove_status": "What users become that vanished from the file.",
    "diffing_threshold_exceeded": "true if the file differed too much and was applied whole instead.",
    "change_threshold": "The highest percentage you allow to be deleted, or the file to differ by.",
    "diff_row_count_threshold": "The highest number of changed rows up to which comparing is used.",
    "processing_errors": "Up to 24 errors with their files: files that were not applied. Comes at the end.",
    "processing_warnings": "Up to 24 warnings with their files: mostly skipped rows. Comes at the end.",
    "errors_attachment": "A CSV file with every error and warning, kept for 30 days.",
    "csv_attachments": "The CSV files you sent, to download again.",
    "diffed_csv_attachments": "The CSV files that comparing made: what was really applied.",
    "user": "Who started it: the owner of the token.",
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
