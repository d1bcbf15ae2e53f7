"""Send a large file in three requests: announce it, post it to where Canvas says, confirm it.

A request to Canvas may last one minute. The file's own request goes to a file storage, which has no such
limit and gets no token.
"""

from collections.abc import Mapping
from typing import Any

from helpers.client.addresses import resolve
from helpers.client.answers import Answer, fault_of, json_of
from helpers.client.connection import Connection
from helpers.client.models import import_id_of
from helpers.client.request_plans import RequestPlan
from helpers.client.strict_json import parse_or_none
from helpers.client.transport import Transport
from helpers.client.unclear_outcome import doubting_file
from helpers.client.upload import MultipartFile, Progress
from helpers.errors import FileNotUsable, NotAccepted, clip


def send_in_steps(
    transport: Transport, plan: RequestPlan, connection: Connection, progress: Progress | None
) -> Any:
    """Send the plan of an import with an announced file, and return Canvas's answer to the first request.

    Raises:
        CanvasError: its fix says which of the three requests failed, and what is known of the import.
    """
    _require_unchanged(plan)
    created = json_of(transport.request(plan.method, plan.url(connection)))
    target = _target(created)
    import_id = import_id_of(created)
    with doubting_file(import_id, connection, arrived=False):
        location = _post_file(transport, plan, connection, target, progress)
    with doubting_file(import_id, connection, arrived=True):
        if location:
            json_of(transport.request("GET", location))
    return {name: value for name, value in created.items() if name != "pre_attachment"}


def _require_unchanged(plan: RequestPlan) -> None:
    """Refuse a file that has another size than the commands say that were shown."""
    size = plan.file.stat().st_size if plan.file else 0
    announced = int(dict(plan.announced)["pre_attachment[size]"])
    if size != announced:
        raise FileNotUsable(
            f"{plan.file} has changed: it has {size:,} bytes now, but had {announced:,} when it was chosen.",
            "Wait until the program that writes it has finished, then choose it again.",
        )


def _target(created: Any) -> Mapping[str, Any]:
    """Return where the file shall go; without that, the import never runs."""
    target = created.get("pre_attachment") if isinstance(created, dict) else None
    if isinstance(target, dict) and isinstance(target.get("upload_url"), str):
        return target
    message = target.get("message") if isinstance(target, dict) else None
    said = f" It said: {clip(message)}" if message else ""
    error = NotAccepted(
        f"Canvas did not say where to upload the file.{said}",
        "It has no file: abort it, then pack the file as .zip, or send it in smaller parts.",
    )
    error.import_id = import_id_of(created)
    raise error


def _post_file(
    transport: Transport,
    plan: RequestPlan,
    connection: Connection,
    target: Mapping[str, Any],
    progress: Progress | None,
) -> str:
    """Post the file, after the fields that Canvas named, and return where the upload is confirmed."""
    assert plan.file is not None, "only a file is announced"  # noqa: S101
    url = resolve(connection.base_url + "/", target["upload_url"])
    named = target.get("upload_params")
    fields = {name: str(value) for name, value in named.items()} if isinstance(named, dict) else {}
    body = MultipartFile(plan.file, str(target.get("file_param") or "file"), progress, fields)
    try:
        answer = transport.request("POST", url, body, with_token=False)
    finally:
        body.close()
    location = _location(answer)
    # A redirect is the expected answer here, not a fault.
    fault = None if location and answer.status < 400 else fault_of(answer)
    if fault:
        raise fault
    return resolve(url, location) if location else ""


def _location(answer: Answer) -> str:
    """Return the address that confirms an upload; some storages name it in the body only."""
    body = parse_or_none(answer.body)
    named = body.get("location", "") if isinstance(body, dict) else ""
    return answer.headers.get("location") or str(named or "")
