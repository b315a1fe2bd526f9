"""Endpoints for machines: is the process alive, and is it ready."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from livechat.live import readiness
from livechat.web.health_words import degraded


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers. Uses no database."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 if migrations and sealing keys are in order, else 503. The body has a word for each part of the server.

    A database that fails later takes no node out: each still serves its walls, and another one would do no better.
    """
    ready, words = readiness.look()
    return JsonResponse(words | degraded(), status=200 if ready else 503)
