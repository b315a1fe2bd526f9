"""What rings at a site, and what rang, as pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from livechat.alerts import kinds, texts
from livechat.boards import alarm_words, directory_names
from livechat.boards.directory_names import Names
from livechat.lib.epoch import moment_of
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Alert, AlertEvent, Delivery, Rule, SendCode, Site, notes

MAX_ENDED = 100
MAX_SITES = 500
OPEN_STATES = (Alert.State.FIRING, Alert.State.RECOVERING)


@dataclass(frozen=True)
class Card:
    """An alert on a page. `told`: what became of its messages by channel, in words, if the page shows that."""

    alert: Alert
    names: Names
    told: tuple[str, ...] = ()

    @property
    def rule(self) -> Rule:
        """Its rule."""
        return self.alert.rule

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("alert", args=[self.alert.pk])

    @cached_property
    def title(self) -> str:
        """What rings, with the limit that was passed."""
        subject = self.alert.subject
        agent = self.names.agent(subject) if subject else ""
        return alarm_words.title(self.rule, self.names, agent, alarm_words.status_of(self.alert))

    @property
    def rule_title(self) -> str:
        """Its rule in the same words."""
        return alarm_words.title(self.rule, self.names)

    @property
    def level(self) -> str:
        """amber or red."""
        return self.rule.severity

    @property
    def count(self) -> int | None:
        """The present number; None if it is about a time."""
        return self.alert.value if kinds.TYPES[self.rule.kind].count else None

    @property
    def began(self) -> datetime | None:
        """When what lasts too long began; None if it is about a number."""
        return None if self.count is not None else moment_of(self.alert.value)

    @property
    def worst(self) -> str:
        """The worst value so far, in words."""
        return texts.worst(self.rule, self.alert, timezone.now())

    @property
    def fired(self) -> datetime:
        """When it began to ring."""
        return self.alert.fired or self.alert.since

    @property
    def over(self) -> datetime | None:
        """When what rang was over; None while it rings."""
        return self.alert.cleared or self.alert.ended if self.alert.ended else None

    @property
    def lasted(self) -> str:
        """For how long it rang, in words."""
        return alarm_words.duration(((self.over or timezone.now()) - self.fired).total_seconds())

    @property
    def taken(self) -> str:
        """The person who has taken it; "" if nobody has."""
        return self.alert.acknowledged_name

    @property
    def snoozed(self) -> datetime | None:
        """Until when it makes no sound; None if it may."""
        return self.alert.snoozed_until if self.alert.snoozed(timezone.now()) else None

    @property
    def is_loud(self) -> bool:
        """Whether nobody has taken it, and it is not snoozed."""
        return not self.taken and self.snoozed is None

    @property
    def rank(self) -> tuple[bool, bool, datetime]:
        """The place among what rings: nobody's first, red before amber, the longest first."""
        return not self.is_loud, self.level != "red", self.fired


def with_told(cards: list[Card]) -> list[Card]:
    """The same cards with the newest message of each by each channel."""
    rows = Delivery.objects.filter(event__alert__in=[card.alert for card in cards])
    found: dict[int, dict[str, str]] = {}
    for row in rows.select_related("channel", "event").order_by("made"):
        words = f"{row.channel.label}: {delivery_words(row)}"
        found.setdefault(row.event.alert_id, {})[row.channel.label] = words
    return [replace(card, told=tuple(found.get(card.alert.pk, {}).values())) for card in cards]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of an alert, and what became of its messages: channels with words."""

    event: AlertEvent
    told: list[tuple[str, str]]


def happened(alert: Alert) -> list[Happened]:
    """What happened to an alert, in order."""
    rows = alert.events.prefetch_related(Prefetch("deliveries", Delivery.objects.select_related("channel")))
    return [Happened(row, [(one.channel.label, delivery_words(one)) for one in row.deliveries.all()]) for row in rows]


def delivery_words(row: Delivery) -> str:
    """What became of a delivery."""
    if row.done is not None:
        label = row.get_outcome_display() if row.outcome != Delivery.Outcome.SENT else ""
        why = notes.in_words(row.note, codes=SendCode) if label and row.note else ""
        return " ".join(filter(None, (f"{timezone.localtime(row.done):%H:%M:%S}", label, why)))
    if row.tries:
        due = f"{timezone.localtime(row.due):%H:%M}"
        return _("try %(n)d at %(time)s") % {"n": row.tries + 1, "time": due}
    if row.due > timezone.now() + timedelta(minutes=1):
        return _("at %(time)s") % {"time": f"{timezone.localtime(row.due):%a %H:%M}"}
    return _("on its way")


_ringing: TtlCache[tuple[int, int], list[Alert]] = TtlCache(MAX_SITES, 60.0)


def ringing(site: Site) -> list[Card]:
    """What rings at a site as of its version: nobody's first, then the worst. Read once a version in a process."""
    found = _ringing.get_or_make((site.pk, site.version), lambda: list(_open(site)))
    names = directory_names.of(site)
    return sorted((Card(alert, names) for alert in found), key=lambda card: card.rank)


def _told(site: Site) -> "QuerySet[Alert]":
    """The alerts of rules that are switched on, but of kinds that only a newer release knows."""
    return Alert.objects.filter(rule__site=site, rule__enabled=True, rule__kind__in=Rule.Kind)


def _open(site: Site) -> Iterable[Alert]:
    rows = _told(site).filter(ended=None, state__in=OPEN_STATES)
    return rows.select_related("rule")


def ended(site: Site, since: datetime | None = None, *, of_agents: bool = True) -> list[Card]:
    """What rang and has ended, the newest first: since a moment, or the last hundred. `of_agents`: about agents too."""
    rows = _told(site).exclude(ended=None).select_related("rule")
    if not of_agents:
        rows = rows.exclude(rule__kind__in=kinds.OF_AGENTS)
    if since is not None:
        rows = rows.filter(ended__gte=since)
    names = directory_names.of(site)
    return [Card(alert, names) for alert in rows.order_by("-ended", "-pk")[:MAX_ENDED]]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in the list. `level`: of what rings by it now; "" if it is quiet."""

    rule: Rule
    title: str
    wait: str
    channels: list[str]
    level: str


def rules(site: Site) -> list[RuleRow]:
    """The rules of a site: those that are switched on first."""
    loud = {card.rule.pk: card.level for card in ringing(site)}
    names = directory_names.of(site)
    rows = (
        Rule.objects.filter(site=site, removed=None, kind__in=Rule.Kind)
        .prefetch_related("channels")
        .order_by("-enabled", "pk")
    )
    return [
        RuleRow(
            rule,
            alarm_words.title(rule, names),
            _("for %(time)s") % {"time": alarm_words.duration(rule.wait_seconds)} if rule.wait_seconds else "",
            [channel.label for channel in rule.channels.all()],
            loud.get(rule.pk, ""),
        )
        for rule in rows
    ]
