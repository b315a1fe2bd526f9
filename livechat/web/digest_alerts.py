"""The alerts of some days, as a section of a digest."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livechat.alerts import kinds, texts
from livechat.boards import alarm_words
from livechat.boards.directory_names import Names
from livechat.lib.epoch import moment_of
from livechat.models import Alert, Rule, Site
from livechat.reports.ranges import Range
from livechat.web.digest_sections import Section

MAX_ALERTS = 40


def section(site: Site, asked: Range, names: Names, *, single_agents: bool) -> Section:
    """The alerts that began to ring in these days, of rules that are switched on.

    Without `single_agents`, alerts about agents are only counted: the digest then tells no single agent's times.
    """
    began, ended = moment_of(asked.began), moment_of(asked.ended)
    found = Alert.objects.filter(
        rule__site=site, rule__enabled=True, rule__kind__in=Rule.Kind, fired__gte=began, fired__lt=ended
    )
    alerts = list(found.select_related("rule").order_by("fired", "pk"))
    told = [alert for alert in alerts if single_agents or alert.rule.kind not in kinds.OF_AGENTS]
    rows = [_row(alert, asked, names) for alert in told[:MAX_ALERTS]]
    hidden = [alert for alert in alerts if not single_agents and alert.rule.kind in kinds.OF_AGENTS]
    more = len(told) - len(rows)
    notes = (ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more},) if more else ()
    if not alerts and Rule.objects.filter(site=site, enabled=True, removed=None).exists():
        notes = (_("Nothing rang."),)
    head = ("", _("From–to"), _("Worst"), "")
    return Section(_("What rang"), head, [*rows, *_counted(hidden, names)], notes)


def _row(alert: Alert, asked: Range, names: Names) -> tuple[str, ...]:
    rule, until = alert.rule, alert.cleared or alert.ended
    agent = names.agent(alert.subject) if alert.subject else ""
    title = alarm_words.title(rule, names, agent, alarm_words.status_of(alert))
    fired = _clock(alert.fired or alert.since, asked)
    times = f"{fired}–{_clock(until, asked)}" if until else _("since %(time)s") % {"time": fired}
    return title, times, texts.worst(rule, alert, asked.now), _taken(alert, asked)


def _taken(alert: Alert, asked: Range) -> str:
    """The person who took it, and when; "" if nobody did."""
    if alert.acknowledged_at is None:
        return ""
    given = {"name": alert.acknowledged_name, "time": _clock(alert.acknowledged_at, asked)}
    return _("acknowledged by %(name)s at %(time)s") % given


def _clock(moment: datetime, asked: Range) -> str:
    local = moment.astimezone(asked.zone)
    return date_format(local, "H:i" if asked.by_hour and local.date() == asked.first else "D H:i")


def _counted(alerts: Iterable[Alert], names: Names) -> Iterable[tuple[str, ...]]:
    """How often each alert rang, for all agents together."""
    titles = (alarm_words.title(alert.rule, names, status=alarm_words.status_of(alert)) for alert in alerts)
    for title, count in Counter(titles).items():
        yield title, ngettext("%(n)d time", "%(n)d times", count) % {"n": count}, "", ""
