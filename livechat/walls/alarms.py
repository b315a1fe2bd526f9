"""The alarms of a wall: what rings at its site, in words, counts and times, and which of it makes a sound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from livechat.boards import alarm_words
from livechat.boards.directory_names import Names
from livechat.comm100.names import readable
from livechat.lib.epoch import moment_of
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Alert, Rule, Site
from livechat.models.alerts import Severity

MAX_SITES = 1000
RINGING = (Alert.State.FIRING, Alert.State.RECOVERING)
COUNTS = (Rule.Kind.WAITING,)  # kinds whose value is a count
TIMES = (Rule.Kind.LONGEST, Rule.Kind.STATUS, Rule.Kind.STILL_ON)  # and those whose value began before they rang
OF_FIGURES = (Rule.Kind.STALE, Rule.Kind.REFUSED)  # these are observed also while the figures are stale
# Sounds: as long as figures are not stale, or also then because a rule about the figures rings.
FRESH, ALWAYS = "fresh", "always"


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """The worst alarm as a wall says it. `more`: how many others ring.

    `count` or `began`: its value, a number or since when; None: it has none, or somebody has taken it. `of_figures`: it
    is about the figures themselves, so that stale figures do not make it uncertain.
    """

    kind: str
    words: str
    level: str
    since: datetime
    count: int | None
    began: datetime | None
    taken: bool
    of_figures: bool
    more: int


@dataclass(frozen=True, slots=True)
class Alarms:
    """What rings: how many, the worst, and the sound of those that nobody has taken; "": none."""

    count: int
    line: AlarmLine | None
    sound: str


_kept: TtlCache[tuple[int, int], tuple[Alert, ...]] = TtlCache(MAX_SITES)


def of_site(site: Site) -> tuple[Alert, ...]:
    """The alerts that ring on walls at the version that `site` has, with their rules, snoozed ones too.

    Whatever happens to an alert moves the version.
    """
    key = site.pk, site.version
    found = _kept.get(key)
    if found is None:
        rows = Alert.objects.filter(
            rule__site=site, rule__kind__in=Rule.Kind, ended=None, state__in=RINGING
        ).select_related("rule")
        found = tuple(rows.filter(rule__enabled=True, rule__on_walls=True, rule__removed=None))
        _kept.put(key, found)
    return found


def until(alerts: Sequence[Alert], now: datetime) -> datetime | None:
    """When the next snooze of these ends; None: none is snoozed."""
    return min((one.snoozed_until for one in alerts if one.snoozed_until and one.snoozed(now)), default=None)


def make(alerts: Sequence[Alert], now: datetime, names: Names, called: Callable[[str], str]) -> Alarms:
    """What a wall says of these alerts, in the active language. `called`: what it calls an agent."""
    ringing = sorted((one for one in alerts if not one.snoozed(now)), key=_place)
    if not ringing:
        return Alarms(0, None, "")
    return Alarms(len(ringing), _line(ringing[0], names, called, len(ringing) - 1), _sound(ringing))


def _place(alert: Alert) -> tuple[bool, bool, datetime]:
    """The order of alarms: untaken ones come first, then red ones, then those that have rung for longest."""
    return alert.acknowledged_at is not None, alert.rule.severity != Severity.RED, _since(alert)


def _since(alert: Alert) -> datetime:
    return alert.fired or alert.since


def _line(alert: Alert, names: Names, called: Callable[[str], str], more: int) -> AlarmLine:
    rule = alert.rule
    agent = called(alert.subject) if alert.subject else ""
    taken = alert.acknowledged_at is not None
    told = not taken and alert.state == Alert.State.FIRING  # the value of what is nearly over is no longer true
    return AlarmLine(
        kind=rule.kind,
        words=alarm_words.with_scope(_scope(rule, names), alarm_words.words(rule, agent, alarm_words.status_of(alert))),
        level=rule.severity,
        since=_since(alert),
        count=alert.value if told and rule.kind in COUNTS else None,
        began=moment_of(alert.value) if told and rule.kind in TIMES else None,
        taken=taken,
        of_figures=rule.kind in OF_FIGURES,
        more=more,
    )


def _scope(rule: Rule, names: Names) -> str:
    """The department or the team. A department without a name is not called by a part of its GUID here."""
    if rule.department is None:
        return rule.team
    return readable(names.departments.get(str(rule.department), "")) or gettext("A department")


def _sound(ringing: Sequence[Alert]) -> str:
    kinds = {one.rule.kind for one in ringing if one.rule.sound and one.acknowledged_at is None}
    return "" if not kinds else ALWAYS if kinds & set(OF_FIGURES) else FRESH
