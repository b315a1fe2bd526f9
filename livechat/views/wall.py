"""The public display: no session, no cookie, GET only.

A poll costs next to nothing: `walls.rendering` renders a wall once per version for all its screens, and
`livechat.web.fast_path` answers with that before the request reaches Django.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from livechat.lib import background, outages
from livechat.lib.compressed import CompressedBody
from livechat.live.freshness import Freshness
from livechat.walls import links, screens, wall_json
from livechat.walls.link_cache import ValidLink
from livechat.walls.rendering import ENDED, PAUSED, rendered_wall, wall_locale, without_indents
from livechat.web.headers import let_frame
from livechat.web.responses import Request, is_partial


@login_not_required
@require_safe
def wall(request: Request, secret: str) -> HttpResponse:
    """A wall by its link's secret. A link that has ended says so; a secret that never existed is a 404.

    A script that accepts application/json rather than text/html gets the same figures as JSON.
    """
    link = links.check_secret(secret)
    if link is None:
        return _no_valid_link(request, secret)
    screens.note_use(link, request.META)
    if link.paused:
        if _wants_json(request):
            return JsonResponse({"state": PAUSED})
        context = {"wall": link.design, "since": link.paused}
        with wall_locale(link.design):
            return let_frame(holding_page(request, PAUSED, "wall/paused.html", context), link.frames)
    return let_frame(_shown(request, link), link.frames)


def _shown(request: Request, link: ValidLink) -> HttpResponse:
    """The wall: its page, its fragment, or 304 if the screen has this fragment."""
    rendered = rendered_wall(link)
    if _wants_json(request):
        with wall_locale(rendered.link.design):
            return JsonResponse(wall_json.of(rendered))
    if not is_partial(request):
        with wall_locale(rendered.link.design):
            page = render_to_string("wall/wall.html", rendered.context | {"freshness": rendered.freshness})
        body = CompressedBody(without_indents(page).encode())
        return _with_freshness(_compressed(request, body), rendered.freshness)
    if request.htmx.ptag == rendered.freshness.tag:
        return _with_freshness(HttpResponseNotModified(), rendered.freshness)
    return _with_freshness(_compressed(request, rendered.fragment), rendered.freshness)


def _wants_json(request: Request) -> bool:
    """Whether a script asks. Browsers and tools that say nothing of it get the page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _compressed(request: Request, body: CompressedBody) -> HttpResponse:
    """A body in an encoding that the browser reads. A wall's page holds no secret that its size could give away."""
    content, encoding = body.encoded(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(content)
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def _no_valid_link(request: Request, secret: str) -> HttpResponse:
    """404 for a secret that never existed, the same whatever it is; else a page that says that the link has ended."""
    if not links.ever_existed(secret):
        if _wants_json(request):
            return JsonResponse({"state": "unknown"}, status=404)
        if is_partial(request):
            return HttpResponse("Not found\n", content_type="text/plain", status=404)
        raise Http404
    background.start(("ended", links.hash_secret(secret)), lambda: _note_end(secret))
    if _wants_json(request):
        return JsonResponse({"state": ENDED}, status=410)
    with translation.override(links.language_of(secret) or settings.LANGUAGE_CODE):
        page = holding_page(request, ENDED, "wall/ended.html", status=410)
    return let_frame(page, links.frames_of(secret))


def _note_end(secret: str) -> None:
    with outages.told("to note the end of a link"):
        links.note_end(secret)


def holding_page(
    request: Request, state: str, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page of a screen that waits, is paused or has ended.

    Its polls are answered 304 as long as the state lasts. A poll of any other page is told to load this one.
    """
    if not is_partial(request):
        response = render(request, template, {"state": state, **(context or {})}, status=status)
        response["X-Standby"] = state  # screen.js loads such a page; screens with an older one know this name
        return response
    if request.htmx.ptag == state:
        return HttpResponseNotModified()
    return HttpResponse(headers={"HX-Refresh": "true"})


def _with_freshness(response: HttpResponse, freshness: Freshness) -> HttpResponse:
    response["HX-PTag"], response["X-Figures"] = freshness.tag, freshness.header()
    return response
