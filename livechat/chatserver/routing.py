"""Finds the handler for a path and a method."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from livechat.chatserver.wire import Answer, ApiError, Call

Handler = Callable[[Call, str], bytes | Answer]  # bytes are the body of a 200


@dataclass(frozen=True, slots=True)
class Route:
    """One path with its handlers by method.

    `template` is the path as `/stats` and the OpenAPI description name it; `{id}` stands for one segment, which
    the handler gets. A `counted` route belongs to the API: its calls are counted and limited, and faults apply to
    them. A `guarded` route needs a credential. A route that offers GET offers HEAD too.
    """

    template: str
    handlers: Mapping[str, Handler]
    counted: bool = True
    guarded: bool = True

    def methods(self) -> str:
        """The value of the `Allow` header."""
        return ", ".join(self.handlers)


def with_head(handlers: Mapping[str, Handler]) -> dict[str, Handler]:
    """`handlers` with HEAD added beside GET."""
    both: dict[str, Handler] = {}
    for method, handler in handlers.items():
        both[method] = handler
        if method == "GET":
            both["HEAD"] = handler
    return both


class Router:
    """Finds the route of a call."""

    def __init__(self, routes: list[Route]) -> None:
        self._routes = [(_pattern(route.template), route) for route in routes]

    def find(self, call: Call) -> tuple[Route, str]:
        """The route of `call` and its `{id}`, which is empty if the route has none.

        Raises `ApiError`: 404 for an unknown path, 405 with `Allow` for a method not offered.
        """
        for pattern, route in self._routes:
            match = pattern.fullmatch(call.path)
            if match is None:
                continue
            if call.method not in route.handlers:
                raise ApiError(
                    405,
                    "MethodNotAllowed",
                    f"This path offers {route.methods()}.",
                    ("Allow", route.methods()),
                )
            return route, match.group("id") if pattern.groups else ""
        raise ApiError(404, "EntityNotFound", "There is nothing at this path.")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.escape(template).replace(r"\{id\}", "(?P<id>[^/]+)"), re.DOTALL)
