"""Walls: supervisors make, design, copy and delete them; everyone of the site sees the list."""

from copy import copy
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from livechat.boards import directory_names
from livechat.forms import panel_rows, zones
from livechat.forms.designs import DesignForm, NewWallForm
from livechat.models import Role, Site, Wall
from livechat.sites.roles import CHOSEN_SITE_KEY, role_required, site_required, sites_with_role
from livechat.views import wall_cards
from livechat.views.links import by, link_rows
from livechat.walls import link_cache, links
from livechat.web.responses import Request, is_partial, page, polled_part

ZONES_SECONDS = 6 * 3600


@csp_update({"frame-src": [SELF]})  # the thumbnails
@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def walls(request: Request, site: Site) -> HttpResponse:
    """The site's walls; a form makes a new one."""
    if request.method == "POST":
        return _make_wall(request)
    if is_partial(request):
        return polled_part(request, "walls/list.html#cards", {"walls": wall_cards.cards(site)})
    return _list(request, site, _new_wall_form(request, site))


def _new_wall_form(request: Request, site: Site, data: QueryDict | None = None) -> NewWallForm:
    wall = Wall(site=site, time_zone=settings.TIME_ZONE)
    return NewWallForm(data, instance=wall, sites=sites_with_role(request.user, Role.SUPERVISOR))


def _list(request: Request, site: Site, form: NewWallForm, *, code: int = 200) -> HttpResponse:
    context = {"nav": "walls", "walls": wall_cards.cards(site), "form": form}
    return page(request, "walls/list.html", context, status=code)


@role_required(Role.SUPERVISOR)
def _make_wall(request: Request, site: Site) -> HttpResponse:
    form = _new_wall_form(request, site, request.POST)
    if not form.is_valid():
        return _list(request, site, form, code=422)
    wall = form.save()
    request.session[CHOSEN_SITE_KEY] = wall.site_id
    messages.success(request, _("The wall is made. Choose what it shows, and make a link for each screen."))
    return redirect("wall-edit", wall.pk)


@csp_update({"frame-src": [SELF]})  # the preview
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def edit(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """One wall: its design and its links."""
    wall = get_object_or_404(Wall, pk=wall_id, site=site)
    if request.method != "POST" and is_partial(request):
        return polled_part(request, "walls/links.html", _links_context(wall))
    if request.method != "POST":
        return _show(request, wall, DesignForm(teams=directory_names.of(site).teams, instance=wall))
    if request.POST.get("step") == "delete":
        links.delete(wall, by(request))
        messages.success(request, _("The wall and its links are deleted."))
        return redirect("walls")
    step = request.POST.get("step", "")
    if step.partition(":")[0] in panel_rows.STEPS:
        form = DesignForm(teams=directory_names.of(site).teams, instance=copy(wall))
        return _show(request, wall, form.arranged(request.POST, step), arranged=True)
    answer = _save(request, site, wall_id)
    link_cache.forget()
    return answer


@transaction.atomic
def _save(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """Save the form, or a copy of the wall. 409 with both values if someone else changed the same value meanwhile."""
    wall = get_object_or_404(site.walls.select_for_update(), pk=wall_id)
    # An invalid form leaves its values in its instance, but the page's title and links are of the wall as it is saved.
    form = DesignForm(request.POST, teams=directory_names.of(site).teams, instance=copy(wall))
    if not form.is_valid():
        return _show(request, wall, form, code=422)
    if form.edit_conflicts:
        return _show(request, wall, form.rebased(copy(wall)), code=409)
    edited = form.instance
    if request.POST.get("step") == "copy":
        title = _("Copy of %(title)s") % {"title": edited.title}
        edited.pk, edited.title = None, title[: Wall._meta.get_field("title").max_length]
        words = _("This is the copy, with what the form held. It has no links yet. “%(title)s” was not changed.")
        messages.success(request, words % {"title": wall.title})
    else:
        messages.success(request, _("Saved."))
    form.save()
    return redirect("wall-edit", edited.pk)


def _show(request: Request, wall: Wall, form: DesignForm, *, code: int = 200, arranged: bool = False) -> HttpResponse:
    """The wall's page. `arranged`: the form was sent to arrange its figures, so it was not refused."""
    context = _links_context(wall) | {"nav": "walls", "form": form, "arranged": arranged}
    if "zones" not in request.GET:
        _offer_few_zones(form, wall)
    context["screens"] = sum(row.screens for row in context["links"])
    return page(request, "walls/edit.html", context, status=code)


def _offer_few_zones(form: DesignForm, wall: Wall) -> None:
    """Put into the page the zones that are chosen now. All of them are a third of a page: design.js fetches them."""
    field, chosen = form.fields["time_zone"], str(form["time_zone"].value() or "")
    known = [wall.time_zone, *([chosen] if zones.offered_name(chosen) == chosen else [])]
    field.widget.choices = zones.few(*known)
    field.widget.attrs["data-all"] = reverse("wall-zones")


@require_safe
@role_required(Role.SUPERVISOR)
def all_zones(_request: Request, _site: Site) -> HttpResponse:
    """A select of all time zones. A browser keeps it for some hours: only the offsets in it change, twice a year."""
    response = HttpResponse(zones.select())
    patch_cache_control(response, private=True, max_age=ZONES_SECONDS)
    return response


def _links_context(wall: Wall) -> dict[str, Any]:
    """A wall's links as its page shows them."""
    open_links, ended_links = link_rows(wall)
    return {"wall": wall, "links": open_links, "ended": ended_links}
