"""Why a practice Canvas or a room refused a call: the sentence in its answer."""

import json
import urllib.error
from typing import Any

# In this order: beside "errors", Canvas has a "status" of one word or a report's number.
_HOLDERS = ("message", "error_message", "errors")


def why_refused(refusal: urllib.error.HTTPError) -> str:
    """Return the sentence of a refusal; "" where another program answered."""
    return sentence_of(refusal.read())


def sentence_of(answer: bytes | str) -> str:
    """Return the sentence in the JSON of a refusal, whichever of Canvas's shapes it has; "" for none."""
    try:
        found = json.loads(answer)
        while not isinstance(found, str):
            found = _said(found) if isinstance(found, dict) else found[0]
    except (ValueError, TypeError, LookupError, RecursionError, StopIteration):
        return ""
    return found


def _said(answer: dict[str, Any]) -> Any:
    """Return the sentence or what holds it; a field's name stands before the sentences about the field."""
    return next(filter(None, map(answer.get, _HOLDERS)), None) or next(iter(answer.values()))
