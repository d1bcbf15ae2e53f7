"""Answer requests for pages: find the page of an address, read its data, render it."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from practice_canvas.api.routing import Route, Routes
from practice_canvas.pages import courses, exercises, school, sis_imports, users
from practice_canvas.pages.view import PageNotFoundError, View
from practice_canvas.store.reads import sis_imports as imports
from practice_canvas.store.store import DESK, Budget, Store

PAGES = (
    Route("GET", "", school.overview),
    Route("GET", "accounts", school.accounts),
    Route("GET", "accounts/:id", school.account),
    Route("GET", "terms", school.all_terms),
    Route("GET", "courses", courses.courses),
    Route("GET", "courses/:id", courses.course),
    Route("GET", "sections", courses.sections),
    Route("GET", "users", users.users),
    Route("GET", "users/:id", users.user),
    Route("GET", "enrollments", users.enrollments),
    Route("GET", "sis_imports", sis_imports.sis_imports),
    Route("GET", "sis_imports/:id", sis_imports.sis_import),
    Route("GET", "exercises", exercises.exercises),
)
ROUTES = Routes(PAGES)
FOLDER = Path(__file__).parent
FILES = {"style.css": "text/css; charset=utf-8", "live.js": "text/javascript; charset=utf-8"}
HTML = "text/html; charset=utf-8"
# Nothing from elsewhere, nothing inline: a name that is a script stays a name even if it were not escaped.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:;"
    " form-action 'self'; base-uri 'none'"
)
# Notebooks in VS Code.
EDITORS = "vscode-webview: vscode-file:"
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PageAnswer:
    """What is answered: a page or one of its two files."""

    body: str
    status: int = 200
    content_type: str = HTML
    headers: dict[str, str] = field(default_factory=lambda: dict(HEADERS))


def framing(host: str) -> dict[str, str]:
    """Return the policy of a page, with who may show it in a frame: notebooks on the same computer.

    Args:
        host: the name by which the page was asked for; a JupyterLab there has another port.
    """
    names = dict.fromkeys(name for name in (host, "localhost", "127.0.0.1") if ":" not in name)
    ancestors = " ".join(f"{scheme}://{name}:*" for name in names if name for scheme in ("http", "https"))
    return {"Content-Security-Policy": f"{POLICY}; frame-ancestors 'self' {ancestors} {EDITORS}"}


class Site:
    """The pages, rendered one at a time in their own thread, so that the API does not wait for them.

    Args:
        home: the practice Canvas's folder.
        budget: how much memory its connection may use.
    """

    def __init__(self, home: Path, budget: Budget = DESK) -> None:
        self._home = home
        self._budget = budget
        self._thread = ThreadPoolExecutor(1, "pages")

    @cached_property
    def _store(self) -> Store:
        """The pages' connection, opened for the first of them."""
        return Store(self._home, self._budget)

    def close(self) -> None:
        """Close the connection once the last page is rendered."""
        self._thread.shutdown()
        if "_store" in vars(self):
            self._store.close()

    async def answer(self, raw_path: str, query: dict[str, str]) -> PageAnswer:
        """Return the page of an address.

        Args:
            raw_path: the path, still percent-encoded.
            query: the query's parameters.
        """
        path = raw_path.strip("/")
        if path in FILES:
            return PageAnswer(static_file(path), content_type=FILES[path])
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._page, raw_path, query)

    def _page(self, raw_path: str, query: dict[str, str]) -> PageAnswer:
        with self._store.snapshot():  # a page shows one consistent state
            try:
                return self._found(raw_path, query)
            except PageNotFoundError:
                return self._problem(raw_path, 404)
            except Exception:
                log.exception("a page failed")
                return self._problem(raw_path, 500)

    def _found(self, raw_path: str, query: dict[str, str]) -> PageAnswer:
        route = ROUTES.find("GET", raw_path.strip("/"))
        if route is None:
            raise PageNotFoundError
        view = View(self._store.db, self._store.home, raw_path, route[1], query)
        template, values = route[0].handler(view)
        return self._rendered(200, template, raw_path, view=view, **values)

    def _problem(self, raw_path: str, status: int) -> PageAnswer:
        return self._rendered(status, "problem.html", raw_path, status=status)

    def _rendered(self, code: int, template: str, raw_path: str, **values: Any) -> PageAnswer:
        from practice_canvas.pages.rendering import render  # Jinja2 loads slowly

        values["active"] = imports.active(self._store.db) if code < 500 else []
        values["ended"] = imports.latest_ended(self._store.db) if code < 500 else None
        root = "../" * (raw_path.count("/") - 1) or "./"
        section = raw_path.strip("/").partition("/")[0]
        return PageAnswer(render(template, root=root, section=section, **values), code)


@cache
def static_file(name: str) -> str:
    """Return one of FILES."""
    return (FOLDER / name).read_text(encoding="utf-8")
