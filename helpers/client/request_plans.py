"""What is shown and what is sent are the same object: a RequestPlan, made by one builder per REST call."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode

from helpers.client.connection import Connection
from helpers.client.import_options import Params, option_params, require_term, with_threshold
from helpers.client.upload import check_file, content_type
from helpers.errors import BadInput, UnknownOption
from practice_canvas.sis_csv.kinds import EXPORTED

ImportId = int | str

EXPORT_KINDS = tuple(EXPORTED)
"""The files of a SIS export, in the order in which an import reads them [known]."""

# A request to Canvas may last one minute. This much takes 40 seconds at 5 Mbit/s, the upstream of a slow
# school, and hardly any feed is larger once it is zipped.
MOST_IN_ONE_REQUEST = 25_000_000
STEPS = (
    f"three requests, because it is larger than {MOST_IN_ONE_REQUEST // 10**6} MB"
    " and one request may last a minute at most:"
    " announce the file, upload it, confirm it."
)

_PER_PAGE = ("per_page", "100")  # the most that Canvas gives at once; it gives 10 if you do not ask
_IMPORT_ID = re.compile(r"\d+(~\d+)?")
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_PATH_CHARACTERS = "/:~%@!$&'()*+,;=-._"


@dataclass(frozen=True)
class RequestPlan:
    """One request to Canvas, not yet sent: it knows neither the domain nor the token.

    `path` begins with `/api/v1/`, percent-encoded; `params` go into the query string; `file` is sent as the
    form field `attachment`; `filled_in` names the params that nobody gave. With `announced`, the file is too
    large for that: these params announce it, and two more requests upload and confirm it.
    """

    method: Literal["GET", "POST", "PUT"]
    path: str
    params: Params = ()
    file: Path | None = None
    filled_in: frozenset[str] = frozenset()
    announced: Params = ()
    # not init=False, so that `replace` hands it on: the same file with other params was checked, too
    _checked: set[tuple[int, int]] = field(default_factory=set, repr=False, compare=False)

    @property
    def account(self) -> str:
        """The account in the path."""
        return unquote(self.path.split("/")[4])

    def check(self) -> None:
        """Refuse a file that Canvas could not take; each version of the file is read once.

        Raises:
            FileNotUsable: as `helpers.client.upload.check_file` does.
        """
        if self.file is None:
            return
        try:
            status = self.file.stat()
            version = (status.st_size, status.st_mtime_ns)
        except OSError:
            version = None
        if version is None or version not in self._checked:
            check_file(self.file)
        if version:
            self._checked.add(version)

    def url(self, connection: Connection) -> str:
        """Return the full address at a Canvas; it never contains the token."""
        query = urlencode((*self.params, *self.announced), quote_via=quote, safe=":")
        return f"{connection.base_url}{self.path}" + (f"?{query}" if query else "")


def create_sis_import(file: Path | str, account: str = "self", **options: Any) -> RequestPlan:
    """Plan to start an import with the rows of a CSV or zip file.

    Calls: POST /api/v1/accounts/:account/sis_imports.json?import_type=instructure_csv

    Args:
        file: the file to send; it is read only when the plan is sent.
        account: a root account: `self`, a number, or `sis_account_id:…`.
        options: any of IMPORT_OPTIONS. One that may remove things (batch mode, diffing) adds a
            change_threshold of 10 percent unless you give another.

    Raises:
        UnknownOption: Canvas has no such option, or the option takes no such value, or a full batch names
            no term.
    """
    given = option_params({"import_type": "instructure_csv", **options})
    require_term(given)
    params = with_threshold(given)
    filled_in = frozenset(dict(params).keys() - dict(given).keys())
    path = Path(file)
    return RequestPlan("POST", _imports(account) + ".json", params, path, filled_in, _announced(path))


def _announced(file: Path) -> Params:
    """Return the params that announce a file which is too large for one request; none for another."""
    size = file.stat().st_size if file.is_file() else 0
    if size <= MOST_IN_ONE_REQUEST:
        return ()
    values = {"name": file.name, "size": str(size), "content_type": content_type(file)}
    return tuple((f"pre_attachment[{name}]", value) for name, value in values.items())


def get_sis_import(import_id: ImportId, account: str = "self") -> RequestPlan:
    """Plan to read one import. Calls: GET /api/v1/accounts/:account/sis_imports/:id."""
    return RequestPlan("GET", f"{_imports(account)}/{_checked(import_id)}")


def list_sis_imports(
    account: str = "self",
    *,
    created_since: datetime | str | None = None,
    created_before: datetime | str | None = None,
    workflow_state: str | list[str] | None = None,
    per_page: int = 100,
) -> RequestPlan:
    """Plan to list imports, the newest first. Calls: GET /api/v1/accounts/:account/sis_imports.

    Args:
        account: a root account.
        created_since: only imports created after this time (ISO 8601 if it is a text).
        created_before: only imports created before this time.
        workflow_state: only imports in this state, or in one of these.
        per_page: how many Canvas gives at once, at most 100.
    """
    states = [workflow_state] if isinstance(workflow_state, str) else workflow_state
    filters = _params(
        {"created_since": created_since, "created_before": created_before, "workflow_state": states}
    )
    return RequestPlan("GET", _imports(account), (*filters, ("per_page", str(per_page))))


def importing_sis_imports(account: str = "self") -> RequestPlan:
    """Plan to list what is running. Calls: GET /api/v1/accounts/:account/sis_imports/importing."""
    return RequestPlan("GET", _imports(account) + "/importing")


def abort_sis_import(import_id: ImportId, account: str = "self") -> RequestPlan:
    """Plan to stop an import. Calls: PUT /api/v1/accounts/:account/sis_imports/:id/abort."""
    return RequestPlan("PUT", f"{_imports(account)}/{_checked(import_id)}/abort")


def abort_all_pending(account: str = "self") -> RequestPlan:
    """Plan to abort what is waiting. Calls: PUT /api/v1/accounts/:account/sis_imports/abort_all_pending."""
    return RequestPlan("PUT", _imports(account) + "/abort_all_pending")


def restore_states(
    import_id: ImportId,
    *,
    account: str = "self",
    batch_mode: bool | None = None,
    undelete_only: bool | None = None,
    unconclude_only: bool | None = None,
) -> RequestPlan:
    """Plan to undo the state changes of an import.

    Calls: PUT /api/v1/accounts/:account/sis_imports/:id/restore_states

    Args:
        import_id: the import whose changes are undone.
        account: its root account.
        batch_mode: only what batch mode removed.
        undelete_only: only what was deleted.
        unconclude_only: only what was concluded.
    """
    which = {"batch_mode": batch_mode, "undelete_only": undelete_only, "unconclude_only": unconclude_only}
    return RequestPlan("PUT", f"{_imports(account)}/{_checked(import_id)}/restore_states", _params(which))


def list_sis_import_errors(
    import_id: ImportId | None = None, account: str = "self", *, failure: bool | None = None
) -> RequestPlan:
    """Plan to read the messages of one import, or of all.

    Calls: GET /api/v1/accounts/:account/sis_imports/:id/errors, or
    GET /api/v1/accounts/:account/sis_import_errors

    Args:
        import_id: the import; None means all of the account.
        account: its root account.
        failure: true for errors only, without the warnings.
    """
    whose = f"accounts/{path_part(account)}/sis_import_errors"
    path = f"/api/v1/{whose}" if import_id is None else f"{_imports(account)}/{_checked(import_id)}/errors"
    return RequestPlan("GET", path, (*_params({"failure": failure}), _PER_PAGE))


def start_sis_export(
    kinds: Iterable[str],
    account: str = "self",
    *,
    term: str | int | None = None,
    created_by_sis: bool = False,
    include_deleted: bool = False,
) -> RequestPlan:
    """Plan to start the report that exports SIS data.

    Calls: POST /api/v1/accounts/:account/reports/sis_export_csv

    Args:
        kinds: the files to write, of EXPORT_KINDS.
        account: the root account, or a sub-account to export only what is in it.
        term: only what belongs to this term: a Canvas id.
        created_by_sis: only what an import made or touched.
        include_deleted: deleted objects, too.

    Raises:
        UnknownOption: there is no such kind.
    """
    flags = dict.fromkeys(kinds, True) | {
        "created_by_sis": created_by_sis,
        "include_deleted": include_deleted,
    }
    unknown = flags.keys() - {*EXPORT_KINDS, "created_by_sis", "include_deleted"}
    if unknown:
        raise UnknownOption(
            f"A SIS export has no kind {', '.join(sorted(unknown))}.", f"There are {', '.join(EXPORT_KINDS)}."
        )
    chosen = {f"parameters[{name}]": True for name, wanted in flags.items() if wanted}
    params = _params({**chosen, "parameters[enrollment_term_id]": term})
    return RequestPlan("POST", f"/api/v1/accounts/{path_part(account)}/reports/sis_export_csv", params)


def get_sis_export(report_id: ImportId, account: str = "self") -> RequestPlan:
    """Plan to read a SIS export. Calls: GET /api/v1/accounts/:account/reports/sis_export_csv/:id."""
    return RequestPlan(
        "GET", f"/api/v1/accounts/{path_part(account)}/reports/sis_export_csv/{_checked(report_id)}"
    )


def get_self() -> RequestPlan:
    """Plan to ask who the token belongs to. Calls: GET /api/v1/users/self."""
    return RequestPlan("GET", "/api/v1/users/self")


def get_account(account: str = "self") -> RequestPlan:
    """Plan to ask about an account. Calls: GET /api/v1/accounts/:account."""
    return RequestPlan("GET", f"/api/v1/accounts/{path_part(account)}")


def get(path: str, **params: Any) -> RequestPlan:
    """Plan any read. Calls: GET /api/v1/<path>.

    Args:
        path: what follows the domain, with or without `/api/v1/` and a query string:
            `courses/sis_course_id:BIO 101`. Characters that a path cannot contain are encoded; write an ID
            that may contain `/`, `?`, `#` or `%` through `path_part`.
        params: query parameters; a list becomes Canvas's `name[]`, None is left out.

    Raises:
        BadInput: the path contains a domain.
    """
    if "://" in path:
        raise BadInput(
            f"{path!r} contains a domain.", "Give the path alone; the domain comes from the connection."
        )
    path, _, query = path.partition("?")
    path = quote(path.strip("/").removeprefix("api/v1/"), safe=_PATH_CHARACTERS)
    path = _STRAY_PERCENT.sub("%25", path)
    return RequestPlan("GET", f"/api/v1/{path}", (*parse_qsl(query), *_params(params)))


def update(path: str, **fields: Any) -> RequestPlan:
    """Plan to edit an object by hand. Calls: PUT /api/v1/<path>.

    Args:
        path: as for `get`.
        fields: what changes, grouped as Canvas groups it: `course={"name": "Biology"}`.
    """
    params = {
        f"{group}[{name}]" if isinstance(values, Mapping) else group: value
        for group, values in fields.items()
        for name, value in (values.items() if isinstance(values, Mapping) else [("", values)])
    }
    return replace(get(path, **params), method="PUT")


def path_part(value: object) -> str:
    """Percent-encode one part of a path: `sis_course_id:BIO/101 A` → `sis_course_id:BIO%2F101%20A`."""
    return quote(str(value), safe=":~")


def _imports(account: str) -> str:
    return f"/api/v1/accounts/{path_part(account)}/sis_imports"


def _checked(import_id: ImportId) -> str:
    text = str(import_id).strip()
    if not _IMPORT_ID.fullmatch(text):
        raise BadInput(
            f"{import_id!r} is not the ID of an import.",
            "Give the number that Canvas returned as `id` when the import was created.",
        )
    return text


def _params(values: Mapping[str, Any]) -> Params:
    """Spell parameters as Canvas does: true/false, ISO times, `name[]` once for each item of a list."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, (list, tuple)):
            pairs += [(f"{name}[]", _param(item)) for item in value]
        elif value is not None:
            pairs.append((name, _param(value)))
    return tuple(pairs)


def _param(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.astimezone().isoformat() if isinstance(value, datetime) else str(value)
