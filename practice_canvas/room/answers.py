"""How the pages of a room are answered: nobody else's page frames them, and no browser stores them."""

from starlette.responses import Response

from practice_canvas.pages.site import HTML, POLICY

HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send a form without its origin
    "Cache-Control": "no-store",  # the page of a seat has its token
    "X-Content-Type-Options": "nosniff",
}


def html(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a page."""
    return Response(text, status, headers, media_type=HTML)
