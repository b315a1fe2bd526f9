"""Measures how long Django takes to answer, by view. The fast path in front of it measures its own answers."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from livechat.lib import measures

STATIC, NO_VIEW = "static", "none"
MAX_LABEL_CHARS = 100


class RequestTimesMiddleware:
    """Counts each answer's time: until its first byte if it is streamed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Measure the answer."""
        began = time.perf_counter()
        response = self.get_response(request)
        measures.observe(measures.REQUESTS, _view(request), time.perf_counter() - began)
        return response


def _view(request: HttpRequest) -> str:
    """The name of the view that answered: one of a closed list, whatever address was asked for."""
    match = request.resolver_match
    if match is not None:
        return match.view_name[:MAX_LABEL_CHARS]
    return STATIC if request.path.startswith(settings.STATIC_URL) else NO_VIEW
