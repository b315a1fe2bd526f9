"""The pages for a request that is refused, finds nothing, or fails."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from livechat.lib import outages
from livechat.web.middleware import SCREEN_PATHS
from livechat.web.responses import Missing

RETRY_SECONDS = 5


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is malformed."""
    del exception
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not allowed."""
    return render(request, "errors/403.html", {"reason": str(exception)}, status=403)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token is not valid. The page says what to do."""
    del reason
    return render(request, "errors/403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or its agent or visitor has left. Shows our own sentences, not Django's.

    The page may exist at another of the user's sites, so the answer offers to switch.
    """
    reason = str(exception) if isinstance(exception, Missing) else ""
    seat = None if request.path.startswith(SCREEN_PATHS) else getattr(request, "seat", None)
    return render(request, "errors/404.html", {"reason": reason, "seat": seat}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; 503 if the database is gone, locked or full. The page needs neither database nor context.

    A TV reloads it by itself.
    """
    error = sys.exc_info()[1]
    if isinstance(error, outages.UNAVAILABLE):
        return _unavailable(request, error)
    reload = {"Refresh": "60"} if request.path.startswith(SCREEN_PATHS) else None
    return HttpResponse(render_to_string("errors/500.html"), status=500, headers=reload)


def _unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    outages.note(error, "a page")
    headers = {"Retry-After": str(RETRY_SECONDS)}
    if request.path.startswith(SCREEN_PATHS):
        headers["Refresh"] = str(RETRY_SECONDS)
    response = HttpResponse(render_to_string("errors/503.html"), status=503, headers=headers)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would add a traceback for each
    return response
