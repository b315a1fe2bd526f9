"""The rules of a site: those that come with it, and what follows when one is switched or changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from livechat.alerts import kinds
from livechat.alerts.states import OpenAlert
from livechat.boards import directory_names
from livechat.boards.directory_names import Names
from livechat.lib.kept_query import KeptQuery, Row
from livechat.lib.opening_hours import OpeningHours
from livechat.lib.ttl_cache import TtlCache
from livechat.live import site_versions
from livechat.models import Alert, AlertEvent, Rule, Site
from livechat.models.alerts import Hours

ByRule = Mapping[int, Mapping[str, OpenAlert]]
MAX_SITES = 1000
MAX_SECONDS = 60.0  # for which rules are remembered; a change moves the site's version, which is noticed at once
NO_ALERTS: Mapping[str, OpenAlert] = {}
SOUNDING = frozenset({Rule.Kind.WAITING, Rule.Kind.LONGEST, Rule.Kind.NOBODY, Rule.Kind.UNCOVERED})


@dataclass(frozen=True)
class Rules:
    """The rules of a site that are evaluated, and what they need of it: read when the first one is."""

    site_id: int
    rules: tuple[Rule, ...]

    def open_alerts(self) -> ByRule:
        """The open alerts of these rules, read now."""
        return self._open.now()

    @cached_property
    def site(self) -> Site:
        """The site."""
        return Site.objects.get(pk=self.site_id)

    @cached_property
    def names(self) -> Names:
        """The site's names."""
        return directory_names.of(self.site)

    @cached_property
    def hours(self) -> OpeningHours:
        """The site's opening hours."""
        return self.site.hours

    @cached_property
    def _open(self) -> KeptQuery[ByRule]:
        return KeptQuery(_columns(self.rules), by_rule)


def open_alerts(rules: Iterable[Rule]) -> ByRule:
    """The open alerts of rules, read now."""
    return by_rule(_columns(rules))


def _columns(rules: Iterable[Rule]) -> "QuerySet[Alert, Row]":
    rows = Alert.objects.filter(rule__in=[rule.pk for rule in rules], ended=None)
    return rows.order_by().values_list(*OpenAlert._fields)


def by_rule(rows: Iterable[Row]) -> ByRule:
    """Open alerts by rule and subject."""
    found: dict[int, dict[str, OpenAlert]] = {}
    for row in rows:
        alert = OpenAlert._make(row)
        found.setdefault(alert.rule_id, {})[alert.subject] = alert
    return found


_kept: TtlCache[tuple[int, int | None], Rules] = TtlCache(MAX_SITES, MAX_SECONDS)


def of_site(site_id: int) -> Rules:
    """The rules of a site that are evaluated: those that are switched on, and those that are always recorded."""
    return _kept.get_or_make((site_id, site_versions.of(site_id)), lambda: _read(site_id))


def _read(site_id: int) -> Rules:
    rows = Rule.objects.filter(site=site_id, removed=None, kind__in=kinds.OF_LISTS)  # a newer release may have more
    evaluated = (rule for rule in rows if rule.enabled or (rule.standard and rule.kind in kinds.RECORDED))
    return Rules(site_id, tuple(evaluated))


def make_standard() -> None:
    """Give each site one rule of each kind, switched off, if it does not have them."""
    counted = Site.objects.annotate(there=Count("rules", filter=Q(rules__standard=True)))
    for site in counted.filter(there__lt=len(kinds.TYPES)):
        there = set(Rule.objects.filter(site=site, standard=True).values_list("kind", flat=True))
        fresh = [_standard(site, kind) for kind in kinds.TYPES if kind not in there]
        Rule.objects.bulk_create(fresh, ignore_conflicts=True)
        site.bump_version()


def _standard(site: Site, kind: str) -> Rule:
    one = kinds.TYPES[kind]
    hours = Hours.OPENING if kind == Rule.Kind.NOBODY else Hours.ALWAYS
    sound = kind in SOUNDING
    return Rule(
        site=site, kind=kind, params=dict(one.params), wait_seconds=one.wait_seconds, sound=sound, hours=hours,
        standard=True,
    )  # fmt: skip


def begin_anew(rule: Rule) -> None:
    """After a change of a rule: what was open by the old one has ended, and the new one begins with nothing.

    Call it within the transaction that saves the rule, whose row is locked if it is not new.
    """
    rule.version += 1
    rule.save(update_fields=["version"])
    end_all(rule, timezone.now())
    rule.site.bump_version()
    site_versions.forget()


def end_all(rule: Rule, now: datetime) -> None:
    """End what is open by a rule; what was only pending is dropped.

    All are locked before any is written, in the order in which evaluation takes them.
    """
    found = list(Alert.objects.filter(rule=rule, ended=None).select_for_update(no_key=True).order_by("subject"))
    Alert.objects.filter(pk__in=[one.pk for one in found if one.state == Alert.State.PENDING]).delete()
    for alert in found:
        if alert.state == Alert.State.PENDING:
            continue
        alert.state, alert.ended, alert.cleared = Alert.State.ENDED, now, alert.cleared or now
        alert.save(update_fields=["state", "ended", "cleared"])
        AlertEvent.objects.create(alert=alert, what=AlertEvent.What.ENDED, value=alert.value, at=now)


def lock(rule: Rule) -> bool:
    """Lock a rule until the transaction ends. False if it was switched, changed or removed since it was read."""
    rows = Rule.objects.select_for_update(no_key=True).filter(pk=rule.pk, version=rule.version)
    return rows.exists()


def holds_now(rule: Rule, hours: OpeningHours, moment: int) -> bool:
    """Whether a rule is in its hours at a moment, epoch ms. Without opening hours it always is: nothing is missed."""
    return rule.hours != Hours.OPENING or not hours or hours.is_open(moment)
