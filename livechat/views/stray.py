"""Addresses with a secret that were copied out of a sentence, with its full stop or bracket."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from livechat.web.responses import Request

PATTERN = r"^(?P<place>wall|invite|tv)/(?P<secret>[A-Za-z0-9_-]+)/?(?:[ ]*[.,;:!?)\]}>\"'*…»”’“])+/?$"
NAMES = {"wall": "wall", "invite": "invite", "tv": "tv-code"}


@login_not_required
@require_safe
def stray(_request: Request, place: str, secret: str) -> HttpResponse:
    """Lead to the address without what stuck to it. It says nothing of the secret: every one is led there."""
    response = HttpResponseRedirect(reverse(NAMES[place], args=[secret]))
    response["Cache-Control"], response["Referrer-Policy"] = "private, no-store", "no-referrer"
    return response
