"""What a person sees when something is refused, missing or broken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from livechat.web.middleware import SCREENS
from livechat.web.responses import Missing


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is malformed."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not allowed."""
    return render(request, "errors/403.html", {"reason": str(exception)}, status=403)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token does not fit; what to do about it."""
    return render(request, "errors/403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or whoever it was about has left. Our own sentences are shown, Django's are not.

    What somebody was sent the address of may stand at another of his sites than the one that he looks at.
    """
    reason = str(exception) if isinstance(exception, Missing) else ""
    seat = None if request.path.startswith(SCREENS) else getattr(request, "seat", None)
    return render(request, "errors/404.html", {"reason": reason, "seat": seat}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake; the page needs neither database nor context. On a TV nobody is there to reload it."""
    again = {"Refresh": "60"} if request.path.startswith(SCREENS) else None
    return HttpResponse(render_to_string("errors/500.html"), status=500, headers=again)
