"""The preview of a wall in its form's own page, before it is saved. It can be framed by that page and no other."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods

from livechat.boards import directory_names
from livechat.forms.designs import DesignForm
from livechat.live import sources
from livechat.models import Role, Site, Wall
from livechat.sites.roles import role_required
from livechat.walls import design
from livechat.walls.rendering import get_snapshots, make_context, wall_locale
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
