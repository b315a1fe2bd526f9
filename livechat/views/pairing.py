"""Pairing a TV: it shows a code without a login, a supervisor enters it, and the TV becomes a wall."""

from allauth.core.ratelimit import consume, consume_or_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from livechat.forms.links import PairForm
from livechat.lib import qr
from livechat.models import Role, Site, Wall
from livechat.sites.roles import CHOSEN_SITE_KEY, site_required, sites_with_role
from livechat.views.links import by
from livechat.views.wall import standby
from livechat.walls import links, pairing
from livechat.web.responses import Request, absolute_url, page

WAITING = "waiting"


@login_not_required
@require_GET
def tv(request: Request) -> HttpResponse:
    """Where a TV begins: an address of its own, at which it waits. So many a minute for an address, as for sign-in."""
    if consume_or_429(request, action="tv", limit_get=True) is None:
        return redirect("tv-code", pairing.begin())
    with translation.override(_language(request)):
        return render(request, "wall/busy.html", {"state": ""}, status=429)


def _language(request: Request) -> str:
    """The language a TV asks for, out of those that walls speak: what it shows next is a wall."""
    asked = (
        code.partition("-")[0] for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    )
    return next((language for language in asked if language in Wall.Language.values), settings.LANGUAGE_CODE)


@login_not_required
@require_safe
def code(request: Request, token: str) -> HttpResponse:
    """A TV that waits: its code; where that has been entered, to the wall; where it has expired, to a new one."""
    found = pairing.waiting(token)
    if found is not None:
        address = absolute_url(request, reverse("pair"))
        context = {"code": found.code, "address": address, "qr": qr.data_uri(f"{address}?code={found.code}")}
        with translation.override(_language(request)):
            return standby(request, WAITING, "wall/pair.html", context)
    paired = links.known(token)
    if request.htmx.request_type == "partial":
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("wall", token) if paired else redirect("tv")


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def pair(request: Request, site: Site) -> HttpResponse:
    """Enter the code that a TV shows: it becomes a wall of any site where one may make them.

    The TV's own QR code leads here with the code filled in.
    """
    sites = sites_with_role(request.user, Role.SUPERVISOR)
    if not sites:
        raise PermissionDenied(_("Your role at this site does not allow this."))
    if request.method != "POST":
        asked = {name: request.GET[name] for name in ("code", "wall") if name in request.GET}
        return _ask(request, PairForm(initial={"wall": site.walls.first()} | asked, sites=sites))
    form = PairForm(request.POST, sites=sites)
    if not form.is_valid():
        return _ask(request, form, status=422)
    if not consume(request, action="pair", user=request.user):
        form.add_error("code", _("There were too many codes in a short time. Wait a minute, then try again."))
        return _ask(request, form, status=429)
    given = form.cleaned_data
    try:
        link = pairing.claim(given["code"], given["wall"], given["label"], days=given["days"], by=by(request))
    except pairing.Gone:
        form.add_error("code", _("No screen shows this code: it was mistyped, used, or has expired."))
        return _ask(request, form, status=422)
    messages.success(
        request,
        _(
            "The screen is paired and shows the wall within seconds. "
            "Make the page that it then shows its start page: at /tv/ it would ask for a code again."
        ),
    )
    request.session[CHOSEN_SITE_KEY] = given["wall"].site_id
    return redirect("link", link.wall_id, link.pk)


def _ask(request: Request, form: PairForm, *, status: int = 200) -> HttpResponse:
    context = {"nav": "walls", "form": form, "tv": absolute_url(request, reverse("tv"))}
    return page(request, "walls/pair.html", context, status=status)
