"""The options of a new SIS import, spelled as Canvas spells them: one table to send, check and explain by.

Source: the parameters of `POST /api/v1/accounts/:account_id/sis_imports` in the API documentation.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from helpers.errors import UnknownOption
from helpers.near_misses import nearest
from practice_canvas.sis_csv.values import FALSE, TRUE

Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ImportOption:
    """One option: what it takes, what it does, and where the import's JSON repeats it.

    `choices` are the values of a "choice". `echo` is the field of the answer that shows what Canvas took,
    None where Canvas does not show it. `by_presence` is for a boolean that Canvas reads as true whatever its
    value is, so that false is left out of the request.
    """

    name: str
    kind: Literal["yes/no", "number", "text", "choice"]
    sentence: str
    echo: str | None
    choices: tuple[str, ...] = ()
    by_presence: bool = False


_GONE = ("deleted", "completed", "inactive")

IMPORT_OPTIONS: dict[str, ImportOption] = {
    option.name: option
    for option in (
        ImportOption(
            "import_type", "choice", "The format of the file; always sent.", "data", ("instructure_csv",)
        ),
        ImportOption(
            "batch_mode",
            "yes/no",
            "Treat the file as all the data of one term, and delete what earlier imports created there and "
            "this file leaves out.",
            "batch_mode",
        ),
        ImportOption(
            "batch_mode_term_id",
            "text",
            "The term of batch mode: a Canvas id, sis_term_id:…, default or current.",
            "batch_mode_term_id",
        ),
        ImportOption(
            "multi_term_batch_mode",
            "yes/no",
            "Batch mode for every term in the terms file of this import; needs change_threshold.",
            "multi_term_batch_mode",
            by_presence=True,
        ),
        ImportOption(
            "batch_mode_enrollment_drop_status",
            "choice",
            "The status given to an enrollment that batch mode removes (deleted by default).",
            None,
            (*_GONE, "deleted_last_completed"),
        ),
        ImportOption("skip_deletes", "yes/no", "Ignore rows whose status is deleted.", "skip_deletes"),
        ImportOption(
            "override_sis_stickiness",
            "yes/no",
            "Overwrite fields that someone changed manually in Canvas.",
            "override_sis_stickiness",
        ),
        ImportOption(
            "add_sis_stickiness",
            "yes/no",
            "Mark what this import writes as changed manually; works only with override_sis_stickiness.",
            "add_sis_stickiness",
        ),
        ImportOption(
            "clear_sis_stickiness",
            "yes/no",
            "Forget that the fields were changed manually; works only with override_sis_stickiness.",
            "clear_sis_stickiness",
        ),
        ImportOption(
            "update_sis_id_if_login_claimed",
            "yes/no",
            "Give the new SIS ID to a user whose login is already in use, instead of skipping the row.",
            "update_sis_id_if_login_claimed",
        ),
        ImportOption(
            "diffing_data_set_identifier",
            "text",
            "The name of a series of imports, up to 128 characters: only changes since the last are applied.",
            "diffing_data_set_identifier",
        ),
        ImportOption(
            "diffing_remaster_data_set",
            "yes/no",
            "Stay in the diffing series, but apply the whole file.",
            "diffing_remaster",
        ),
        ImportOption(
            "diffing_drop_status",
            "choice",
            "The status given to an enrollment that is no longer in the series.",
            "diffing_drop_status",
            (*_GONE, "deleted_last_completed"),
        ),
        ImportOption(
            "diffing_user_remove_status",
            "choice",
            "The status given to a user who is no longer in the series.",
            "diffing_user_remove_status",
            ("deleted", "suspended"),
        ),
        ImportOption(
            "change_threshold",
            "number",
            "Percent: with more changes than this, batch mode deletes nothing and diffing is not done.",
            "change_threshold",
        ),
        ImportOption(
            "diff_row_count_threshold",
            "number",
            "Diffing is not done if the difference has more rows than this.",
            "diff_row_count_threshold",
        ),
    )
}

WHERE_TERMS_ARE = "Canvas lists its terms and their IDs at /api/v1/accounts/self/terms."
DEFAULT_CHANGE_THRESHOLD = 10
"""Percent; the default for an import that may remove things."""


def is_on(name: str, given: Mapping[str, str]) -> bool:
    """Return whether Canvas reads a boolean option as true."""
    return name in given if IMPORT_OPTIONS[name].by_presence else given.get(name) == "true"


def in_batch_mode(given: Mapping[str, str]) -> bool:
    """Return whether an import removes what its file leaves out of one term or of several."""
    return is_on("batch_mode", given) or is_on("multi_term_batch_mode", given)


def may_remove(params: Params) -> bool:
    """Return whether an import may remove what its file leaves out: by batch mode, or by diffing."""
    given = dict(params)
    if in_batch_mode(given):
        return True
    return bool(given.get("diffing_data_set_identifier")) and not is_on("diffing_remaster_data_set", given)


def require_term(params: Params) -> None:
    """Refuse a full batch that does not name its term: Canvas would refuse it, too.

    Raises:
        UnknownOption: batch_mode has neither batch_mode_term_id nor multi_term_batch_mode.
    """
    given = dict(params)
    named = given.get("batch_mode_term_id") or is_on("multi_term_batch_mode", given)
    if is_on("batch_mode", given) and not named:
        raise UnknownOption(
            "batch_mode needs batch_mode_term_id, the term to clean up. Nothing was sent.",
            "Add batch_mode_term_id='sis_term_id:…' with the term_id of your terms.csv or courses.csv."
            f" {WHERE_TERMS_ARE}",
        )


def with_threshold(params: Params) -> Params:
    """Add a change_threshold to an import that may remove things and names none."""
    if may_remove(params) and "change_threshold" not in dict(params):
        return (*params, ("change_threshold", str(DEFAULT_CHANGE_THRESHOLD)))
    return params


def option_params(options: Mapping[str, Any]) -> Params:
    """Turn options into query parameters, in the order given; None means: not asked for.

    So does false where Canvas would read it as true (multi_term_batch_mode).

    Raises:
        UnknownOption: Canvas has no such option, or the option takes no such value.
    """
    params = ((name, _text(name, value)) for name, value in options.items() if value is not None)
    return tuple((name, text) for name, text in params if not _misread_as_true(name, text))


def echo_differences(params: Iterable[tuple[str, str]], raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Compare what was asked with what the import's JSON shows: one sentence for each difference."""
    data = raw.get("data")
    inside = data if isinstance(data, dict) else {}
    return tuple(
        f"{name}: you asked for {asked}, Canvas took {json.dumps(echoed)}."
        for name, asked in params
        if (echo := IMPORT_OPTIONS[name].echo)
        for echoed in [inside.get(name) if echo == "data" else raw.get(echo)]
        if not _same(IMPORT_OPTIONS[name], asked, echoed)
    )


def _misread_as_true(name: str, text: str) -> bool:
    return text == "false" and IMPORT_OPTIONS[name].by_presence


def _text(name: str, value: Any) -> str:
    """Return the value as Canvas reads it in a query string."""
    if name not in IMPORT_OPTIONS:
        raise _unknown(name)
    option, text = IMPORT_OPTIONS[name], str(value).strip()
    if option.kind == "yes/no":
        text = text.lower()
        _require(text in TRUE | FALSE, name, value, "true or false")
        return "true" if text in TRUE else "false"
    if option.kind == "number":
        _require(text.removeprefix("-").isdecimal(), name, value, "a whole number")
    if option.kind == "choice":
        _require(text in option.choices, name, value, "one of " + ", ".join(option.choices))
    return text


def _unknown(name: str) -> UnknownOption:
    close = nearest(name, IMPORT_OPTIONS)
    known = ", ".join(IMPORT_OPTIONS)
    return UnknownOption(
        f"SIS imports have no option {name!r}.",
        f"Did you mean {close}?" if close else f"The options are: {known}.",
    )


def _require(fits: bool, name: str, value: Any, wanted: str) -> None:
    if not fits:
        raise UnknownOption(f"The option {name} cannot be {value!r}.", f"Give it {wanted}.")


def _same(option: ImportOption, asked: str, echoed: Any) -> bool:
    if option.kind == "yes/no":
        return (asked == "true") == (echoed is True)
    if option.name == "batch_mode_term_id" and not asked.isdecimal():
        return echoed is not None  # Canvas shows its own id of the term, whichever name was given
    return str(echoed) == asked
