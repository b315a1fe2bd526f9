"""Walls: made, changed and deleted by supervisors, seen by everybody of the site."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livechat.access import role_required, site_required
from livechat.forms.walls import WallForm
from livechat.http import Request, page
from livechat.live import names
from livechat.live import walls as live
from livechat.models import Role, Site, Wall
from livechat.views import links


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def walls(request: Request, site: Site) -> HttpResponse:
    """The site's walls; a form makes a new one."""
    if request.method == "POST":
        return _make(request)
    return _list(request, site, WallForm(teams=names.of(site).teams))


def _list(request: Request, site: Site, form: WallForm, *, code: int = 200) -> HttpResponse:
    found = site.walls.prefetch_related("links")
    return page(request, "walls/list.html", {"nav": "walls", "walls": found, "form": form}, status=code)


@role_required(Role.SUPERVISOR)
def _make(request: Request, site: Site) -> HttpResponse:
    form = WallForm(request.POST, teams=names.of(site).teams, instance=Wall(site=site))
    if not form.is_valid():
        return _list(request, site, form, code=422)
    made = form.save()
    messages.success(request, _("The wall is made. Now make a link for each screen that shall show it."))
    return redirect("wall-edit", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def edit(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """One wall: its settings and its links."""
    wall = get_object_or_404(Wall, pk=wall_id, site=site)
    if request.method != "POST":
        return _show(request, wall, WallForm(teams=names.of(site).teams, instance=wall))
    if request.POST.get("step") == "delete":
        live.delete(wall, links.by(request))
        messages.success(request, _("The wall and its links are gone."))
        return redirect("walls")
    form = WallForm(request.POST, teams=names.of(site).teams, instance=wall)
    if not form.is_valid():
        return _show(request, wall, form, code=422)
    form.save()
    messages.success(request, _("Saved."))
    return redirect("wall-edit", wall.pk)


def _show(request: Request, wall: Wall, form: WallForm, *, code: int = 200) -> HttpResponse:
    context = {"nav": "walls", "wall": wall, "form": form, "links": links.rows(wall)}
    return page(request, "walls/edit.html", context, status=code)
