"""The public display: no session, no cookie, GET only.

A poll costs next to nothing: `walls.rendering` renders a wall once per version for all its screens, and
`livechat.web.fast_path` answers from that before Django's stack.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from livechat.lib.compressed import CompressedBody
from livechat.live.freshness import Freshness
from livechat.walls import link_cache, links, screens
from livechat.walls.rendering import ENDED, PAUSED, close, face, spoken
from livechat.web.responses import Request, is_partial


@login_not_required
@require_safe
def wall(request: Request, secret: str) -> HttpResponse:
    """A wall by its secret. A wrong secret is a plain 404; an ended link says so."""
    entry = link_cache.find(links.hashed(secret))
    if entry is None:
        return _ended(request, secret)
    screens.seen(entry, request.META)
    if entry.paused:
        with spoken(entry.design):
            return standby(request, PAUSED, "wall/paused.html")
    now = face(entry)
    if not is_partial(request):
        with spoken(entry.design):
            page = render_to_string("wall/wall.html", now.context | {"freshness": now.shown})
        return _marked(_packed(request, CompressedBody(close(page).encode())), now.shown)
    if request.htmx.ptag == now.shown.tag:
        return _marked(HttpResponseNotModified(), now.shown)
    return _marked(_packed(request, now.fragment), now.shown)


def _packed(request: Request, body: CompressedBody) -> HttpResponse:
    """A body, compressed as the browser can read it; a wall's page holds no secret that this could give away."""
    content, encoding = body.encoded(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(content)
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def _ended(request: Request, secret: str) -> HttpResponse:
    """A plain 404 for a secret that never was; a link that has ended says so, and tells a poll to load that page."""
    if not links.known(secret):
        return HttpResponse("Not found\n", content_type="text/plain", status=404)
    links.note_end(secret)
    with translation.override(links.language(secret) or settings.LANGUAGE_CODE):
        return standby(request, ENDED, "wall/ended.html", status=410)


def standby(
    request: Request, state: str, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page that waits in a state: its polls are answered 304 as long as that lasts, any other is told to load it."""
    if not is_partial(request):
        response = render(request, template, {"state": state, **(context or {})}, status=status)
        response["X-Standby"] = state  # screen.js looks for it: a page that may be loaded
        return response
    if request.htmx.ptag == state:
        return HttpResponseNotModified()
    return HttpResponse(headers={"HX-Refresh": "true"})


def _marked(response: HttpResponse, shown: Freshness) -> HttpResponse:
    response["HX-PTag"], response["X-Figures"] = shown.tag, shown.json
    return response
