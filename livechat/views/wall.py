"""The public display: no session, no cookie, GET only."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from livechat.http import Figures, Request, at_hand, marked, partial, tag
from livechat.live import feeds, names, sights, walls
from livechat.live import wall as boards


@login_not_required
@require_safe
def wall(request: Request, secret: str) -> HttpResponse:
    """A wall by its secret. A wrong secret is a plain 404; an ended link says so."""
    link = walls.find(secret)
    if link is None:
        return _private(HttpResponse("Not found\n", content_type="text/plain", status=404))
    if not walls.holds(link):
        return _ended(request)
    site = link.wall.site
    feed = feeds.of(site, site.shared) if site.shared else None
    agents, visitors = sights.look(feed, "agents"), sights.look(feed, "visitors")
    board = boards.board(agents.picture, visitors.picture, names.of(site), link.wall.team)
    worst = max(agents, visitors, key=lambda sight: (bool(sight.error), sight.age or 0))
    basis = (settings.BUILD, board, worst.state, link.wall_id, link.wall.title, translation.get_language())
    shown = Figures(worst, tag(*basis))
    walls.note_seen(link)
    answer = at_hand(request, shown)
    if answer:
        return _private(answer)
    context = {
        "wall": link.wall,
        "panels": board.panels,
        "rows": board.rows,
        "offline_count": board.offline_count,
        "figures": shown,
        "clock_zone": link.wall.time_zone,
        "build": settings.BUILD,
    }
    template = "wall/wall.html#wall" if partial(request) else "wall/wall.html"
    return _private(marked(render(request, template, context), shown))


def _ended(request: Request) -> HttpResponse:
    """The page of a link that has ended; a poll is told to load it."""
    if partial(request):
        response = HttpResponse(status=200)
        response["HX-Refresh"] = "true"
        return _private(response)
    return _private(render(request, "wall/ended.html", status=410))


def _private(response: HttpResponse) -> HttpResponse:
    """No index, no store, no referrer: the address is the secret."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
