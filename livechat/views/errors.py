"""The pages for a request that is refused, finds nothing, or fails."""

import sys

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from livechat.lib import outages
from livechat.web import languages
from livechat.web.middleware import SCREEN_PATHS
from livechat.web.responses import Missing, absolute_url

RETRY_SECONDS = 5


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is malformed, or names a host that this dashboard is not."""
    page = "host" if isinstance(exception, DisallowedHost) else "400"
    if _is_screen(request):
        return _to_screen(request, f"wall/{page}.html", 400)
    return render(request, f"errors/{page}.html", status=400)


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
    if _is_screen(request):
        address = absolute_url(request, reverse("tv"))
        return _to_screen(request, "wall/unknown.html", 404, state="unknown", address=address)
    reason = str(exception) if isinstance(exception, Missing) else ""
    return render(request, "errors/404.html", {"reason": reason, "seat": getattr(request, "seat", None)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; 503 if the database is gone, locked or full. The page needs neither database nor context.

    A TV reloads it by itself.
    """
    error = sys.exc_info()[1]
    if isinstance(error, outages.UNAVAILABLE):
        return _unavailable(request, error)
    if _is_screen(request):
        return _broken(request, 500)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def _unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    outages.note(error, "to show a page")
    if _is_screen(request):
        response = _broken(request, 503)
    else:
        response = HttpResponse(render_to_string("errors/503.html"), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would add a traceback for each
    return response


def _is_screen(request: HttpRequest) -> bool:
    return request.path_info.startswith(SCREEN_PATHS)


def _broken(request: HttpRequest, status: int) -> HttpResponse:
    """A failure on a TV. It tries again as often as its words say."""
    response = _to_screen(request, "wall/broken.html", status)
    response["Refresh"] = "60"
    return response


def _to_screen(request: HttpRequest, template: str, status: int, *, state: str = "", address: str = "") -> HttpResponse:
    """A page for a TV: dark, and without database or context. It loads again by itself when there is something else."""
    with translation.override(languages.asked_by(request)):
        return HttpResponse(render_to_string(template, {"state": state, "address": address}), status=status)
