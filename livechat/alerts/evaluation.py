"""Evaluates a site's rules at every good look at a list, in the transaction that stores it.

Whoever looked evaluates, web or collector. Each step is a conditional update, so that two processes which look at the
two lists at the same moment take it once.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from livechat.alerts import kinds, outbox, picture, rules, states
from livechat.alerts.kinds import Found, Holding
from livechat.alerts.picture import Picture
from livechat.alerts.rules import Rules
from livechat.alerts.states import Step
from livechat.live.observers import Looked
from livechat.models import Alert, AlertEvent, Rule, Site

State, What = Alert.State, AlertEvent.What
EVENTS = {Step.FIRE: What.FIRED, Step.REMIND: What.REMINDED, Step.WAKE: What.WOKEN, Step.END: What.ENDED}
Open = dict[str, Alert]


def looked(seen: Looked) -> None:
    """Evaluate the rules of the site whose list was looked at."""
    known = rules.of_site(seen.row.site_id)
    if known.rules:
        evaluate(known, picture.of(seen, known.names))


def evaluate(known: Rules, seen_now: Picture) -> None:
    """Evaluate a site's rules in a picture."""
    open_alerts = by_rule(known.open_alerts())
    moved = False
    for rule in known.rules:
        by_subject = open_alerts.get(rule.pk, {})
        holding = kinds.find(rule, seen_now, {key for key, alert in by_subject.items() if alert.rings})
        if holding is not None and not rules.holds_now(rule, known.site, seen_now.now_ms):
            holding = {}
        moved |= settle(rule, known.site, by_subject, holding, seen_now.now)
    if moved:
        known.site.bump_version()


def by_rule(open_alerts: Iterable[Alert]) -> dict[int, Open]:
    """Open alerts by rule and subject."""
    found: dict[int, Open] = {}
    for alert in open_alerts:
        found.setdefault(alert.rule_id, {})[alert.subject] = alert
    return found


def settle(rule: Rule, site: Site, by_subject: Open, holding: Holding, now: datetime) -> bool:
    """Take the steps of a rule's alerts. Returns whether boards have to show something else.

    In the order of the subjects: two processes take their locks in the same order.
    """
    if holding is None:
        return False
    moved = False
    for subject in sorted(by_subject.keys() | holding.keys()):
        alert, found = by_subject.get(subject), holding.get(subject)
        if alert is not None:
            alert.rule = rule
        step = states.next_step(alert, rule, now, holds=found is not None)
        if alert is None:
            if found is not None:
                moved |= _begin(rule, site, subject, found, now)
            continue
        if found is not None and alert.rings:
            moved |= _measure(rule, alert, found, now)
        if step is not Step.STAY:
            moved |= _take(step, rule, site, alert, now)
    return moved and (rule.enabled or rule.kind in kinds.RECORDED)


def _begin(rule: Rule, site: Site, subject: str, found: Found, now: datetime) -> bool:
    value = _ms(now) if found.value is None else found.value
    count = value if kinds.TYPES[rule.kind].count else 0
    fresh = Alert(rule=rule, subject=subject, detail=found.detail[:100], since=now, value=value, worst=count)
    Alert.objects.bulk_create([fresh], ignore_conflicts=True)
    if rule.wait_seconds:
        return False
    alert = Alert.objects.filter(rule=rule, subject=subject, state=State.PENDING).first()
    return alert is not None and _take(Step.FIRE, rule, site, alert, now)


def _measure(rule: Rule, alert: Alert, found: Found, now: datetime) -> bool:
    """Note another value, and the worst one so far."""
    if found.value is None or found.value == alert.value:
        return False
    is_count = kinds.TYPES[rule.kind].count
    alert.worst = max(alert.worst, found.value if is_count else _ms(now) - alert.value)
    alert.value, alert.detail = found.value, found.detail[:100]
    Alert.objects.filter(pk=alert.pk, ended=None).update(value=alert.value, worst=alert.worst, detail=alert.detail)
    return True


def _take(step: Step, rule: Rule, site: Site, alert: Alert, now: datetime) -> bool:
    """Take a step, unless another process did. Returns whether it was taken and shows."""
    rows = Alert.objects.filter(pk=alert.pk, state=alert.state)
    if step is Step.DROP:
        if rows.select_for_update().exists():  # else another process may let it ring before it is deleted
            rows.delete()
        return False
    if step is Step.RECOVER and not rule.keep_seconds:
        step = Step.END
    changes = _changes(step, alert, now)
    if step in (Step.REMIND, Step.WAKE):
        rows = rows.filter(told=alert.told, snoozed_until=alert.snoozed_until)
    with transaction.atomic():
        if not rows.update(**changes):
            return False
        if step in EVENTS:
            event = AlertEvent.objects.create(alert=alert, what=EVENTS[step], value=alert.value, at=now)
            outbox.tell(event, rule, site)
    return True


def _changes(step: Step, alert: Alert, now: datetime) -> dict[str, object]:
    """What a step changes in the row."""
    if step is Step.FIRE:
        return {"state": State.FIRING, "fired": now, "told": now}
    if step is Step.RECOVER:
        return {"state": State.RECOVERING, "cleared": now}
    if step is Step.RELAPSE:
        return {"state": State.FIRING, "cleared": None}
    if step is Step.END:
        return {"state": State.ENDED, "ended": now, "cleared": alert.cleared or now, "worst": _worst(alert, now)}
    if step is Step.WAKE:
        return {"snoozed_until": None, "told": now}
    return {"told": now}


def _worst(alert: Alert, now: datetime) -> int:
    """The worst value when it has ended."""
    if kinds.TYPES[alert.rule.kind].count:
        return alert.worst
    return max(alert.worst, _ms(alert.cleared or now) - alert.value)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
