"""The rules about the looking itself: figures out of date, a credential that is refused or about to end.

No good look finds these, so any process does, every few seconds: they ring if the collector is dead too.
"""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from livechat.alerts import evaluation, kinds, rules
from livechat.alerts.evaluation import Open
from livechat.alerts.kinds import Found, Holding
from livechat.comm100.errors import CredentialRefused
from livechat.lib import vault
from livechat.lib.epoch import milliseconds
from livechat.live import intervals
from livechat.models import Connection, Rule, Site, Snapshot

EVERY_SECONDS = 5.0
SEALED = "cannot-open"


def look() -> None:
    """Give each site the rules that come with it, and evaluate these rules of all sites that have them switched on."""
    rules.make_standard()
    found = Rule.objects.filter(kind__in=Rule.OF_LOOKING, enabled=True, removed=None).exclude(site__shared=None)
    for site in Site.objects.filter(pk__in=found.values("site")).select_related("shared"):
        _evaluate(site, list(found.filter(site=site)), timezone.now())


def _evaluate(site: Site, wanted: list[Rule], now: datetime) -> None:
    shared = site.shared
    if shared is None:
        return

    def find(rule: Rule, open_alerts: rules.ByRule, rows: list[Snapshot]) -> tuple[Open, Holding]:
        holding = _found(rule, shared, rows, now)
        if holding and not rules.holds_now(rule, site.hours, milliseconds(now)):
            holding = kinds.NOWHERE
        return open_alerts.get(rule.pk, rules.NO_ALERTS), holding

    def find_anew(rule: Rule) -> tuple[Open, Holding]:
        return find(rule, rules.open_alerts([rule]), _snapshots(site, shared))

    with transaction.atomic():
        rows, open_alerts = _snapshots(site, shared), rules.open_alerts(wanted)
        moved = False
        for rule in wanted:
            found = find(rule, open_alerts, rows)
            moved |= evaluation.settle(rule, site, found, partial(find_anew, rule), now)
        if moved:
            site.bump_version()


def _snapshots(site: Site, shared: Connection) -> list[Snapshot]:
    rows = Snapshot.objects.filter(site=site, fingerprint=shared.fingerprint, kind__in=intervals.LISTS)
    return list(rows.only("checked", "every", "error", "kind", "tried"))


def _found(rule: Rule, shared: Connection, rows: list[Snapshot], now: datetime) -> Holding:
    if rule.kind == Rule.Kind.STALE:
        return _stale(rule, rows, now)
    return _refused(rows) if rule.kind == Rule.Kind.REFUSED else _expiring(rule, shared, now)


def _stale(rule: Rule, rows: list[Snapshot], now: datetime) -> Holding:
    """Whether a list was last confirmed too long ago. A list that was never read is not out of date."""
    limit = timedelta(minutes=rule.params["minutes"])
    checked = [row.checked for row in rows if row.checked is not None]
    if not checked:
        return {}
    oldest = min(checked)
    return {"": Found(milliseconds(oldest))} if now - oldest >= limit else {}


def _refused(rows: list[Snapshot]) -> Holding:
    return {"": Found()} if any(row.error in (CredentialRefused.slug, SEALED) for row in rows) else {}


def _expiring(rule: Rule, shared: Connection, now: datetime) -> Holding:
    """Whether the shared credential says itself that it ends soon. One that does not say cannot be told."""
    try:
        ends = shared.credential().ends
    except vault.CannotOpen:
        return {}
    return {"": Found()} if ends is not None and ends - now <= timedelta(days=rule.params["days"]) else {}
