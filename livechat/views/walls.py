"""Walls: made, designed, copied and deleted by supervisors, seen by everybody of the site."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livechat.access import CHOICE, role_required, site_required, sites_with
from livechat.forms.designs import DesignForm, NewWallForm
from livechat.http import Request, page
from livechat.live import linkbook, names
from livechat.live import walls as live
from livechat.models import Role, Site, Wall
from livechat.views import links


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def walls(request: Request, site: Site) -> HttpResponse:
    """The site's walls; a form makes a new one."""
    if request.method == "POST":
        return _make(request)
    return _list(request, site, _new(request, site))


def _new(request: Request, site: Site, data: QueryDict | None = None) -> NewWallForm:
    wall = Wall(site=site, time_zone=settings.TIME_ZONE)
    return NewWallForm(data, instance=wall, sites=sites_with(request.user, Role.SUPERVISOR))


def _list(request: Request, site: Site, form: NewWallForm, *, code: int = 200) -> HttpResponse:
    found = site.walls.prefetch_related("links")
    return page(request, "walls/list.html", {"nav": "walls", "walls": found, "form": form}, status=code)


@role_required(Role.SUPERVISOR)
def _make(request: Request, site: Site) -> HttpResponse:
    form = _new(request, site, request.POST)
    if not form.is_valid():
        return _list(request, site, form, code=422)
    made = form.save()
    request.session[CHOICE] = made.site_id
    messages.success(request, _("The wall is made. Choose what it shows, and make a link for each screen."))
    return redirect("wall-edit", made.pk)


@csp_update({"frame-src": [SELF]})  # the preview
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def edit(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """One wall: its design and its links."""
    wall = get_object_or_404(Wall, pk=wall_id, site=site)
    teams = names.of(site).teams
    if request.method != "POST":
        return _show(request, wall, DesignForm(teams=teams, instance=wall))
    step = request.POST.get("step", "")
    if step == "delete":
        live.delete(wall, links.by(request))
        messages.success(request, _("The wall and its links are gone."))
        return redirect("walls")
    if step == "copy":
        title = _("Copy of %(title)s") % {"title": wall.title}
        wall.pk, wall.title = None, title[: Wall._meta.get_field("title").max_length]
        wall.save()
        messages.success(request, _("This is the copy. It has no links yet."))
        return redirect("wall-edit", wall.pk)
    form = DesignForm(request.POST, teams=teams, instance=wall)
    if not form.is_valid():
        wall.refresh_from_db()  # the page's own words are of the wall as it is
        return _show(request, wall, form, code=422)
    form.save()
    linkbook.forget()
    messages.success(request, _("Saved."))
    return redirect("wall-edit", wall.pk)


def _show(request: Request, wall: Wall, form: DesignForm, *, code: int = 200) -> HttpResponse:
    context = {"nav": "walls", "wall": wall, "form": form, "links": links.rows(wall)}
    return page(request, "walls/edit.html", context, status=code)
