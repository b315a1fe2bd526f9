"""Invitations: a site's administrators make and withdraw them; anyone who has the link can accept."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.decorators import rate_limit
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from livechat.forms.invitations import AccountForm, InvitationForm
from livechat.models import Invitation, Role
from livechat.sites import invitations, roles
from livechat.sites.roles import CHOSEN_SITE_KEY
from livechat.web import one_time_secrets
from livechat.web.responses import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: Request, site_id: int) -> HttpResponse:
    """Make an invitation. The site's page then shows its address, once."""
    site = roles.get_administered_site(request.user, site_id)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"nav": "sites", "edited": site, "form": form}
        return page(request, "sites/invitation.html", context, status=422 if form.is_bound else 200)
    asked = form.cleaned_data
    invitation, secret = invitations.create(site, request.user, Role(asked["role"]), asked["note"], days=asked["days"])
    one_time_secrets.store(request, "invite", invitation.pk, secret)
    return redirect(reverse("site-edit", args=[site.pk], query={"invitation": invitation.pk}))


@require_POST
def revoke(request: Request, site_id: int, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation."""
    site = roles.get_administered_site(request.user, site_id)
    if invitations.revoke(get_object_or_404(site.invitations, pk=invitation_id)):
        messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
    else:
        messages.info(request, _("This invitation had already ended or was used. Check the list of members."))
    return redirect("site-edit", site.pk)


def _no_store(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep every answer out of caches and search engines: the address is the secret."""

    @wraps(view)
    def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        patch_cache_control(response, no_store=True, private=True)
        return response

    return inner


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
@_no_store
@rate_limit(action="invite", limit_get=True)  # type: ignore[untyped-decorator,unused-ignore]
def invite(request: Request, secret: str) -> HttpResponse:
    """Accept an invitation. A signed-in user joins; anyone else makes an account first."""
    invitation = invitations.find_valid(secret)
    if invitation is None:
        return _not_valid(request)
    try:
        if request.user.is_authenticated:
            return _join(request, invitation)
        return _join_with_new_account(request, invitation)
    except invitations.InvitationEnded:
        return _not_valid(request)


def _not_valid(request: Request) -> HttpResponse:
    """The same answer for every link that is not valid, for any reason: it tells nothing about the invitation."""
    reason = _("This invitation was used, has ended or never existed. Ask the person who sent it for a new one.")
    return render(request, "errors/404.html", {"reason": reason}, status=404)


def _join(request: Request, invitation: Invitation) -> HttpResponse:
    if request.method == "POST":
        try:
            invitations.accept(invitation, request.user)
        except IntegrityError:
            messages.info(request, _("You are already a member of “%(site)s”.") % {"site": invitation.site})
            return redirect("home")
        return _welcome(request, invitation)
    member = invitation.site.memberships.filter(user=request.user).first()
    return page(request, "invite.html", {"invitation": invitation, "member": member})


def _join_with_new_account(request: Request, invitation: Invitation) -> HttpResponse:
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        user: User = form.save(commit=False)
        try:
            invitations.accept(invitation, user)
        except IntegrityError:
            form.add_error("username", _("Someone has just taken this name."))
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            UserSession.objects.create_from_request(request)  # Django's login does not list the session
            return _welcome(request, invitation)
    return page(request, "invite.html", {"invitation": invitation, "form": form}, status=422 if form.is_bound else 200)


def _welcome(request: Request, invitation: Invitation) -> HttpResponse:
    request.session[CHOSEN_SITE_KEY] = invitation.site_id
    messages.success(
        request,
        _("Welcome: you are %(role)s at “%(site)s”.")
        % {"role": invitation.get_role_display(), "site": invitation.site},
    )
    return redirect("home")
