"""A wall inside our own pages: the preview beside its form, before it is saved, and the thumbnail in the list of walls.

No other site can frame them.
"""

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from livechat.boards import directory_names
from livechat.forms.designs import DesignForm
from livechat.lib import compressed
from livechat.live import sources
from livechat.live.freshness import tag
from livechat.models import Role, Site, Wall
from livechat.sites.roles import role_required, site_required
from livechat.views import wall_cards
from livechat.walls import design
from livechat.walls.rendering import RenderedWall, get_snapshots, make_context, still_page, wall_locale
from livechat.web.responses import Request


@csp_replace({"frame-ancestors": [SELF]})
@xframe_options_sameorigin
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def preview(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """A wall as it is saved; with POST, as its form stands (an address could not hold the names of many teams)."""
    wall = get_object_or_404(Wall, pk=wall_id, site=site)
    if request.method == "POST":
        form = DesignForm(request.POST, teams=directory_names.of(site).teams, instance=wall)
        if not form.is_valid():
            return render(request, "walls/preview_none.html", {"form": form}, status=422)
    layout = design.of(wall)
    feed = sources.of(site, site.shared) if site.shared else None
    context = make_context(layout, site, *get_snapshots(layout, feed))
    with wall_locale(layout):
        response = render(request, "wall/wall.html", context | {"is_preview": True})
    response["Cache-Control"] = "private, no-store"
    return response


@csp_replace({"frame-ancestors": [SELF], "script-src": [NONE]})
@xframe_options_sameorigin
@require_safe
@site_required
def thumbnail(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """A wall as its screens show it now, without scripts: a page may hold many of them.

    Everyone of the site may see it. It shows less than the boards do.
    """
    wall = wall_cards.rendered(site, get_object_or_404(site.walls, pk=wall_id))
    key = tag("thumbnail", wall_cards.version_of(wall, timezone.now()), wall.freshness.checked)
    body = compressed.find(key) or compressed.keep(key, _picture(wall))
    content, encoding = body.encoded(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(content)
    patch_vary_headers(response, ["Accept-Encoding"])
    if encoding:
        response["Content-Encoding"] = encoding
    response["Cache-Control"] = "private, no-store"
    return response


def _picture(wall: RenderedWall) -> bytes:
    return still_page(wall.link.design, wall.context | {"freshness": wall.freshness})
