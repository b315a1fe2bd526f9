"""The channels by which a site's alerts are told: its Administrators make, test, change and remove them."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from livechat.alerts import channels
from livechat.forms.channels import WORDS, ChannelForm
from livechat.lib import vault
from livechat.lib.public_urls import public_url
from livechat.models import Channel, Role, Site, notes
from livechat.models.channels import SendCode
from livechat.sites.roles import role_required
from livechat.views.links import by
from livechat.web import one_time_secrets
from livechat.web.responses import Request, page


class ChannelRow:
    """A channel on the page: its address as far as it is shown, "" if this server's keys do not open it."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        try:
            self.address = channel.shown_address
        except vault.CannotOpen:
            self.address = ""


@require_http_methods(["GET", "HEAD"])
@role_required(Role.ADMINISTRATOR)
def channel_list(request: Request, site: Site) -> HttpResponse:
    """The site's channels, with what became of the last message to each."""
    rows = [ChannelRow(channel) for channel in site.channels.all()]
    return page(request, "alerts/channels.html", {"nav": "alerts", "tab": "channels", "rows": rows, **_mail()})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR)
def new(request: Request, site: Site) -> HttpResponse:
    """Which kind, and then the form of that kind. A secret that is made here is shown once, on the channel's page."""
    kind = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    if kind not in Channel.Kind.values:
        if request.method == "POST":
            raise Http404(_("There is no such kind of channel."))
        kinds = [
            (reverse("alert-channel-new", query={"kind": value}), value.label, words) for value, words in WORDS.items()
        ]
        return page(request, "alerts/channel_kinds.html", {"nav": "alerts", "tab": "channels", "kinds": kinds})
    if request.method != "POST":
        return _show(request, ChannelForm(kind=kind))
    form = ChannelForm(request.POST, kind=kind)
    if not form.is_valid():
        return _show(request, form, code=422)
    made = channels.make(site, kind, **form.values, by=by(request))
    messages.success(request, _("The channel is ready. Send a test to see whether it arrives."))
    return _after(request, made, form)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR)
def channel(request: Request, site: Site, channel_id: UUID) -> HttpResponse:
    """One channel: its form. By the `step` that is sent it is changed, tested, switched on or off, or removed."""
    found = get_object_or_404(site.channels.select_related("site"), pk=channel_id)
    if request.method != "POST":
        return _show(request, ChannelForm(kind=found.kind, channel=found))
    step = request.POST.get("step", "save")
    if step == "save":
        return _change(request, found)
    if step == "test":
        _test(request, found)
    elif step in ("on", "off"):
        _switch(request, found, on=step == "on")
    elif step == "remove":
        channels.remove(found, by(request))
        messages.success(request, _("The channel was removed."))
    return redirect("alert-channels")


def _change(request: Request, found: Channel) -> HttpResponse:
    form = ChannelForm(request.POST, kind=found.kind, channel=found)
    if not form.is_valid():
        return _show(request, form, code=422)
    try:
        channels.change(found, **form.values, version=form.cleaned_data["version"], by=by(request))
    except channels.Changed:
        return _conflict(request, found)
    messages.success(request, _("Saved."))
    return _after(request, found, form)


def _conflict(request: Request, found: Channel) -> HttpResponse:
    """The form again, against what is stored now."""
    now = get_object_or_404(found.site.channels, pk=found.pk)
    data = request.POST.copy()
    data["version"] = str(now.version)
    form = ChannelForm(data, kind=now.kind, channel=now)
    row = ChannelRow(now)
    words = _("Someone else has changed this channel in the meantime. Nothing was saved. It is now “%(label)s”: %(to)s")
    form.add_error(None, words % {"label": now.label, "to": row.address or "–"})
    return _show(request, form, code=409)


@sensitive_variables("form")
def _after(request: Request, saved: Channel, form: ChannelForm) -> HttpResponse:
    """To the secret that was made, or else to the list."""
    if not form.cleaned_data["made"]:
        return redirect("alert-channels")
    one_time_secrets.store(request, "channel", saved.pk, form.cleaned_data["made"])
    return redirect("alert-channel", saved.pk)


def _test(request: Request, found: Channel) -> None:
    """Send a test now: it takes at most as long as a call may."""
    url = public_url("alerts")
    sent = channels.test(found, url)
    if sent is None:
        messages.info(request, _("A test was sent a moment ago. Wait ten seconds."))
        return
    words = {"label": found.label, "outcome": notes.in_words(sent.note, codes=SendCode)}
    if sent.outcome == "sent":
        messages.success(request, _("The test to “%(label)s” was taken.") % words)
    else:
        messages.error(request, _("The test to “%(label)s” did not arrive. %(outcome)s") % words)


def _switch(request: Request, found: Channel, *, on: bool) -> None:
    if channels.switch(found, by(request), on=on):
        messages.success(request, _("The channel is on.") if on else _("The channel is off: nothing is sent to it."))
    else:
        messages.info(request, _("Nothing was changed: this was done already."))


def _mail() -> dict[str, bool]:
    return {"has_mail": settings.HAS_MAIL}


def _show(request: Request, form: ChannelForm, *, code: int = 200) -> HttpResponse:
    edited = form.channel
    secret = one_time_secrets.take(request, "channel", edited.pk) if edited and code == 200 else ""
    context = {"nav": "alerts", "tab": "channels", "form": form, "channel": edited, "secret": secret, **_mail()}
    return page(request, "alerts/channel.html", context, status=code)
