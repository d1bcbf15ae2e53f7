"""Filter and sort lists the way several reads share."""

from collections.abc import Mapping

from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.store.sql import Query

SHORTEST_TERM = 2


def searched(call: Call, query: Query, *columns: str) -> None:
    """Keep what contains `search_term` in one of the columns, without regard to letter case.

    Raises:
        ApiError: the term is too short (400).
    """
    term = call.params.filled("search_term")
    if term is None:
        return
    if len(term) < SHORTEST_TERM:
        raise errors.bad_request(f"search_term needs at least {SHORTEST_TERM} characters")
    query.containing(term, *columns)


def ordered(call: Call, query: Query, sorts: Mapping[str, str]) -> None:
    """Sort by `sort` and `order`; an unknown sort changes nothing."""
    descending = call.params.get("order") == "desc"
    for name in call.params.chosen("sort", sorts):
        query.sort_by(sorts[name], descending=descending)
