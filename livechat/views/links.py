"""A wall's links: supervisors make, pause, rename and end them, renew them, and say which sites may frame them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from livechat.forms.links import ExpiryForm, FramesForm, LabelForm, LinkForm, TurnsForm
from livechat.lib import client_info, qr
from livechat.models import LinkEvent, Role, Site, Wall, WallLink
from livechat.record.link_events import By
from livechat.sites.roles import role_required
from livechat.walls import links, screens
from livechat.web import one_time_secrets
from livechat.web.responses import Request, is_partial, page, polled_part

MAX_SHOWN_EVENTS = 20
STEP_MESSAGES: dict[str, str | Promise] = {
    "pause": gettext_lazy("Paused: its screens say so at their next refresh."),
    "resume": gettext_lazy("Resumed: its screens show the wall again at their next refresh."),
    "revoke": gettext_lazy("The link has ended; its screens say so at their next refresh."),
    "extend": gettext_lazy("Saved."),
    "rename": gettext_lazy("Renamed."),
    "turns": gettext_lazy("Saved: screens follow at their next refresh."),
    "frame": gettext_lazy("Saved."),
}
# The other steps ask for nothing.
STEP_FORMS: dict[str, type[Form]] = {"extend": ExpiryForm, "rename": LabelForm, "frame": FramesForm}


def by(request: Request) -> By:
    """The person who sends the request, for the record."""
    return By(request.user, client_info.address(request.META))


class LinkRow:
    """A link on a page: its `state` in words with a tone, when it ended or expired, and how many `screens` show it."""

    def __init__(self, link: WallLink, now: datetime, screen_count: int = 0) -> None:
        self.link = link
        self.expired = link.why == LinkEvent.What.EXPIRED or bool(
            link.ended is None and link.expires and link.expires <= now
        )
        self.ended = link.ended or (link.expires if self.expired else None)
        self.open = self.ended is None
        self._expires_soon = link.expires is not None and link.expires <= now + links.EXPIRY_WARNING
        self.screens = screen_count if self.open else 0
        self.state, self.tone = self._state()

    def _state(self) -> tuple[str, str]:
        if self.expired:
            return _("Expired"), "red"
        if self.ended:
            return _("Ended"), "neutral"
        if self.link.paused:
            return _("Paused"), "yellow"
        return (_("Ends soon"), "yellow") if self._expires_soon else (_("Open"), "green")


def link_rows(wall: Wall) -> tuple[list[LinkRow], list[LinkRow]]:
    """A wall's open links (paused ones too), and those that have ended, the latest first."""
    links_of_wall = list(wall.links.all())
    screen_counts, now = screens.count_now(links_of_wall), timezone.now()
    rows = [LinkRow(link, now, screen_counts.get(link.pk, 0)) for link in links_of_wall]
    ended = sorted((row for row in rows if not row.open), key=lambda row: row.ended or now, reverse=True)
    return [row for row in rows if row.open], ended


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def make(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """Make a link. Its page then shows its address, once."""
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
    """One link: its state, who uses it, what can be done with it, and what happened to it."""
    if request.method == "POST":
        links.note_ends()  # otherwise a lapsed link could be resumed, get a useless address, or end twice
    links_of_site = WallLink.objects.filter(wall__site=site).select_related("wall", "owner")
    wall_link = get_object_or_404(links_of_site, pk=link_id, wall=wall_id)
    if request.method != "POST" and is_partial(request):
        # A poll must not use up the address, which is shown only once: the polled part does not contain it.
        return polled_part(request, "walls/link.html#now", _state_context(wall_link))
    if request.method != "POST":
        return _show(request, wall_link)
    step = request.POST.get("step", "")
    if step not in STEP_MESSAGES and step != "rotate":
        return _show(request, wall_link, code=422)
    form = _step_form(step, wall_link, request.POST)
    if not form.is_valid():
        return _show(request, wall_link, {step: form}, code=422)
    _apply_step(request, wall_link, step, form)
    return redirect("link", wall_id, wall_link.pk)


def _step_form(step: str, wall_link: WallLink, data: QueryDict | None = None) -> Form:
    if step == "turns":
        return TurnsForm(data, link=wall_link)
    return STEP_FORMS.get(step, Form)(data)


def _apply_step(request: Request, wall_link: WallLink, step: str, form: Form) -> None:
    """Do a step with its form's values, and say what came of it."""
    who, values = by(request), form.cleaned_data
    if step == "rotate":
        secret = links.rotate(wall_link, who)
        if secret:
            one_time_secrets.store(request, "wall", wall_link.pk, secret)
            return
        changed = False
    elif step == "extend":
        changed = links.extend(wall_link, values["days"], who)
    elif step == "rename":
        changed = links.rename(wall_link, values["label"], who)
    elif isinstance(form, TurnsForm):
        changed = links.show_in_turn(wall_link, form.seconds, who)
    elif step == "frame":
        changed = links.let_frame(wall_link, values["frames"], who)
    else:
        changed = {"pause": links.pause, "resume": links.resume, "revoke": links.revoke}[step](wall_link, who)
    if changed:
        messages.success(request, str(STEP_MESSAGES[step]))
    else:
        messages.info(request, _("Nothing was changed: this was done already, or the link has ended."))


def _state_context(wall_link: WallLink) -> dict[str, Any]:
    """A link's state and the number of its screens."""
    screen_counts = screens.count_now([wall_link])
    return {
        "wall": wall_link.wall,
        "row": LinkRow(wall_link, timezone.now(), screen_counts.get(wall_link.pk, 0)),
    }


def _show(
    request: Request, wall_link: WallLink, invalid_forms: dict[str, Form] | None = None, *, code: int = 200
) -> HttpResponse:
    """The link's page. `invalid_forms`: the form that was not valid, by its step."""
    address = one_time_secrets.take_url(request, "wall", wall_link.pk) if code == 200 else ""
    forms = {
        "extend": ExpiryForm(),
        "rename": LabelForm(initial={"label": wall_link.label}),
        "frame": FramesForm(initial={"frames": wall_link.frames}),
        "turns": TurnsForm(link=wall_link),
    }
    context = {
        "nav": "walls",
        **_state_context(wall_link),
        "forms": forms | (invalid_forms or {}),
        "events": LinkEvent.objects.filter(link=wall_link.pk)[:MAX_SHOWN_EVENTS],
        "address": address,
        "qr": qr.data_uri(address) if address else "",
    }
    return page(request, "walls/link.html", context, status=code)
