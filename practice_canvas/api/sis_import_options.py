"""The parameters of a new SIS import: what Canvas rejects, and what it stores and returns."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.call import existing
from practice_canvas.api.errors import ApiError
from practice_canvas.api.params import Params, to_integer
from practice_canvas.store.reads import sis_ids
from practice_canvas.store.store import Database

LONGEST_IDENTIFIER = 128
DROP_STATUSES = ("deleted", "completed", "inactive", "deleted_last_completed")
CHOICES = {
    "batch_mode_enrollment_drop_status": DROP_STATUSES,
    "diffing_drop_status": DROP_STATUSES,
    "diffing_user_remove_status": ("deleted", "suspended"),
}
STICKINESS = ("override_sis_stickiness", "add_sis_stickiness", "clear_sis_stickiness")


def batch_mode_term(params: Params, db: Database, user_id: int) -> int | None:
    """Return the ID of the term that batch mode cleans up.

    Raises:
        ApiError: batch mode without a term (400), or with one that does not exist (404); nothing is stored.
    """
    if not params.flag("batch_mode"):
        return None
    asked = params.filled("batch_mode_term_id")
    if asked:
        return int(existing(sis_ids.find(db, "term", asked, user_id))["id"])
    if "multi_term_batch_mode" not in params:
        raise errors.refused("batch_mode needs batch_mode_term_id: the term to clean up.")
    return None


def check_identifier(params: Params) -> None:
    """Refuse a data set identifier that is too long (400); nothing is stored."""
    if len(params.filled("diffing_data_set_identifier") or "") > LONGEST_IDENTIFIER:
        raise errors.invalid(
            "diffing_data_set_identifier",
            f"diffing_data_set_identifier is longer than {LONGEST_IDENTIFIER} characters",
            "too_long",
        )


def import_options(params: Params, term_id: int | None) -> dict[str, Any]:
    """Return the options as an import stores them: every key, null where it does not apply.

    Canvas only checks whether multi_term_batch_mode is present: even false turns batch mode on.
    """
    batch_mode = term_id is not None or "multi_term_batch_mode" in params
    identifier = None if batch_mode else params.filled("diffing_data_set_identifier")
    row_threshold = _integer(params, "diff_row_count_threshold") or 0
    override = params.flag("override_sis_stickiness")
    return {
        "batch_mode": batch_mode or None,
        "batch_mode_term_id": term_id,
        "multi_term_batch_mode": params.flag("multi_term_batch_mode") or None,
        "skip_deletes": params.flag("skip_deletes"),
        **{name: (override and params.flag(name)) or None for name in STICKINESS},
        "update_sis_id_if_login_claimed": params.flag("update_sis_id_if_login_claimed"),
        "diffing_data_set_identifier": identifier,
        "diffing_remaster": params.flag("diffing_remaster_data_set") if identifier else None,
        **{name: params.filled(name) for name in CHOICES},
        "change_threshold": _integer(params, "change_threshold"),
        "diff_row_count_threshold": row_threshold if row_threshold > 0 else None,
    }


def refusal(params: Params, options: dict[str, Any]) -> ApiError | None:
    """Return why Canvas rejects the options, or None; such an import stays in `initializing` forever."""
    if "multi_term_batch_mode" in params and options["change_threshold"] is None:
        return errors.refused("multi_term_batch_mode needs change_threshold (100 allows everything).")
    for name, known in CHOICES.items():
        if options[name] and options[name] not in known:
            return errors.refused(f"{name} cannot be {options[name]!r}: use {', '.join(known)}.")
    return None


def _integer(params: Params, name: str) -> int | None:
    given = params.filled(name)
    return None if given is None else to_integer(given)
