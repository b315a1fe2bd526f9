"""Pairing a TV: it shows a code without a login, a supervisor enters the code, and the TV becomes a wall."""

from allauth.core.ratelimit import consume, consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from livechat.forms.links import PairForm
from livechat.lib import qr
from livechat.models import Role, Site
from livechat.sites.roles import CHOSEN_SITE_KEY, site_required, sites_with_role
from livechat.views.links import by
from livechat.views.wall import holding_page
from livechat.walls import links, pairing
from livechat.web import languages
from livechat.web.responses import Request, absolute_url, is_partial, page

WAITING = "waiting"  # the state of a TV's holding page


@login_not_required
@require_GET
def tv(request: Request) -> HttpResponse:
    """The start address of a TV: leads to an address of its own, where it waits. Limited per client address."""
    if consume_or_429(request, action="tv", limit_get=True) is None:
        return redirect("tv-code", pairing.begin())
    with translation.override(languages.asked_by(request)):
        return render(request, "wall/busy.html", {"state": ""}, status=429)


@login_not_required
@require_safe
def code(request: Request, token: str) -> HttpResponse:
    """A TV that waits: its code. If the code was entered, leads to the wall; if it has expired, to a new code."""
    screen = pairing.find_waiting(token)
    if screen is not None:
        address = absolute_url(request, reverse("pair"))
        context = {"code": screen.code, "address": address, "qr": qr.data_uri(f"{address}?code={screen.code}")}
        with translation.override(languages.asked_by(request)):
            return holding_page(request, WAITING, "wall/pair.html", context)
    paired = links.ever_existed(token)
    if is_partial(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("wall", token) if paired else redirect("tv")


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def pair(request: Request, site: Site) -> HttpResponse:
    """Enter the code that a TV shows. The TV becomes a wall of any site at which the user may make walls.

    The QR code on the TV leads here with the code filled in.
    """
    sites = sites_with_role(request.user, Role.SUPERVISOR)
    if not sites:
        raise PermissionDenied(_("Your role at this site does not allow this."))
    if request.method != "POST":
        asked = {name: request.GET[name] for name in ("code", "wall") if name in request.GET}
        return _show_form(request, PairForm(initial={"wall": site.walls.first()} | asked, sites=sites))
    form = PairForm(request.POST, sites=sites)
    if not form.is_valid():
        return _show_form(request, form, status=422)
    if not consume(request, action="pair", user=request.user):
        form.add_error("code", _("There were too many codes in a short time. Wait a minute, then try again."))
        return _show_form(request, form, status=429)
    values = form.cleaned_data
    try:
        link = pairing.claim(values["code"], values["wall"], values["label"], days=values["days"], by=by(request))
    except pairing.UnknownCode:
        form.add_error("code", _("No screen shows this code: it was mistyped, used, or has expired."))
        return _show_form(request, form, status=422)
    messages.success(
        request,
        _(
            "The screen is paired and shows the wall within seconds. "
            "Then make that page the TV’s start page: at /tv/ it would ask for a code again."
        ),
    )
    request.session[CHOSEN_SITE_KEY] = values["wall"].site_id
    return redirect("link", link.wall_id, link.pk)


def _show_form(request: Request, form: PairForm, *, status: int = 200) -> HttpResponse:
    context = {"nav": "walls", "form": form, "tv": absolute_url(request, reverse("tv"))}
    return page(request, "walls/pair.html", context, status=status)
