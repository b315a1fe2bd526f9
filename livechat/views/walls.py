"""Walls: made, designed, copied and deleted by supervisors, seen by everybody of the site."""

from copy import copy
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livechat.boards import directory_names
from livechat.forms.designs import DesignForm, NewWallForm
from livechat.models import Role, Site, Wall
from livechat.sites.roles import CHOSEN_SITE_KEY, role_required, site_required, sites_with_role
from livechat.views.links import Row, by, rows
from livechat.walls import link_cache, links, screens
from livechat.web.responses import Request, is_partial, page, polled_part


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def walls(request: Request, site: Site) -> HttpResponse:
    """The site's walls; a form makes a new one."""
    if request.method == "POST":
        return _make(request)
    return _list(request, site, _new(request, site))


def _new(request: Request, site: Site, data: QueryDict | None = None) -> NewWallForm:
    wall = Wall(site=site, time_zone=settings.TIME_ZONE)
    return NewWallForm(data, instance=wall, sites=sites_with_role(request.user, Role.SUPERVISOR))


def _list(request: Request, site: Site, form: NewWallForm, *, code: int = 200) -> HttpResponse:
    context = {"nav": "walls", "walls": _listed(site), "teams": directory_names.of(site).teams, "form": form}
    return page(request, "walls/list.html", context, status=code)


def _listed(site: Site) -> list[dict[str, Any]]:
    """The site's walls, each with how many of its links are open and how many screens show it now."""
    found = list(site.walls.prefetch_related("links"))
    there = screens.now([link for wall in found for link in wall.links.all()])
    now, listed = timezone.now(), []
    for wall in found:
        its = [Row(link, now, there.get(link.pk, 0)) for link in wall.links.all()]
        listed.append({"wall": wall, "open": sum(row.open for row in its), "there": sum(row.there for row in its)})
    return listed


@role_required(Role.SUPERVISOR)
def _make(request: Request, site: Site) -> HttpResponse:
    form = _new(request, site, request.POST)
    if not form.is_valid():
        return _list(request, site, form, code=422)
    made = form.save()
    request.session[CHOSEN_SITE_KEY] = made.site_id
    messages.success(request, _("The wall is made. Choose what it shows, and make a link for each screen."))
    return redirect("wall-edit", made.pk)


@csp_update({"frame-src": [SELF]})  # the preview
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def edit(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """One wall: its design and its links."""
    wall = get_object_or_404(Wall, pk=wall_id, site=site)
    if request.method != "POST" and is_partial(request):
        return polled_part(request, "walls/links.html", _links(wall))
    if request.method != "POST":
        return _show(request, wall, DesignForm(teams=directory_names.of(site).teams, instance=wall))
    if request.POST.get("step") == "delete":
        links.delete(wall, by(request))
        messages.success(request, _("The wall and its links are gone."))
        return redirect("walls")
    answer = _save(request, site, wall_id)
    link_cache.forget()
    return answer


@transaction.atomic
def _save(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """Save the form, or another wall by it; 409 with both values where somebody else changed the same meanwhile."""
    wall = get_object_or_404(site.walls.select_for_update(), pk=wall_id)
    # A form that fails leaves its values in the instance, and the page's own words are of the wall as it is.
    form = DesignForm(request.POST, teams=directory_names.of(site).teams, instance=copy(wall))
    if not form.is_valid():
        return _show(request, wall, form, code=422)
    if form.edit_conflicts:
        return _show(request, wall, form.rebased(copy(wall)), code=409)
    made = form.instance
    if request.POST.get("step") == "copy":
        title = _("Copy of %(title)s") % {"title": made.title}
        made.pk, made.title = None, title[: Wall._meta.get_field("title").max_length]
        words = _("This is the copy, as the form stood. It has no links yet. “%(title)s” is as it was.")
        messages.success(request, words % {"title": wall.title})
    else:
        messages.success(request, _("Saved."))
    form.save()
    return redirect("wall-edit", made.pk)


def _show(request: Request, wall: Wall, form: DesignForm, *, code: int = 200) -> HttpResponse:
    found = _links(wall)
    context = {
        "nav": "walls",
        "form": form,
        **found,
        "screens": sum(row.there for row in found["links"]),
    }
    return page(request, "walls/edit.html", context, status=code)


def _links(wall: Wall) -> dict[str, Any]:
    """A wall's links as its page shows them."""
    held, ended = rows(wall)
    return {"wall": wall, "links": held, "ended": ended}
