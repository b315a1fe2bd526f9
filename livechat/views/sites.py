"""Sites: made by superusers, kept by their administrators; and the choice of the one shown."""

import re
from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from livechat.forms.sites import DeleteForm, SettingsForm, SiteForm, keep_statuses
from livechat.models import Membership, Role, Site
from livechat.sites import connections, invitations
from livechat.sites.roles import CHOICE
from livechat.walls import links
from livechat.web import administered, shown_once
from livechat.web.responses import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
def sites(request: Request) -> HttpResponse:
    """The sites the user administers; a superuser makes new ones here."""
    if request.method == "POST":
        return _make(request)
    return _list(request, SiteForm())


def _list(request: Request, form: SiteForm, *, code: int = 200) -> HttpResponse:
    found = administered.sites(request.user).select_related("shared__user").annotate(members=Count("memberships"))
    if not found and not request.user.is_superuser:
        raise PermissionDenied(_("Sites are managed by their administrators."))
    return page(request, "sites/list.html", {"nav": "sites", "found": found, "form": form}, status=code)


def _make(request: Request) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied(_("Only superusers make sites."))
    form = SiteForm(request.POST)
    if not form.is_valid():
        return _list(request, form, code=422)
    with transaction.atomic():
        site = form.save()
        Membership.objects.create(site=site, user=request.user, role=Role.ADMINISTRATOR)
    request.session[CHOICE] = site.pk
    messages.success(request, _("The site “%(name)s” is made.") % {"name": site.name})
    return redirect("start")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, site_id: int) -> HttpResponse:
    """One site: its settings and its members; a superuser may delete it."""
    site = administered.site(request.user, site_id)
    if request.method != "POST":
        return _show(request, site, SettingsForm(instance=site))
    if request.POST.get("step") == "delete":
        return _delete(request, site)
    return _change(request, site)


@transaction.atomic
def _change(request: Request, site: Site) -> HttpResponse:
    """Save the settings; 409 with both values where somebody else changed the same meanwhile."""
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    form = SettingsForm(request.POST, instance=copy(site))  # a form that fails leaves its values in the instance
    if not form.is_valid():
        return _show(request, site, form, code=422)
    if form.clashes:
        return _show(request, site, form.again(site), code=409)
    _save(form)
    if form.moves:
        messages.success(request, _("Saved. The address is new: store a connection for it."))
    else:
        messages.success(request, _("Saved."))
    return redirect("site-edit", site.pk)


def _save(form: SettingsForm) -> None:
    site = form.instance
    if form.moves:
        # Also what was stored since the form was shown: nobody agreed to the new address yet.
        for connection in site.connections.all():
            connections.remove(site, connection)
        site.snapshots.all().delete()
    elif form.changes("shared"):
        connections.share(site, form.cleaned_data["shared"])
    # Not the whole row: its version has moved on since it was read.
    site.save(update_fields=["name", "api_base", "shared_writes"])
    keep_statuses(site, form.cleaned_data["away"])
    site.bump_version()


def _show(
    request: Request, site: Site, form: SettingsForm, deletion: DeleteForm | None = None, *, code: int = 200
) -> HttpResponse:
    holding = list(invitations.holding().filter(site=site))
    made = [one for one in holding if str(one.pk) == request.GET.get("invitation")] if code == 200 else []
    context = {
        "nav": "sites",
        "edited": site,
        "form": form,
        "members": site.memberships.select_related("user"),
        "invitations": holding,
        "connections": site.connections.count(),
        "deletion": deletion or DeleteForm(site=site),
        "address": shown_once.address(request, "invite", made[0].pk) if made else "",
    }
    return page(request, "sites/edit.html", context, status=code)


def _delete(request: Request, site: Site) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied(_("Only superusers delete sites."))
    form = DeleteForm(request.POST, site=site)
    if not form.is_valid():
        return _show(request, site, SettingsForm(instance=site), form, code=422)
    links.delete_site(site)
    messages.success(request, _("The site “%(name)s” and everything kept about it is deleted.") % {"name": site.name})
    return redirect("sites")


@require_POST
def switch(request: Request) -> HttpResponse:
    """Show another of the user's sites from now on."""
    asked = request.POST.get("site", "")
    seat = request.seat
    choices = {str(site.pk): site.pk for site in (seat.site, *seat.others) if site is not None}
    if asked not in choices:
        raise Http404(_("You are not a member of this site."))
    request.session[CHOICE] = choices[asked]
    back = request.POST.get("next", "")
    safe = re.match(r"/(?![/\\])", back) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if safe else reverse("agents"))
