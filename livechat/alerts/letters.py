"""The message of a batch of deliveries, in this installation's language and the site's zone."""

from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livechat.alerts import texts
from livechat.alerts.batches import Batch
from livechat.alerts.messages import Message
from livechat.boards import alarm_words, directory_names
from livechat.boards.directory_names import Names
from livechat.lib.public_urls import public_url
from livechat.models import Alert, AlertEvent, Delivery, Rule

MAX_LINES = 20
What = AlertEvent.What
STATES = {What.FIRED: "ringing", What.REMINDED: "reminder", What.WOKEN: "reminder", What.ENDED: "ended"}


def write(batch: Batch, told: tuple[Delivery, ...]) -> Message:
    """The message of those deliveries of a batch that are to be told.

    Its time is that of the newest event: written again for another try, it is the same.
    """
    rule = batch.first.rule
    site = rule.site
    names = directory_names.of(site)
    latest = {one.event.alert_id: one.event for one in told}  # of each alert the last event alone
    begun = {one.event.alert_id for one in told if one.event.what == What.FIRED}
    with translation.override(settings.LANGUAGE_CODE), timezone.override(site.zone):
        lines = [_line(rule, names, event, event.alert_id in begun) for event in latest.values()]
        if len(lines) > MAX_LINES:
            more = len(lines) - MAX_LINES
            lines = [*lines[:MAX_LINES], ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}]
        states = {_state(event, event.alert_id in begun) for event in latest.values()}
        state = next(one for one in ("ringing", "reminder", "late", "ended") if one in states)
        subject = next(iter(latest.values())).alert if len(latest) == 1 else None
        title = _title(rule, names, subject, len(latest))
        if state in ("late", "ended"):
            title = _("Over: %(title)s") % {"title": title}
    url = link(subject)
    at = max(one.event.at for one in told)
    return Message(batch.id, site.name, title, tuple(lines), state, rule.severity, url, at)


def link(alert: Alert | None) -> str:
    """The address of an alert's page, or of all that rings; "" if this server does not know its own address."""
    return public_url("alerts") if alert is None else public_url("alert", alert.pk)


def _title(rule: Rule, names: Names, alert: Alert | None, count: int) -> str:
    agent = texts.called(names, alert.subject) if alert is not None and alert.subject else ""
    title = alarm_words.title(rule, names, agent, alarm_words.status_of(alert) if alert is not None else "")
    return title if count == 1 else f"{title} ({count})"


def _line(rule: Rule, names: Names, event: AlertEvent, begun: bool) -> str:
    alert = event.alert
    who = f"{texts.called(names, alert.subject)}: " if alert.subject else ""
    if _state(event, begun) in ("ended", "late"):
        fired, until = _clock(alert.fired or alert.since), _clock(alert.cleared or alert.ended or event.at)
        times = _("rang %(fired)s–%(until)s") % {"fired": fired, "until": until}
        return f"{who}{times}, {_('worst')} {texts.worst(rule, alert, event.at)}"
    since = _("since %(time)s") % {"time": _clock(alert.fired or alert.since)}
    return f"{who}{texts.value(rule, event.value, event.at)}, {since}"


def _state(event: AlertEvent, begun: bool) -> str:
    """The state of an alert in a message. `begun`: the message tells the beginning, so it is no mere end or reminder.

    An alert that has ended by now is then told late, once for both.
    """
    ended = event.what == What.ENDED or event.alert.ended is not None
    if ended:
        return "late" if begun else "ended"
    return "ringing" if begun else STATES[What(event.what)]


def _clock(moment: datetime) -> str:
    local = timezone.localtime(moment)
    today = timezone.localtime().date() == local.date()
    return formats.date_format(local, "H:i" if today else "D H:i")
