"""Find the handler of a path: a tree of segments, each decoded by itself so that `%2F` stays inside an id."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Handler = Callable[..., Any]


@dataclass(frozen=True)
class Route:
    """One call of the API.

    Args:
        method: GET, POST, PUT or DELETE.
        path: below the prefix; `:name` takes one segment.
        handler: gets the Call; what it returns becomes JSON.
        writes: it changes the database: it is run with the writing connection in a transaction.
        receives: it is async and gets the body as it comes, besides the Call.
        public: among the controls, it answers without the secret.
    """

    method: str
    path: str
    handler: Handler
    writes: bool = False
    receives: bool = False
    public: bool = False


@dataclass
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    argument: "_Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)


class Routes:
    """A table of routes, matched in a few dictionary look-ups."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in route.path.split("/"):
            if segment.startswith(":"):
                node.argument = node.argument or _Node()
                node = node.argument
            else:
                node = node.literals.setdefault(segment, _Node())
        node.routes[route.method] = route

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a percent-encoded path and the decoded values of its arguments."""
        node, values = self._root, []
        for segment in raw_path.removesuffix(".json").split("/"):
            text = unquote(segment)
            if text in node.literals:
                node = node.literals[text]
            elif node.argument is not None and text:
                node = node.argument
                values.append(text)
            else:
                return None
        route = node.routes.get("GET" if method == "HEAD" else method)
        return (route, dict(zip(_names(route.path), values, strict=True))) if route else None


def _names(path: str) -> list[str]:
    return [segment[1:] for segment in path.split("/") if segment.startswith(":")]
