"""The members of a site: added, given a role, removed by its administrators."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from livechat.forms.members import AddForm, RoleForm
from livechat.live import sources
from livechat.models import Membership, Role, Site
from livechat.sites import members
from livechat.web import administered
from livechat.web.responses import Request, page


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, site_id: int) -> HttpResponse:
    """Add a user to a site, and make him where he is new."""
    site = administered.site(request.user, site_id)
    if request.method != "POST":
        return _show_add(request, site, AddForm(site=site))
    form = AddForm(request.POST, site=site)
    if not form.is_valid():
        return _show_add(request, site, form, code=422)
    try:
        with transaction.atomic():
            member = form.save()
    except IntegrityError:
        form.add_error(None, _("Somebody else has just added this user. Look at the list of members."))
        return _show_add(request, site, form, code=422)
    messages.success(request, _("%(user)s is a member now.") % {"user": member.user.get_username()})
    return redirect("site-edit", site.pk)


def _show_add(request: Request, site: Site, form: AddForm, *, code: int = 200) -> HttpResponse:
    return page(request, "sites/member_add.html", {"nav": "sites", "edited": site, "form": form}, status=code)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, site_id: int, member_id: int) -> HttpResponse:
    """A member's role, or the end of his membership; superusers close and open his account."""
    site = administered.site(request.user, site_id)
    member = get_object_or_404(site.memberships.select_related("user"), pk=member_id)
    if request.method != "POST":
        return _show(request, member, RoleForm(instance=member))
    step = request.POST.get("step", "")
    if step in {"close", "open"}:
        return _account(request, member, active=step == "open")
    leaves = step == "remove"
    form = RoleForm({"role": member.role} if leaves else request.POST, instance=member)
    if not form.is_valid():
        return _show(request, member, form, code=422)
    try:
        if leaves:
            members.remove(member, free=request.user.is_superuser)
        else:
            members.change_role(member, Role(form.cleaned_data["role"]), free=request.user.is_superuser)
    except members.LastOne:
        form.add_error(None, _("This is the site's last Administrator: make somebody else one first."))
        return _show(request, member, form, code=422)
    if leaves:
        return _left(request, site, member.user)
    messages.success(
        request, _("%(member)s is %(role)s now.") % {"member": member.user, "role": member.get_role_display()}
    )
    return _back(request, site)


def _left(request: Request, site: Site, user: User) -> HttpResponse:
    """Back from a removal. Who has removed himself from his last site is signed out here as everywhere."""
    if user == request.user and not members.has_seat(user):
        logout(request)
        return redirect("account_login")
    messages.success(request, _("%(user)s is not a member any more.") % {"user": user.get_username()})
    return _back(request, site)


def _back(request: Request, site: Site) -> HttpResponse:
    if administered.sites(request.user).filter(pk=site.pk).exists():
        return redirect("site-edit", site.pk)
    return redirect("home")


def _account(request: Request, member: Membership, *, active: bool) -> HttpResponse:
    if not request.user.is_superuser or member.user == request.user:
        raise PermissionDenied(_("Only superusers close and open accounts, and nobody his own."))
    members.set_active(member.user, active=active)
    text = _("The account of %(user)s is open again.") if active else _("The account of %(user)s is closed.")
    messages.success(request, text % {"user": member.user.get_username()})
    return redirect("member-edit", member.site_id, member.pk)


def _show(request: Request, member: Membership, form: RoleForm, *, code: int = 200) -> HttpResponse:
    stored = sources.own(member.site, member.user)
    context = {
        "nav": "sites",
        "edited": member.site,
        "member": member,
        "form": form,
        "stored": stored,
        "feeds_all": stored is not None and stored.pk == member.site.shared_id,
    }
    return page(request, "sites/member_edit.html", context, status=code)
