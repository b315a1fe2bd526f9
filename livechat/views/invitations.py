"""Invitations: made and taken back by a site's administrators, taken up by whoever has the link."""

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
from livechat.sites import invitations
from livechat.sites.roles import CHOICE
from livechat.web import administered, shown_once
from livechat.web.responses import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: Request, site_id: int) -> HttpResponse:
    """Make an invitation; the site's page then shows its address once."""
    site = administered.site(request.user, site_id)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"nav": "sites", "edited": site, "form": form}
        return page(request, "sites/invitation.html", context, status=422 if form.is_bound else 200)
    asked = form.cleaned_data
    made, secret = invitations.make(site, request.user, Role(asked["role"]), asked["note"], days=asked["days"])
    shown_once.keep(request, "invite", made.pk, secret)
    return redirect(reverse("site-edit", args=[site.pk], query={"invitation": made.pk}))


@require_POST
def revoke(request: Request, site_id: int, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    site = administered.site(request.user, site_id)
    if invitations.revoke(get_object_or_404(site.invitations, pk=invitation_id)):
        messages.success(request, _("The invitation is taken back; its link leads nowhere now."))
    else:
        messages.info(request, _("This invitation had ended before, or was used: look at the members."))
    return redirect("site-edit", site.pk)


def _private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No index and no store, whatever the answer: the address is the secret."""

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
@_private
@rate_limit(action="invite", limit_get=True)
def invite(request: Request, secret: str) -> HttpResponse:
    """Take up an invitation: who is signed in joins, a stranger makes an account first."""
    found = invitations.find(secret)
    if found is None:
        return _nothing(request)
    try:
        return _known(request, found) if request.user.is_authenticated else _stranger(request, found)
    except invitations.Ended:
        return _nothing(request)


def _nothing(request: Request) -> HttpResponse:
    """The same for every link that does not hold, whyever: nothing is told of what it was."""
    reason = _("This invitation was used, has ended, or never was. Ask whoever sent it for a new one.")
    return render(request, "errors/404.html", {"reason": reason}, status=404)


def _known(request: Request, found: Invitation) -> HttpResponse:
    if request.method == "POST":
        try:
            invitations.accept(found, request.user)
        except IntegrityError:
            messages.info(request, _("You are a member of “%(site)s” already.") % {"site": found.site})
            return redirect("home")
        return _welcome(request, found)
    member = found.site.memberships.filter(user=request.user).first()
    return page(request, "invite.html", {"invitation": found, "member": member})


def _stranger(request: Request, found: Invitation) -> HttpResponse:
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        user: User = form.save(commit=False)
        try:
            invitations.accept(found, user)
        except IntegrityError:
            form.add_error("username", _("Somebody has just taken this name."))
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            UserSession.objects.create_from_request(request)  # Django's login does not tell allauth
            return _welcome(request, found)
    return page(request, "invite.html", {"invitation": found, "form": form}, status=422 if form.is_bound else 200)


def _welcome(request: Request, found: Invitation) -> HttpResponse:
    request.session[CHOICE] = found.site_id
    messages.success(
        request,
        _("Welcome: you are %(role)s at “%(site)s”.") % {"role": found.get_role_display(), "site": found.site},
    )
    return redirect("home")
