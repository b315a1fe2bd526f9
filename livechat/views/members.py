"""The members of a site: added, given a role, removed by its administrators."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from livechat.forms.members import AddForm, RoleForm
from livechat.http import Request, page
from livechat.live import connecting, feeds
from livechat.models import Membership, Role, Site
from livechat.views import administered


class _LastOne(Exception):
    """The site would be left without an Administrator."""


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
    """A member's role, or the end of his membership."""
    site = administered.site(request.user, site_id)
    member = get_object_or_404(site.memberships.select_related("user"), pk=member_id)
    if request.method != "POST":
        return _show(request, member, RoleForm(instance=member))
    leaves = request.POST.get("step") == "remove"
    form = RoleForm({"role": member.role} if leaves else request.POST, instance=member)
    if not form.is_valid():
        return _show(request, member, form, code=422)
    try:
        _change(member, "" if leaves else form.cleaned_data["role"], free=request.user.is_superuser)
    except _LastOne:
        form.add_error(None, _("This is the site's last Administrator: make somebody else one first."))
        return _show(request, member, form, code=422)
    if leaves:
        messages.success(request, _("%(user)s is not a member any more.") % {"user": member.user.get_username()})
    else:
        messages.success(
            request, _("%(member)s is %(role)s now.") % {"member": member.user, "role": member.get_role_display()}
        )
    if administered.sites(request.user).filter(pk=site.pk).exists():
        return redirect("site-edit", site.pk)
    return redirect("home")


@transaction.atomic
def _change(member: Membership, role: str, *, free: bool) -> None:
    """Give a member another role; none ends the membership and removes his credential.

    Raises _LastOne where no Administrator would be left, unless `free`.
    """
    site = Site.objects.select_for_update().get(pk=member.site_id)  # two at once must not demote each other
    others = site.memberships.filter(role=Role.ADMINISTRATOR).exclude(pk=member.pk)
    was = site.memberships.filter(pk=member.pk, role=Role.ADMINISTRATOR).exists()
    if was and role != Role.ADMINISTRATOR and not free and not others.exists():
        raise _LastOne
    if role:
        Membership.objects.filter(pk=member.pk).update(role=role)
        return
    stored = feeds.own(site, member.user)
    if stored is not None:
        connecting.remove(site, stored)
    member.delete()


def _show(request: Request, member: Membership, form: RoleForm, *, code: int = 200) -> HttpResponse:
    stored = feeds.own(member.site, member.user)
    context = {
        "nav": "sites",
        "edited": member.site,
        "member": member,
        "form": form,
        "stored": stored,
        "feeds_all": stored is not None and stored.pk == member.site.shared_id,
    }
    return page(request, "sites/member_edit.html", context, status=code)
