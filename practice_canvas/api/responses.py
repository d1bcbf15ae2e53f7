"""Turn results and faults into HTTP responses."""

import errno
import itertools
import logging
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from practice_canvas.api import errors
from practice_canvas.api.answer import Answer
from practice_canvas.api.pagination import Listing
from practice_canvas.diagnosis import why_unusable
from practice_canvas.store.store import disk_is_full

log = logging.getLogger(__name__)
_reports = itertools.count(1)


def refusal_of(fault: Exception) -> errors.ApiError:
    """Return what a fault is answered with; an unexpected one gets a number under which the log has more."""
    if isinstance(fault, errors.ApiError):
        return fault
    if disk_is_full(fault):
        return errors.disk_full()
    if isinstance(fault, OSError) and fault.errno == errno.EBUSY and fault.filename:
        return errors.out_of_service(why_unusable(Path(fault.filename).parent, errno.EBUSY))
    report = next(_reports)
    log.error("error report %s", report, exc_info=fault)
    return errors.internal(report)


def response_to(request: Request, result: Any) -> Response:
    """Return what a handler returned as a response: JSON, a page of a list with its links, or an Answer."""
    if isinstance(result, Answer):
        return JSONResponse(result.body, result.status, result.headers)
    if isinstance(result, Listing):
        query = list(request.query_params.multi_items())
        address = str(request.url.replace(query=""))
        return JSONResponse(result.body, headers={"Link": result.link_header(address, query)})
    return JSONResponse(result)


def refused(refusal: errors.ApiError) -> Response:
    """Return a refusal as a response."""
    if isinstance(refusal.body, str):
        return PlainTextResponse(refusal.body, refusal.status, refusal.headers)
    return JSONResponse(refusal.body, refusal.status, refusal.headers)
