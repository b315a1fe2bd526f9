"""A wall's links: made, paused, given a new address or another end, ended. By supervisors."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from livechat.forms.links import EndForm, LabelForm, LinkForm
from livechat.lib import client_info, qr
from livechat.models import LinkEvent, Role, Site, Wall, WallLink
from livechat.record.link_events import By
from livechat.sites.roles import role_required
from livechat.walls import links, screens
from livechat.web import one_time_secrets
from livechat.web.responses import Request, is_partial, page, polled_part

EVENTS = 20  # of a link's record, on its page
DONE: dict[str, str | Promise] = {
    "pause": gettext_lazy("Paused: its screens say so at their next refresh."),
    "resume": gettext_lazy("Resumed: its screens show the wall again at their next refresh."),
    "revoke": gettext_lazy("The link has ended; its screens say so at their next refresh."),
    "extend": gettext_lazy("Saved."),
    "rename": gettext_lazy("Renamed."),
}
FORMS: dict[str, type[Form]] = {"extend": EndForm, "rename": LabelForm}  # of the steps that ask for something


def by(request: Request) -> By:
    """Who asks, for the record."""
    return By(request.user, client_info.address(request.META))


class Row:
    """A link as pages tell it: `state` in words with its tone, and how many screens are `there`."""

    def __init__(self, link: WallLink, now: datetime, there: int = 0) -> None:
        self.link = link
        self.expired = link.why == LinkEvent.What.EXPIRED or bool(
            link.ended is None and link.expires and link.expires <= now
        )
        self.ended = link.ended or (link.expires if self.expired else None)
        self.open = self.ended is None
        self._soon = link.expires is not None and link.expires <= now + links.WARNED
        self.there = there if self.open else 0
        self.state, self.tone = self._state()

    def _state(self) -> tuple[str, str]:
        if self.expired:
            return _("Expired"), "red"
        if self.ended:
            return _("Ended"), "neutral"
        if self.link.paused:
            return _("Paused"), "yellow"
        return (_("Ends soon"), "yellow") if self._soon else (_("Open"), "green")


def rows(wall: Wall) -> tuple[list[Row], list[Row]]:
    """A wall's links that hold or are paused, and those that have ended, the latest first."""
    found = list(wall.links.all())
    there, now = screens.now(found), timezone.now()
    made = [Row(link, now, there.get(link.pk, 0)) for link in found]
    ended = sorted((row for row in made if not row.open), key=lambda row: row.ended or now, reverse=True)
    return [row for row in made if row.open], ended


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def make(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """Make a link; its page then shows its address once."""
    wall = get_object_or_404(site.walls, pk=wall_id)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"nav": "walls", "wall": wall, "form": form}
        return page(request, "walls/link_new.html", context, status=422 if form.is_bound else 200)
    address = client_info.address(request.META)
    link, secret = links.make_link(wall, request.user, **form.cleaned_data, address=address)
    one_time_secrets.store(request, "wall", link.pk, secret)
    return redirect("link", wall.pk, link.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def link(request: Request, site: Site, wall_id: int, link_id: int) -> HttpResponse:
    """One link: where it stands, who uses it, what can be done with it, and what was."""
    if request.method == "POST":
        links.note_ends()  # or what is over could be resumed, get an address that does not hold, or be ended again
    of_site = WallLink.objects.filter(wall__site=site).select_related("wall", "owner")
    found = get_object_or_404(of_site, pk=link_id, wall=wall_id)
    if request.method != "POST":
        # A poll is answered without the address: it would be shown to nobody, and not again.
        return (
            polled_part(request, "walls/link.html#now", _now(found)) if is_partial(request) else _show(request, found)
        )
    step = request.POST.get("step", "")
    if step not in DONE and step != "rotate":
        return _show(request, found, code=422)
    form = FORMS.get(step, Form)(request.POST)
    if not form.is_valid():
        return _show(request, found, {step: form}, code=422)
    _take(request, found, step, form.cleaned_data)
    return redirect("link", wall_id, found.pk)


def _take(request: Request, found: WallLink, step: str, given: dict[str, Any]) -> None:
    """Take a step with what its form was given, and say what came of it."""
    who = by(request)
    if step == "rotate":
        secret = links.rotate(found, who)
        if secret:
            one_time_secrets.store(request, "wall", found.pk, secret)
            return
        took = False
    elif step == "extend":
        took = links.extend(found, given["days"], who)
    elif step == "rename":
        took = links.rename(found, given["label"], who)
    else:
        took = {"pause": links.pause, "resume": links.resume, "revoke": links.revoke}[step](found, who)
    if took:
        messages.success(request, str(DONE[step]))
    else:
        messages.info(request, _("Nothing was changed: this was done already, or the link has ended."))


def _now(found: WallLink) -> dict[str, Any]:
    """Where a link stands, and who uses it."""
    there = screens.now([found])
    return {"wall": found.wall, "row": Row(found, timezone.now(), there.get(found.pk, 0))}


def _show(
    request: Request, found: WallLink, refused: dict[str, Form] | None = None, *, code: int = 200
) -> HttpResponse:
    """Its page; `refused` is the form that was, by its step."""
    address = one_time_secrets.take_url(request, "wall", found.pk) if code == 200 else ""
    context = {
        "nav": "walls",
        **_now(found),
        "forms": {"extend": EndForm(), "rename": LabelForm(initial={"label": found.label}), **(refused or {})},
        "events": LinkEvent.objects.filter(link=found.pk)[:EVENTS],
        "address": address,
        "qr": qr.data_uri(address) if address else "",
    }
    return page(request, "walls/link.html", context, status=code)
