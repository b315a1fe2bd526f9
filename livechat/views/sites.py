"""Sites: superusers make and delete them, their administrators change the settings; users choose the one they see."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from livechat.forms.sites import DeleteForm, SettingsForm, SiteForm, keep_statuses
from livechat.lib import safe_links
from livechat.models import Membership, Role, Site, Snapshot
from livechat.reports import rolled_days
from livechat.sites import connections, invitations, roles
from livechat.sites.roles import CHOSEN_SITE_KEY
from livechat.walls import links
from livechat.web import one_time_secrets
from livechat.web.responses import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
def sites(request: Request) -> HttpResponse:
    """The sites the user administers. A superuser makes new ones here."""
    if request.method == "POST":
        return _make(request)
    return _list(request, SiteForm())


def _list(request: Request, form: SiteForm, *, code: int = 200) -> HttpResponse:
    administered = (
        roles.administered_sites(request.user).select_related("shared__user").annotate(members=Count("memberships"))
    )
    if not administered and not request.user.is_superuser:
        raise PermissionDenied(_("Only administrators manage sites."))
    return page(request, "sites/list.html", {"nav": "sites", "administered": administered, "form": form}, status=code)


def _make(request: Request) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied(_("Only superusers make sites."))
    form = SiteForm(request.POST)
    if not form.is_valid():
        return _list(request, form, code=422)
    with transaction.atomic():
        site = form.save()
        Membership.objects.create(site=site, user=request.user, role=Role.ADMINISTRATOR)
    request.session[CHOSEN_SITE_KEY] = site.pk
    messages.success(request, _("The site “%(name)s” is ready.") % {"name": site.name})
    return redirect("start")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, site_id: int) -> HttpResponse:
    """One site: its settings and members. A superuser can delete it."""
    site = roles.get_administered_site(request.user, site_id)
    if request.method != "POST":
        return _show(request, site, SettingsForm(instance=site))
    if request.POST.get("step") == "delete":
        return _delete(request, site)
    return _change(request, site)


@transaction.atomic
def _change(request: Request, site: Site) -> HttpResponse:
    """Save the settings. 409 with both values if someone else has changed the same ones meanwhile."""
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    form = SettingsForm(request.POST, instance=copy(site))  # a form that fails changes its instance
    if not form.is_valid():
        return _show(request, site, form, code=422)
    if form.edit_conflicts:
        return _show(request, site, form.rebased(site), code=409)
    _save(form)
    if form.changes_address:
        messages.success(request, _("Saved. The address has changed: store a connection for it."))
    else:
        messages.success(request, _("Saved."))
    return redirect("site-edit", site.pk)


def _save(form: SettingsForm) -> None:
    site = form.instance
    if form.changes_address:
        # Also connections stored since the form was shown: their owners have not agreed to the new address.
        for connection in site.connections.all():
            connections.remove(site, connection)
        Snapshot.forget(site.snapshots.all())
    elif form.changes("shared"):
        connections.share(site, form.cleaned_data["shared"])
    with transaction.atomic():
        # Not the whole row: its version may have changed since it was read.
        site.save(update_fields=form.Meta.fields)
        if form.changes("time_zone") or form.changes("list_age"):
            rolled_days.forget_detailed(site)  # they are made again, by the new zone or with the new bounds
    keep_statuses(site, form.cleaned_data["away"])
    site.bump_version()


def _show(
    request: Request, site: Site, form: SettingsForm, deletion: DeleteForm | None = None, *, code: int = 200
) -> HttpResponse:
    open_invitations = list(invitations.valid().filter(site=site))
    new = [one for one in open_invitations if str(one.pk) == request.GET.get("invitation")] if code == 200 else []
    context = {
        "nav": "sites",
        "edited": site,
        "form": form,
        "members": site.memberships.select_related("user"),
        "invitations": open_invitations,
        "connections": site.connections.count(),
        "deletion": deletion or DeleteForm(site=site),
        "address": one_time_secrets.take_url(request, "invite", new[0].pk) if new else "",
    }
    return page(request, "sites/edit.html", context, status=code)


def _delete(request: Request, site: Site) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied(_("Only superusers delete sites."))
    form = DeleteForm(request.POST, site=site)
    if not form.is_valid():
        return _show(request, site, SettingsForm(instance=site), form, code=422)
    links.delete_site(site)
    messages.success(request, _("The site “%(name)s” and all its data are deleted.") % {"name": site.name})
    return redirect("sites")


@require_POST
def switch(request: Request) -> HttpResponse:
    """Switch to another of the user's sites."""
    asked = request.POST.get("site", "")
    seat = request.seat
    choices = {str(site.pk): site.pk for site in (seat.site, *seat.others) if site is not None}
    if asked not in choices:
        raise Http404(_("You are not a member of this site."))
    request.session[CHOSEN_SITE_KEY] = choices[asked]
    back = request.POST.get("next", "")
    return HttpResponseRedirect(back if safe_links.is_here(back) else reverse("agents"))
